"""The live figures in Firefox, from a folder and from a server; skipped where there is none."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from books import Book
from browsing import AXE, OVERFLOW, RUN_AXE, served
from dlexp.chapters.grad_cam import measure
from dlexp.lab.runs import load
from helpers import FLOAT32, assert_agree
from interactive.firefox import FIREFOX, Page, firefox

pytestmark = [
    pytest.mark.costly,
    pytest.mark.skipif(FIREFOX is None, reason="no Firefox: live figures were NOT tested in it"),
    pytest.mark.timeout(600),
]

LEFT, UP, RIGHT, DOWN, DELETE, TAB = "\ue012", "\ue013", "\ue014", "\ue015", "\ue017", "\ue004"
SEVEN = [DELETE, *[LEFT] * 6, *[UP] * 8, " ", *[RIGHT] * 12, *[DOWN, DOWN, DOWN, LEFT] * 5]
WAKE = """(async () => {
  for (const place of document.querySelectorAll('.dlx')) {
    place.scrollIntoView();
    while (!place.dataset.state) await new Promise(wait => setTimeout(wait, 50));
  }
  return Array.from(document.querySelectorAll('.dlx'), place => place.dataset.state);
})()"""
SLIDERS = "document.querySelectorAll('.dlx-live input[type=range]:enabled').length"
SLIDER = "document.querySelectorAll('.dlx-live input[type=range]:enabled')[%d]"
RESULTS = f"""Array.from({SLIDER}.closest('.dlx-live').querySelectorAll(
  '[role=status], [aria-live], td, .dlx-chart'), each => each.outerHTML).join()"""
ANSWERS = """(() => {
  const select = document.querySelector('.dlx select');
  const state = document.querySelector('.dlx-live').state;
  return Array.from(select.options).slice(1).map(option => {
    select.value = option.value;
    select.dispatchEvent(new Event('change'));
    return [Array.from(state.seen.logits), state.maps.map(map => Array.from(map.data))];
  });
})()"""
AXE_IS_THERE = f"(eval({json.dumps(AXE)}), null)"
SERVED = ["index.html", "grad_cam.html", "mnist_luck.html"]
GUESS = """(() => {
  const seen = () => Array.from(document.querySelectorAll('article .claim-verdict, .claim-effect'))
    .filter(each => each.checkVisibility()).length, said = [seen()];
  document.querySelector('.guess-bar input').click();
  said.push(seen());
  const question = document.querySelector('.guess[role=group]'), id = question.id;
  question.querySelector('button').click();
  said.push(seen(), document.getElementById(id).open);
  said.push(document.querySelector('.guess-bar [role=status]').textContent);
  return said;
})()"""
"""Guess first: how many verdicts and effects are seen before, while guessing, and after a guess."""
PAD = """(() => {
  const pad = document.querySelector('.dlx-pad');
  pad.scrollIntoView({block: 'center'});
  const { x, y } = pad.getBoundingClientRect();
  return [x, y];
})()"""
SAID = """(async () => {
  const status = document.querySelector('.dlx [role=status]');
  for (let look = 0; look < 100 && !status.textContent.startsWith('It says %d'); look++)
    await new Promise(wait => setTimeout(wait, 100));
  return status.textContent;
})()"""


@pytest.fixture(scope="module", params=["http", "file"])
def found(request: pytest.FixtureRequest, real_book: Book) -> Iterator[dict[str, Any]]:
    """What Firefox shows, says and computes: by day from a server, by night from a folder.

    There are all pages with live figures; the server has those on which most kinds stand.
    """
    files = sorted(real_book.html.glob("*.html"))
    pages = [file.name for file in files if 'class="dlx"' in file.read_text("utf-8")]
    pages = SERVED if request.param == "http" else pages
    folder = contextlib.nullcontext(real_book.html.resolve().as_uri())
    with served(real_book.html) if request.param == "http" else folder as start:
        yield asyncio.run(visited(start, pages, dark=request.param == "file"))


async def visited(start: str, pages: list[str], *, dark: bool) -> dict[str, Any]:
    async with firefox(dark=dark) as page:
        by_page = {name: await touched(page, f"{start}/{name}") for name in pages}
        await page.resize(1200, 1000)
        await page.go(f"{start}/grad_cam.html")
        await page.value(WAKE)
        answers = await page.value(ANSWERS)
        x, y = await page.value(PAD)
        await page.value("document.querySelector('.dlx-pad').focus()")
        await page.press(*SEVEN)
        seven = await page.value(SAID % 7)
        await page.press(TAB)
        left = await page.value("document.activeElement.className !== 'dlx-pad'")
        await page.value("document.querySelector('.dlx-live button').click()")
        await page.drag(*((x + 150 - step, y + 50 + 16 * step) for step in range(13)))
        one = await page.value(SAID % 1)
        theme = await page.value("document.documentElement.dataset.theme")
        await page.go(f"{start}/grad_cam_tests.html")
        guess = await page.value(GUESS)
        await page.resize(360, 740)
        await page.value(AXE_IS_THERE)
        guess.append(await page.value(f"({RUN_AXE})(['.guess-bar, .guess', {{}}])") or [])
        guess.append(await page.value(f"({OVERFLOW})()") or 0)
        outside = [url for url in page.requests if not url.startswith((start, "data:"))]
        return {
            "pages": by_page, "answers": answers, "keys": seven, "mouse": one, "left": left,
            "theme": theme, "dark": dark, "complaints": page.complaints, "outside": outside,
            "guess": guess,
        }  # fmt: skip


async def touched(page: Page, address: str) -> dict[str, Any]:
    """Open a page, move every slider of its figures, and make it as narrow as a phone."""
    await page.resize(1200, 1000)
    await page.go(address)
    seen: dict[str, Any] = {"states": await page.value(WAKE), "dull": []}
    for slider in range(await page.value(SLIDERS) or 0):
        before = await page.value(RESULTS % slider)
        await page.value((SLIDER % slider) + ".focus()")
        await page.press(RIGHT)
        await page.press(UP)
        if await page.value(RESULTS % slider) == before:
            await page.press(LEFT, LEFT)
            if await page.value(RESULTS % slider) == before:
                seen["dull"].append(slider)
    await page.value(AXE_IS_THERE)
    seen["faults"] = await page.value(f"({RUN_AXE})(['.dlx', {{}}])") or []
    await page.resize(360, 740)
    seen["too wide"] = await page.value(f"({OVERFLOW})()") or 0
    return seen


def test_every_figure_is_live_and_answers_its_sliders(found: dict[str, Any]) -> None:
    assert found["theme"] == ("dark" if found["dark"] else "light")
    assert set(SERVED) < found["pages"].keys() or not found["dark"]
    for name, page in found["pages"].items():
        assert set(page["states"]) == {"live"}, name
        assert page["dull"] == [], name
    assert found["complaints"] == []
    assert found["outside"] == []


def test_figures_are_accessible_and_fit_a_phone(found: dict[str, Any]) -> None:
    assert {name: page["faults"] for name, page in found["pages"].items() if page["faults"]} == {}
    assert {name: page["too wide"] for name, page in found["pages"].items()} == dict.fromkeys(
        found["pages"], 0
    )


def test_firefox_agrees_with_keras(found: dict[str, Any]) -> None:
    arrays = load(measure.units())("export").only.arrays
    logits, maps = zip(*found["answers"], strict=True)
    assert_agree(np.array(logits), arrays["logits"], tolerance=FLOAT32)
    flat = arrays["maps"].reshape(len(logits), 10, 49)
    assert_agree(np.array(maps), flat, tolerance=FLOAT32)


def test_a_claim_is_met_without_its_verdict(found: dict[str, Any]) -> None:
    before, hidden, after, is_open, status, faults, wider = found["guess"]
    assert (before > 20, hidden, after, is_open) == (True, 0, 2, True)
    assert status.startswith("1 of ")
    assert (faults, wider) == ([], 0)


def test_digits_are_drawn_by_keys_and_by_mouse(found: dict[str, Any]) -> None:
    assert found["keys"].startswith("It says 7, ")
    assert found["left"]  # by Tab
    assert found["mouse"].startswith("It says 1, ")
