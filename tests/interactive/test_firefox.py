"""The live figures in Firefox, from a folder and from a server; skipped where there is none."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from books import Book
from browsing import served
from dlexp import results
from dlexp.experiments import grad_cam as experiment
from helpers import FLOAT32, assert_agree
from interactive.firefox import FIREFOX, firefox

pytestmark = [
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
ANSWERS = """(() => {
  const select = document.querySelector('.dlx select');
  const state = document.querySelector('.dlx-live').state;
  return Array.from(select.options).slice(1).map(option => {
    select.value = option.value;
    select.dispatchEvent(new Event('change'));
    return [Array.from(state.seen.logits), state.maps.map(map => Array.from(map.data))];
  });
})()"""

SAID = """(async () => {
  const status = document.querySelector('.dlx [role=status]');
  for (let look = 0; look < 100 && !status.textContent.startsWith('It says 7'); look++)
    await new Promise(wait => setTimeout(wait, 100));
  return status.textContent;
})()"""


@pytest.fixture(params=["http", "file"])
def start(request: pytest.FixtureRequest, real_book: Book) -> Iterator[str]:
    folder = contextlib.nullcontext(real_book.html.resolve().as_uri())
    with served(real_book.html) if request.param == "http" else folder as address:
        yield address


async def visited(start: str, pages: list[str]) -> dict[str, Any]:
    """Return what Firefox shows, says and computes."""
    async with firefox() as page:
        states = {}
        for name in pages:
            await page.go(f"{start}/{name}")
            states[name] = await page.value(WAKE)
        await page.go(f"{start}/grad_cam.html")
        await page.value(WAKE)
        answers = await page.value(ANSWERS)
        await page.value("document.querySelector('.dlx-pad').focus()")
        await page.press(*SEVEN)
        said = await page.value(SAID)
        await page.press(TAB)
        left = await page.value("document.activeElement.className !== 'dlx-pad'")
        found = {"states": states, "answers": answers, "said": said, "left": left}
        return found | {"complaints": page.complaints, "requests": page.requests}


def test_firefox_agrees_with_keras_and_is_drawn_in_by_keys(start: str, real_book: Book) -> None:
    files = sorted(real_book.html.glob("*.html"))
    pages = [file.name for file in files if 'class="dlx"' in file.read_text("utf-8")]
    found = asyncio.run(visited(start, pages))
    [unit] = [each for each in experiment.units() if each.measure is experiment.export]
    arrays = results.load([unit])[0].arrays
    logits, maps = zip(*found["answers"], strict=True)

    assert {state for states in found["states"].values() for state in states} == {"live"}
    assert found["complaints"] == []
    assert [url for url in found["requests"] if not url.startswith((start, "data:"))] == []
    assert_agree(np.array(logits), arrays["logits"], tolerance=FLOAT32)
    flat = arrays["maps"].reshape(len(logits), 10, 49)
    assert_agree(np.array(maps), flat, tolerance=FLOAT32)
    assert found["said"].startswith("It says 7, ")
    assert found["left"]
