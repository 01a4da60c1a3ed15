"""The calculators in Chromium: what they say is what the package says, by mouse and by keys."""

# ruff: noqa: F811 (the fixtures of test_live are used by name)

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator

from browsing import CHROMIUM, Visit
from dlexp.byhand import recurrent, shapes
from dlexp.chapters.batch_norm import figures as drawn_variance
from dlexp.chapters.batch_norm import laws as batch_norm
from dlexp.chapters.conv_shapes import figures as drawn_shapes
from dlexp.chapters.conv_shapes import measure as conv_shapes
from dlexp.chapters.keras_tuner import figures as drawn_race
from dlexp.chapters.pooling_dropout import figures as drawn_pooling
from interactive.test_live import awake, browser, places, plain_visit, start, visit  # noqa: F401

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: live figures were NOT tested"),
    pytest.mark.timeout(1800),
]


def opened(visit: Visit, start: str, page: str, figure: str, address: str = "") -> Locator:
    visit.go(f"{start}/{page}.html{address}")
    return awake(visit, figure)


def said(place: Locator) -> str:
    return str(place.locator("[role=status]").text_content())


def slide(place: Locator, label: str, key: str, times: int = 1) -> None:
    slider = place.get_by_label(label)
    for _ in range(times):
        slider.press(key)


def pictures(place: Locator) -> list[str]:
    """Return what the pictures of a figure say to those who do not see them."""
    return [str(each.get_attribute("aria-label")) for each in place.locator("svg[role=img]").all()]


# --- Shapes -------------------------------------------------------------------------------------


def column(place: Locator, number: int) -> list[str]:
    return [row.locator("td").nth(number).inner_text() for row in place.locator("tbody tr").all()]


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
    _, code = drawn_shapes.live_stacks()[2]
    place.get_by_label("Start from").select_option(code)
    assert plain_visit.page.url.endswith(f"#shapes={code}")
    for left in range(9, 0, -1):
        assert focused(plain_visit) == (f"Remove layer {left + 1}" if left < 9 else None)
        place.get_by_role("button", name=f"Remove layer {left + 1}").press("Enter")
    assert place.locator("tbody tr").count() == 1
    assert place.get_by_role("button", name="Remove layer 1").is_disabled()
    assert plain_visit.page.evaluate("document.activeElement.type") == "number"


def test_an_address_without_a_stack_is_told_so(plain_visit: Visit, start: str) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes", "#shapes=%;pool")
    assert said(place).startswith("The address holds no stack of layers")
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
    _, code = drawn_shapes.live_stacks()[1]
    place.get_by_label("Start from").select_option(code)
    rows = conv_shapes.walk()
    sizes = ["✗" if row.shape is None else str(row.shape[0]) for row in rows]
    assert column(place, 0) == [*sizes, "–"]  # the last layer is behind one that cannot exist
    counts = [f"{row.parameters:,}" for row in rows if row.shape]
    assert column(place, 2) == [*counts, "–", "–"]
    assert rows[-1].reason in said(place)


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


def test_another_output_sees_other_cells(plain_visit: Visit, start: str) -> None:
    place = opened(plain_visit, start, "conv_shapes", "shapes")
    before = place.locator("svg[role=img]").inner_html()
    slide(place, "output cell", "ArrowRight")
    assert pictures(place)[0].startswith("Output 3 of 3 depends on 12 of 28 input cells")
    assert place.locator("p[aria-live=polite]").inner_text() == pictures(place)[0]
    assert place.locator("svg[role=img]").inner_html() != before


# --- Pooling and dropout ------------------------------------------------------------------------


def test_arrow_keys_move_the_digit_and_the_networks_answer(visit: Visit, start: str) -> None:
    place = opened(visit, start, "pooling_dropout", "pooling")
    assert "All networks are right" in said(place)
    pixels = "c => c.toDataURL()"
    before = place.locator("canvas").first.evaluate(pixels)
    slide(place, "shift to the right", "ArrowRight", 2)
    assert "The map of max pooling moved: 1 right." in said(place)
    assert place.locator("canvas").first.evaluate(pixels) != before
    slide(place, "shift to the right", "ArrowUp")  # either slider takes all four arrows
    assert "The map of max pooling is no shift of the old one." in said(place)
    assert place.get_by_label("shift down").input_value() == "-1"
    place.get_by_role("button", name="Back to its place").press("Enter")
    assert place.locator("canvas").first.evaluate(pixels) == before


