"""Any word of a page is found, whatever JavaScript or Sphinx's index take it for."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sphinx.search.en import english_stopwords

from books import Book
from dlexp.site import search
from searching import hits

PAGES = {
    "index": "# Words\n\n[](a), [](b)\n",
    "a": "# Nothing\n\nA constructor and `__proto__`, valueOf, toString and hasOwnProperty, "
    "`isPrototypeOf`, `__defineGetter__`, being, ones, 28, x, max-pooling, "
    "output_size, Łódź, 5 ms, S., using.\n",
    "b": "# Prototypes\n\n## __proto__\n\nOnly `__proto__` twice: `__proto__`.\n",
}


def asked(site: Path, queries: list[str], folder: Path) -> list[set[str]]:
    """Return the pages that each query finds."""
    return [{hit.partition("#")[0] for hit in found} for found in hits(site, queries, folder)]


@pytest.fixture
def site(build: Callable[..., Any]) -> Path:
    built = build("dlexp.site.addresses", **PAGES)
    assert built.warnings == []
    return Path(built.out)


@pytest.mark.parametrize(
    "word",
    ["constructor", "valueOf", "toString", "hasOwnProperty", "isPrototypeOf", "__defineGetter__",
     "being", "ones", "28", "x", "max-pooling", "output_size", "Łódź", "ŁÓDŹ",
     "ms", "S", "use"],
)  # fmt: skip
def test_a_word_is_found_where_it_stands_and_nowhere_else(
    site: Path, tmp_path: Path, word: str
) -> None:
    assert asked(site, [word], tmp_path) == [{"a"}]


def test_the_name_of_all_prototypes_is_a_word(site: Path, tmp_path: Path) -> None:
    assert asked(site, ["__proto__"], tmp_path) == [{"a", "b"}]
    assert asked(site, ["__proto__ constructor"], tmp_path) == [{"a"}]


@pytest.mark.parametrize(
    "query",
    ["the", "not", " ", "%", '"', "<img src=x onerror=alert(1)>", "日本語", "a" * 5000,
     "propertyIsEnumerable", "__lookupGetter__", "prototype constructors"],
)  # fmt: skip
def test_what_is_nowhere_is_not_found(site: Path, tmp_path: Path, query: str) -> None:
    assert asked(site, [query], tmp_path) == [set()]


def test_all_words_of_the_real_bibliography_are_found(real_book: Book, tmp_path: Path) -> None:
    """Names with accents among them, each in one piece."""
    article = re.findall(r"<article.*</article>", real_book.page("bibliography"), re.DOTALL)[0]
    # How the page is cited is no part of what it says, and is not in the index.
    said = re.sub(r'<details class="cite">.*?</details>', "", article, flags=re.DOTALL)
    shown = html.unescape(re.sub(r"<[^>]*>", "", said))
    words = sorted(set(re.findall(r"\w+", shown)))
    assert {"Jürgen", "Mądry"} <= set(words)
    lost = [
        word
        for word, pages in zip(words, asked(real_book.html, words, tmp_path), strict=True)
        if "bibliography" not in pages and word.lower() not in english_stopwords
    ]
    assert lost == []


def test_another_version_of_the_script_is_refused() -> None:
    with pytest.raises(ValueError, match=r"searchtools\.js must hold once what is repaired"):
        search.mended("const Search = {};")
