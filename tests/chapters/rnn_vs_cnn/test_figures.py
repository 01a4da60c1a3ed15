"""The figures on sequences: each draws, and has words from its own numbers."""

import numpy as np
import pytest

from dlexp.chapters.rnn_vs_cnn import figures
from helpers import assert_drawn

LINES = {"LSTM": np.array([[1.0, 2, 8], [1, 4, 12]]), "convolutions": np.array([[1.0, 1, 2]])}
PANELS = {"forward": LINES, "training": LINES}
SETTINGS = [4, 16, 64]
IMAGES = {"image": np.eye(4), "rows": np.zeros((2, 8))}
COURSES = {"31 steps": {"LSTM": np.array([[0.1, 0.2, 1.0], [0.1, 0.4, 0.8]])}}
PROFILES = {"before": {"LSTM": np.array([[0.01, 0.1, 1], [0.0001, 0.1, 1]])}}
FIGURES = {
    "wiring": (
        figures.wirings,
        "one after the other: recurrent: 8, convolution: 1, dilated convolutions: 3",
    ),
    "lines": (
        lambda: figures.lines(PANELS, SETTINGS, x="steps", y="time", what="Time"),
        "Time, at 4 and 64. forward: LSTM 1, 10; convolutions 1, 2. training: LSTM 1, 10",
    ),
    "forms": (
        lambda: figures.forms(IMAGES),
        "One digit in 2 forms. image: 4 by 4, 25% ink; rows: 2 by 8, 0% ink",
    ),
    "courses": (
        lambda: figures.courses(COURSES, 0.125),
        "guessing: 12.5%. 31 steps, LSTM: 10% to 90%",
    ),
    "learning": (
        lambda: figures.learning(COURSES),
        "after the last epoch, in %. 31 steps: LSTM 90",
    ),
    "cell": (figures.cell, "feed f, i, g, o. The line of the cell runs straight"),
    "profiles": (
        lambda: figures.profiles(PROFILES),
        "before, LSTM: 0.001",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_lines_differ_in_style_and_not_in_colour_alone() -> None:
    panel = figures.lines(PANELS, SETTINGS, x="steps", y="time", what="Time").figure.axes[0]

    assert len({(line.get_linestyle(), line.get_marker()) for line in panel.lines}) == 2


def test_the_last_step_of_doubled_dilations_sees_all() -> None:
    layers = figures.wiring("dilated", 8)

    seen = {7}
    for edges in reversed(layers):
        seen = {s for s, t in edges if t in seen}
    assert seen == set(range(8))


def test_a_mean_is_drawn_with_its_seeds() -> None:
    panel = figures.lines(PANELS, SETTINGS, x="steps", y="time", what="Time").figure.axes[0]

    np.testing.assert_allclose(np.asarray(panel.lines[0].get_ydata()), [1, 3, 10])


def test_a_profile_runs_from_the_first_step_to_the_last() -> None:
    panel = figures.profiles(PROFILES).figure.axes[0]

    assert np.asarray(panel.lines[0].get_xdata()).tolist() == [2, 1, 0]
    assert panel.get_xlim()[0] > panel.get_xlim()[1]


def test_a_course_has_a_line_for_each_seed_and_one_for_guessing() -> None:
    panel = figures.courses(COURSES, 0.125).figure.axes[0]

    heights = [np.asarray(line.get_ydata()).tolist() for line in panel.lines]
    np.testing.assert_allclose(heights[0], [10, 20, 100])
    np.testing.assert_allclose(heights[2], [12.5, 12.5])


def test_a_net_looks_the_same_in_all_panels_of_its_courses() -> None:
    lstm = COURSES["31 steps"]["LSTM"]
    panels = {"31 steps": {"simple": lstm, "LSTM": lstm}, "47 steps": {"LSTM": lstm}}

    near, far = figures.courses(panels, 0.125).figure.axes

    assert near.lines[2].get_color() == far.lines[0].get_color() != near.lines[0].get_color()
    assert near.lines[2].get_linestyle() == far.lines[0].get_linestyle()


def test_a_net_that_only_one_panel_has_is_named_too() -> None:
    lstm = COURSES["31 steps"]["LSTM"]
    figure = figures.courses({"31 steps": {"LSTM": lstm}, "47 steps": {"GRU": lstm}}, 0.1).figure

    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["LSTM", "GRU"]
