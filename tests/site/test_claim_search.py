"""A claim is found by its words, with its sentence and its place."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from books import Book
from demo import ADDRESS, box, page
from searching import hits

pytestmark = pytest.mark.usefixtures("chapter")

EXTENSIONS = ["dlexp.site.addresses", "dlexp.site.claim", "dlexp.site.claim_search"]
PLACE = f"index#{ADDRESS}"


@pytest.mark.parametrize(
    ("query", "is_found"),
    [("faster better", True), ("is B better and faster?", True), ("faster", False),
     ("faster yellow", False)],
)  # fmt: skip
def test_claim_is_found_by_all_words_of_a_query(
    build: Callable[..., Any], tmp_path: Path, query: str, is_found: bool
) -> None:
    built = build(EXTENSIONS, index=page(box()), **{"book/reading": "# Reading"})
    assert built.warnings == []
    [found] = hits(built.out, [query], tmp_path)
    assert (PLACE in found) == is_found
    assert "A is better & faster than B." in (built.out / "searchindex.js").read_text("utf-8")


def test_each_claim_of_the_book_is_in_the_index_of_its_search(real_book: Book) -> None:
    index = (real_book.html / "searchindex.js").read_text("utf-8")
    pages = (file.read_text("utf-8") for file in real_book.html.glob("*.html"))
    names = {name for text in pages for name in re.findall(r'id="(claim-[\w-]+)"', text)}
    shown = {name for name in names if not name.endswith(("-sentence", "-plot"))}  # parts of one
    assert len(shown) > 100
    assert {name for name in shown if f'"{name}"' not in index} == set()
