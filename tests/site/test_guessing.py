"""Guess first, on the tiny book: a page with one claim, and the register that keeps the score."""

import html
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from books import Book
from browsing import CHROMIUM, OVERFLOW, Visit, served
from dlexp import paths

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: guessing was NOT tested")
CLAIM = "claim-tiny-above_zero"
BLOCKED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); },
});"""
SEEN = """Array.from(document.querySelectorAll(
    'article .claim-verdict, article .claim-effect, article figure, article .data-table'
  )).filter(each => each.checkVisibility()).length"""
"""How much of what gives the answer away is seen."""
ALL = 5  # verdict, effect, figure, two tables
SCORE = ["1 of 1", "0", "0 of 1"]  # guessed, right, right of the supported ones

Visits = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture
def visits(browser: Browser) -> Visits:
    """What opens a window with a look; with a script that runs before those of a page."""

    @contextmanager
    def visit(before: str = "", **look: Any) -> Iterator[Visit]:
        context = browser.new_context(**look)
        context.add_init_script(before)
        yield Visit(context)
        context.close()

    return visit


def test_scripts_stand_where_they_are_used_and_pages_are_whole_without(tiny: Book) -> None:
    with_scripts = {
        file.stem for file in tiny.html.glob("*.html") if "data-reading=" in file.read_text("utf-8")
    }
    page = BeautifulSoup(tiny.page("tiny"), "html.parser")
    [script] = page.select("script[data-reading]")
    rows = BeautifulSoup(tiny.page("claims"), "html.parser").select(".claims-register tbody tr")

    assert with_scripts == {"tiny", "claims"}
    assert script["data-reading"] == "reading.html#guess-first"
    assert script["data-register"] == "claims.html#guesses"
    assert script.find_previous("details", class_="claim")
    assert script.find_parent("article")
    assert not page.select('[class*="guess"]')
    assert [row.has_attr("data-asked") for row in rows] == [True, False]  # counts are not guessed


def test_the_book_says_how_it_works() -> None:
    assert "\n## Guess first\n" in (paths.BOOK / "reading.md").read_text("utf-8")


@in_chromium
def test_a_claim_is_guessed_by_keyboard_on_a_phone_at_night(tiny: Book, visits: Visits) -> None:
    phone = {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}
    with visits(**phone) as visit:
        page = visit.page
        visit.go(f"{tiny.html.resolve().as_uri()}/tiny.html")
        assert page.evaluate(SEEN) == ALL
        every = page.get_by_role("checkbox", name="on every page")
        every.focus()
        page.keyboard.press("Space")
        assert page.evaluate(SEEN) == 0
        assert page.get_by_text("Hidden until you guess").count() == 1
        question = page.locator(f"#{CLAIM}")
        assert question.inner_text().startswith("Values lie above zero, with 10 added.")
        assert (visit.inaccessible("article"), page.evaluate(OVERFLOW)) == ([], 0)

        question.get_by_role("button", name="refuted").focus()
        page.keyboard.press("Enter")
        claim = page.locator(f"details#{CLAIM}[open]")
        assert page.evaluate(SEEN) == ALL + 1  # with the records that it unfolds to
        assert claim.locator("summary:focus").inner_text().endswith("you guessed refuted: wrong")
        assert page.get_by_role("status").inner_text() == "1 of 1 guessed, 0 right."

        page.get_by_role("link", name="score").click()
        row = page.locator(".guess-score tbody tr")
        assert row.inner_text().split("\t") == ["A page with claims", *SCORE, "", ""]
        assert (visit.inaccessible("article"), page.evaluate(OVERFLOW)) == ([], 0)
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Forget all guesses").click()
        assert "None of 1 guessed yet." in page.locator(".guess-score").inner_text()
        assert page.locator(".claims-register .claim-verdict:visible").count() == 1  # the count's
        assert visit.complaints == []


@in_chromium
def test_the_size_of_an_effect_is_guessed_with_a_slider(tiny: Book, visits: Visits) -> None:
    measured = {"of": "gain", "in": "points", "asserted": [0, None]}
    measured |= {"effect": 11, "interval": [9, 13]}
    sized = f'id="{CLAIM}" data-size="{html.escape(json.dumps(measured))}"'
    page_of_sizes = tiny.page("tiny").replace(f'id="{CLAIM}"', sized, 1)
    (tiny.html / "sized.html").write_text(page_of_sizes, "utf-8")
    with visits(viewport={"width": 360, "height": 740}) as visit:
        page = visit.page
        visit.go(f"{tiny.html.resolve().as_uri()}/sized.html")
        page.get_by_role("checkbox", name="Guess first").check()
        slider = page.get_by_role("slider", name="Or its size (gain):")
        slider.fill("45")
        slider.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == "9.7 points"
        assert (visit.inaccessible("article"), page.evaluate(OVERFLOW)) == ([], 0)
        page.get_by_role("button", name="guess 9.7 points").press("Enter")

        told = page.locator(f"details#{CLAIM}[open] summary:focus").inner_text()
        outcome = "supported: right, 1.3 points off, inside the interval"
        assert told.endswith(f"you guessed 9.7 points, so {outcome}")
        page.reload()
        assert outcome in page.locator(f"#{CLAIM} summary").inner_text()
        assert visit.complaints == []


@in_chromium
def test_what_is_hidden_can_be_shown_and_is_printed(tiny: Book, visits: Visits) -> None:
    with visits() as visit:
        page = visit.page
        visit.go(f"{tiny.html.resolve().as_uri()}/tiny.html")
        page.get_by_role("checkbox", name="Guess first").check()
        numbers = page.locator(".guess-blotted .pasted-text").all()
        # The seeds and the effect are blotted; what was set and what was counted is told.
        assert [number.is_visible() for number in numbers] == [False, True, False, True]
        page.emulate_media(media="print")
        assert page.evaluate(SEEN) == ALL
        assert all(number.is_visible() for number in numbers)
        assert page.get_by_role("button", name="refuted").count() == 0
        page.emulate_media(media="screen")

        page.evaluate("location.hash = 'fig-values'")
        page.locator("#fig-values").wait_for(state="visible")
        page.get_by_role("button", name="show what follows").click()
        assert page.evaluate(SEEN) == ALL - 2
        assert page.get_by_text("Hidden until you guess").count() == 0
        page.get_by_role("checkbox", name="Guess first").uncheck()
        assert page.evaluate(SEEN) == ALL


@in_chromium
def test_without_storage_guesses_last_until_the_page_is_left(tiny: Book, visits: Visits) -> None:
    with served(tiny.html) as start, visits(BLOCKED) as visit:
        page = visit.page
        visit.go(f"{start}/tiny.html")
        page.get_by_role("checkbox", name="Guess first").check()
        page.get_by_role("button", name="supported").click()
        assert page.get_by_role("status").inner_text() == "1 of 1 guessed, 1 right."
        page.get_by_role("link", name="score").click()
        assert "None of 1 guessed yet." in page.locator(".guess-score").inner_text()
        assert visit.complaints == []
