"""The tiny book, broken: whatever is wrong makes a build red, the first time and the second."""

import re

import pytest

from books import Book

pytestmark = pytest.mark.timeout(1800)


PLANTED = {
    "typed result": ("index.md", "Begin", "The accuracy is 98.7 %.\nBegin", "98.7"),
    "claim": ("tiny.md", "{supported} above", "{refuted} above", "tiny.above_zero"),
    "missing glue key": ("first.md", "`answer`", "`nothing`", "nothing"),
    "missing glue key of another page": ("quoting.md", "::answer", "::nothing", "nothing"),
    "NaN": ("first.md", "double(3)", "float('nan')", "nan"),
    "failing cell": ("second.md", "import sys", "import sys; 1 / 0", "ZeroDivisionError"),
    "undefined reference": ("quoting.md", "{ref}`second`", "{ref}`third`", "third"),
    "unknown macro": ("first.md", r"\quad", r"\nosuch", r"\nosuch"),
    "figure without words": ("first.md", "A line that rises from left to right.", "", "alt"),
    "unknown live figure": ("live.md", "{interactive} digit", "{interactive} dot", "one of digit"),
    "live figure without words": ("live.md", ":try: Look at the number.\n", "", ":try: WORDS"),
    "live figure without print": ("live.md", "```{figure} dot.svg", "```{note}", "for paper"),
    "image without words": ("index.md", "Begin", "![](dot.svg)\n\nBegin", "dot.svg"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_fault_makes_the_build_red_twice(tiny: Book, fault: str) -> None:
    page, old, new, named = PLANTED[fault]
    with tiny.edited(f"book/{page}", old, new):
        for _ in range(2):
            outcome = tiny.build()
            assert outcome.status == 1, outcome.log
            assert named.lower() in outcome.log.lower()
            assert re.search(r"not fit to publish: \d+ problem", outcome.log)


def test_experiment_that_fails_ends_the_build_in_one_line(tiny: Book) -> None:
    with tiny.edited(
        "code/dlexp/chapters/tiny/measure.py", "return Measurement", "1 / 0\n    return Measurement"
    ):
        outcome = tiny.build()
    assert outcome.status == 1
    lines = [line for line in outcome.log.splitlines() if "cannot be computed" in line]
    assert len(lines) == 1
    assert "ZeroDivisionError" in lines[0]


def test_mended_book_is_green(tiny: Book) -> None:
    with tiny.edited("book/index.md", "Begin", "{ref}`nowhere` Begin"):
        assert tiny.build().status == 1
    outcome = tiny.build()
    assert (outcome.status, outcome.ran) == (0, {"first", "second", "tiny"}), outcome.log
    assert tiny.build().ran == set()
