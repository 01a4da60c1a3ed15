"""Previews on the tiny book: by pointer and by keyboard, and gone where nobody can use them."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from books import Book
from browsing import CHROMIUM, OVERFLOW, Visit

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: previews were NOT tested")
NIGHT = {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}
SENTENCE = "Values lie above zero, with 10 added."
INSIDE = """element => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
}"""

Visits = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture
def visits(browser: Browser, tiny: Book) -> Visits:
    """What opens a window with a look on a page of the tiny book, in its folder."""

    @contextmanager
    def visit(name: str, **look: Any) -> Iterator[Visit]:
        context = browser.new_context(**look)
        visit = Visit(context)
        visit.go(f"{tiny.html.resolve().as_uri()}/{name}.html")
        yield visit
        context.close()

    return visit


def box(page: Page) -> Any:
    """Return what is seen of a preview."""
    return page.locator(".preview:visible")


@in_chromium
def test_a_focus_shows_and_escape_hides_on_a_narrow_window_at_night(visits: Visits) -> None:
    with visits("tiny", **NIGHT) as visit:
        page = visit.page
        link = page.locator("a.previewed", has_text="0 of")
        link.focus()
        assert box(page).inner_text() == "No value is nine."
        assert link.get_attribute("aria-describedby") == box(page).get_attribute("id")
        assert box(page).evaluate(INSIDE)
        assert (visit.inaccessible("article"), page.evaluate(OVERFLOW)) == ([], 0)
        page.keyboard.press("Escape")
        assert box(page).count() == 0
        assert link.get_attribute("aria-describedby") is None
        page.keyboard.press("Tab")
        caption = box(page).inner_text()
        assert re.fullmatch(r"Figure [\d.]+\s+The values, drawn\.", caption)
        assert box(page).locator("img").count() == 1
        page.emulate_media(media="print")
        assert box(page).count() == 0
        page.emulate_media(media="screen")
        page.keyboard.press("Enter")
        assert box(page).count() == 0
        assert page.url.endswith("#fig-values")

        page.goto(page.url.partition("#")[0])
        page.get_by_role("checkbox", name="Guess first").check()  # hides the figure
        page.locator("a.previewed[href*=fig]").focus()
        assert box(page).count() == 0
        assert visit.complaints == []


@in_chromium
def test_a_pointer_shows_and_may_rest_on_the_box(visits: Visits) -> None:
    with visits("quoting") as visit:
        page = visit.page
        link = page.locator("a.previewed[href*=claim]")
        link.hover()
        box(page).wait_for()
        assert box(page).inner_text() == SENTENCE
        assert link.get_attribute("title") is None  # or the browser would show it, too
        box(page).hover()
        page.wait_for_timeout(500)
        assert box(page).count() == 1
        assert visit.inaccessible("article") == []
        page.locator("article h1").hover()
        box(page).wait_for(state="detached")
        assert link.get_attribute("title") == SENTENCE
        page.locator("a.previewed", has_text="2016").hover()
        box(page).wait_for()
        assert "A guide to convolution arithmetic" in box(page).inner_text()
        assert visit.complaints == []


@in_chromium
def test_a_touch_follows_the_link(visits: Visits) -> None:
    with visits("tiny", has_touch=True) as visit:
        page = visit.page
        link = page.locator("a.previewed[href*=fig]")
        for kind, count in (("touch", 0), ("mouse", 1)):
            link.dispatch_event("pointerover", {"pointerType": kind})
            page.wait_for_timeout(300)
            assert box(page).count() == count
        link.tap()
        assert page.url.endswith("#fig-values")
        assert box(page).count() == 0


def test_without_scripts_a_link_is_a_link(tiny: Book) -> None:
    page = BeautifulSoup(tiny.page("quoting"), "html.parser")
    assert page.select(".preview") == []
    assert page.select_one("a.previewed[href*=claim]")["title"] == SENTENCE
