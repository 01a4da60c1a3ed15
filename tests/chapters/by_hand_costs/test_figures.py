"""The figure of the page on costs."""

import numpy as np

from dlexp.chapters.by_hand_costs import figures
from helpers import assert_drawn


def test_a_figure_draws_and_its_words_come_from_its_numbers() -> None:
    ratios = {
        "Keras": {"conv2d": np.array([0.2, 0.25, 0.3]), "lstm": np.array([0.5, 0.5, 0.5])},
        "plain loops": {"conv2d": np.array([390.0, 400, 410])},
    }

    drawing = figures.prices(ratios)

    words = "Times of 2 functions, by hand being 1: Keras 0.25 to 0.5 times; plain loops 400 to 400"
    assert_drawn(drawing, words)
    assert [label.get_text() for label in drawing.figure.axes[0].get_yticklabels()] == [
        "conv2d",
        "lstm",
    ]
