"""The site as it was built, read by commands that make something else of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from dlexp import paths
from dlexp.lab.settings import not_one_of

ROOT = "index"
"""The name of the first page."""

LISTED = ".bd-docs-nav p.caption, .bd-docs-nav li"
"""The parts of the book and their pages in the list beside a page, as a selector."""

PACKAGE = "api"
"""The page about the package, which others continue: what they tell stands in its files."""


class Unusable(Exception):
    """What was asked for cannot be made here; one line says what is missing."""


@dataclass(frozen=True)
class Entry:
    """A page in the list of contents."""

    name: str
    """Its address without the suffix."""

    part: str
    """The part of the book that it stands in; none for the first page."""


class Site:
    """A built site in a folder.

    Parameters
    ----------
    folder : Path
        The folder of ``index.html``.

    Raises
    ------
    Unusable
        If there is no site.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "index.html").is_file() or not (folder / "_static").is_dir():
            raise Unusable("the book must be built first, by `make book`; found no site of it")
        self.index = self._read(ROOT)
        self.title = _text(self.index, ".logo__title")
        self.contents = list(_entries(self.index))

    def page(self, name: str) -> BeautifulSoup:
        """Return a page that the contents list.

        Raises
        ------
        Unusable
            If they list none of this name.
        """
        names = [entry.name for entry in self.contents]
        if name not in names:
            raise Unusable(not_one_of("page", name, names))
        return self._read(name)

    def _read(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.folder / f"{name}.html").read_text("utf-8"), "html.parser")

    def file(self, address: str) -> Path:
        """Return the file that a page at the top of the site calls by this address."""
        return self.folder / unquote(urlsplit(address).path)

    def styles(self, pages: Sequence[BeautifulSoup]) -> list[Path]:
        """Return the style sheets of pages, in an order that all of them keep.

        A page without live figures lacks a sheet in the middle, so the longest list goes first.
        """
        lists = [_styles(page) for page in pages]
        addresses = dict.fromkeys(each for one in sorted(lists, key=len)[::-1] for each in one)
        return [self.file(address) for address in addresses]


def article(page: BeautifulSoup) -> Tag:
    """Return what a page says, without what the theme puts around it."""
    found = page.select_one("article")
    if found is None:
        raise Unusable("a page of the book must have an article; got none")
    return found


def _entries(index: BeautifulSoup) -> Iterator[Entry]:
    """Yield the pages as the first one lists them beside itself, without those on the package."""
    part = ""
    yield Entry(ROOT, part)
    for each in index.select(LISTED):
        if each.name == "p":
            part = each.get_text(strip=True)
        elif part and (link := each.select_one("a[href$='.html']")):
            name = str(link["href"]).removesuffix(".html")
            if paths.chapter(name, {name, PACKAGE}) != PACKAGE:
                yield Entry(name, part)


def _styles(page: BeautifulSoup) -> list[str]:
    return [str(link["href"]) for link in page.select('link[rel="stylesheet"]')]


def _text(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""
