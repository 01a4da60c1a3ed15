"""The search index of a site whose pages were written at different times is that of a clean build.

What Sphinx collects for it is kept as it is. The index that it published is not enough: there,
pages stand under their addresses, and without their entries in the index of the book.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from sphinx.search import IndexBuilder

BY_PAGE = ("_titles", "_filenames", "_all_titles", "_index_entries")
"""What Sphinx collects by page."""

BY_WORD = ("_mapping", "_title_mapping")
"""What it collects by word: the pages that have it."""


def save(indexer: IndexBuilder, file: Path) -> None:
    """Keep what was collected, to the last entry in an order that its pages alone decide."""
    vars(indexer)["_index_entries"] = dict(sorted(indexer._index_entries.items()))
    parts = {name: vars(indexer)[name] for name in BY_PAGE}
    parts |= {name: _on_pages(vars(indexer)[name]) for name in BY_WORD}
    file.write_text(json.dumps(parts), "utf-8")


def _on_pages(words: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return the words that some page has, each with its pages; the others are forgotten."""
    for word in [word for word, pages in words.items() if not pages]:
        del words[word]
    return {word: sorted(pages) for word, pages in words.items()}


def load(indexer: IndexBuilder, file: Path, keep: Iterable[str]) -> None:
    """Take back what was collected of some pages; what is not kept is collected anew."""
    parts = json.loads(file.read_text("utf-8"))
    parts |= {name: {word: set(on) for word, on in parts[name].items()} for name in BY_WORD}
    vars(indexer).update(parts)
    indexer.prune(keep)