def test_predictions_are_those_of_the_record(plain_visit: Visit, start: str) -> None:
    from dlexp.chapters.pooling_dropout import measure as experiment
    from dlexp.lab import results

    place = opened(plain_visit, start, "pooling_dropout", "pooling")
    record = results.load(experiment.live_units())[0]
    likely, reach = record.arrays["probabilities"], record.config["reach"]
    label = drawn_pooling.live_shifts()["labels"][2]
    place.get_by_label("Test digit").select_option("2")
    slide(place, "shift down", "ArrowDown", 3)
    slide(place, "shift to the right", "ArrowLeft", 4)
    here = likely[:, 2, reach + 3, reach - 4]
    said_so = [f"{k}" if k == label else f"{k} ✗" for k in here.argmax(axis=-1)]
    assert column(place, 0) == said_so
    for k, expected in ((1, here.max(axis=-1)), (2, here[:, label])):
        shown = [float(cell.removesuffix(" %")) for cell in column(place, k)]
        assert np.abs(np.array(shown) - 100 * expected).max() <= 0.71  # of whole percent, of 1/255


def test_the_mean_of_masks_comes_near(visit: Visit, start: str) -> None:
    place = opened(visit, start, "pooling_dropout", "dropout")
    x = np.array(drawn_pooling.live_shifts()["features"])
    place.get_by_role("button", name="Draw 1000 masks").press("Enter")
    found = re.search(
        r"After (\d+) masks the mean strays by ([\d.]+); the law says (\d+\.\d+)", said(place)
    )
    assert found is not None
    law = np.sqrt(np.mean(x**2) / int(found[1]))  # at a rate of one half
    assert float(found[3]) == pytest.approx(law, rel=0.01)
    assert float(found[2]) == pytest.approx(law, rel=0.9)
    for _ in range(10):
        place.get_by_role("button", name="Draw 1000 masks").press("Enter")
    assert "After 10000 masks" in said(place)
    assert said(place).endswith("That is the most: begin again.")
    slide(place, "rate", "ArrowRight")
    assert "After 1 mask the mean" in said(place)


# --- Variance -----------------------------------------------------------------------------------


def test_sliders_move_along_the_law(visit: Visit, start: str) -> None:
    place = opened(visit, start, "batch_norm", "variance")
    for steps in (0, 4, 4):  # spreads of 0.01, 0.001 and 0.0001
        slide(place, "spread of the input", "ArrowLeft", steps)
        spread = 10 ** float(place.get_by_label("spread of the input").input_value())
        law = batch_norm.variance_after(np.array([spread]), 1e-3)[0]
        assert said(place).startswith(f"{np.floor(100 * law + 0.5):.0f} % of the variance")
        assert "The nearest recorded net (ε 0.001, spread " in said(place)
    slide(place, "images per batch", "ArrowRight", 2)
    assert "The mean of 16 independent values strays by 25 %" in said(place)
    runs = {
        row[0]: row[1] for row in drawn_variance.live_variance()["by_batch"]["dense, normalised"]
    }
    assert f"with 16 per batch reached {np.floor(100 * runs[16] + 0.5):.0f} %" in said(place)
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("page", "figure", "charts"),
    [("batch_norm", "variance", 4), ("keras_tuner", "tuner_race", 1)],
)
def test_charts_tell_lines_apart_without_colour_and_say_what_they_show(
    plain_visit: Visit, start: str, page: str, figure: str, charts: int
) -> None:
    place = opened(plain_visit, start, page, figure)
    assert len(pictures(place)) == charts
    drawn = "es => es.map(e => getComputedStyle(e))"
    dashes = f"es => ({drawn})(es).map(style => style.strokeDasharray)"
    strokes = f"es => ({drawn})(es).map(style => style.stroke)"
    for chart in place.locator(".dlx-chart").all():
        curves = chart.locator("svg[role=img] .dlx-curve")
        looks = curves.evaluate_all(dashes)
        assert len(set(looks)) == len(looks) > 1
        assert "none" not in curves.evaluate_all(strokes)
    assert all(len(words) > 30 for words in pictures(place))


