"""What builds of the real book cost: from nothing, with nothing changed, after an edit of prose.

``PYTHONPATH=code:tests python benchmarks/builds.py``, with ``--tiny`` for the tiny book of the
tests, and ``--runs N`` for the median of N. The book is a copy in the temporary folder. A build's
seconds and memory are those of all its processes: Sphinx, and the kernels that run the cells. Peak
memory is that of the largest one. On a machine that does other work, trust the processor's seconds.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import books
from books import Book


class Cost(NamedTuple):
    """What one build took."""

    wall: float
    """Seconds."""
    processor: float
    """Seconds, of all processes."""
    memory: float
    """Gigabytes, of the largest process."""


def cost(book: Book) -> Cost:
    """Build a book and return what it took; end if the build is red."""
    start = time.perf_counter()
    with book.started() as running:
        log = running.stdout.read() if running.stdout else ""
        _, status, used = os.wait4(running.pid, 0)  # of this child, with those it waited for
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        sys.exit(log)
    unit = 1 if sys.platform == "darwin" else 1024  # what the system counts memory in, bytes
    return Cost(
        time.perf_counter() - start,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * unit / 1e9,
    )


def from_nothing(book: Book) -> Cost:
    """Build what no build has made before."""
    shutil.rmtree(book.folder / "_build", ignore_errors=True)
    return cost(book)


def after_prose(book: Book) -> Cost:
    """Add a sentence to a chapter, and build."""
    pages = sorted((book.folder / "book").glob("*.md"))
    page = next(page for page in pages if "code-cell" in page.read_text("utf-8"))
    page.write_text(page.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    return cost(book)


KINDS: dict[str, Callable[[Book], Cost]] = {
    "clean": from_nothing,
    "nothing changed": cost,
    "prose edit": after_prose,
}


def rows(book: Book, runs: int) -> Iterator[tuple[str, Cost]]:
    """Yield each kind of build with the medians of what it cost."""
    for name, build in KINDS.items():
        costs = [build(book) for _ in range(runs)]
        yield name, Cost(*map(statistics.median, zip(*costs, strict=True)))


def main() -> None:
    """Print a row for each kind of build."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = (books.tiny if options.tiny else books.real)(Path(folder) / "book")
        print(f"{'build':16} {'wall, s':>8} {'CPU, s':>8} {'peak, GB':>9}", flush=True)
        for name, used in rows(book, options.runs):
            figures = f"{used.wall:8.1f} {used.processor:8.1f} {used.memory:9.2f}"
            print(f"{name:16} {figures}", flush=True)


if __name__ == "__main__":
    main()
