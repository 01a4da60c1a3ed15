"""A page of a draft that waits for records: its places say so, and the rest is as it would be."""

import re
from collections.abc import Iterator

from myst_nb.ext.glue import GLUE_PREFIX
from nbformat import NotebookNode
from nbformat.v4 import new_output

from dlexp.lab import drafts

TOLERATED = ("MissingResult", "NameError")
"""Errors after which a page of a draft goes on: of a missing record, and of what it would name."""

_PLACED = re.compile(r"\{glue(?::(?P<kind>\w+))?\}[`\s]+(?P<name>\w+)(?![\w.]*::)")

SAYS = f"{drafts.WAITING[:1].upper()}{drafts.WAITING[1:]}"

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="60" viewBox="0 0 320 60">'
    f"<title>{SAYS}.</title><metadata><description xmlns='http://purl.org/dc/elements/1.1/'>"
    f"{SAYS}</description></metadata>"
    '<rect x="1" y="1" width="318" height="58" fill="none" stroke="#767676" stroke-dasharray="6"/>'
    '<text x="160" y="36" text-anchor="middle" font-family="sans-serif" font-size="16" '
    f'fill="#767676">{drafts.WAITING}</text></svg>'
)
"""Stands for a figure."""


def settle(page: NotebookNode) -> None:
    """Put words in the place of what a page could not make, for want of records."""
    code = [cell for cell in page.cells if cell.cell_type == "code"]
    waits = False
    for cell in code:
        for number, output in enumerate(cell.outputs):
            missing = output.get("ename") == TOLERATED[0]
            if missing or (waits and output.get("ename") == TOLERATED[1]):
                waits = True
                says = output.evalue if missing else f"{SAYS}: {output.evalue}"
                cell.outputs[number] = _html(drafts.mark_html(says))
    if waits:
        code[-1].outputs += [_stand_in(kind, name) for kind, name in unmade(page)]


def unmade(page: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield what a page places and did not publish: the kind of the place, and the name."""
    outputs = [each for cell in page.cells for each in cell.get("outputs", ())]
    made = {each.get("metadata", {}).get("scrapbook", {}).get("name") for each in outputs}
    texts = (cell.source for cell in page.cells if cell.cell_type != "code")
    for place in _PLACED.finditer("\n".join(texts)):
        if place["name"] not in made:
            made.add(place["name"])
            yield place["kind"] or "any", place["name"]


def _stand_in(kind: str, name: str) -> NotebookNode:
    data = {"text/plain": repr(drafts.WAITING)}
    if kind == "figure":
        data["image/svg+xml"] = DRAWING
    elif kind == "any":
        data["text/html"] = drafts.mark_html(SAYS)
    return new_output(  # type: ignore[no-any-return, no-untyped-call]
        "display_data",
        data={f"{GLUE_PREFIX}{mime}": content for mime, content in data.items()},
        metadata={"scrapbook": {"name": name, "mime_prefix": GLUE_PREFIX}},
    )


def _html(markup: str) -> NotebookNode:
    return new_output("display_data", data={"text/html": markup, "text/plain": ""})  # type: ignore[no-any-return, no-untyped-call]
