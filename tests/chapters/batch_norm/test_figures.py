"""The figures on batch normalisation: each draws, and has words from its own numbers."""

import numpy as np
import pytest

from dlexp.chapters.batch_norm import charts, figures
from helpers import assert_drawn

X = np.array([[0.0, 10], [2, 30]])
STAGES = {"before": X, "after": (X - X.mean(0)) / X.std(0)}
SPREADS = np.array([0.1, 1.0, 10.0])
CURVES = {"1e-3": np.array([0.4, 0.6, 1.0])}
SETTINGS = [0.01, 0.1, 1.0]
LINES = {
    "with": np.array([[0.2, 0.9, 0.8], [0.2, 0.9, 1.0]]),
    "without": np.array([[0.1, 0.5, 0.1], [0.1, 0.7, 0.1]]),
}
PANELS = {"dense": LINES, "conv": LINES}
STEPS = list(range(12, 132, 12))
RUNS = {"dense": {"with": np.linspace(0.5, 0.95, 10)[np.newaxis].repeat(3, 0)}}
FIGURES = {
    "sharing": (
        figures.sharing,
        "each colour has 4 cells. Convolutional: each cell is a map of 3 by 3, and each colour "
        "has 36 cells",
    ),
    "kinds": (
        figures.kinds,
        "Of 3 examples by 4 channels, maps that share with the first: batch: 3, layer: 4, "
        "instance: 1, group: 2.",
    ),
    "rates": (
        lambda: charts.rates({"dense": LINES}, {"dense": np.array(SETTINGS)}, floor=0.8),
        "at best. dense: with 90% at 0.1, without 60% at 0.1.",
    ),
    "fits": (
        lambda: charts.fits({"right": LINES}, [50, 100, 150]),
        "Validation accuracy from 50 to 150 steps. right, with: 20% to 90%; right, without: 10%",
    ),
    "courses": (
        lambda: charts.courses(LINES, LINES, [10, 20, 30]),
        "from 10 to 30 steps, and shift. with: 20.0% to 90.0%, means moved by 0.85",
    ),
    "steps": (
        lambda: figures.steps(STAGES),
        "before: 1.0 ± 1.0, 20.0 ± 10.0; after: 0.0 ± 1.0, 0.0 ± 1.0",
    ),
    "law": (
        lambda: figures.law(SPREADS, CURVES),
        "pass one half: 1e-3 at 0.32",
    ),
    "curves": (
        lambda: charts.curves(PANELS, SETTINGS, axis="learning rate", ticks=True, what="Rates"),
        "Rates, at 0.01, at best, at 1. dense, with: 20%, 90% (0.1), 90%; dense, without: 10%, 60%",
    ),
    "scales": (
        lambda: charts.scales(LINES, SETTINGS, {"with": 0.03}, learnt=0.8),
        "Means above 80%: with: 0.1 to 1; without: nowhere",
    ),
    "race": (
        lambda: charts.race(RUNS, STEPS, 0.9),
        "median of seeds, with a bar at 90%. dense, with: 55% after 24 steps, 95% after 120",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_lines_differ_in_style_and_not_in_colour_alone() -> None:
    panel = charts.curves(PANELS, SETTINGS, axis="rate", what="Rates").figure.axes[0]

    assert len({(line.get_linestyle(), line.get_marker()) for line in panel.lines}) == 2


def test_a_curve_is_the_mean_of_the_seeds_in_percent() -> None:
    panel = charts.curves(PANELS, SETTINGS, axis="rate", what="Rates").figure.axes[0]

    np.testing.assert_allclose(np.asarray(panel.lines[0].get_ydata()), [20, 90, 90])


def test_a_panel_can_have_an_upright_axis_of_its_own() -> None:
    drawing = charts.curves(PANELS, SETTINGS, axis="rate", what="Rates", zooms={"conv": (80, 90)})

    assert [panel.get_ylim() == (80, 90) for panel in drawing.figure.axes] == [False, True]


def test_paths_can_be_drawn_from_a_foot_of_their_own() -> None:
    drawing = charts.fits({"right": LINES, "wrong": LINES}, STEPS[:3], {"right": (80, 90)})

    assert [panel.get_ylim() == (80, 90) for panel in drawing.figure.axes] == [True, False]


def test_rates_are_all_written_and_the_axis_begins_at_the_floor() -> None:
    drawing = charts.rates({"dense": LINES}, {"dense": np.array(SETTINGS)}, floor=0.8)
    panel = drawing.figure.axes[0]

    assert [label.get_text() for label in panel.get_xticklabels()] == ["0.01", "0.1", "1"]
    assert panel.get_ylim()[0] == 80


def test_an_epsilon_is_marked_where_it_has_a_limit() -> None:
    panel = charts.scales(LINES, SETTINGS, {"with": 0.03}, learnt=0.8).figure.axes[0]

    marks = [line for line in panel.lines if list(np.asarray(line.get_xdata())) == [0.03, 0.03]]
    assert len(marks) == 1
