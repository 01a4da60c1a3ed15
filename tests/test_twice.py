"""A clean build elsewhere says the same on all pages: no clock, no chance, no machine."""

import os
from pathlib import Path

import pytest

import books
from books import Book, Outcome
from test_cells import page

pytestmark = pytest.mark.timeout(1800)

ELSEWHERE = "elsewhere/in-a-folder-of-a-longer-name"


def _one_core_and_another_mask() -> None:
    os.umask(os.umask(0) ^ 0o050)
    if hasattr(os, "sched_setaffinity"):  # Linux alone has it
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def built_elsewhere(again: Book, folder: Path) -> Outcome:
    """Build a copy of a book as on another machine: its cores, its user, its folders."""
    scratch = folder / "scratch"
    scratch.mkdir()
    other = {"USER": "somebody", "LOGNAME": "somebody", "TMPDIR": str(scratch)}
    outcome = again.build(before=_one_core_and_another_mask, **other)
    assert list(scratch.glob("page-*")) == []
    return outcome


@pytest.mark.costly
def test_site_of_the_real_book_is_that_of_a_clean_build_elsewhere(
    real_book: Book, tmp_path: Path
) -> None:
    again = books.real(tmp_path / ELSEWHERE)
    outcome = built_elsewhere(again, tmp_path)
    assert outcome.status == 0, outcome.log
    assert real_book.differences(again) == []


CHANCES = {
    "clock": "__import__('time').time_ns() % 10**9",
    "chance": "__import__('random').randrange(10**9)",
    # Asked in words that the build does not read, so that two builds alone can tell.
    "umask": "getattr(__import__('os'), 'um' + 'ask')(18)",
    "folder": "len(__import__('os').getcwd())",
    "scratch": "len(__import__('tempfile').gettempdir())",
    "cores": "len(getattr(__import__('os'), 'sched_get' + 'affinity')(0))",
}


@pytest.fixture(scope="module")
def differing(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The files that differ between two builds of the tiny book, with a page for each chance."""
    folder = tmp_path_factory.mktemp("chances")
    book = books.tiny(folder / "tiny")
    for name, chance in CHANCES.items():
        (book.folder / "book" / f"{name}.md").write_text(page(chance), "utf-8")
    with (book.folder / "_toc.yml").open("a") as contents:
        contents.writelines(f"  - file: book/{name}\n" for name in CHANCES)
    first = book.build()
    again = book.again(folder / ELSEWHERE)
    second = built_elsewhere(again, folder)
    assert (first.status, second.status) == (0, 0), first.log + second.log
    return book.differences(again)


@pytest.mark.parametrize("chance", CHANCES)
def test_clock_chance_and_machine_are_seen(differing: list[str], chance: str) -> None:
    """The test of the test above."""
    if chance == "cores" and getattr(os, "sched_getaffinity", lambda _: {0})(0) == {0}:
        pytest.skip("one core here: two builds cannot differ in that")
    assert f"{chance}.html" in differing


def test_nothing_else_differs(differing: list[str]) -> None:
    places = ("{}.html", "notebooks/{}.ipynb", "notebooks/{}.md")
    bearers = {place.format(chance) for chance in CHANCES for place in places}
    assert set(differing) <= bearers | {"searchindex.js"}
