"""The figures on Keras Tuner: each draws, and has words from its own numbers."""

import itertools
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import figures, figures_searches
from dlexp.draw.drawing import Drawing
from helpers import assert_drawn

GRID = {"learning_rate": (0.1, 0.2, 0.3), "activation": ("relu", "tanh")}
PLACES = np.array(list(itertools.product(range(3), range(2))), float)
SCORE = np.array([[0.1, 0.2, 0.8, 0.9, 0.5, 0.4], [0.2, 0.3, 0.9, 0.8, 0.5, 0.5]])
POINTS = {
    "grid": np.array([[0.25, 0.25], [0.25, 0.75]]),
    "random": np.array([[0.1, 0.9], [0.5, 0.3]]),
}
HEIGHT = np.array([0.0, 0.5, 1.0])
LINES = {"a": np.array([[0.5, 0.7, 0.9], [0.7, 0.9, 1.0]]), "b": np.array([[0.1, 0.2, 0.3]])}
PANELS = {"left": LINES, "right": LINES}
X = [1.0, 2.0, 3.0]
LEADS = {"a": np.array([[-0.02, 0.01], [-0.01, 0.02], [0.0, 0.03]])}
STEP = figures_searches.Step(*np.ones((4, 3)), tried=(0,), chosen=1)


def lines(panels: dict[str, Any] = PANELS, settings: Any = X, *, log: bool = False) -> Drawing:
    return figures.lines(panels, settings, axis="x", value="y", what="Lines", log=log)


FIGURES = {
    "parallel": (
        lambda: figures.parallel(GRID, PLACES, SCORE[0]),
        "learning_rate 0.2 in 1",
    ),
    "agreement": (
        lambda: figures.agreement(*SCORE, best=0.3),
        "The best 30% by the first seed: 80.0% to 90.0% there, 80.0% to 90.0% from the second",
    ),
    "projection": (
        lambda: figures.projection(POINTS, HEIGHT),
        "best 0.25 of 1.00; random: 2 trials, 2 values",
    ),
    "lines": (lambda: lines(log=True), "Lines. left (1 to 3): a 60.0% to 95.0%; b 10.0% to 30.0%"),
    "lines with settings of their own": (
        lambda: lines(settings={"left": X, "right": [1, 2, 9]}),
        "right (1 to 9): a 60.0% to 95.0%",
    ),
    "leads": (
        lambda: figures_searches.leads({"": LEADS}, [9, 18], limits=[(-1, 1)]),
        "from 9 to 18 epochs. a -1.00 to +2.00",
    ),
    "process": (
        lambda: figures_searches.process([STEP], [0.1, 0.2], np.array([0.5, 0.6])),
        "after 1 trials it goes on at 0.2",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_the_best_are_drawn_in_colour_and_in_one_path() -> None:
    figure = figures.parallel(GRID, PLACES, SCORE[0], best=0.3).figure
    pale, bright = figure.axes[0].lines

    assert np.isnan(pale.get_ydata()).sum() == 4
    assert np.isnan(bright.get_ydata()).sum() == 2


def test_a_line_of_one_row_has_no_band() -> None:
    figure = lines({"one": LINES}).figure

    assert len(figure.axes[0].lines) == 2
    assert len(figure.axes[0].collections) == 1


def test_a_mean_that_is_known_has_no_interval() -> None:
    known = {"known": np.array([[0.1, 0.2]])}

    figure = figures_searches.leads({"": LEADS | known}, [9, 18], limits=[(-1, 1)]).figure

    assert len(figure.axes[0].collections) == 1
