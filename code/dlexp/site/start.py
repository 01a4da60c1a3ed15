"""A build starts itself again in an environment of ours, and is the only one at its work.

How Python, Sphinx, Jupyter and Matplotlib behave is decided before the first line of a book is
read: by variables of the shell and by files of the home folder. So the first of the extensions
replaces the process by the same command in `dlexp.lab.machine.environment`.
"""

import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util import logging

from dlexp import paths
from dlexp.lab.machine import environment

LOG = logging.getLogger(__name__)

STARTED = "DLEXP_BUILD"
"""The variable that has the number of the process that was started again."""

_LOCKS: list[FileLock] = []
"""Held to the end of this process."""


def setting() -> dict[str, str]:
    """Return the environment of a build: that of any child, but with the colours of a terminal."""
    made = environment(**{STARTED: str(os.getpid())})
    del made["NO_COLOR"], made["TERM"]
    return made | {name: os.environ[name] for name in ("NO_COLOR", "TERM") if name in os.environ}


def start_again() -> None:
    """Replace this process by one that runs the same command in our environment, once."""
    if os.environ.get(STARTED) == str(os.getpid()):
        return
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], setting())


def check(folder: Path = paths.PROJECT) -> None:
    """Refuse what no environment can mend.

    Raises
    ------
    ConfigError
        If Python drops docstrings, or the folder's name cannot be part of a search path.
    """
    if sys.flags.optimize > 1:
        raise ConfigError("docstrings are pages of the book: Python must run without -OO")
    if os.pathsep in str(folder):
        raise ConfigError(f"a book's folder must have no {os.pathsep!r} in its path; got {folder}")


def wait_for_others(build: Path) -> None:
    """Wait until no other build is at work in a folder, and keep others waiting from now on."""
    build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(build / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        LOG.info("another build of this book is at work: waiting for its end")
        lock.acquire()
    _LOCKS.append(lock)


def setup(app: Sphinx) -> dict[str, bool]:
    """Start again; then wait for other builds, before anything is read or written."""
    start_again()
    check()
    wait_for_others(Path(app.outdir).parent)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
