"""Every page with code offers itself as a notebook: ``notebooks/<slug>.ipynb``, ready to run.

It runs as it is wherever the package is installed, from any folder, because pages import everything
from the package and the package knows where its data and records are.
"""

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from dlexp.lab import drafts
from dlexp.site import dependencies, fresh
from dlexp.site.addresses import address

FOLDER = "notebooks"
"""The folder of the notebooks in the site."""

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}

_INDEX = re.compile(r"^```\{index\}.*\n```\n*", re.MULTILINE)
"""Words for search and the index, which a notebook has not."""


def plain(notebook: NotebookNode) -> dict[str, Any]:
    """Return a notebook without outputs, in the form of nbformat 4.5, the same in every build.

    Parameters
    ----------
    notebook : NotebookNode
        A page as MyST-NB reads it.

    Returns
    -------
    dict
        The notebook as plain JSON values; the cells are named by their place.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> made = plain(new_notebook(cells=[new_code_cell("1 + 1")]))
    >>> made["cells"][0]["id"], made["metadata"]["kernelspec"]["name"]
    ('cell-000', 'python3')
    """
    cells = [_cell(index, cell) for index, cell in enumerate(notebook.cells)]
    metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(index: int, cell: NotebookNode) -> dict[str, Any]:
    """Return a cell without its outputs; only its tags are kept of what the book added."""
    tags = cell.metadata.get("tags")
    made: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": f"cell-{index:03d}",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": _INDEX.sub("", cell.source).splitlines(keepends=True),
    }
    if cell.cell_type == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def offer(
    app: Sphinx,
    pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.Node | None,
) -> None:
    """Write a page's notebook into the site, and link it in the page's header; not in a draft."""
    if drafts.are_shown():
        return
    page = fresh.notebook(app.env, pagename) if doctree is not None else None
    if page is None or not dependencies.has_code(page):
        return
    name = f"{FOLDER}/{address(pagename)}.ipynb"
    file = Path(app.outdir, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        json.dumps(plain(page), indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
    )
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
