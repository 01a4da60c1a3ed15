"""Search and theme button where the browser keeps nothing for the site."""

import asyncio
import contextlib
from typing import Any

import pytest
from playwright.sync_api import Frame, Page

from books import Book
from browsing import CHROMIUM, Visit, chromium, served
from interactive.firefox import FIREFOX, firefox

pytestmark = pytest.mark.timeout(600)

WAYS = {
    "all cookies are blocked": """for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); },
      });""",
    "there is no storage": """for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, { get: () => null });""",
    "the storage is full": """Storage.prototype.setItem = () => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      };""",
}
FOUND = "document.querySelectorAll('#search-results li').length"
MODE = "document.documentElement.dataset.mode"
SANDBOX = '<iframe sandbox="allow-scripts" width="1200" height="800" src="{}"></iframe>'


def works(page: Page | Frame) -> None:
    """Check search results and theme button on the page that searches."""
    page.wait_for_function(f"{FOUND} > 0")
    before = page.evaluate(MODE)
    page.locator(".theme-switch-button:visible").click()
    assert page.evaluate(MODE) != before


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: storage was NOT tested in it")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("from_folder", [False, True], ids=["http", "file"])
def test_search_and_theme_work_in_chromium_where(tiny: Book, way: str, from_folder: bool) -> None:
    folder = contextlib.nullcontext(tiny.html.resolve().as_uri())
    with chromium() as browser, folder if from_folder else served(tiny.html) as start:
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        context.add_init_script(WAYS[way])
        visit = Visit(context)
        visit.go(f"{start}/search.html?q=line")
        works(visit.page)
        assert visit.complaints == []
        visit.go(f"{start}/first.html")
        visit.page.keyboard.press("Control+k")
        dialog = visit.page.locator("#pst-search-dialog")
        assert dialog.is_visible()
        dialog.get_by_role("searchbox").fill("line")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**/search.html?q=line")
        assert visit.complaints == []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: storage was NOT tested in it")
def test_search_and_theme_work_in_a_sandbox(tiny: Book) -> None:
    with chromium() as browser, served(tiny.html) as start:
        visit = Visit(browser.new_context(viewport={"width": 1300, "height": 900}))
        visit.page.set_content(SANDBOX.format(f"{start}/search.html?q=line"))
        works(visit.page.frames[1])
        assert [text for text in visit.complaints if "torage" in text] == []


@pytest.mark.skipif(FIREFOX is None, reason="no Firefox: storage was NOT tested in it")
def test_search_and_theme_work_in_a_sandbox_of_firefox(tiny: Book) -> None:
    with served(tiny.html) as start:
        found, before, after, complaints = asyncio.run(_in_firefox(start))
    assert found > 0
    assert before != after
    assert complaints == []


async def _in_firefox(start: str) -> tuple[Any, ...]:
    async with firefox(dark=False) as page:
        await page.resize(1300, 900)
        await page.go("about:blank")
        frame = SANDBOX.format(f"{start}/search.html?q=line")
        await page.value(
            f"new Promise(done => {{ document.body.innerHTML = {frame!r};"
            " document.querySelector('iframe').onload = () => setTimeout(done, 2000); })"
        )
        tree = await page.ask("browsingContext.getTree")
        page.context = tree["contexts"][0]["children"][0]["context"]
        found = await page.value(FOUND)
        before = await page.value(MODE)
        await page.value(
            "Array.from(document.querySelectorAll('.theme-switch-button'))"
            ".filter(button => button.offsetWidth).forEach(button => button.click())"
        )
        complaints = [text for text in page.complaints if "rror" in text]
        return found, before, await page.value(MODE), complaints
