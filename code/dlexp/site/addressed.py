"""All that a page loads or links within the site is there, and nothing is loaded from elsewhere.

The pages are read as they were written, so it does not matter who wrote an address: Markdown, raw
HTML, a cell or a theme.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from lxml import etree
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
    made = kept.text(f"addresses\n{markup}", lambda: json.dumps(_found(markup)))
    anchors, links, loads = json.loads(made)
    return Addresses(anchors, [(*each,) for each in links], [(*each,) for each in loads])


def _found(markup: str) -> Addresses:
    """Return the addresses of a page, with the lines in which their tags end."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)  # no file is opened for it
    anchors: set[str] = set()
    found = Addresses([], [], [])
    for element in etree.fromstring(markup.encode(), parser).iter(etree.Element):
        tag, given, line = element.tag, element.attrib, element.sourceline
        anchors.update(given[name] for name in ("id", "name") if name in given)
        if tag in ("a", "area") and "href" in given:
            found.links.append((line, given["href"]))
        found.loads.extend((line, address) for address in _loaded(tag, given))
    found.anchors.extend(sorted(anchors))
    return found


def _loaded(tag: str, given: Mapping[str, str]) -> Iterator[str]:
    """Yield what an element loads."""
    # A page's own address on the web is said, not loaded.
    canonical = tag == "link" and given.get("rel") == "canonical"
    names = () if canonical else LOADS.get(tag, ())
    yield from (given[name] for name in (*names, "poster") if name in given)
    yield from (part.split()[0] for part in given.get("srcset", "").split(",") if part.strip())
    yield from (match["address"] for match in _STYLE.finditer(given.get("style", "")))


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
    parts = _split(address.strip())
    if loads and (parts.netloc or parts.scheme not in ("", "data")):
        return _ELSEWHERE
    if parts.scheme == "javascript":
        return "a link must lead somewhere; got"
    if parts.scheme or parts.netloc or address == "#":
        return ""
    target = _target(file.parent, parts.path) if parts.path else file
    if target not in files:
        return _NOWHERE
    anchor = unquote(parts.fragment)
    known = not anchor or target not in pages or anchor in pages[target].anchors
    return "" if known else _NOWHERE


@cache
def _split(address: str) -> SplitResult:
    """Return the parts of an address, which many pages have."""
    return urlsplit(address)


@cache
def _target(folder: Path, path: str) -> Path:
    """Return the file that a path names in the pages of a folder."""
    return Path(os.path.normpath(folder / unquote(path)))


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
