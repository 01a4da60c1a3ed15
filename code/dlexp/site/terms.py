"""Where a page first uses a word of the glossary that another chapter teaches, it links there.

Its definition is shown beside it (`dlexp.site.previews`), so that a reader who begins in the middle
need not search. A page that sets the word in italics where it first stands explains it itself, and
a chapter that teaches a word, by its main place in the index, needs no link either.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from dlexp.site import glossary
from dlexp.site.addresses import chapter
from dlexp.site.claim import Framed

IN_OTHER_SENSES = frozenset({"attention", "claim", "precision"})
"""Words that pages use as everybody does, more often than as the glossary does."""

PACKAGE = "book/api"
"""How pages about the package begin: they are made from docstrings, which speak to programmers."""

CLASS = "term"
"""The class of the links."""

UNTOUCHED = (
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.table,
    nodes.citation,
    Framed,
)
"""What stays as it is, with all that is in it."""


class Term(NamedTuple):
    """A word of the glossary."""

    word: str
    page: str
    anchor: str


def terms(env: BuildEnvironment) -> list[Term]:
    """Return the words of the glossary, the longest first."""
    objects: Mapping[tuple[str, str], tuple[str, str]] = env.domaindata["std"]["objects"]
    words = [Term(word, *place) for (kind, word), place in objects.items() if kind == "term"]
    return sorted(words, key=lambda term: (-len(term.word), term.word))


def pattern(word: str) -> str:
    """Return a regular expression for a word, its plural, and its form at the head of a sentence.

    Examples
    --------
    >>> [bool(re.search(pattern("kernel"), text)) for text in ("Kernels", "kernel's", "akernel")]
    [True, True, False]
    >>> [bool(re.search(pattern("Adam"), text)) for text in ("Adam,", "adam", "AdamW")]
    [True, False, False]
    """
    first, rest = word[0], re.escape(word[1:].removesuffix("s"))
    either = f"[{first.lower()}{first.upper()}]" if first.islower() else re.escape(first)
    return rf"(?<![\w-]){either}{rest}(?:es|s)?(?![\w-])"


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link the first place of each word on a page, unless the page or its chapter explains it."""
    known = terms(app.env)
    if not known or docname.startswith(PACKAGE) or docname in {term.page for term in known}:
        return
    words = re.compile("|".join(f"({pattern(term.word)})" for term in known))
    taught = IN_OTHER_SENSES | _taught(app.env, known[0].page, docname)
    met = {term for term in known if term.word.lower() in taught}
    for text in list(_texts(doctree)):
        parts = list(_parts(app, docname, text, words, known, met))
        if len(parts) > 1 and text.parent is not None:
            text.parent.replace(text, parts)


def _taught(env: BuildEnvironment, glossary_page: str, docname: str) -> set[str]:
    """Return the words, in small letters, that are taught in the chapter of a page."""
    here = chapter(env, docname)
    places = glossary.main_places(env, glossary_page)
    pages = {page for page, _ in places.values() if chapter(env, page) == here}
    return {word for word, (page, _) in places.items() if page in pages}


def _texts(doctree: nodes.document) -> Iterator[nodes.Text]:
    """Yield the running text of a page."""
    for paragraph in doctree.findall(nodes.paragraph):
        for text in paragraph.findall(nodes.Text):
            if not any(isinstance(above, UNTOUCHED) for above in _above(text)):
                yield text


def _above(node: nodes.Node) -> Iterator[nodes.Node]:
    while (node := node.parent) is not None:
        yield node


def _parts(
    app: Sphinx,
    docname: str,
    text: nodes.Text,
    words: re.Pattern[str],
    known: Sequence[Term],
    met: set[Term],
) -> Iterator[nodes.Node]:
    """Yield a text in pieces, those that are met here for the first time as links."""
    end = 0
    for match in words.finditer(text):
        term = known[(match.lastindex or 1) - 1]
        if term in met:
            continue
        met.add(term)
        if isinstance(text.parent, nodes.emphasis):
            continue
        yield nodes.Text(text[end : match.start()])
        address_there = f"{app.builder.get_relative_uri(docname, term.page)}#{term.anchor}"
        yield nodes.reference(
            "", match.group(), internal=True, refuri=address_there, classes=[CLASS]
        )
        end = match.end()
    yield nodes.Text(text[end:])


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, before links get their previews (600)."""
    app.connect("doctree-resolved", link, priority=550)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
