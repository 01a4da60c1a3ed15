"""The calculators in Chromium: what they say is what the package says, by mouse and by keys."""

import re
from typing import Any

import numpy as np
import pytest

from browsing import CHROMIUM, Visit
from dlexp.byhand import recurrent
from dlexp.chapters.batch_norm import laws as batch_norm
from dlexp.chapters.keras_tuner.live import race
from dlexp.chapters.pooling_dropout import measure as pooling_dropout
from dlexp.chapters.pooling_dropout.live import shifts
from dlexp.lab.runs import load
from interactive.live_places import column, opened, pictures, said, slide

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: live figures were NOT tested"),
    pytest.mark.timeout(1800),
    pytest.mark.parametrize("start", ["file"], indirect=True),  # a server is in test_live.py
]


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
    place = opened(plain_visit, start, "pooling_dropout", "pooling")
    record = load(pooling_dropout.units())("watch").only
    likely, reach = record.arrays["probabilities"], record.config["reach"]
    label = shifts()["labels"][2]
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
    place = opened(visit, start, "pooling_dropout_dropout", "dropout")
    x = np.array(shifts()["features"])
    place.get_by_role("button", name="Draw 1000 more").press("Enter")
    found = re.search(
        r"After (\d+) masks the mean strays by ([\d.]+); the law says (\d+\.\d+)", said(place)
    )
    assert found is not None
    law = np.sqrt(np.mean(x**2) / int(found[1]))  # at a rate of one half
    assert float(found[3]) == pytest.approx(law, rel=0.01)
    assert float(found[2]) == pytest.approx(law, rel=0.9)
    for _ in range(10):
        place.get_by_role("button", name="Draw 1000 more").press("Enter")
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
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("page", "figure", "charts"),
    [("batch_norm", "variance", 1), ("keras_tuner_compared", "tuner_race", 1)],
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
    [("batch_norm", "variance"), ("keras_tuner_compared", "tuner_race"), ("conv_shapes", "shapes"),
     ("pooling_dropout_dropout", "dropout"), ("rnn_vs_cnn", "sequence_length")],
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
    counts = [recurrent.recurrent_parameters(k, 8, 16, biases=1 + (k == "gru")) for k in kinds]
    assert before[:3] == [f"{count:,}" for count in counts]
    assert before[3] == f"{recurrent.conv1d_parameters(3, 8, 16):,}"
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
    place = opened(visit, start, "keras_tuner_compared", "tuner_race")
    data = race()
    slide(place, "budget (epochs)", "ArrowLeft", 45)
    budget = int(place.get_by_label("budget (epochs)").input_value())
    words = said(place)
    assert words.startswith(f"After {budget} epochs")
    expected = winners(data, budget)
    spoken = dict(re.findall(r"([A-Za-z][A-Za-z -]*) (\d+\.\d) % \(", words))
    assert spoken.keys() == expected.keys()
    for name, mean in expected.items():
        assert abs(float(spoken[name]) - 100 * mean) <= 0.051, name
    slide(place, "noise on each score", "ArrowRight", 6)
    assert said(place) != words
    looks = "lines => lines.map(line => line.getAttribute('class'))"
    before = place.locator("g[data-line]").evaluate_all(looks)
    place.get_by_label("budget (epochs)").press("Home")
    assert said(place).startswith("After 1 epoch: Hyperband ")
    assert "Not every seed has finished a trial: random, quasi-random" in said(place)
    assert place.locator("g[data-line]").evaluate_all(looks) == before
    assert visit.complaints == []
