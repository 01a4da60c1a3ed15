"""The pages of the real book, and what is wrong with one in a browser, in each of its looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser

import fifths
from books import Book
from browsing import CHROMIUM, OVERFLOW, Visit

MARKS = [
    pytest.mark.costly,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here: the book was not seen in a browser"
    ),
    pytest.mark.timeout(1800),
]


class Look(NamedTuple):
    """How a reader looks at a page."""

    scheme: str
    width: int


WIDE_LIGHT, WIDE_DARK = Look("light", 1280), Look("dark", 1280)
NARROW = Look("dark", 400), Look("light", 360)
LOOKS = WIDE_LIGHT, WIDE_DARK, *NARROW

EVERYTHING: dict[str, Any] = {}
CONTRAST = {"runOnly": ["color-contrast"]}
AXE = {
    WIDE_LIGHT: EVERYTHING,
    WIDE_DARK: CONTRAST,
    Look("dark", 400): CONTRAST,
    Look("light", 360): EVERYTHING,
}
"""What axe is asked in a look: all that may differ from another's. Names, roles and order are the
same by day and by night; to the styles of the book, 400 pixels are as many as 360.
"""


def names(book: Book) -> list[str]:
    """Return all pages of the site."""
    files = (file.relative_to(book.html) for file in book.html.rglob("*.html"))
    return sorted(file.as_posix() for file in files if "_static" not in file.parts)


def is_source(name: str) -> bool:
    """Return whether a page shows source code: there are more than a hundred, and alike."""
    return name.startswith("_modules/")


PARTS = pytest.mark.parametrize("part", range(fifths.PARTS))
"""The pages are seen in parts, of which a run may take one."""


def seen_in(book: Book, look: Look, part: int) -> dict[str, bool]:
    """Return the pages of a part to see in a look, and whether axe does.

    Each page of source is seen in one look or another, and each third by axe. Other pages are seen
    in all looks, and by axe once by day and once by night: wide in one, narrow in the other; the
    long ones about the package, which are alike, by day alone.
    """
    sources = [name for name in names(book) if is_source(name)]
    mine = sources[LOOKS.index(look) :: len(LOOKS)]
    others = [name for name in names(book) if not is_source(name)]
    night = look.scheme == "dark"
    turn = (look.width < 1000) != night
    seen = {name: k % 2 == turn for k, name in enumerate(others)}
    seen |= {name: False for name in others if night and name.startswith("api_")}
    seen |= {name: k % 3 == 0 for k, name in enumerate(mine)}
    return {
        name: by_axe for k, (name, by_axe) in enumerate(seen.items()) if k % fifths.PARTS == part
    }


@contextmanager
def visiting(browser: Browser, look: Look) -> Iterator[Visit]:
    """Open a window with a look."""
    context = browser.new_context(
        color_scheme="dark" if look.scheme == "dark" else "light",
        viewport={"width": look.width, "height": 900},
    )
    yield Visit(context)
    context.close()


def faults(browser: Browser, book: Book, look: Look, part: int) -> list[str]:
    """Return what is wrong with a part of the pages in a look, read from a folder."""
    start = book.html.resolve().as_uri()
    found = []
    with visiting(browser, look) as visit:
        for name, by_axe in seen_in(book, look, part).items():
            visit.go(f"{start}/{name}")
            found += [f"{name} {fault}" for fault in _faults(visit, look, start)]
            if by_axe and look in AXE:
                axe = visit.inaccessible(each_kind=True, **AXE[look])
                found += [f"{name}: axe: {fault}" for fault in axe]
    return found


def _faults(visit: Visit, look: Look, start: str) -> Iterator[str]:
    yield from (f"asks for {url}" for url in visit.outside(start))
    yield from (f"complains: {text}" for text in visit.complaints)
    if (wider := visit.page.evaluate(OVERFLOW)) > 0:
        yield f"is {wider} pixels wider than {look.width}"
    if (theme := visit.page.evaluate("document.documentElement.dataset.theme")) != look.scheme:
        yield f"is {theme}, not {look.scheme}"
