"""Every page of the real book on narrow screens: accessible, quiet, no wider than the screen."""

import pytest
from playwright.sync_api import Browser

from books import Book
from browser.looks import MARKS, NARROW, PARTS, Look, faults

pytestmark = MARKS


@PARTS
@pytest.mark.parametrize("look", NARROW, ids=lambda look: f"{look.scheme}-{look.width}")
def test_pages_are_accessible_quiet_and_no_wider_than_the_screen(
    browser: Browser, real_book: Book, look: Look, part: int
) -> None:
    assert not (found := faults(browser, real_book, look, part)), "\n".join(found)
