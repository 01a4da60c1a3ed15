"""Live figures in Chromium: from a server and a folder, light and dark, and without scripts."""

import re

import pytest
from playwright.sync_api import Browser

from books import Book
from browsing import CHROMIUM, Visit
from dlexp.site.interactive_files import figures
from interactive.live_places import awake, opened

pytestmark = [
    pytest.mark.costly,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: live figures were NOT tested"),
    pytest.mark.timeout(1800),
]

IN_A_FOLDER = pytest.mark.parametrize("start", ["file"], indirect=True)
"""Where it makes no difference whether a server sends the site."""

TOO_WIDE = """element => [element, ...element.querySelectorAll('*')]
  .filter(each => !each.closest('.dlx-scroll')) // a table that is scrolled by itself
  .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
  .map(each => each.outerHTML.slice(0, 120))"""


def test_every_figure_of_the_book_is_on_a_page(places: dict[str, list[str]]) -> None:
    assert {name for names in places.values() for name in names} == figures().keys()
    assert "digit" in places["index.html"]
    assert "digit" in places["grad_cam.html"]


def test_every_figure_is_live_quiet_and_accessible(
    visit: Visit, start: str, places: dict[str, list[str]]
) -> None:
    for page, names in places.items():
        visit.go(f"{start}/{page}")
        for name in names:
            place = awake(visit, name)
            assert place.get_attribute("aria-label")
            assert place.locator(".dlx-try").is_visible()
            assert place.locator("[role=status]").count() == 1
            assert not place.locator(".dlx-fallback").is_visible()
        assert visit.complaints == []
        assert visit.outside(start) == []
        assert visit.inaccessible(".dlx") == [], page


@IN_A_FOLDER
def test_every_figure_fits_a_phone(
    browser: Browser, start: str, places: dict[str, list[str]]
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    visit = Visit(context)
    for page, names in places.items():
        visit.go(f"{start}/{page}")
        for name in names:
            assert awake(visit, name).locator(".dlx-live").evaluate(TOO_WIDE) == [], (page, name)
        wide = visit.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, page
    context.close()


@IN_A_FOLDER
def test_without_scripts_and_on_paper_the_printed_figures_stand(
    browser: Browser, plain_visit: Visit, start: str, places: dict[str, list[str]]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    silent = Visit(context)
    for page, names in places.items():
        silent.go(f"{start}/{page}")
        plain_visit.go(f"{start}/{page}")
        for name in names:
            place = silent.page.locator(f".dlx[data-figure={name}]")
            assert place.locator("figcaption").is_visible()
            assert not place.locator(".dlx-try").is_visible()
            live = awake(plain_visit, name)
            plain_visit.page.emulate_media(media="print")
            assert live.locator("figcaption").is_visible()
            assert not live.locator(".dlx-live").is_visible()
            plain_visit.page.emulate_media(media="screen")
    context.close()


@pytest.mark.parametrize("lost", ["engine.js", "digit.js", "network.js"])
def test_where_a_file_is_lost_the_printed_figure_stays(
    lost: str, plain_visit: Visit, start: str
) -> None:
    plain_visit.page.route(f"**/{lost}*", lambda route: route.abort())
    plain_visit.go(f"{start}/grad_cam.html")
    place = plain_visit.page.locator(".dlx")
    place.scroll_into_view_if_needed()
    plain_visit.page.wait_for_selector(".dlx[data-state=failed]")

    assert place.locator("figcaption").is_visible()
    assert place.locator(".dlx-live").count() == 0
    assert any("live figure digit: cannot load" in each for each in plain_visit.complaints)


def test_pages_without_live_figures_load_none_of_their_bytes(
    plain_visit: Visit, start: str, real_book: Book, places: dict[str, list[str]]
) -> None:
    loads = []
    for file in sorted(real_book.html.glob("*.html")):
        if file.name not in places:
            plain_visit.go(f"{start}/{file.name}")
            loads += [url for url in plain_visit.requests if "/_static/interactive/" in url]
    assert loads == []


def test_the_printed_figure_can_be_unfolded(plain_visit: Visit, start: str) -> None:
    place = opened(plain_visit, start, "grad_cam", "digit")
    button = place.get_by_role("button", name=re.compile(r"^Figure \d+\.\d+, as printed$"))

    assert button.get_attribute("aria-expanded") == "false"
    button.press("Enter")

    assert button.get_attribute("aria-expanded") == "true"
    assert place.locator("figcaption").is_visible()
    button.press("Enter")
    assert not place.locator("figcaption").is_visible()


def test_links_to_the_printed_figure_unfold_it(plain_visit: Visit, start: str) -> None:
    caption = opened(plain_visit, start, "grad_cam", "digit").locator("figcaption")
    plain_visit.page.evaluate("location.hash = 'fig-grad-cam-live'")
    caption.wait_for(state="visible")
    plain_visit.go(f"{start}/index.html#fig-landing")
    assert awake(plain_visit, "digit").locator("figcaption").is_visible()
