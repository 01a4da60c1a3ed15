"""The sentences of the claims, as the pages of the book state them.

A page states a claim with the verdict that its prose assumes::

    ```{supported} tuned_dense
    Each at its own rate, the dense net is better with normalisation than without.
    ```

and several that merely count cases in one table::

    ```{counted}
    keras_agrees
    : Keras gives the values of the hand-written layer.
    ```
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

COUNTED = "supported"
"""The verdict that a page assumes of what it counts: it never happened."""

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)")
_STATING = re.compile(r"\{(?P<kind>supported|refuted|inconclusive|counted)\}\s*(?P<name>\S*)")
_CODE = re.compile(r"[^{]|\{code")
_TERM = re.compile(r"^(?P<name>[a-z][\w.]*)\n:[ \t]+(?P<sentence>.+(?:\n[ \t]+.+)*)", re.MULTILINE)


class Statement(NamedTuple):
    """A sentence of a page, and the verdict that the page assumes."""

    sentence: str
    expected: str


def statements(book: Path) -> dict[str, Statement]:
    """Return the statements of the book's pages, by the claim's id.

    Parameters
    ----------
    book : Path
        The folder of the pages, searched for ``*.md``.
    """
    stated: dict[str, Statement] = {}
    for page in sorted(book.glob("*.md")):
        stated |= dict(of_page(page.read_text("utf-8"), page.stem))
    return stated


def of_page(text: str, slug: str) -> Iterator[tuple[str, Statement]]:
    r"""Yield the statements of a page, by the claim's id; what is shown as code states nothing.

    Examples
    --------
    >>> text = "```{refuted} small\nIt is small.\n```\n"
    >>> dict(of_page(text, "demo"))
    {'demo.small': Statement(sentence='It is small.', expected='refuted')}
    """
    for kind, name, body in _blocks(text):
        if kind != "counted":
            yield identifier(name, slug), Statement(" ".join(body.split()), kind)
            continue
        for term, sentence in terms(body):
            yield identifier(term, slug), Statement(sentence, COUNTED)


def terms(body: str) -> list[tuple[str, str]]:
    r"""Return the names and the sentences of what a page counts.

    Raises
    ------
    ValueError
        If there is anything else, or nothing.

    Examples
    --------
    >>> terms("one\n: Never this.\ntwo\n: Never\n  that.")
    [('one', 'Never this.'), ('two', 'Never that.')]
    """
    listed = [(t["name"], " ".join(t["sentence"].split())) for t in _TERM.finditer(body)]
    rest = _TERM.sub("", body).strip()
    if rest or not listed:
        first = rest.splitlines()[0] if rest else "nothing"
        raise ValueError(
            f"what is counted must be names, each with ': ' and a sentence; got {first}"
        )
    return listed


def _blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and body of each block that states something."""
    lines = iter(text.splitlines())
    for line in lines:
        opened = _FENCE.fullmatch(line)
        info = opened["info"].strip() if opened else ""
        stating = _STATING.fullmatch(info)
        if opened and (stating or _CODE.match(info)):
            inside = takewhile(partial(_is_inside, opened["fence"]), lines)
            body = "\n".join(inside)
            if stating:
                yield stating["kind"], stating["name"], body


def _is_inside(fence: str, line: str) -> bool:
    """Whether a line does not close a fence: by as many of the same sign, and nothing else."""
    signs = line.strip()
    return not (signs.startswith(fence) and set(signs) == set(fence))


def identifier(name: str, slug: str) -> str:
    """Return the id of a claim that a page names: its own, or another chapter's by its id.

    Examples
    --------
    >>> identifier("small", "demo"), identifier("other.small", "demo")
    ('demo.small', 'other.small')
    """
    return name if "." in name else f"{slug}.{name}"
