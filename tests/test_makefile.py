"""What `make` does before it does anything: an environment that is that of the folder."""

import os
import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlexp.paths import PROJECT

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not shutil.which("make"), reason="no make here"),
]

PROJECT_FILE = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "small"
version = "1"
scripts = { hello = "small:hello" }
[tool.hatch.build.targets.wheel]
packages = ["code/small"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with our Makefile, and an environment that has what an installation wants."""
    folder = tmp_path / "old name"
    (folder / "code" / "small").mkdir(parents=True)
    (folder / "code" / "small" / "__init__.py").write_text("def hello():\n    print(__file__)\n")
    (folder / "pyproject.toml").write_text(PROJECT_FILE)
    (folder / "requirements.txt").touch()
    shutil.copy(PROJECT / "Makefile", folder)
    shutil.copytree(PROJECT / ".ci", folder / ".ci")
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
    (packages,) = (folder / ".venv").glob("lib/*/site-packages")
    (packages / "more.pth").write_text("\n".join(site.getsitepackages()))
    return folder


def _make(folder: Path, **more: str) -> str:
    command = ["make", f"PYTHON={sys.executable}", ".venv/.ready"]
    environment = {**os.environ, "PYTHONWARNINGS": "error", **more}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _hello(folder: Path) -> str:
    """Return the place of the package that a script of the environment finds."""
    script = folder / ".venv" / "bin" / "hello"
    done = subprocess.run([script], capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.strip()


def test_environment_follows_the_name_of_the_folder(project: Path) -> None:
    _make(project)
    assert "up to date" in _make(project)
    new = project.rename(project.with_name("it's new"))
    project.mkdir()  # and what the old name stands for now is something else
    assert "venv" in _make(new)
    assert _hello(new) == str(new / "code" / "small" / "__init__.py")
    assert str(new) in (new / ".venv" / "bin" / "activate").read_text()
    assert "up to date" in _make(new)


def test_place_of_the_book_is_printed_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "it's $HOME"
    folder.mkdir()
    shutil.copy(PROJECT / "Makefile", folder)
    (recipe,) = (x for x in (folder / "Makefile").read_text().splitlines() if "The book:" in x)
    (folder / "Makefile").write_text(f"HTML := _build/html\nbook:\n{recipe}\n")
    command = ["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "book"]  # `make test` runs us
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == f"The book: {folder}/_build/html/index.html\n"


def test_bundle_is_the_site_in_one_file(project: Path) -> None:
    page = project / "_build" / "html" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>A book</h1>")
    # The book itself is another test's.
    command = ["make", "--old-file=book", "bundle"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    (file,) = (project / "_build").glob("*.zip")
    assert str(file) in done.stdout
    with zipfile.ZipFile(file) as packed:
        assert packed.read("html/index.html") == page.read_bytes()


def test_python_for_which_there_is_no_tensorflow_is_refused(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for needed in ("requirements.txt", "pyproject.toml"):
        (tmp_path / needed).touch()
    newer = tmp_path / "newer"
    pretend = f'exec {sys.executable} -c "import sys; sys.version_info = (3, 14, 0); $2"'
    newer.write_text(f'#!/bin/sh\nif [ "$1" = -c ]; then {pretend}; fi\necho Python 3.14.0\n')
    newer.chmod(0o755)
    command = ["make", f"PYTHON={newer}", ".venv/.ready"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = f"Python 3.11, 3.12 or 3.13 is needed; {newer} is Python 3.14.0"
    assert (done.returncode, said in done.stdout) == (2, True), done.stdout + done.stderr
    assert not (tmp_path / ".venv").exists()
