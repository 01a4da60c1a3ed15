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

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dlexp import paths

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

COUNTED = "supported"
"""The verdict that a page assumes of what it counts: it never happened."""

_STATING = re.compile(r"\{(?P<kind>supported|refuted|inconclusive|counted)\}\s*(?P<name>\S*)")
_CODE = re.compile(r"[^{]|\{code|$")
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

    Raises
    ------
    ValueError
        If pages expect different verdicts of one claim.
    """
    stated: dict[str, tuple[str, Statement]] = {}
    pages = sorted(book.glob("*.md"))
    names = {page.stem for page in pages}
    for page in pages:
        for name, statement in of_page(page.read_text("utf-8"), paths.chapter(page.stem, names)):
            first, other = stated.setdefault(name, (page.name, statement))
            if other.expected != statement.expected:
                raise ValueError(
                    f"pages must expect one verdict of {name}; got {other.expected} in {first}, "
                    f"{statement.expected} in {page.name}"
                )
    return {name: statement for name, (_, statement) in stated.items()}


def of_page(text: str, slug: str) -> Iterator[tuple[str, Statement]]:
    r"""Yield the statements of a page, by the claim's id; code and comments state nothing.

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
    for token in _parser().parse(text):
        info = token.info.strip()
        if stating := _STATING.fullmatch(info):
            yield stating["kind"], stating["name"], token.content
        elif token.type in ("fence", "colon_fence") and not _CODE.match(info):
            yield from _blocks(token.content)  # another directive, which may hold some


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin

    return MarkdownIt("commonmark").use(colon_fence_plugin)


def identifier(name: str, slug: str) -> str:
    """Return the id of a claim that a page names: its own, or another chapter's by its id.

    Examples
    --------
    >>> identifier("small", "demo"), identifier("other.small", "demo")
    ('demo.small', 'other.small')
    """
    return name if "." in name else f"{slug}.{name}"
