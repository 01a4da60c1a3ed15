"""The tiny book on anybody's machine: neither settings nor the folder's name decide anything."""

import json
import shutil
from pathlib import Path

import pytest

from books import Book, Outcome
from dlexp import paths
from dlexp.site import start

pytestmark = [pytest.mark.costly, pytest.mark.timeout(1800)]

FILES = {
    ".keras/keras.json": json.dumps({"floatx": "float16", "image_data_format": "channels_first"}),
    ".config/matplotlib/matplotlibrc": "lines.linewidth: 9\naxes.facecolor: black",
    ".ipython/profile_default/startup/one.py": "print('at the start')",
    ".jupyter/jupyter_config.py": "1 / 0",
    ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["false"]}',
    "start.py": "print('at the start')",
    "site/sitecustomize.py": "print('customised')",
}
"""Settings in a home folder."""

VARIABLES = {
    "PYTHONOPTIMIZE": "2",
    "PYTHONHASHSEED": "9",
    "SOURCE_DATE_EPOCH": "315532800",
    "KERAS_BACKEND": "torch",
    "MPLBACKEND": "pdf",
    "COLUMNS": "200",
    "FORCE_COLOR": "1",
    "LANG": "de_DE.ISO-8859-1",
    "LC_ALL": "POSIX",
    "TZ": "Asia/Tokyo",
}
"""Settings in a shell."""

NAME = """100%20 what?x=1 it's $HOME Übung 数 c# [draft] "a" `b` {c} & \\ *"""
"""Every sign that a shell, an address, a template or a pattern gives a meaning to."""


def _copy(book: Book, folder: Path) -> Book:
    """Copy the sources and the records: these say how long they took."""
    shutil.copytree(book.folder, folder, ignore=shutil.ignore_patterns("_build"))
    return Book(folder)


def _differing(one: Book, other: Book) -> list[str]:
    ours, theirs = one.bytes(), other.bytes()
    return [name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)]


def test_settings_of_the_user_decide_nothing(tiny: Book, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, "utf-8")
    book = _copy(tiny, tmp_path / "book")
    outcome = book.build(
        **VARIABLES,
        HOME=str(home),
        KERAS_HOME=str(home / ".keras"),
        MATPLOTLIBRC=str(home / ".config" / "matplotlib"),
        IPYTHONDIR=str(home / ".ipython"),
        JUPYTER_CONFIG_DIR=str(home / ".jupyter"),
        PYTHONSTARTUP=str(home / "start.py"),
        PYTHONPATH=f"{book.folder / 'code'}:{home / 'site'}",
    )
    assert outcome.status == 0, outcome.log
    assert _differing(tiny, book) == []


def test_user_without_a_home_can_build(
    tiny: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container whose user has a number and no name."""
    program = "import pwd\ndef nobody(number):\n    raise KeyError(number)\npwd.getpwuid = nobody\n"
    (tmp_path / "sitecustomize.py").write_text(program, "utf-8")
    monkeypatch.delenv("HOME", raising=False)
    book = _copy(tiny, tmp_path / "book")
    outcome = book.build(PYTHONPATH=f"{book.folder / 'code'}:{tmp_path}")
    assert outcome.status == 0, outcome.log


def test_name_of_the_folder_decides_nothing(tiny: Book, tmp_path: Path) -> None:
    book = _copy(tiny, tmp_path / "here" / NAME)
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    assert _differing(tiny, book) == []
    assert [each.name for each in (tmp_path / "here").iterdir()] == [NAME]


def _refusal(outcome: Outcome) -> str:
    assert (outcome.status, outcome.log.count("cannot be built")) == (2, 1), outcome.log
    assert "Traceback" not in outcome.log
    return outcome.log.splitlines()[-1]


def test_what_cannot_be_built_is_refused_in_one_line(tiny: Book, tmp_path: Path) -> None:
    assert "Python must run without -OO" in _refusal(tiny.build(python=("-OO",)))
    (tmp_path / "a?b").mkdir()
    assert "the path of TMPDIR must" in _refusal(tiny.build(TMPDIR=str(tmp_path / "a?b")))
    book = _copy(tiny, tmp_path / "file in the way")
    (book.folder / "_build").touch()
    assert "must be able to write into" in _refusal(book.build())


def test_folder_that_no_search_path_can_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert list(start.refusals(tmp_path)) == []
    monkeypatch.setattr(paths, "PROJECT", tmp_path / "a:b")
    assert list(start.refusals(tmp_path)) == [
        f"the path of a book must have no ':'; got {tmp_path / 'a:b'}"
    ]


def test_a_sphinx_that_nobody_tested_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sphinx.version_info", (9, 0, 1, "final", 0))
    assert list(start.refusals(tmp_path)) == [
        "Sphinx must be 7.4, which the book is tested with (make book); got 9.0.1"
    ]


def test_second_build_waits_for_the_first(tiny: Book, tmp_path: Path) -> None:
    book = _copy(tiny, tmp_path / "book")
    with book.started() as first, book.started() as second:
        logs = [running.stdout.read() if running.stdout else "" for running in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), logs
    assert sorted("another build of this book is at work" in log for log in logs) == [False, True]
    assert sorted("whose site stands" in log for log in logs) == [False, True]
    assert _differing(tiny, book) == []
