"""Whole live figures, run by Node: what they draw and say is what their formulas give."""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import calls
import node
from dlexp.chapters.batch_norm.live import variance
from dlexp.chapters.convolutional_networks.live import trainings
from dlexp.chapters.keras_tuner.live import race
from dlexp.chapters.logistic_regression.live import digits
from dlexp.chapters.lstm_windows.live import forecasts
from dlexp.chapters.mnist.live import sources
from dlexp.chapters.pooling_dropout.live import shifts
from live_elements import Element, inside, said, shown, style_of, text

FOLDER = Path(__file__).parent


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    return tmp_path / "asked.json"


def charts(element: Element) -> list[Element]:
    return inside(element, "div", "dlx-chart")


def legend(chart: Element, sample: str = "svg") -> dict[str, str]:
    """Return the look of each name in the legend of a chart."""
    [names] = inside(chart, "p", "dlx-legend")
    return {text(each).strip(): style_of(inside(each, sample)[0]) for each in names[2]}


def lines(chart: Element) -> dict[str, Element]:
    groups = inside(chart, "g")
    return {group[1]["data-line"]: group for group in groups if "data-line" in group[1]}


def test_each_bar_of_a_unit_is_what_its_legend_says(asked: Path) -> None:
    data = shifts()
    found = shown(asked, "dropout", {"shifts": data}, ["Draw 10 more"])[-1]
    bars = charts(found)[0]
    looks = legend(bars, "rect")
    [picture] = [each for each in inside(bars, "svg") if each[1].get("role") == "img"]
    before, last, mean = (
        np.array([float(bar[1]["height"]) - 0.5 for bar in inside(picture, "rect", looks[words])])
        for words in ("before", "last mask", "mean")
    )
    x = np.array(data["features"])
    np.testing.assert_allclose(before, 75 * x / x.max(), atol=0.06)  # at a rate of one half
    dropped = np.isclose(last, 0, atol=0.06)
    np.testing.assert_allclose(last, np.where(dropped, 0, 2 * before), atol=0.11)
    assert 0 < dropped[x > 0].sum() < (x > 0).sum()
    # Of eleven masks, a unit was kept in a whole number, and seldom in none or in all.
    times = 11 * mean[before > 1] / (2 * before[before > 1])
    np.testing.assert_allclose(times, times.round(), atol=0.6)
    assert ((times > 0.5) & (times < 10.5)).mean() > 0.8


@pytest.mark.parametrize("noise", [0.5, 1, 5])
def test_noise_in_the_race_is_as_many_points_as_its_slider_says(asked: Path, noise: float) -> None:
    data = race()
    words = said(
        shown(asked, "tuner_race", {"tuner_race": data}, ["noise on each score", noise])[-1]
    )
    for tuner in data["tuners"]:
        asking = [["race", run, data, noise / 100, seed] for seed, run in enumerate(tuner["runs"])]
        ends = [steps[-1][1] for steps in calls.values(asking, "charts", "tuner_race")]
        spoken = re.search(rf"{tuner['name']} ([\d.]+) %", words)
        assert spoken is not None
        assert float(spoken[1]) == pytest.approx(100 * np.mean(ends), abs=0.051)


def test_noise_spreads_a_score_by_as_much_as_it_says() -> None:
    table = {"scored": 1000, "validation": [[500]], "test": [[0.5]]}
    asking = [["race", [[0, 0, 1]], table, 0.02, seed] for seed in range(500)]
    scores = [steps[0][2] for steps in calls.values(asking, "charts", "tuner_race")]
    assert np.mean(scores) == pytest.approx(0.5, abs=0.004)
    assert np.std(scores) == pytest.approx(0.02, rel=0.15)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("variance", lambda: {"variance": variance()}),
        ("tuner_race", lambda: {"tuner_race": race()}),
        ("sequence_length", dict),
        ("windows", lambda: {"forecasts": forecasts()}),
        ("dropout", lambda: {"shifts": shifts()}),
        ("telling_apart", lambda: {"sources": sources()}),
        ("descent", lambda: {"zeros_and_ones": digits()}),
        ("side_by_side", lambda: {"trainings": trainings()}),
    ],
)
def test_each_line_has_the_look_of_its_name_in_the_legend(
    asked: Path, name: str, data: Any
) -> None:
    drawn = [chart for chart in charts(shown(asked, name, data())[0]) if lines(chart)]
    assert drawn
    for chart in drawn:
        looks = {each: style_of(line) for each, line in lines(chart).items()}
        assert legend(chart) == looks
        assert len(set(looks.values())) == len(looks) > 1


@pytest.mark.parametrize("kernel", [2, 5, 15])
def test_steps_are_drawn_for_each_kind_of_layer(asked: Path, kernel: int) -> None:
    found = lines(charts(shown(asked, "sequence_length", {}, ["kernel", kernel])[-1])[1])
    lengths = [2**k for k in range(13)]
    steps = {"recurrent": lengths} | {
        name: calls.values(
            [["sequences.depth", t, kernel, dilated] for t in lengths], "sequence_length"
        )
        for name, dilated in (("Conv1D", False), ("Conv1D, dilated", True))
    }
    assert found.keys() == steps.keys()
    for name, numbers in steps.items():
        [curve] = inside(found[name], "path", "dlx-curve")
        heights = [float(point.split()[1]) for point in curve[1]["d"][1:].split("L")]
        # The axis goes from 1, at the bottom of 168 pixels, to 4096.
        assert heights == pytest.approx([178 - 14 * math.log2(n) for n in numbers], abs=0.06)


def test_two_recipes_are_told_apart_once_the_interval_is_narrower_than_they_are_apart(
    asked: Path,
) -> None:
    moves = [[label, value] for label, value in (("true difference", 3), ("images", 0))]
    _, wide, narrow = shown(asked, "telling_apart", {"sources": sources()}, *moves)

    for figure, images in ((wide, 500), (narrow, 100)):
        arguments = [sources(), images, 1, True]
        [half] = calls.values([["telling.half", *arguments]], "telling_apart")
        assert f"± {100 * half:.2f}, which {'tells' if half < 0.03 else 'does not'}" in said(figure)
    assert "images with so many networks" in said(narrow)


CLAIMS = [
    ["supported", "Adam learns FASTER than SGD."],
    ["refuted", "Dropout is faster."],
    ["supported", "Padding keeps the size."],
]


@pytest.mark.parametrize(
    ("words", "verdicts", "stay"),
    [
        ("faster", ["supported", "refuted"], [0, 1]),
        ("Faster ADAM", ["supported", "refuted"], [0]),
        ("FASTER", ["refuted"], [1]),
        ("", ["supported"], [0, 2]),
        ("nothing of this", ["supported", "refuted"], []),
    ],
)
def test_the_register_finds_words_in_either_case(
    asked: Path, words: str, verdicts: list[str], stay: list[int]
) -> None:
    asked.write_text(json.dumps({"rows": CLAIMS, "verdicts": verdicts, "words": words}), "utf-8")
    found = json.loads(node.run(FOLDER / "run_register.js", calls.SCRIPTS / "claims.js", asked))
    assert found == [stay, f"{len(stay)} of 3 claims."]
