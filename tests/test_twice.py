"""All pages run twice, in two clean builds, and say the same: no clock, no chance unseeded."""

from pathlib import Path

import pytest

from books import Book

pytestmark = pytest.mark.timeout(1800)


def test_two_clean_builds_of_the_real_book_are_equal_byte_for_byte(
    real_book: Book, tmp_path: Path
) -> None:
    again = real_book.again(tmp_path / "elsewhere" / "again")
    outcome = again.build()
    assert outcome.status == 0, outcome.log
    assert real_book.differences(again) == []


@pytest.mark.parametrize(
    "chance", ["__import__('time').time_ns() % 10**9", "__import__('random').randrange(10**9)"]
)
def test_clock_and_chance_are_seen(tiny: Book, tmp_path: Path, chance: str) -> None:
    """The test of the test above."""
    with tiny.edited("book/first.md", "double(3)", chance):
        again = tiny.again(tmp_path / "again")
        assert (tiny.build().status, again.build().status) == (0, 0)
        assert {"first.html", "quoting.html"} <= set(tiny.differences(again))
