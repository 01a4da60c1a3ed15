"""Each figure and each table of a page links to the function that made it.

`dlexp.draw.publish` notes the function: in the metadata of a drawing, and as an attribute of a
table. The link leads to its source among the pages about the package. The list of these pages
is mended: Sphinx puts lists within lists where HTML does not allow them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx

from dlexp import chapters

_TERMS = "{http://purl.org/dc/elements/1.1/}"
_MADE_BY = re.compile(r' data-source="(?P<module>[\w.]+):(?P<function>\w+)"')
_LISTS = re.compile(r"<ul>(?P<items>.*)</ul>", re.DOTALL)
_EDGE_OF_LIST = re.compile(r"</?ul>")

WORDS = "Code"
"""What the link says; what it belongs to stands right before it."""


def claims_source(app: Sphinx, docname: str, slug: str) -> str | None:
    """Return the address of the code of a chapter's claims, if the book has a page for it."""
    module = f"{chapters.__name__}.{slug}.claims"
    if not getattr(app.env, "_viewcode_modules", {}).get(module):
        return None
    return app.builder.get_relative_uri(docname, f"_modules/{module.replace('.', '/')}")


def noted(drawing: bytes, term: str) -> str:
    """Return what a drawing says of itself in its metadata; empty if it says nothing.

    Parameters
    ----------
    drawing : bytes
        An SVG.
    term : str
        ``"source"``, the function that made it, as ``"module:name"``; or ``"identifier"``, the
        name by which it was published.

    Examples
    --------
    >>> noted(b"<svg/>", "source")
    ''
    """
    try:
        return ElementTree.fromstring(drawing).findtext(f".//{_TERMS}{term}") or ""
    except ElementTree.ParseError:
        return ""


def link(app: Sphinx, docname: str, source: str) -> str | None:
    """Return the address of a function's source, as seen from a page, if the book has it."""
    module, _, function = source.partition(":")
    if not getattr(app.env, "_viewcode_modules", {}).get(module):
        return None
    page = app.builder.get_relative_uri(docname, f"_modules/{module.replace('.', '/')}")
    return f"{page}#{function}"


def _drawn(app: Sphinx, doctree: nodes.document) -> Iterator[tuple[nodes.figure, str]]:
    """Yield the figures that name a function, with its name."""
    for figure in doctree.findall(nodes.figure):
        for image in figure.findall(nodes.image):
            file = Path(app.srcdir, image["uri"])
            source = noted(file.read_bytes(), "source") if file.suffix == ".svg" else ""
            if source:
                yield figure, source


def connect(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the links in as a page is written."""
    if app.builder.format != "html":
        return
    for figure, source in list(_drawn(app, doctree)):
        address = link(app, docname, source)
        if address:
            reference = nodes.reference("", WORDS, refuri=address, internal=True)
            figure += nodes.legend("", nodes.paragraph("", "", reference, classes=["made-by"]))
    for raw in doctree.findall(nodes.raw):
        if "data-source=" in raw.astext():
            raw.replace_self(_linked(app, docname, raw))


def _linked(app: Sphinx, docname: str, raw: nodes.raw) -> nodes.raw:
    """Return a table with its link below it."""
    markup = raw.astext()
    made_by = _MADE_BY.search(markup)
    address = link(app, docname, f"{made_by['module']}:{made_by['function']}") if made_by else None
    markup = _MADE_BY.sub("", markup)
    if address:
        markup += (
            f'\n<p class="made-by"><a class="reference internal" href="{address}">{WORDS}</a></p>'
        )
    changed = nodes.raw("", markup, **raw.attributes)
    changed.source, changed.line = raw.source, raw.line
    return changed


def one_list(body: str) -> str:
    """Return a page's HTML with its nested lists as one; modules have their full names anyway.

    Examples
    --------
    >>> one_list("<h1>Code</h1><ul><li>dlexp</li><ul><li>dlexp.lab</li></ul></ul>")
    '<h1>Code</h1><ul><li>dlexp</li><li>dlexp.lab</li></ul>'
    """
    return _LISTS.sub(lambda lists: f"<ul>{_EDGE_OF_LIST.sub('', lists['items'])}</ul>", body)


def mend_overview(
    _app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: object
) -> None:
    """Put one list on the page that lists the pages of source code."""
    if pagename == "_modules/index":
        context["body"] = one_list(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("html-page-context", mend_overview)
    app.connect("doctree-resolved", connect, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
