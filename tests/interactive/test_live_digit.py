"""Draw a digit, in Chromium: by mouse, by finger and by keys, with each fault."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator

from browsing import CHROMIUM, Visit
from dlexp.chapters.grad_cam import measure
from dlexp.lab.runs import load
from interactive.live_places import opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: live figures were NOT tested"),
    pytest.mark.timeout(1800),
    pytest.mark.parametrize("start", ["file"], indirect=True),  # a server is in test_live.py
]

AGREES = 1e-5
"""With Keras: probabilities, and maps as a share of the largest value."""


def digit(visit: Visit, start: str) -> Locator:
    return opened(visit, start, "grad_cam", "digit")


def said(place: Locator) -> str:
    """Return what a figure says, once the drawing of the last stroke is done."""
    place.page.wait_for_timeout(150)
    return str(place.locator("[role=status]").text_content())


def test_the_browser_agrees_with_keras(visit: Visit, start: str) -> None:
    arrays = load(measure.units())("export").only.arrays
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
    place.get_by_role("button", name="HiResCAM").click()  # the fault is of Grad-CAM's map
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
    assert "HiResCAM of class 5" in str(place.locator(".dlx-panel").nth(1).text_content())


def test_the_method_is_a_switch_for_all_right_maps(visit: Visit, start: str) -> None:
    place = digit(visit, start)
    switch = place.get_by_role("button", name="HiResCAM")
    pixels = "place => place.querySelectorAll('.dlx-panel canvas')[1].toDataURL()"
    before = place.evaluate(pixels)

    switch.press("Space")

    assert switch.get_attribute("aria-pressed") == "false"
    assert "Grad-CAM of class" in str(place.locator(".dlx-panel").nth(1).text_content())
    assert place.evaluate(pixels) != before
    switch.press("Space")
    assert place.evaluate(pixels) == before


def test_a_probability_is_said_with_what_it_is_worth(visit: Visit, start: str) -> None:
    words = said(digit(visit, start))

    assert "among the ten digits" in words
    assert re.search(
        r"Its score, -?\d+\.\d, is higher than that of \d+ % of the test images", words
    )
