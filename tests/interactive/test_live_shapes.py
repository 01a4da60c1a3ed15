"""The calculator of shapes in Chromium: by mouse and by keys, from an address, on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from browsing import CHROMIUM, Visit
from dlexp.byhand import shapes
from dlexp.chapters.conv_shapes import live
from dlexp.chapters.conv_shapes import nets as conv_shapes
from interactive.live_places import column, opened, pictures, said, slide

pytestmark = [
    pytest.mark.costly,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: live figures were NOT tested"),
    pytest.mark.timeout(1800),
]


def test_a_stack_is_edited_by_keys_and_the_address_follows(visit: Visit, start: str) -> None:
    place = opened(visit, start, "conv_shapes", "shapes")
    assert said(place).startswith("The output is 3 × 3 × 64; 18,816 parameters")
    assert "4 input cells are seen by no output" in pictures(place)[0]
    last = place.get_by_role("group", name="4. pooling")
    for name in ("window", "stride"):
        last.get_by_label(name).focus()
        visit.page.keyboard.press("Control+A")
        visit.page.keyboard.type("2")

    assert said(place).startswith("The output is 5 × 5 × 64")
    assert "2 input cells are seen by no output" in pictures(place)[0]
    assert visit.page.url.endswith(
        "#shapes=28,1;conv,32,3,1,1,valid;pool,2,2,valid;conv,64,3,1,1,valid;pool,2,2,valid"
    )
    assert place.get_by_label("Start from").input_value() == ""
    place.get_by_role("button", name="Remove layer 1").press("Enter")
    assert place.locator("tbody tr").count() == 3
    assert focused(visit) == "Remove layer 1"
    place.get_by_role("button", name="Add a convolution").press("Space")
    assert place.locator("fieldset").count() == 4
    assert visit.complaints == []


def focused(visit: Visit) -> Any:
    return visit.page.evaluate("document.activeElement.getAttribute('aria-label')")


def test_a_choice_is_kept_in_the_address_and_the_last_layer_stays(
    plain_visit: Visit, start: str
) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes")
    assert plain_visit.page.url.endswith(".html")
    _, code = live.stacks()[2]
    place.get_by_label("Start from").select_option(code)
    assert plain_visit.page.url.endswith(f"#shapes={code}")
    for left in range(9, 0, -1):
        assert focused(plain_visit) == (f"Remove layer {left + 1}" if left < 9 else None)
        place.get_by_role("button", name=f"Remove layer {left + 1}").press("Enter")
    assert place.locator("tbody tr").count() == 1
    assert place.get_by_role("button", name="Remove layer 1").is_disabled()
    assert plain_visit.page.evaluate("document.activeElement.type") == "number"


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("%;pool", "a stack must be written like 28,1;"),
        ("28,1;constructor,8,same", "a stack must be written like 28,1;"),
        (";".join(["512,512"] + ["conv,512,512,1,512,same"] * 20),
         "Layer 1: the effective kernel must be at most 512 here; got 261633"),
        (";".join(["28,1"] + ["pool,1,1,same"] * 5000), "there must be 1 to 20 layers; got 5000"),
    ],
)  # fmt: skip
def test_an_address_without_a_stack_is_told_why(
    plain_visit: Visit, start: str, address: str, rule: str
) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes", f"#shapes={address}")
    words = said(place)
    assert words.startswith(f"The address holds no stack that can be shown: {rule}")
    assert words.endswith(" This is another one. The output is 3 × 3 × 64; 18,816 parameters; "
                          "the receptive field spans 12 × 12 cells.")  # fmt: skip
    assert place.locator("tbody tr").count() == 4
    assert plain_visit.complaints == []


def test_an_address_opens_its_stack_and_frameworks_refuse(visit: Visit, start: str) -> None:
    stack = "#shapes=28,1;conv,8,3,2,1,same;conv,8,3,2,2,valid"
    place = opened(visit, start, "conv_shapes", "shapes", stack)
    assert column(place, 0) == ["14", "5"]
    assert [column(place, k) for k in (4, 5, 6)] == [["✗", ""], ["14", "✗"], ["14", "5"]]
    assert "PyTorch refuses layer 1" in said(place)
    assert "Keras refuses layer 2" in said(place)
    visit.page.evaluate("location.hash = '#shapes=9,1;pool,3,3,valid'")
    visit.page.wait_for_function("document.querySelectorAll('.dlx tbody tr').length === 1")
    assert said(place).startswith("The output is 3 × 3 × 1")


def test_a_link_to_a_case_leads_to_the_calculator(plain_visit: Visit, start: str) -> None:
    plain_visit.go(f"{start}/conv_shapes.html#shapes=9,1;pool,3,3,valid")
    place = plain_visit.page.locator(".dlx[data-figure=shapes][data-state=live]")
    place.wait_for(timeout=20_000)
    assert said(place).startswith("The output is 3 × 3 × 1")
    assert place.evaluate(
        "e => { const r = e.getBoundingClientRect(); return r.top < innerHeight; }"
    )


def test_the_nine_layers_end_where_the_chapter_says(visit: Visit, start: str) -> None:
    place = opened(visit, start, "conv_shapes", "shapes")
    _, code = live.stacks()[1]
    place.get_by_label("Start from").select_option(code)
    rows = conv_shapes.walk()
    sizes = ["✗" if row.shape is None else str(row.shape[0]) for row in rows]
    assert column(place, 0) == [*sizes, "–"]  # the last layer is behind one that cannot exist
    counts = [f"{row.parameters:,}" for row in rows if row.shape]
    assert column(place, 2) == [*counts, "–", "–"]
    assert rows[-1].reason in said(place)


def test_what_comes_out_stands_beside_the_fields_of_each_layer(
    plain_visit: Visit, start: str
) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes")
    assert beside(place) == ["→ 26 × 26 × 32", "→ 13 × 13 × 32", "→ 11 × 11 × 64", "→ 3 × 3 × 64"]
    place.get_by_label("size").fill("8")
    assert beside(place) == ["→ 6 × 6 × 32", "→ 3 × 3 × 32", "→ 1 × 1 × 64", "→ ✗ does not fit"]
    place.get_by_label("size").fill("2")
    assert beside(place) == ["→ ✗ does not fit", "", "", ""]
    place.get_by_label("size").fill("0")
    assert beside(place) == [""] * 4


def beside(place: Any) -> list[str]:
    """Return what is said beside the fields of each layer."""
    return [each.inner_text() for each in place.locator("fieldset .dlx-result").all()]


def test_the_smallest_image_of_the_exercise_can_be_set_up(plain_visit: Visit, start: str) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes")
    place.get_by_label("Start from").select_option(live.stacks()[1][1])
    place.get_by_label("size").fill("627")
    assert beside(place)[-1] == "→ 1 × 1 × 128"


def test_a_wrong_number_is_answered_with_the_rule(plain_visit: Visit, start: str) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes")
    place.get_by_role("group", name="1. convolution").get_by_label("stride").fill("0")
    with pytest.raises(ValueError, match="stride") as error:
        shapes.traced([shapes.Pooling(window=2, stride=0)], 4)
    assert str(error.value) in said(place)
    assert place.locator("table").count() == len(pictures(place)) == 0
    assert place.get_by_label("output cell").is_disabled()
    place.get_by_role("group", name="1. convolution").get_by_label("stride").fill("1")
    assert said(place).startswith("The output is 3 × 3 × 64")


def test_a_refused_stack_leaves_nothing_of_another_behind(visit: Visit, start: str) -> None:
    place = opened(visit, start, "conv_shapes", "shapes", "#shapes=28,1;conv,8,3,1,1,same")
    first = place.get_by_role("group", name="1. convolution")
    dilation = first.get_by_label("dilation")
    for wrong, got in (("512", "got 1025 (kernel=3"), ("", "got dilation=''"), ("1.5", "got dil")):
        dilation.fill(wrong)
        assert got in said(place)
        assert "parameters" not in said(place)
        assert place.locator("table").count() == len(pictures(place)) == 0
        assert place.locator("p[aria-live=polite]").inner_text() == ""
        assert "#" not in visit.page.url
        dilation.fill("2")
        assert said(place).startswith("The output is 28 × 28 × 8")
        assert visit.page.url.endswith("#shapes=28,1;conv,8,3,1,2,same")
    assert visit.complaints == []


SIDE_BY_SIDE = """(input, values) => {
  const timed = act => {
    const begin = performance.now();
    act();
    return performance.now() - begin;
  };
  const made = name => document.createElementNS('http://www.w3.org/2000/svg', name);
  const answer = value => {
    input.value = value;
    input.dispatchEvent(new Event('input'));
  };
  const boxes = () => {
    const svg = made('svg');
    document.body.append(svg);
    for (let i = 0; i < 21 * 641; i++) {
      const box = made('rect');
      for (const name of ['x', 'width', 'height']) box.setAttribute(name, i);
      svg.append(box);
    }
    svg.getBoundingClientRect();
    svg.remove();
  };
  const pairs = values.map(value => [timed(() => answer(value)), timed(boxes)]);
  return [0, 1].map(i => Math.min(...pairs.map(pair => pair[i])));
}"""
"""The shortest times of an answer and of many boxes, taken by turns."""

WIDEST = ";".join(["512,512"] + ["conv,512,512,512,1,same", "conv,512,2,1,511,same"] * 10)


@pytest.mark.parametrize(
    "stack", [WIDEST, ";".join(["512,512"] + ["conv,512,512,1,1,same"] * 20),
              ";".join(["512,512"] + ["pool,512,512,8"] * 20),
              ";".join(["512,1"] + ["pool,9,1,8"] * 20)],
)  # fmt: skip
def test_the_largest_stacks_are_answered_at_once(visit: Visit, start: str, stack: str) -> None:
    """Beside it, and as often, a box is drawn for each value that could have one: 21 pictures."""
    place = opened(visit, start, "conv_shapes", "shapes", f"#shapes={stack}")
    assert "parameters; the receptive field spans" in said(place)
    assert place.locator("svg[role=img] rect").count() < 21 * 641
    answer, boxes = place.get_by_label("channels").evaluate(SIDE_BY_SIDE, [1, 2, 5, 4, 3])
    assert answer < 2 * boxes
    assert ",3;" in visit.page.url
    assert visit.complaints == []


def test_the_twentieth_layer_is_the_last(visit: Visit, start: str) -> None:
    place = opened(visit, start, "conv_shapes", "shapes", "#shapes=28,1;conv,8,3,1,1,same")
    adders = [
        place.get_by_role("button", name=f"Add a {kind}") for kind in ("convolution", "pooling")
    ]
    adders[1].focus()
    for _ in range(30):
        visit.page.keyboard.press("Enter")
    assert place.locator("fieldset").count() == 20
    assert [adder.is_disabled() for adder in adders] == [True, True]
    last = place.get_by_role("group", name="20. pooling")
    assert last.get_by_label("window").evaluate("e => e === document.activeElement")
    assert column(place, 0)[0] == "28"
    assert visit.page.url.count(";") == 20
    last.get_by_role("button", name="Remove").press("Enter")
    assert [adder.is_disabled() for adder in adders] == [False, False]


BUSY = """() => {
  const kept = history.replaceState.bind(history);
  let left = 3;
  history.replaceState = (...state) => {
    if (left-- > 0) return kept(...state);
    setTimeout(() => { history.replaceState = kept; }, 500);
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
}"""
"""Take three changes of the address, and no more for a while: Firefox takes 200 in ten seconds."""


def test_more_changes_than_a_browser_takes_end_in_the_right_address(
    visit: Visit, start: str
) -> None:
    place = opened(visit, start, "conv_shapes", "shapes")
    visit.page.evaluate(BUSY)
    for size in range(20, 30):
        place.get_by_label("size").fill(str(size))
    visit.page.wait_for_url("**/conv_shapes.html#shapes=29,1;*", timeout=10_000)
    assert visit.complaints == []


def test_another_output_sees_other_cells(plain_visit: Visit, start: str) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes")
    before = place.locator("svg[role=img]").inner_html()
    slide(place, "output cell", "ArrowRight")
    assert pictures(place)[0].startswith("Output 3 of 3 depends on 12 of 28 input cells")
    assert place.locator("p[aria-live=polite]").inner_text() == pictures(place)[0]
    assert place.locator("svg[role=img]").inner_html() != before


def test_calculators_work_at_360_pixels_in_the_dark(browser: Browser, start: str) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 360, "height": 740})
    phone = Visit(context)
    place = opened(phone, start, "conv_shapes", "shapes")
    place.get_by_label("Start from").select_option(index=1)
    assert phone.inaccessible(".dlx") == []
    assert place.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    assert place.locator(".dlx-scroll").get_attribute("tabindex") == "0"
    context.close()
