"""Live figures in Chromium: from a server and a folder, light and dark, by mouse and by keys."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator

from books import Book
from browsing import CHROMIUM, Visit, chromium, served
from dlexp.chapters.grad_cam import measure as experiment
from dlexp.lab import results
from dlexp.site.interactive import FIGURES

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: live figures were NOT tested"),
    pytest.mark.timeout(1800),
]

TOO_WIDE = """element => [element, ...element.querySelectorAll('*')]
  .filter(each => !each.closest('.dlx-scroll')) // a table that is scrolled by itself
  .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
  .map(each => each.outerHTML.slice(0, 120))"""
AGREES = 1e-5
"""With Keras: probabilities, and maps as a share of the largest value."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=["http", "file"])
def start(request: pytest.FixtureRequest, real_book: Book) -> Iterator[str]:
    """The address of the site: on a server, and in a folder."""
    if request.param == "http":
        with served(real_book.html) as address:
            yield address
    else:
        yield real_book.html.resolve().as_uri()


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser, start: str) -> Iterator[Visit]:
    """A visit by day from the server, by night from the folder; tests of looks ask for both."""
    usual = "dark" if start.startswith("file") else "light"
    scheme = getattr(request, "param", usual)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 1000})
    yield Visit(context)
    context.close()


@pytest.fixture
def plain_visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    yield Visit(context)
    context.close()


@pytest.fixture(scope="module")
def places(real_book: Book) -> dict[str, list[str]]:
    """The live figures of each page of the site."""
    found = {}
    for file in sorted(real_book.html.glob("*.html")):
        parts = file.read_text("utf-8").split('data-figure="')[1:]
        if parts:
            found[file.name] = [part.partition('"')[0] for part in parts]
    return found


def awake(visit: Visit, figure: str) -> Locator:
    """Scroll to a figure, wait until it has started, and return it."""
    place = visit.page.locator(f".dlx[data-figure={figure}]")
    place.scroll_into_view_if_needed()
    visit.page.wait_for_selector(f".dlx[data-figure={figure}][data-state]", timeout=20_000)
    assert place.get_attribute("data-state") == "live", visit.complaints
    return place


def digit(visit: Visit, start: str, page: str = "grad_cam") -> Locator:
    visit.go(f"{start}/{page}.html")
    return awake(visit, "digit")


def said(place: Locator) -> str:
    """Return what a figure says, once the drawing of the last stroke is done."""
    place.page.wait_for_timeout(150)
    return str(place.locator("[role=status]").text_content())


# --- Every figure -------------------------------------------------------------------------------


def test_every_figure_of_the_book_is_on_a_page(places: dict[str, list[str]]) -> None:
    assert {name for names in places.values() for name in names} == FIGURES.keys()
    assert "digit" in places["index.html"]
    assert "digit" in places["grad_cam.html"]


@pytest.mark.parametrize("visit", ["light", "dark"], indirect=True)
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
    place = digit(plain_visit, start)
    button = place.get_by_role("button", name=re.compile(r"^Figure \d+\.\d+, as printed$"))

    assert button.get_attribute("aria-expanded") == "false"
    button.press("Enter")

    assert button.get_attribute("aria-expanded") == "true"
    assert place.locator("figcaption").is_visible()
    button.press("Enter")
    assert not place.locator("figcaption").is_visible()


def test_links_to_the_printed_figure_unfold_it(plain_visit: Visit, start: str) -> None:
    caption = digit(plain_visit, start).locator("figcaption")
    plain_visit.page.evaluate("location.hash = 'fig-grad-cam-first'")
    caption.wait_for(state="visible")
    plain_visit.go(f"{start}/index.html#fig-landing")
    assert awake(plain_visit, "digit").locator("figcaption").is_visible()


# --- Draw a digit -------------------------------------------------------------------------------


