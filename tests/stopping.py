"""Builds that are stopped: when a phase begins, at any moment, or at any change of a file."""

import os
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from books import Book

PHASES = (
    "loading pickled environment",
    "Executing notebooks",
    "reading sources",
    "looking for now-outdated files",
    "pickling environment",
    "checking consistency",
    "preparing documents",
    "copying assets",
    "writing output... [",  # an earlier one, of catalogues, has no pages
    "generating indices",
    "highlighting module code",
    "writing additional pages",
    "copying images",
    "dumping search index",
    "dumping object inventory",
)
"""What a build says when a phase begins, in this order."""

ONLY_LATER = {"loading pickled environment"}
"""Phases of builds that find what an earlier one left."""

_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")

_PROGRAM = Path(__file__).with_name("stopping_program.py")
"""Python runs it at its start, under another name, and counts changes of files in a build."""


def stop_at(book: Book, moment: str, sign: int = signal.SIGKILL, **more: str) -> None:
    """Build, and stop the build as soon as it says that a moment has come."""
    said = b""
    with book.started(**more) as running:
        assert running.stdout is not None
        while moment.encode() not in _COLOUR.sub(b"", said):
            piece = os.read(running.stdout.fileno(), 65536)
            assert piece, f"it never came to {moment!r}: {said.decode()[-2000:]}"
            said += piece
        running.send_signal(sign)
        running.stdout.read()
    _assert_stopped(running, sign)


def stop_after(book: Book, seconds: float, sign: int = signal.SIGKILL) -> bool:
    """Build, and stop the build after some time; return whether that was before its end."""
    with book.started() as running:
        timer = threading.Timer(seconds, running.send_signal, [sign])
        timer.start()
        if running.stdout is not None:
            running.stdout.read()
        timer.cancel()
    return running.returncode != 0


def stop_before(book: Book, change: int, folder: Path) -> None:
    """Build, and have the build killed before its n-th change of a file below ``_build``."""
    with _counting(book, change, folder) as running:
        log = running.stdout.read() if running.stdout else ""
    assert running.returncode == -signal.SIGKILL, log


def changes(book: Book, folder: Path) -> int:
    """Build, and return how many times the build changed a file below ``_build``."""
    with _counting(book, 0, folder) as running:
        log = running.stdout.read() if running.stdout else ""
    assert running.returncode == 0, log
    return int(log.rpartition("changes of files: ")[2])


def _counting(book: Book, stop: int, folder: Path) -> "subprocess.Popen[str]":
    folder.mkdir(exist_ok=True)
    shutil.copy(_PROGRAM, folder / "sitecustomize.py")
    search = os.pathsep.join([str(book.folder / "code"), str(folder)])
    return book.started(PYTHONPATH=search, DLEXP_STOP_BEFORE=str(stop))


def _assert_stopped(running: "subprocess.Popen[str]", sign: int) -> None:
    """Jupyter Book turns a Ctrl-C into a failure of its own."""
    expected = 1 if sign == signal.SIGINT else -sign
    assert running.returncode == expected
