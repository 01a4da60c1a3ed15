"""The figures of the chapter on softmax regression: their words are their numbers."""

import numpy as np
import pytest

from dlexp.byhand.softmax import softmax
from dlexp.chapters.softmax_regression import figures


def test_scores_are_said_in_words() -> None:
    logits = np.arange(10.0)

    drawn = figures.scored(np.zeros((28, 28)), logits, softmax(logits[None])[0])

    assert drawn.alt == (
        "A digit, ten logits from 0.0 to 9.0, and ten probabilities: 63% for 9, 23% for 8."
    )


def test_the_largest_weight_is_said() -> None:
    kernel = np.zeros((784, 10))
    kernel[3, 4] = -0.75

    assert "the largest is 0.75" in figures.kernels(kernel).alt


def test_the_darkest_cell_is_named() -> None:
    counts = np.eye(10, dtype=int) * 9
    counts[4, 9] = 7

    words = figures.confusion(counts).alt

    assert "7 images are off its diagonal" in words
    assert "class 4 taken for 9" in words


def test_curves_say_their_ends() -> None:
    loss, accuracy = np.array([[2.3, 0.4]]), np.array([[0.1, 0.9]])

    assert "2.30 to 0.40" in figures.learning(loss, accuracy).alt
    assert "10.0% to 90.0%" in figures.learning(loss, accuracy).alt
    panels = {"loss": {"none": loss}, "accuracy in percent": {"none": accuracy}}
    assert figures.ends(panels).alt.endswith("Accuracy, none 10.0% to 90.0%.")


def test_bins_of_few_images_are_not_drawn() -> None:
    bins = np.zeros((1, 10, 3))
    bins[0, 9] = 100, 95, 90
    bins[0, 2] = 1, 0.25, 1

    drawn = figures.reliability({"a": bins}, {"a": np.array([2.0])})

    line = drawn.figure.axes[0].lines[1]
    assert line.get_xdata().tolist() == [0.95]
    assert "said 94.3%, right 90.1%, length 2.0" in drawn.alt


def test_distances_of_bins_may_cancel_but_for_their_signs() -> None:
    bins = np.zeros((1, 10, 3))
    bins[0, 9], bins[0, 5] = (10, 9.5, 8), (10, 5.5, 7)

    assert figures.too_sure(bins) == pytest.approx([0])
    assert figures.calibration_error(bins) == pytest.approx([15])
