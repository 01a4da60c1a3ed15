"""Each page of the book by day on a wide screen: accessible, quiet, no wider than the screen."""

from playwright.sync_api import Browser

from books import Book
from browser.looks import MARKS, PARTS, WIDE_LIGHT, faults

pytestmark = MARKS


@PARTS
def test_pages_are_accessible_quiet_and_no_wider_than_the_screen(
    browser: Browser, real_book: Book, part: int
) -> None:
    assert not (found := faults(browser, real_book, WIDE_LIGHT, part)), "\n".join(found)
