"""Each figure can be taken along: the drawing as SVG, and the numbers behind it as CSV.

`dlexp.draw.publish` hands both over under one name. The numbers lie beside the drawing, as a file
of the site, so that a page weighs no more; a figure that shows no numbers has no such file.
"""

import json
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from dlexp.draw.in_book import NUMBERS
from dlexp.site.addresses import address
from dlexp.site.sources import noted


def glued(app: Sphinx, docname: str) -> dict[str, Any]:
    """Return what a page published, by name, as MyST-NB keeps it."""
    folder = Path(app.env.mystnb_config.output_folder)  # type: ignore[attr-defined]
    file = folder / f"{docname}.glue.json"
    known: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return known


def offer(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the links below the figures of a page as it is written, and write their numbers."""
    if app.builder.format != "html":
        return
    published: dict[str, Any] = {}
    for figure in doctree.findall(nodes.figure):
        for image in figure.findall(nodes.image):
            file = Path(app.srcdir, image["uri"])
            name = noted(file.read_bytes(), "identifier") if file.suffix == ".svg" else ""
            published = published or (glued(app, docname) if name else {})
            if name in published:
                data = published[name]["metadata"].get(NUMBERS, "")
                _below(figure).extend(_links(app, docname, image["uri"], name, data))


def _links(app: Sphinx, docname: str, uri: str, name: str, data: str) -> list[nodes.raw]:
    """Return the links to a drawing and to its numbers, which are written."""
    folder = app.builder.imagedir
    title = f"{PurePosixPath(address(docname)).name}-{name}"
    made = [_link(app, docname, f"{folder}/{app.env.images[uri][1]}", f"{title}.svg", "SVG")]
    if data:
        file = Path(app.outdir, folder, f"{title}.csv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode())  # bytes: the format has line ends of its own
        made.insert(
            0, _link(app, docname, f"{folder}/{file.name}", file.name, "points drawn (CSV)")
        )
    return made


def _link(app: Sphinx, docname: str, target: str, name: str, words: str) -> nodes.raw:
    """Return a link that has a file of the site kept under a name."""
    link = escape(relative_uri(app.builder.get_target_uri(docname), target))
    markup = f' <a class="reference internal" href="{link}" download="{escape(name)}">{words}</a>'
    return nodes.raw("", markup, format="html")


def _below(figure: nodes.figure) -> nodes.paragraph:
    """Return the line below a figure that leads to its code, or a new one."""
    for paragraph in figure.findall(nodes.paragraph):
        if "made-by" in paragraph["classes"]:
            return paragraph
    paragraph = nodes.paragraph("", "", classes=["made-by"])
    figure += nodes.legend("", paragraph)
    return paragraph


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after the links to the code (850)."""
    app.connect("doctree-resolved", offer, priority=860)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
