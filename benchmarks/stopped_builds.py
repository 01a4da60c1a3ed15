"""Stop builds of the real book: the next site must be that of a clean build, or red.

``PYTHONPATH=code:tests python benchmarks/stopped_builds.py``, with ``--tiny`` for the tiny book of
the tests. Each phase of a build is stopped once, by kill or by Ctrl-C in turn, then builds are
stopped at random moments. Every other build is a first one; the rest follow an edit, which is
undone after the stop. The book is a copy in the temporary folder. It takes about four minutes a
stop. The status is 1 if a green site differs from that of a clean build.
"""

import argparse
import contextlib
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import books
from books import Book
from stopping import ONLY_LATER, PHASES, stop_after, stop_at

SIGNS = (signal.SIGKILL, signal.SIGINT)


@contextlib.contextmanager
def edited(page: Path) -> Iterator[None]:
    """Add a sentence to a page, and take it away at the end."""
    before = page.read_bytes()
    page.write_bytes(before + b"\nOne more sentence.\n")
    try:
        yield
    finally:
        page.write_bytes(before)


def judge(book: Book, whole: dict[str, bytes]) -> str:
    """Build again, and say in a word what came of it."""
    outcome = book.build()
    site = book.bytes()
    names = whole.keys() | site.keys()
    differing = sorted(name for name in names if whole.get(name) != site.get(name))
    word = "red" if outcome.status else "WRONG" if differing else "whole"
    return f"{word} {outcome.seconds:.0f} s {' '.join(differing[:5]) if word == 'WRONG' else ''}"


def stops(book: Book, count: int, seed: int, seconds: float) -> Iterator[tuple[str, Callable]]:
    """Yield what to do and its name: every phase once, then random moments."""
    chance = random.Random(seed)
    for number in range(count):
        sign = SIGNS[number % 2]
        if number < len(PHASES):
            phase = PHASES[number]
            yield f"{phase}, {sign.name}", lambda p=phase, s=sign: stop_at(book, p, s)
        else:
            moment = chance.uniform(1, seconds)
            name = f"{moment:.1f} s, {sign.name}"
            yield name, lambda m=moment, s=sign: stop_after(book, m, s)


def main() -> int:
    """Stop builds, print a line for each, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--stops", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = (books.tiny if options.tiny else books.real)(Path(folder) / "book")
        first = book.build()
        if first.status:
            sys.exit(first.log)
        whole, words = book.bytes(), []
        print(f"a clean build: {len(whole)} files, {first.seconds:.0f} s", flush=True)
        pages = sorted(
            p for p in (book.folder / "book").glob("*.md") if "code-cell" in p.read_text()
        )
        for number, (name, stop) in enumerate(
            stops(book, options.stops, options.seed, first.seconds)
        ):
            page = pages[number % len(pages)]
            phase = name.rpartition(", ")[0]
            is_first = number // 2 % 2 == 1 and phase not in ONLY_LATER
            if is_first:
                shutil.rmtree(book.folder / "_build")
                stop()
            else:
                with edited(page):
                    stop()
            words.append(judge(book, whole))
            kind = "a first build" if is_first else f"an edit of {page.name}"
            print(f"{number + 1}. {kind}, stopped at {name}: {words[-1]}", flush=True)
    print(f"{sum(word.startswith('WRONG') for word in words)} of {len(words)} green and wrong")
    return int(any(word.startswith("WRONG") for word in words))


if __name__ == "__main__":
    sys.exit(main())
