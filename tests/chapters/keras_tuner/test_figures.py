"""The figures on Keras Tuner: each draws, and has words from its own numbers."""

import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from dlexp.chapters.keras_tuner import figures
from dlexp.draw import publish

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
TRIALS = {"random": np.array([[9, 0.5], [18, 0.9], [27, 0.7]])}


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (
            figures.plot_parallel(GRID, PLACES, SCORE[0]),
            figures.alt_parallel(GRID, PLACES, SCORE[0]),
        ),
        (figures.plot_effects(GRID, PLACES, SCORE), figures.alt_effects(GRID, PLACES, SCORE)),
        (figures.plot_agreement(*SCORE, best=0.3), figures.alt_agreement(*SCORE, best=0.3)),
        (figures.plot_projection(POINTS, HEIGHT), figures.alt_projection(POINTS, HEIGHT)),
        (
            figures.plot_lines(PANELS, X, axis="x", value="y", log=True),
            figures.alt_lines(PANELS, X, what="Lines"),
        ),
        (
            figures.plot_lines(PANELS, {"left": X, "right": X}, axis="x", value="y"),
            figures.alt_lines(PANELS, {"left": X, "right": X}, what="Lines"),
        ),
        (figures.plot_trials(TRIALS), figures.alt_trials(TRIALS)),
    ],
)
def test_every_figure_can_be_published(figure: Figure, words: str) -> None:
    assert "<title>" in publish.svg(figure, words)


def test_words_are_those_of_the_numbers() -> None:
    assert "best 0.25 of 1.00; random: 2 trials, 2 values" in figures.alt_projection(POINTS, HEIGHT)
    assert "learning_rate 0.2 in 1" in figures.alt_parallel(GRID, PLACES, SCORE[0])
    assert "learning_rate 20% to 85%" in figures.alt_effects(GRID, PLACES, SCORE)
    assert "a 60.0% to 95.0%; b 10.0% to 30.0%" in figures.alt_lines(PANELS, X, what="Lines")
    assert "random: 3 trials, 27 epochs, best 90.0%" in figures.alt_trials(TRIALS)
    assert "0.9% to" not in figures.alt_agreement(*SCORE, best=0.3)


def test_the_best_are_drawn_in_colour_and_in_one_path() -> None:
    figure = figures.plot_parallel(GRID, PLACES, SCORE[0], best=0.3)
    pale, bright = figure.axes[0].lines

    assert np.isnan(pale.get_ydata()).sum() == 4
    assert np.isnan(bright.get_ydata()).sum() == 2


def test_a_line_of_one_row_has_no_band() -> None:
    figure = figures.plot_lines({"one": LINES}, X, axis="x", value="y")

    assert len(figure.axes[0].lines) == 2
    assert len(figure.axes[0].collections) == 1


def test_the_best_so_far_never_falls() -> None:
    steps = figures.plot_trials(TRIALS).axes[0].lines[1].get_ydata()

    assert (np.diff(np.asarray(steps, float)) >= 0).all()
