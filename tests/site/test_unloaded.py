"""Pages about the package, with the sources that they link to, load no framework."""

import subprocess
import sys
from pathlib import Path

import pytest

from dlexp.paths import PROJECT
from dlexp.site import unloaded

BUILD = """
import sys
from sphinx.application import Sphinx

source, out = sys.argv[1:]
settings = {
    "extensions": ["dlexp.site.unloaded", "sphinx.ext.napoleon"],
    "html_theme": "basic",
    "autodoc_mock_imports": ["keras", "keras_tuner", "optuna", "tensorflow"],
    "viewcode_follow_imported_members": False,
}
Sphinx(source, None, out, f"{out}/doctrees", "html", settings, status=None).build()
print(*sorted({"keras", "keras_tuner", "optuna", "tensorflow"} & sys.modules.keys()))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A page about a module whose class has its base from Keras Tuner."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("out")
    page = "Package\n=======\n\n.. automodule:: dlexp.tuning.tpe\n   :members:\n"
    (source / "index.rst").write_text(page, "utf-8")
    command = [sys.executable, "-c", BUILD, str(source), str(out)]
    return out, subprocess.run(command, capture_output=True, text=True, check=True)


def test_no_framework_is_loaded_and_nothing_is_warned_of(site) -> None:
    _, ended = site
    assert (ended.stdout.strip(), ended.stderr) == ("", "")


def test_page_and_source_are_there_and_linked(site) -> None:
    out, _ = site
    shown = (out / "_modules" / "dlexp" / "tuning" / "tpe.html").read_text("utf-8")
    assert 'id="TPEOracle"' in shown
    assert 'href="../../../index.html#dlexp.tuning.tpe.TPEOracle"' in shown
    assert "_modules/dlexp/tuning/tpe.html#TPEOracle" in (out / "index.html").read_text("utf-8")


def test_source_is_that_of_the_file() -> None:
    text, names = unloaded.source(None, "dlexp.byhand.conv")
    assert text == (PROJECT / "code" / "dlexp" / "byhand" / "conv.py").read_text("utf-8")
    assert names["conv2d"][0] == "def"
    assert unloaded.source(None, "numpy") is None
