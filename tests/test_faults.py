"""The tiny book, broken: whatever is wrong makes a build red, the first time and the second."""

import re
from contextlib import ExitStack

import pytest

from books import Book, Outcome
from test_cells import said

pytestmark = pytest.mark.timeout(1800)


PLANTED = [
    {
        "typed result": ("index.md", "Begin", "The accuracy is 98.7 %.\nBegin", "98.7"),
        "claim": ("tiny.md", "{supported} above", "{refuted} above", "tiny.above_zero"),
        "NaN": ("first.md", "double(3)", "float('nan')", "got nan"),
        "failing cell": ("second.md", "import sys", "import sys; 1 / 0", "ZeroDivisionError"),
        "undefined reference": ("quoting.md", "{ref}`second`", "{ref}`third`", "third"),
        "unknown live figure": ("live.md", "{interactive} digit", "{interactive} dot", "of digit"),
    },
    {
        "image without words": ("index.md", "Begin", "![](dot.svg)\n\nBegin", "dot.svg"),
        "missing glue key": ("first.md", "`answer`", "`nothing`", "nothing"),
        "unknown macro": ("first.md", r"\quad", r"\nosuch", r"\nosuch"),
        "missing glue key of another page": ("quoting.md", "::answer", "::nowhere", "nowhere"),
        "live figure without words": ("live.md", ":try: Look at the number.\n", "", ":try: WORDS"),
    },
    {
        "figure without words": ("first.md", "A line that rises from left to right.", "", "alt"),
        "live figure without print": ("live.md", "```{figure} dot.svg", "```{note}", "for paper"),
    },
]
"""Faults by name, those together that stand in one book and do not hide each other."""

Twice = tuple[Outcome, Outcome]


@pytest.fixture(scope="module")
def outcomes(tiny: Book) -> list[Twice]:
    """Two builds after each set of edits; the first goes on from a good book, the second cannot."""
    found = []
    for faults in PLANTED:
        tiny.put_back()
        with ExitStack() as edits:
            for page, old, new, _ in faults.values():
                edits.enter_context(tiny.edited(f"book/{page}", old, new))
            found.append((tiny.build(), tiny.build()))
    return found


@pytest.mark.parametrize(
    ("number", "fault"), [(k, fault) for k, faults in enumerate(PLANTED) for fault in faults]
)
def test_fault_makes_the_build_red_twice(outcomes: list[Twice], number: int, fault: str) -> None:
    page, _, _, named = PLANTED[number][fault]
    for outcome in outcomes[number]:
        assert outcome.status == 1, outcome.log
        assert named.lower() in said(outcome, f"book/{page}").lower()
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


def test_mended_book_is_green_and_what_it_was(tiny: Book) -> None:
    before = tiny.bytes()
    with tiny.edited("book/index.md", "Begin", "{ref}`nowhere` Begin"):
        assert tiny.build().status == 1
    outcome = tiny.build()
    assert (outcome.status, outcome.ran) == (0, {"first", "second", "tiny"}), outcome.log
    assert tiny.bytes() == before
    assert tiny.build().ran == set()
