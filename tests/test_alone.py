"""The tiny book, edited: what no other page notices writes one page, and the site is as if anew."""

import re
from pathlib import Path

import pytest

from books import Book, Outcome

pytestmark = [pytest.mark.costly, pytest.mark.timeout(1800)]

NOTICED = {
    "title": ("second.md", "# The second page", "# The later page"),
    "caption": ("first.md", "Twice a number, drawn.", "A number and its double."),
    "name": ("live.md", ":name: fig-dot", ":name: fig-point"),
    "section": ("second.md", "Thrice three is", "## Thrice\n\nThrice three is"),
    "equation": ("first.md", "Twice three is", "$$\n1\n$$ (one)\n\nTwice three is"),
    "value": ("first.md", "double(3)", "double(4)"),
    "entry": ("second.md", "Thrice three is", "{index}`Thrice` three is"),
    "picture": ("quoting.md", "The answer", "![A dot](dot.svg) The answer"),
    "sentence": ("tiny.md", "Values lie above zero", "All values lie above zero"),
}
"""Edits that other pages may show, by what they change."""


def written(outcome: Outcome) -> set[str]:
    """Return the pages that a build wrote, without the first, whose contents list all others."""
    return set(re.findall(r"writing output\.\.\. .*?book/(\w+)", outcome.log)) - {"index"}


def every_page(book: Book) -> set[str]:
    """Return the pages of a book without the first."""
    return {file.stem for file in (book.folder / "book").glob("*.md")} - {"index"}


def replaced(book: Book, page: str, old: str, new: str) -> Outcome:
    """Replace a text of a page, and build."""
    file = book.folder / "book" / page
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    return outcome


def test_words_are_written_with_their_page_alone(tiny: Book, tmp_path: Path) -> None:
    index = tiny.html / "searchindex.js"
    assert written(replaced(tiny, "second.md", "Thrice", "A zyzzyva: thrice")) == {"second"}
    assert "zyzzyva" in index.read_text("utf-8")
    assert written(replaced(tiny, "second.md", "A zyzzyva: thrice", "Three times")) == {"second"}
    assert "zyzzyva" not in index.read_text("utf-8")
    assert written(replaced(tiny, "tiny.md", "the mean is", "their mean is")) == {"tiny"}
    assert written(replaced(tiny, "live.md", "# A live page", "# A live page\n\nWords.")) == {
        "live"
    }
    anew = tiny.again(tmp_path / "anew")
    assert anew.build().status == 0
    assert tiny.differences(anew) == []


@pytest.mark.parametrize("what", NOTICED)
def test_what_others_may_show_is_written_with_every_page(tiny: Book, what: str) -> None:
    assert written(replaced(tiny, *NOTICED[what])) == every_page(tiny)


def test_code_is_written_with_every_page(tiny: Book) -> None:
    with tiny.edited("code/dlexp/byhand/tiny.py", "Return twice the value", "Give twice the value"):
        assert written(tiny.build()) == every_page(tiny)


def test_page_that_is_gone_is_gone_from_the_site(tiny: Book, tmp_path: Path) -> None:
    (tiny.folder / "book" / "second.md").unlink()
    toc = tiny.folder / "_toc.yml"
    toc.write_text(toc.read_text("utf-8").replace("  - file: book/second\n", ""), "utf-8")
    quoting = tiny.folder / "book" / "quoting.md"
    quoting.write_text(quoting.read_text("utf-8").replace("; see also {ref}`second`", ""), "utf-8")
    assert tiny.build().status == 0
    anew = tiny.again(tmp_path / "anew")
    assert anew.build().status == 0
    assert tiny.differences(anew) == []


def test_what_moves_to_another_page_is_described_once(tiny: Book) -> None:
    api, first = tiny.folder / "book" / "api.md", tiny.folder / "book" / "index.md"
    text = api.read_text("utf-8")
    first.write_text(f"{first.read_text('utf-8')}\n{text[text.index('```') :]}", "utf-8")
    api.write_text(text[: text.index("```")] + "They stand on the first page.\n", "utf-8")
    outcome = tiny.build()
    assert outcome.status == 0, outcome.log
