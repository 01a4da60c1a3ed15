"""Every page with code to copy offers itself as a notebook: ``notebooks/<slug>.ipynb``.

It is whole: sentences with their numbers, claims with their verdicts, figures, the cells that the
page shows, and what they printed. It runs wherever the package is installed, from any folder,
because the shown cells of a page run by themselves.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import resvg_py
from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from dlexp.lab import drafts
from dlexp.site import kept
from dlexp.site.addresses import address
from dlexp.site.page_markdown import markdown

LOG = logging.getLogger(__name__)

FOLDER = "notebooks"
"""The folder of the notebooks in the site."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}

CELL = "div.cell:has(.cell_input)"
"""A cell whose code the page shows, as a selector."""

INSTALL = """\
*From the book* Deep Learning by Experiment*, with what the cells printed.
To run them: in a copy of the book, `make book` installs its package. Put this file there; then
`.venv/bin/python -m pip install notebook` and `.venv/bin/python -m notebook` open the folder.
Live figures, and links from page to page, are on the site alone.*
"""

SCALE = 1.25
"""Pixels of a picture for each of the figure's own: in a text, Jupyter shows no SVG."""

Cell = dict[str, Any]


class Pictures:
    """The pictures of one text, as it comes to name them.

    Parameters
    ----------
    files : mapping
        The picture of each name in the site.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files
        self.attached: dict[str, dict[str, str]] = {}

    def __call__(self, source: str) -> str:
        """Attach a picture, and return its address in the notebook."""
        file = self.files.get(PurePosixPath(source).name)
        if file is None:
            raise ValueError(f"a picture must be in the site; got {source}")
        name = f"{file.stem[:16]}.png"
        self.attached[name] = {"image/png": png(file)}
        return f"attachment:{name}"


def png(file: Path) -> str:
    """Return a picture, which is an SVG or a PNG, as PNG in base 64."""
    if file.suffix == ".png":
        return b64encode(file.read_bytes()).decode()
    svg = file.read_text("utf-8")

    def drawn() -> str:
        made = resvg_py.svg_to_bytes(
            svg_string=svg, zoom=SCALE, dpi=96, background="white", skip_system_fonts=True
        )
        return b64encode(bytes(made)).decode()

    return kept.text(f"PNG, {SCALE}, {resvg_py.__version__}\n{svg}", drawn)


def whole(page: Tag, files: Mapping[str, Path]) -> dict[str, Any]:
    """Return a page as a notebook, in the form of nbformat 4.5, the same in every build.

    Parameters
    ----------
    page : Tag
        What Sphinx made of it, its first heading first.
    files : mapping
        The file of each of its pictures, by the name that the page uses.

    Returns
    -------
    dict
        The notebook as plain JSON values; the cells are named by their place.

    Examples
    --------
    >>> page = BeautifulSoup('''<section><h1>Sizes</h1><p>Four.</p><div class="cell">
    ... <div class="cell_input"><pre>print(2 + 2)</pre></div></div></section>''', "html.parser")
    >>> made = whole(page, {})
    >>> [cell["id"] for cell in made["cells"]], made["cells"][2]["source"]
    (['cell-000', 'cell-001', 'cell-002'], ['print(2 + 2)'])
    """
    cells = list(_cells(page.children, files))
    cells.insert(0, _text(INSTALL))
    for index, cell in enumerate(cells):
        cell["id"] = f"cell-{index:03d}"
    metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cells(elements: Iterable[PageElement], files: Mapping[str, Path]) -> Iterator[Cell]:
    """Yield neighbours on a page as cells."""
    for shows_code, group in groupby(_leaves(elements), _is_cell):
        if shows_code:
            yield from (_code(cell) for cell in group if isinstance(cell, Tag))
            continue
        pictures = Pictures(files)
        if text := markdown(group, pictures):
            yield _text(text) | ({"attachments": pictures.attached} if pictures.attached else {})


def _leaves(elements: Iterable[PageElement]) -> Iterator[PageElement]:
    """Yield neighbours on a page; what holds a cell, such as a box, is taken apart."""
    for element in elements:
        if isinstance(element, Tag) and not _is_cell(element) and element.select_one(CELL):
            yield from _leaves(element.children)
        else:
            yield element


def _is_cell(element: PageElement) -> bool:
    return isinstance(element, Tag) and bool(element.css.match(CELL))


def _text(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(cell: Tag) -> Cell:
    source = cell.select(".cell_input pre")[0].get_text().rstrip("\n")
    outputs = [_output(each) for each in cell.select(".cell_output > .output")]
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": outputs,
        "source": source.splitlines(keepends=True),
    }


def _output(output: Tag) -> dict[str, Any]:
    """Return what a cell printed, or its last value; cells that are shown show nothing else."""
    kinds = output.get_attribute_list("class")
    lines = output.get_text().strip("\n").splitlines(keepends=True)
    if "stream" in kinds:
        return {"name": "stdout", "output_type": "stream", "text": lines}
    if "text_plain" in kinds:
        return {"data": {"text/plain": lines}, "metadata": {}, "output_type": "display_data"}
    raise ValueError(f"a shown cell must print what it shows; got {str(output)[:80]}")


def offer(
    app: Sphinx,
    pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.Node | None,
) -> None:
    """Write a page's notebook into the site, and link it in the page's header; not in a draft.

    A page that cannot be one is warned of: that makes the build red, and lets it find more.
    """
    if drafts.are_shown() or doctree is None or "cell_input" not in context["body"]:
        return  # without parsing the pages about the package, which are the longest
    page = BeautifulSoup(context["body"], "html.parser")
    if page.select_one(CELL) is None:
        return
    name = f"{FOLDER}/{address(pagename)}.ipynb"
    file = Path(app.outdir, name)
    pictures = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}
    try:
        notebook = whole(page, pictures)
    except ValueError as error:
        LOG.warning("%s", error, location=pagename, type="strict", subtype="notebooks")
        return
    made = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{made}\n", "utf-8")
    context.setdefault("header_buttons", []).insert(
        0, _button(relative_uri(address(pagename), name))
    )


def _button(link: str) -> dict[str, str]:
    """Return a header button as the theme wants it."""
    return {
        "type": "link",
        "url": link,
        "text": "",
        "icon": "fas fa-download",
        "tooltip": "Download this page as a notebook",
        "label": "download-notebook-button",
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after the theme (500) has begun its list of buttons."""
    app.connect("html-page-context", offer, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
