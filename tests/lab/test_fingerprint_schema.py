"""What makes or hands on every result and is in no key: a change of it must raise ``SCHEMA``."""

import ast
import hashlib
import shutil
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab.essence import digest, essence
from dlexp.lab.fingerprint import Code, closure
from dlexp.lab.keys import SCHEMA

HANDS_ON = (
    "dlexp.lab.units:plain",  # numbers on their way into a record
    "dlexp.lab.records:pack",  # arrays, and back
    "dlexp.lab.records:unpack",
    "dlexp.lab.machine:environment",  # that units run in
)

ENGINE = ("lab/elsewhere", "lab/nursery", "lab/worker", "paths")
"""Modules of the process that units run in, and of where the project lies: each counts whole."""

PINNED_AT = {1: "f8c6880146379877"}
"""The digest at each schema."""


def _digest(code: Code) -> str:
    """Of what the symbols say, wherever they stand; comments and docstrings say nothing."""
    reached = [closure(code, target, outside=("dlexp.paths",)) for target in HANDS_ON]
    symbols = {name: said for each in reached for name, said in each.items()}
    own = sorted({said for said in symbols.values() if not said.startswith("import ")})
    trees = [ast.parse((code.roots[0] / "dlexp" / f"{m}.py").read_bytes()) for m in ENGINE]
    own += [digest(essence(tree.body)) for tree in trees]
    return hashlib.sha256(" ".join(own).encode()).hexdigest()[:16]


def test_what_makes_results_is_that_of_the_schema():
    assert PINNED_AT.get(SCHEMA) == _digest(Code()), (
        f"what makes or hands on results is another: raise keys.SCHEMA "
        f"or, if results cannot change, renew this digest: {_digest(Code())!r}"
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "counts"),
    [
        ("machine", '"TF_NUM_INTRAOP_THREADS": "1"', '"TF_NUM_INTRAOP_THREADS": "2"', True),
        ("machine", '"KERAS_HOME": os.devnull', '"KERAS_HOME": "~"', True),
        ("machine", '("PATH",', '("PATH", "XLA_FLAGS",', True),
        ("worker", "unit.config, unit.seed", "unit.config, unit.seed + 1", True),
        ("nursery", "os.fork()", "0", True),
        ("units", "value.item()", "float(value)", True),
        ("machine", "# published numbers", "# all numbers", False),
        ("machine", '"""Return the whole', '"""Return all of the', False),
    ],
)
def test_change_of_what_makes_results_is_seen(tmp_path: Path, file, old, new, counts):
    shutil.copytree(paths.PROJECT / "code" / "dlexp" / "lab", tmp_path / "dlexp" / "lab")
    for module in ("__init__", "paths"):
        shutil.copy(paths.PROJECT / "code" / "dlexp" / f"{module}.py", tmp_path / "dlexp")
    edited = tmp_path / "dlexp" / "lab" / f"{file}.py"
    before = edited.read_text("utf-8")
    assert old in before
    edited.write_text(before.replace(old, new), "utf-8")
    assert (_digest(Code([tmp_path])) != _digest(Code())) == counts
