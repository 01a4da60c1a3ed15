"""The tiny book, stopped while it is built: the next build gives the whole site, as a clean one."""

import shutil
import signal
from pathlib import Path

import pytest

from books import Book
from dlexp.site import complete
from stopping import changes, stop_at, stop_before

pytestmark = [pytest.mark.costly, pytest.mark.timeout(1800)]

EDIT = ("book/first.md", "Twice three", "Three, twice,")
OF_A_CELL = ("book/first.md", "double(3)", "double(4)")
"""Runs the cells of its page."""


def _is_made_good(book: Book, whole: dict[str, bytes]) -> None:
    outcome = book.build()
    assert outcome.status == 0, outcome.log
    assert book.bytes() == whole


@pytest.mark.parametrize(
    ("moment", "sign"),
    [
        ("Executing notebook", signal.SIGKILL),
        ("writing output... [", signal.SIGINT),
        ("generating indices", signal.SIGKILL),
        ("generating indices", signal.SIGINT),
        ("dumping object inventory", signal.SIGKILL),
    ],
)
def test_build_that_was_stopped_over_an_edit_forgets_it(
    tiny: Book, moment: str, sign: signal.Signals
) -> None:
    whole = tiny.bytes()
    with tiny.edited(*(OF_A_CELL if moment.startswith("Executing") else EDIT)):
        stop_at(tiny, moment, sign)
    _is_made_good(tiny, whole)


@pytest.fixture(scope="module")
def count(tiny: Book, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many times a build after the edit changes a file."""
    tiny.put_back()
    with tiny.edited(*EDIT):
        return changes(tiny, tmp_path_factory.mktemp("count"))


@pytest.mark.parametrize("place", [0.03, 0.6, 1.0])
def test_build_may_be_stopped_before_any_change_of_a_file(
    count: int, tiny: Book, tmp_path: Path, place: float
) -> None:
    """The last is the note that the site is whole; before it come all sorts."""
    whole = tiny.bytes()
    with tiny.edited(*EDIT):
        stop_before(tiny, round(count * place), tmp_path)
    _is_made_good(tiny, whole)


def test_picture_that_was_cut_off_is_made_again(tiny: Book) -> None:
    """MyST-NB keeps pictures by the digest of what they ought to be, and never looks again."""
    whole = tiny.bytes()
    with tiny.edited(*EDIT):
        stop_at(tiny, "pickling environment")
    for picture in (tiny.folder / "_build" / "jupyter_execute").glob("*.svg"):
        picture.write_bytes(picture.read_bytes()[:99])
    _is_made_good(tiny, whole)


def test_stopped_build_leaves_no_good_word_for_what_was_not_judged(tiny: Book) -> None:
    """A fault that does not show leaves the site as it was, and must be met again."""
    whole = tiny.bytes()
    with tiny.edited("book/first.md", "Twice three", "% A comment.\n\nTwice three"):
        stop_at(tiny, "dumping object inventory")
    assert not complete.note(tiny.html).exists()
    _is_made_good(tiny, whole)


def test_what_was_removed_by_hand_is_made_again(tiny: Book) -> None:
    whole = tiny.bytes()
    (tiny.html / "searchindex.js").unlink()
    shutil.rmtree(tiny.html / "_images")
    _is_made_good(tiny, whole)
