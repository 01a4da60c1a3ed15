"""What the cells of a page printed and drew is kept, while all that decides it is what it was.

An edit of the words of a page has the page read again, and not its cells run again. Each page's
outputs lie beside what Sphinx keeps, under a digest of all that decides them; those that were wrong
in any way are not kept.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode, from_dict
from sphinx.environment import BuildEnvironment

from dlexp import paths
from dlexp.lab import drafts
from dlexp.site import dependencies, same

PACKAGE = paths.PROJECT / "code" / "dlexp"

MACHINERY = (
    *("site/kernel.py", "site/kernels.py", "site/running.py", "draw/in_book.py"),
    *("lab/machine.py", "lab/forking.py", "lab/nursery.py"),
)
"""What runs cells, and takes what they print."""


TOLD = {"language_info"}
"""What a kernel says of itself in the metadata of a notebook."""


class Ran(NamedTuple):
    """A page that ran."""

    notebook: NotebookNode
    """With its outputs, as far as it came."""
    seconds: float
    report: str
    """What the kernel says that the cells used, as JSON; empty if they did not come to an end."""


def key(page: NotebookNode) -> str:
    """Return a digest of all that decides the outputs of a page."""
    cells = [(cell.source, cell.metadata) for cell in page.cells if cell.cell_type == "code"]
    machinery = dependencies.file_digests(PACKAGE / name for name in MACHINERY)
    decided_by = (cells, dependencies.of_notebook(page), machinery, sorted(same.installed()))
    return hashlib.sha256(json.dumps(decided_by, sort_keys=True).encode()).hexdigest()


def _file(env: BuildEnvironment, docname: str) -> Path:
    return Path(env.doctreedir, "outputs", f"{docname}.json")


def find(env: BuildEnvironment, docname: str, page: NotebookNode) -> Ran | None:
    """Return a page with the outputs that were kept; None if there are none, or for other cells."""
    try:
        kept: dict[str, Any] = json.loads(_file(env, docname).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if drafts.are_shown() or kept["key"] != key(page):
        return None
    found = from_dict(page)  # type: ignore[no-untyped-call]
    cells = (cell for cell in found.cells if cell.cell_type == "code")
    for cell, (count, outputs) in zip(cells, kept["cells"], strict=True):
        cell.execution_count, cell.outputs = count, from_dict(outputs)  # type: ignore[no-untyped-call]
    found.metadata.update(kept["told"])
    return Ran(found, kept["seconds"], kept["report"])


def keep(env: BuildEnvironment, docname: str, decided_by: str, ran: Ran) -> None:
    """Keep the outputs of a page, unless what decides them was edited while its cells ran."""
    if drafts.are_shown() or decided_by != key(ran.notebook):
        return
    code = [cell for cell in ran.notebook.cells if cell.cell_type == "code"]
    told = {name: ran.notebook.metadata[name] for name in TOLD & ran.notebook.metadata.keys()}
    kept = {"key": decided_by, "seconds": ran.seconds, "report": ran.report, "told": told}
    kept["cells"] = [(cell.execution_count, cell.outputs) for cell in code]
    file = _file(env, docname)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept), "utf-8")