def test_the_browser_agrees_with_keras(visit: Visit, start: str) -> None:
    [unit] = [each for each in experiment.units() if each.measure is experiment.export]
    arrays = results.load([unit])[0].arrays
    exact = arrays["logits"].astype(float)
    likely = np.exp(exact - exact.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    maps = arrays["maps"].reshape(len(exact), 10, 49)
    place = digit(visit, start)
    off = {"probability": 0.0, "map": 0.0}
    for which in range(len(exact)):
        place.get_by_label("Start from").select_option(str(which))
        found: Any = place.locator(".dlx-live").evaluate(
            "e => ({p: Array.from(e.state.seen.probabilities),"
            " m: e.state.maps.map(m => Array.from(m.data))})"
        )
        off["probability"] = max(off["probability"], np.abs(found["p"] - likely[which]).max())
        off["map"] = max(off["map"], np.abs(np.array(found["m"]) - maps[which]).max() / maps.max())
    print("largest disagreement:", off)
    assert max(off.values()) <= AGREES


def test_a_digit_is_drawn_with_the_mouse(visit: Visit, start: str) -> None:
    place = digit(visit, start)
    area = place.locator(".dlx-pad")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    mouse = visit.page.mouse
    mouse.move(box["x"] + 150, box["y"] + 50)
    mouse.down()
    mouse.move(box["x"] + 140, box["y"] + 240, steps=12)
    mouse.up()

    assert said(place).startswith("It says 1, ")
    assert "ink of 20 ×" in str(place.locator(".dlx-panel").first.text_content())
    place.get_by_role("button", name="Clear").click()
    assert said(place).startswith("Draw a digit")


def test_a_digit_is_drawn_with_a_finger(browser: Browser, start: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    visit = Visit(context)
    place = digit(visit, start)
    area = place.locator(".dlx-pad")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    before = visit.page.evaluate("scrollY")
    touch = context.new_cdp_session(visit.page)
    for step in range(12):
        point = {"x": box["x"] + 130, "y": box["y"] + 40 + 15 * step}
        kind = "touchMove" if step else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert said(place).startswith("It says 1, ")
    assert visit.page.evaluate("scrollY") == before
    context.close()


def test_a_digit_is_drawn_by_keys_alone_and_tab_leaves(visit: Visit, start: str) -> None:
    place = digit(visit, start)
    keys = visit.page.keyboard
    place.get_by_label("Start from").focus()
    keys.press("Tab")
    keys.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "dlx-pad"
    keys.press("Delete")
    for key, times in (("ArrowLeft", 6), ("ArrowUp", 8), ("Space", 1), ("ArrowRight", 12)):
        for _ in range(times):
            keys.press(key)
    for step in range(16):
        keys.press("ArrowDown")
        if step % 3 == 0:
            keys.press("ArrowLeft")

    assert said(place).startswith("It says 7, ")
    keys.press("Space")
    assert said(place) == "Pen lifted."
    keys.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") != "dlx-pad"
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "Clear"


def test_the_pen_of_the_keys_is_seen_and_told(plain_visit: Visit, start: str) -> None:
    place = digit(plain_visit, start)
    area, pixels = place.locator(".dlx-pad"), "area => area.toDataURL()"
    shown = area.evaluate(pixels)
    area.press("Control+ArrowRight")  # the browser's own
    assert area.evaluate(pixels) == shown
    area.press("ArrowRight")
    assert area.evaluate(pixels) != shown  # a ring over the test image
    area.press("Space")
    area.press("ArrowDown")
    assert said(place).endswith("The pen is down.")
    place.get_by_role("button", name="Clear").press("Enter")
    area.press("ArrowDown")
    assert said(place).startswith("Draw a digit")


def test_each_fault_is_a_switch_that_says_what_it_does(visit: Visit, start: str) -> None:
    place = digit(visit, start)
    right = said(place)
    words = {
        1: "that of the first test image", 2: "100 runs of the network for 10 maps",
        3: "The class is 7", 4: "largest gradient is", 5: "shares its weights with 10",
        6: "of full strength", 7: "not empty", 8: "of the ink", 9: "keeps the backward pass",
        10: "never been called",
    }  # fmt: skip
    switches = place.get_by_role("group", name="Faults").get_by_role("button")
    for number, expected in words.items():
        switch = switches.nth(number - 1)
        assert switch.get_attribute("aria-pressed") == "false"
        switch.press("Space")
        assert switch.get_attribute("aria-pressed") == "true"
        assert expected in said(place)
        assert f"fault {number}" in str(place.locator(".dlx-panel").nth(2).text_content())
        switch.press("Space")
    assert said(place) == right
    assert visit.complaints == []


def test_an_empty_map_divided_by_its_largest_value_is_nothing(
    plain_visit: Visit, start: str
) -> None:
    place = digit(plain_visit, start)
    place.get_by_role("group", name="Faults").get_by_role("button").nth(6).click()
    found = re.search(r"Test image (\d+) has an empty one, of class (\d)", said(place))
    assert found is not None
    option = place.locator("option", has_text=f"test image {found[1]},").first
    place.get_by_label("Start from").select_option(option.get_attribute("value"))
    place.get_by_role("group", name="Classes").get_by_role("button").nth(int(found[2])).click()

    assert "each value is now not a number" in said(place)
    assert "empty" in str(place.locator(".dlx-panel").nth(1).text_content())
    place.get_by_role("group", name="Faults").get_by_role("button").nth(5).click()
    assert "its scale is the batch's, so nothing changes" in said(place)
    assert plain_visit.complaints == []


def test_any_class_can_be_asked_for(visit: Visit, start: str) -> None:
    place = digit(visit, start)
    classes = place.get_by_role("group", name="Classes").get_by_role("button")
    assert classes.count() == 10
    classes.nth(5).press("Enter")

    assert classes.nth(5).get_attribute("aria-pressed") == "true"
    assert "right map of class 5" in str(place.locator(".dlx-panel").nth(1).text_content())
