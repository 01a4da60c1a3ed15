"""All that a page loads or links within the site is there, and nothing is loaded from elsewhere.

The pages are read as they were written, so it does not matter who wrote an address: Markdown, raw
HTML, a cell or a theme.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.util import logging

from dlexp.site import complete, kept

LOG = logging.getLogger(__name__)

LOADS = {
    **dict.fromkeys(("img", "script", "source", "video", "audio", "track", "input"), ("src",)),
    **dict.fromkeys(("iframe", "embed", "frame"), ("src",)),
    "link": ("href",),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
"""Attributes by which a page loads something, besides ``srcset`` and ``poster``."""

_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?P<address>(?:https?:)?//[^'\")\s]*)")
_ELSEWHERE = "all that is loaded must be on the site; got"
_NOWHERE = "what is loaded or linked must be on the site; got"


class Addresses(NamedTuple):
    """The anchors of a page, and the addresses in it with their lines."""

    anchors: list[str]
    links: list[tuple[int, str]]
    loads: list[tuple[int, str]]


def read(markup: str) -> Addresses:
    """Return the addresses of a page; one that an earlier build read is not read again.

    Examples
    --------
    >>> read('<a id="top" href="#top">up</a><img src="//a.b/c.png">')
    Addresses(anchors=['top'], links=[(1, '#top')], loads=[(1, '//a.b/c.png')])
    """
    anchors, links, loads = json.loads(
        kept.text(f"addresses\n{markup}", lambda: json.dumps(_Reader(markup).found()))
    )
    return Addresses(anchors, [(*each,) for each in links], [(*each,) for each in loads])


class _Reader(HTMLParser):
    """Reads the addresses of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[int, str]] = []
        self.loads: list[tuple[int, str]] = []
        self.feed(markup)

    def found(self) -> Addresses:
        """Return what was read."""
        return Addresses(sorted(self.anchors), self.links, self.loads)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a tag says."""
        line, _ = self.getpos()
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag in ("a", "area") and "href" in given:
            self.links.append((line, given["href"]))
        # A page's own address on the web is said, not loaded.
        canonical = tag == "link" and given.get("rel") == "canonical"
        loads = () if canonical else LOADS.get(tag, ())
        loaded = [given[name] for name in (*loads, "poster") if name in given]
        loaded += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        loaded += [match["address"] for match in _STYLE.finditer(given.get("style", ""))]
        self.loads += [(line, address) for address in loaded]


def problems(site: Path) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the addresses of a site, with the file and line of each."""
    files = {file for file in site.rglob("*") if file.is_file()}
    own = sorted(f for f in files if f.suffix == ".html" and site / "_static" not in f.parents)
    pages = {file: read(file.read_text("utf-8")) for file in own}
    for file, page in pages.items():
        for line, address in [*page.loads, *page.links]:
            if reason := _wrong(address, file, files, pages, loads=(line, address) in page.loads):
                yield f"{file}:{line}", f"{reason} {address}"
    for file in sorted(f for f in files if f.suffix == ".css"):
        for match in _STYLE.finditer(file.read_text("utf-8")):
            yield str(file), f"{_ELSEWHERE} {match['address']}"


def _wrong(
    address: str, file: Path, files: set[Path], pages: dict[Path, Addresses], *, loads: bool
) -> str:
    """Return what is wrong with an address; nothing if it is right."""
    parts = urlsplit(address.strip())
    if loads and (parts.netloc or parts.scheme not in ("", "data")):
        return _ELSEWHERE
    if parts.scheme == "javascript":
        return "a link must lead somewhere; got"
    if parts.scheme or parts.netloc or address == "#":
        return ""
    target = Path(file.parent, unquote(parts.path)).resolve() if parts.path else file
    if target not in files:
        return _NOWHERE
    anchor = unquote(parts.fragment)
    known = not anchor or target not in pages or anchor in pages[target].anchors
    return "" if known else _NOWHERE


def check(app: Sphinx, exception: Exception | None) -> None:
    """Warn of addresses that lead nowhere or elsewhere."""
    site = Path(app.outdir).resolve()
    if exception is None and app.builder.format == "html" and not complete.stands(site):
        for location, problem in problems(site):
            LOG.warning("%s", problem, location=location, type="strict", subtype="addresses")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after the pages have their last form."""
    app.connect("build-finished", check, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
