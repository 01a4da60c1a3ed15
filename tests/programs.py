"""The programs and the shown cells of the pages, run by themselves, and what they print."""

import atexit
import os
import re
import tempfile
from functools import cache
from pathlib import Path

from dlexp.lab.forking import Server
from dlexp.lab.machine import environment
from dlexp.paths import BOOK, PROJECT

STAND_INS = Path(__file__).parent / "stand_ins"
TOLERANCE = 0.05
"""How far a decimal or a percentage may be off, in its own unit or as a share of its value."""

_WORD = re.compile(r"[-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?%?|[^\W\d]+|[^\w\s]")


def files() -> list[Path]:
    """Return all programs that pages show."""
    return sorted((BOOK / "programs").glob("*/*.py"))


def run(file: Path, folder: Path) -> str:
    """Run a program in an empty folder, where nothing can be downloaded; return what it prints.

    Raises
    ------
    AssertionError
        If it fails, with what it said.
    """
    library = "torch" if "import torch" in file.read_text("utf-8") else "keras"
    with tempfile.TemporaryDirectory() as name:
        said = Path(name)
        _having_loaded(library).fork(folder, file, said).wait()
        assert (said / "ended").exists(), (said / "errors").read_text("utf-8")[-3000:]
        return (said / "printed").read_text("utf-8")


@cache
def _having_loaded(library: str) -> Server:
    """Return a process from which programs are forked: none waits for what takes long to load."""
    search = os.pathsep.join([str(STAND_INS), str(PROJECT / "code")])
    variables = environment(PYTHONPATH=search, TQDM_DISABLE="1")
    server = Server([library], "run_program:run_in", variables)
    atexit.register(server.end)
    return server


def differences(printed: str, expected: str) -> list[tuple[str, str]]:
    """Return the words and numbers of an output that are not as expected.

    Examples
    --------
    >>> differences("12 images, 0.91 right", "12 images, 0.93 right")
    []
    >>> differences("13 images, 0.91 left", "12 images, 0.93 right")
    [('13', '12'), ('left', 'right')]
    """
    ours, theirs = _WORD.findall(printed), _WORD.findall(expected)
    if len(ours) != len(theirs):
        return [(printed, expected)]
    return [pair for pair in zip(ours, theirs, strict=True) if not _alike(*pair)]


def _alike(printed: str, expected: str) -> bool:
    """Return whether two words are the same, or two measured numbers almost."""
    if printed == expected:
        return True
    measured = all("." in word or word.endswith("%") for word in (printed, expected))
    if not measured or not all(re.match(r"[-+]?\d", word) for word in (printed, expected)):
        return False
    one, other = (float(word.rstrip("%").replace(",", "")) for word in (printed, expected))
    scale = 100 if expected.endswith("%") else 1
    return abs(one - other) <= TOLERANCE * max(scale, abs(other))


_CELL = re.compile(r"^`{3,}\{code-cell\}[^\n]*\n(?P<body>.*?)^`{3,}$", re.M | re.S)
_OPTIONS = re.compile(r"\A(?::[\w-]+:[^\n]*\n)*")
UNSEEN = ("remove-cell", "remove-input")


def shown_cells(page: Path) -> list[str]:
    """Return the code of a page that a reader sees, also in folded solutions, cell by cell."""
    cells = []
    for match in _CELL.finditer(page.read_text("utf-8")):
        options = _OPTIONS.match(match["body"])
        assert options is not None
        if not any(tag in options[0] for tag in UNSEEN):
            cells.append(match["body"][options.end() :])
    return cells
