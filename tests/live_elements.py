"""A live figure that Node runs in a page that is not there: what it shows, element by element."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import calls
import node

DRIVER = Path(__file__).parent / "interactive" / "run_figure.js"
Element = tuple[str, dict[str, str], list[Any]]
"""A tag, its attributes, and what is in it: elements and texts."""


def shown(asked: Path, name: str, data: object, *moves: list[Any]) -> list[Element]:
    """Return what a figure shows at first and after each move; ``asked`` is a file for these."""
    asked.write_text(json.dumps({"name": name, "data": data, "moves": moves}), "utf-8")
    scripts = [calls.SCRIPTS / f"{script}.js" for script in ("page", "charts", name)]
    found: list[Element] = json.loads(node.run(DRIVER, asked, *scripts))
    return found


def inside(element: Element, tag: str = "", style: str = "") -> list[Element]:
    """Return the elements of a tag, or of a class, in an element."""
    return [
        each for each in _all(element) if tag in ("", each[0]) and style in ("", style_of(each))
    ]


def style_of(element: Element) -> str:
    return element[1].get("class", "")


def text(element: Element) -> str:
    return "".join(child if isinstance(child, str) else text(child) for child in element[2])


def said(element: Element) -> str:
    """Return what the figure says of itself."""
    [status] = inside(element, "p", "dlx-status")
    return text(status)


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element[2]:
        if not isinstance(child, str):
            yield from _all(child)
