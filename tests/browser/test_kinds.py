"""What axe is shown: each page by day and by night, and three texts of each kind."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from books import Book
from browser.looks import AXE, CONTRAST, MARKS, WIDE_LIGHT, seen_in, visiting

pytestmark = MARKS

PAGE = '<html lang="en"><title>Page</title><main><h1>Page</h1>{}{}</main>'
MANY = "<p>words</p>" * 50


@pytest.mark.parametrize(
    "pale",
    [
        '<p style="color: #aaa">words</p>',
        '<p style="background: #444">words</p>',
        '<div style="background: #444"><div><p>words</p></div></div>',
        '<div style="opacity: 0.4"><p>words</p></div>',
        '<p style="color: #767676; background: #eee">words</p>',
    ],
)
def test_a_pale_text_among_many_is_found(browser: Browser, pale: str) -> None:
    with visiting(browser, WIDE_LIGHT) as visit:
        visit.page.set_content(PAGE.format(MANY, pale))
        (fault,) = visit.inaccessible(each_kind=True, **CONTRAST)
    assert fault.count("words") == 1


def test_texts_of_one_kind_are_told_by_three(browser: Browser) -> None:
    pale = '<p style="color: #aaa">words</p>' * 9
    with visiting(browser, WIDE_LIGHT) as visit:
        visit.page.set_content(PAGE.format(MANY, pale))
        (fault,) = visit.inaccessible(each_kind=True, **CONTRAST)
    assert fault.count("words") == 3


def test_axe_sees_each_page_once_by_day_and_once_by_night(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.html.mkdir(parents=True)
    for name in ("a", "api_b", "b", "c", "d", "e"):
        (book.html / f"{name}.html").touch()
    seen = [(name, look) for look in AXE for name, by_axe in seen_in(book, look).items() if by_axe]
    pairs = [(f"{name}.html", scheme) for name in "abcde" for scheme in ("dark", "light")]
    assert sorted((name, look.scheme) for name, look in seen) == sorted(
        [*pairs, ("api_b.html", "light")]
    )
    assert len({(name, look.width > 1000) for name, look in seen}) == 11