CONTRASTS = """place => {
  const light = text => {
    const part = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(v => part(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const drawn = [['.dlx-curve', 'stroke'], ['.dlx-dot', 'fill'], ['.dlx-used', 'fill'],
    ['.dlx-seen', 'fill'], ['.dlx-mean', 'fill']];
  return drawn.reduce((found, [which, kind]) => found.concat(
    Array.from(place.querySelectorAll(which), each => light(getComputedStyle(each)[kind]))
      .map(own => [which, (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05)])), []);
}"""


@pytest.mark.parametrize(
    ("page", "figure"),
    [("batch_norm", "variance"), ("keras_tuner", "tuner_race"), ("conv_shapes", "shapes"),
     ("pooling_dropout", "dropout"), ("rnn_vs_cnn", "sequence_length")],
)  # fmt: skip
@pytest.mark.parametrize("visit", ["light", "dark"], indirect=True)
def test_what_is_drawn_stands_out_from_the_page(
    visit: Visit, start: str, page: str, figure: str
) -> None:
    """WCAG 1.4.11 wants 3 to 1 of lines and shapes, which axe does not measure."""
    found = opened(visit, start, page, figure).evaluate(CONTRASTS)
    assert found
    assert not [each for each in found if each[1] < 3]


# --- Sequences and tuners -----------------------------------------------------------------------


def test_a_longer_sequence_adds_steps_and_no_parameter(visit: Visit, start: str) -> None:
    place = opened(visit, start, "rnn_vs_cnn", "sequence_length")
    before, steps = column(place, 0), column(place, 1)
    kinds = ("simple", "gru", "lstm")
    counts = [recurrent.recurrent_parameters(k, 32, 64, biases=1 + (k == "gru")) for k in kinds]
    assert before[:3] == [f"{count:,}" for count in counts]
    assert before[3] == f"{recurrent.conv1d_parameters(5, 32, 64):,}"
    slider = place.get_by_role("slider", name="length", exact=True)
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    assert column(place, 0)[:4] == before[:4]
    assert column(place, 1)[0] == "512"
    assert steps[0] == "128"
    assert "takes 512 steps one after another" in said(place)
    assert visit.complaints == []


def winners(data: dict[str, Any], budget: int) -> dict[str, float]:
    """Return, by tuner, the mean test accuracy of what its runs have chosen within a budget."""
    found: dict[str, list[float]] = {}
    for tuner in data["tuners"]:
        for run in tuner["runs"]:
            spent, best, chosen = 0, -1, 0.0
            for place, first, last in run:
                spent += last - first
                hits = data["validation"][place][first:last]
                if spent <= budget and max(hits) > best:
                    best = max(hits)
                    chosen = data["test"][place][first + hits.index(best)]
            found.setdefault(tuner["name"], []).append(chosen)
    return {name: float(np.mean(each)) for name, each in found.items()}


def test_the_race_ends_as_the_records_say(visit: Visit, start: str) -> None:
    place = opened(visit, start, "keras_tuner", "tuner_race")
    data = drawn_race.live_race()
    slide(place, "budget (epochs)", "ArrowLeft", 45)
    budget = int(place.get_by_label("budget (epochs)").input_value())
    words = said(place)
    assert words.startswith(f"After {budget} epochs")
    expected = winners(data, budget)
    spoken = dict(re.findall(r"(\w+) (\d+\.\d) % \(", words))
    assert spoken.keys() == expected.keys()
    for name, mean in expected.items():
        assert abs(float(spoken[name]) - 100 * mean) <= 0.051, name
    slide(place, "noise on each score", "ArrowRight", 6)
    assert said(place) != words
    looks = "lines => lines.map(line => line.getAttribute('class'))"
    before = place.locator("g[data-line]").evaluate_all(looks)
    place.get_by_label("budget (epochs)").press("Home")
    assert said(place).startswith("After 1 epoch: Hyperband ")
    assert "Not every seed has finished a trial: random, grid" in said(place)
    assert place.locator("g[data-line]").evaluate_all(looks) == before
    assert visit.complaints == []


def test_calculators_work_at_360_pixels_in_the_dark(browser: Browser, start: str) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 360, "height": 740})
    phone = Visit(context)
    place = opened(phone, start, "conv_shapes", "shapes")
    place.get_by_label("Start from").select_option(index=1)
    assert phone.inaccessible(".dlx") == []
    assert place.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    assert place.locator(".dlx-scroll").get_attribute("tabindex") == "0"
    context.close()
