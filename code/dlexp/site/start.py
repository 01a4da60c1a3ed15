"""A build starts itself again in an environment of ours, and is the only one at its work.

How Python, Sphinx, Jupyter and Matplotlib behave is decided before the first line of a book is
read: by variables of the shell and by files of the home folder. So the first of the extensions
replaces the process by the same command in `dlexp.lab.machine.environment`.
"""

import atexit
import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sphinx
from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.util import logging

from dlexp import paths
from dlexp.lab import again, from_source

LOG = logging.getLogger(__name__)

TESTED = (7, 4)
"""The version of Sphinx that the book is tested with.

Others write the pages, too, but not as ours: Sphinx 9, into another folder, without styles.
"""

LOCK = ".lock"
"""What a build holds, in the folder that it writes into."""

SELDOM = (100_000, 50, 100)
"""How many more objects than at the last look make Python look for cycles, by their age.

A build takes millions of nodes from files, and keeps them. At Python's own numbers, looking for
cycles among them takes twice as long as taking them.
"""

_LOCKS: list[FileLock] = []
"""Held to the end of this process."""


def refusals(build: Path) -> Iterator[str]:
    """Yield what no environment can mend, in words."""
    if sys.flags.optimize > 1:
        yield "docstrings are pages of the book: Python must run without -OO"
    if sphinx.version_info[:2] != TESTED:
        tested, got = (".".join(map(str, each)) for each in (TESTED, sphinx.version_info[:3]))
        yield f"Sphinx must be {tested}, which the book is tested with (make book); got {got}"
    if os.pathsep in str(paths.PROJECT):
        yield f"the path of a book must have no {os.pathsep!r}; got {paths.PROJECT}"
    if set(tempfile.gettempdir()) & {"?", "%"}:
        yield f"the path of TMPDIR must have neither ? nor %; got {tempfile.gettempdir()}"
    try:
        build.mkdir(parents=True, exist_ok=True)
        (build / LOCK).touch()
    except OSError as error:
        yield f"a build must be able to write into {build}: {error.strerror}"


def wait_for_others(build: Path) -> None:
    """Wait until no other build is at work in a folder, and keep others waiting from now on."""
    lock = FileLock(build / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        LOG.info("another build of this book is at work: waiting for its end")
        lock.acquire()
    _LOCKS.append(lock)


def setup(app: Sphinx) -> dict[str, bool]:
    """Start again; then wait for other builds, before anything is read or written.

    Raises
    ------
    SystemExit
        With status 2, after a line that says what is wrong.
    """
    again.start_again()
    from_source.insist()
    build = Path(app.outdir).parent
    for reason in refusals(build):
        print(f"the book cannot be built: {reason}", file=sys.stderr)
        raise SystemExit(2)
    wait_for_others(build)
    gc.set_threshold(*SELDOM)
    atexit.register(gc.freeze)  # nor does it look among all of them once more when it ends
    return {"parallel_read_safe": True, "parallel_write_safe": True}
