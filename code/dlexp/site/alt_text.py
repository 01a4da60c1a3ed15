"""Every image has words for those who cannot see it.

`dlexp.draw.publish.figure` puts the words into the drawing's ``<title>``; here they become the
``alt`` of the image in the page, where MyST-NB would put the path of the file. An image without
words is a warning, so the build is red.
"""

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from dlexp.draw.in_book import IN_BOOK

LOG = logging.getLogger(__name__)

_TITLE = "{http://www.w3.org/2000/svg}title"
_FILE = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|avif)", re.IGNORECASE)

MISSING = "an image must have an alt text; got {}"


def svg_title(drawing: bytes) -> str | None:
    """Return the title of an SVG drawing; None if it has none, or is no XML.

    Examples
    --------
    >>> svg_title(b'<svg xmlns="http://www.w3.org/2000/svg"><title>A line.</title></svg>')
    'A line.'
    """
    try:
        title = ElementTree.fromstring(drawing).findtext(_TITLE)
    except ElementTree.ParseError:
        return None
    return " ".join(title.split()) if title and title.strip() else None


def is_words(alt: str | None) -> bool:
    """Return whether an alt text says something: more than nothing, and no file name.

    Examples
    --------
    >>> is_words("A line that rises."), is_words("_images/3fa1.svg"), is_words(" "), is_words(None)
    (True, False, False, False)
    """
    return alt is not None and bool(alt.strip()) and not _FILE.fullmatch(alt.strip())


class _Images(HTMLParser):
    """Collects the images of a piece of HTML that have no words."""

    def __init__(self) -> None:
        super().__init__()
        self.wordless: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and not is_words(given.get("alt")):
            self.wordless.append(f"<img> of {given.get('src')}")
        named = given.get("aria-label") or given.get("aria-labelledby")
        if tag == "svg" and given.get("aria-hidden") != "true" and not named:
            self.wordless.append("<svg> with neither aria-label, aria-labelledby nor aria-hidden")


def wordless(markup: str) -> list[str]:
    """Return the images in HTML that have no words, each in words of ours.

    Examples
    --------
    >>> wordless('<img src="a.png"> <svg aria-hidden="true"></svg> <img src="b.png" alt="A b.">')
    ['<img> of a.png']
    """
    images = _Images()
    images.feed(markup)
    return images.wordless


def _missing(document: nodes.document, srcdir: Path) -> Iterator[tuple[nodes.Node, str]]:
    """Give each image the words in its file, and yield those that have none."""
    for image in document.findall(nodes.image):
        file = srcdir / image["uri"]
        if not is_words(image.get("alt")) and file.suffix == ".svg" and file.is_file():
            image["alt"] = svg_title(file.read_bytes()) or ""
        if not is_words(image.get("alt")):
            yield image, image.get("alt") or f"none for {PurePosixPath(image['uri']).name}"
    for raw in document.findall(nodes.raw):
        if "html" in raw.get("format", "").split():
            yield from ((raw, image) for image in wordless(raw.astext()))


def _place(node: nodes.Node) -> nodes.Node:
    """Return the nearest node around an image that knows its line: an image itself does not."""
    while not node.line and node.parent is not None:
        node = node.parent
    return node


def describe(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Give the images of a page their words, and warn of those that have none."""
    for node, image in _missing(doctree, Path(app.srcdir)):
        LOG.warning(
            "%s", MISSING.format(image), location=_place(node), type="alt_text", subtype="missing"
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page when all that it shows has been put in its place."""
    # Kernels inherit this: figures appear where the page places them, and only there.
    os.environ[IN_BOOK] = "1"
    app.connect("doctree-resolved", describe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
