"""The figures on measuring: each draws, and has words from its own numbers."""

import numpy as np
import pytest

from dlexp.chapters.mnist import figures, figures_of_digits
from dlexp.chapters.mnist.chance import Sources
from dlexp.chapters.mnist.digits import Pair
from helpers import assert_drawn

RISING = np.array([[0.5, 0.8, 0.9], [0.7, 0.8, 1.0]])
IMAGE = np.eye(4)[None, :, :, None]
SUMS = {
    "images": np.array([0, 400]),
    "confidence": np.array([0.0, 360.0]),
    "right": np.array([0, 300]),
}
PARTS = Sources(networks=0.0, images=0.0, rest=0.25)
FIGURES = {
    "classes": (
        lambda: figures_of_digits.classes(np.ones((2, 3, 4, 4)), np.ones((3, 4, 4)) / 2),
        "2 images of each of the digits 0 to 2, and below them the mean",
    ),
    "pairs": (
        lambda: figures_of_digits.pairs([Pair(np.repeat(IMAGE, 2, axis=0), (4, 9), 1.0)]),
        "4 and 9",
    ),
    "hardest": (
        lambda: figures_of_digits.hardest(np.repeat(IMAGE, 2, axis=0), [4, 5], [9, 3], columns=2),
        "9 for 4, 3 for 5",
    ),
    "intervals": (
        lambda: figures.intervals(np.array([0.5, 0.8]), np.array([0.2, 0.2]), 0.9),
        "from 50.0% to 80.0%; 1 of their intervals miss 90%",
    ),
    "leak": (
        lambda: figures.leak({"500": dict.fromkeys(figures.PARTS, RISING)}),
        "500: leaked validation 60% to 95%, unseen images 60% to 95%",
    ),
    "reported": (
        lambda: figures.reported({"plain": dict.fromkeys(figures.REPORTED, RISING)}),
        "plain: training as shown 60% to 95%",
    ),
    "best pass": (
        lambda: figures.best_pass({"100 images": RISING / 100}, (2, 5, 10)),
        "100 images: 0.60 to 0.95",
    ),
    "best of": (
        lambda: figures.best_of({"one": dict.fromkeys(figures.LAWS, RISING / 100)}, (2, 4, 8)),
        "one: measured 0.6 to 1.0",
    ),
    "loss and accuracy": (
        lambda: figures.loss_and_accuracy(1 - RISING, RISING, 2.0),
        "the accuracy goes from 60.0% to 95.0%",
    ),
    "reliability": (
        lambda: figures.reliability({"last": SUMS}),
        "last: too sure by 15.0 points",
    ),
    "rates": (
        lambda: figures.rates({"SGD": dict.fromkeys(figures.SCALES, RISING)}, (0.1, 1, 10)),
        "SGD: divided by 255 at best 95%, with a rate of 10",
    ),
    "half widths": (
        lambda: figures.half_widths(PARTS, (100, 10_000), (1, 5)),
        "one of each: the same images 13.9 to 1.4",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_more_networks_lower_the_line() -> None:
    drawing = figures.half_widths(PARTS, (100,), (1, 4))

    one, four = (axis.lines[0].get_ydata()[0] for axis in drawing.figure.axes)
    assert one / four == pytest.approx(2)
