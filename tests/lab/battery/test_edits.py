"""Thirty-one edits of a toy package: those that change a result must change the closure."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlexp.lab.fingerprint import Code, closure

HERE = Path(__file__).parent
TARGET = "toybook.train:train_one"
TRAIN, MODELS, TOOLS, DATA, METRICS, PACKAGE = (
    f"toybook/{name}.py" for name in ("train", "models", "utils", "data", "metrics", "__init__")
)


@dataclass(frozen=True)
class Edit:
    what: str
    file: str
    old: str
    new: str


CHANGING = [
    Edit("the experiment's body", TRAIN, "batch_size=64", "batch_size=32"),
    Edit("a helper, by from-import", DATA, "(x / SCALE)", "(x * 2 / SCALE)"),
    Edit("a helper, by module attribute", METRICS, "return float(-np.log", "return float(1-np.log"),
    Edit("a helper two levels down", METRICS, "clip(p, eps, 1 - eps)", "clip(p, eps, 1)"),
    Edit("a helper three levels down", DATA, "np.uint8, offset", "np.int8, offset"),
    Edit("a method of a class", MODELS, "return x * self.scale()", "return x + self.scale()"),
    Edit("a base class's method", MODELS, "return 1.0", "return 2.0"),
    Edit("a constant of a helper's module", DATA, "SCALE = 255.0", "SCALE = 256.0"),
    Edit("a constant of the experiment", TRAIN, "EPOCH_FACTOR = 1", "EPOCH_FACTOR = 2"),
    Edit("a default argument", METRICS, "eps=1e-7", "eps=1e-6"),
    Edit("the experiment's decorator", TOOLS, "r = f(*a, **k)", "r = f(*a)"),
    Edit("the target of a partial", METRICS, "** k).mean()", "** (k+1)).mean()"),
    Edit("the argument of a partial", METRICS, "k=2)", "k=3)"),
    Edit("a lambda in a table", METRICS, "[:, -1]", "[:, -2]"),
    Edit("an import inside a function", TOOLS, "return x * 1.0", "return x * 2.0"),
    Edit("a name handed on by __init__", METRICS, "p.argmax(1) == y", "p.argmax(1) != y"),
    Edit("what __init__ hands on", PACKAGE, "import accuracy as", "import xent as"),
    Edit("a dataclass's default", MODELS, "hidden: int = 64", "hidden: int = 32"),
    Edit("a property", MODELS, "return 'scaled'", "return 'x'"),
    Edit("getattr by a computed name", TOOLS, "return x + 0.0", "return x + 1.0"),
]
REGISTRY = Edit("a decorator's registry", MODELS, "return build(wd)", "return build(wd*2)")
HARMLESS = [
    Edit("a function not reached", TRAIN, "{'a': 1}", "{'a': 2}"),
    Edit("one of a module that is used", DATA, "return n + 1", "return n + 2"),
    Edit("another one", METRICS, "return p.sum()", "return p.max()"),
    Edit("a comment", DATA, "    x = _idx(", "    # a comment\n    x = _idx("),
    Edit("a helper's docstring", DATA, "Load n digits.", "Load the first n digits."),
    Edit("the experiment's docstring", TRAIN, "One unit.", "One training run."),
    Edit("lines moved down", TRAIN, "EPOCH_FACTOR = 1", "\n\n\nEPOCH_FACTOR = 1"),
    Edit("a new function above", DATA, "def load(", "def brand_new():\n    pass\ndef load("),
    Edit("layout", METRICS, "p.argmax(1) == y", "p.argmax( 1 )  ==  y"),
    Edit("a module's docstring", DATA, "Data loading.", "Loads the data."),
]


def _closure_after(edit: Edit, folder: Path) -> dict[str, str]:
    shutil.copytree(HERE / "toybook", folder / "toybook")
    file = folder / edit.file
    source = file.read_text()
    assert source.count(edit.old) >= 1, f"the toy package has no {edit.old!r} to edit"
    file.write_text(source.replace(edit.old, edit.new, 1))
    return closure(Code([folder]), TARGET)


@pytest.fixture(scope="module")
def original() -> dict[str, str]:
    return closure(Code([HERE]), TARGET)


def test_battery_is_whole():
    assert (len(CHANGING) + 1, len(HARMLESS)) == (21, 10)


@pytest.mark.parametrize("edit", CHANGING, ids=lambda edit: edit.what)
def test_edit_that_changes_a_result_is_seen(edit, original, tmp_path):
    assert _closure_after(edit, tmp_path) != original


@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: edit.what)
def test_edit_that_changes_no_result_is_not(edit, original, tmp_path):
    assert _closure_after(edit, tmp_path) == original


def test_registry_is_beyond_what_can_be_read(original, tmp_path):
    """The one edit that the closure cannot see; the guard is there for it (next test)."""
    assert _closure_after(REGISTRY, tmp_path) == original


RUN = """
import numpy as np
from pathlib import Path
from dlexp.lab import fingerprint
Path("data").mkdir()
for name, size in (("images-idx3", 16 + 60000 * 784), ("labels-idx1", 60008)):
    np.zeros(size, np.uint8).tofile(f"data/train-{name}-ubyte")
from toybook.train import train_one
code = fingerprint.Code([Path(__import__("toybook").__file__).parents[1]])
settings = {"seed": 0, "n": 600, "wd": 0.0, "epochs": 1}
for registry in (False, True):
    try:
        with fingerprint.guard(code, fingerprint.closure(code, "toybook.train:train_one")):
            train_one({**settings, "reg": registry})
    except fingerprint.Undeclared as error:
        print(registry, error)
    else:
        print(registry, "declared")
"""


def test_guard_catches_what_ran_through_a_registry(tmp_path):
    """A real Keras run: silent without the registry, loud with it."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(HERE)!r})\n{RUN}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    plain, registry = done.stdout.strip().splitlines()
    assert plain == "False declared"
    assert registry.startswith("True")
    assert "['toybook.models:registered_build']" in registry
