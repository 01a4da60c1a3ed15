"""Three texts of each kind are measured, and a pale one hides behind no other."""

import pytest
from playwright.sync_api import Browser

from browser.looks import CONTRAST, MARKS, WIDE_LIGHT, visiting

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
