"""The figures on logistic regression: each draws, and has words from its own numbers."""

import numpy as np
import pytest

from dlexp.chapters.logistic_regression import figures
from helpers import assert_drawn

FALLING = np.array([[0.69, 0.5, 0.25]])
AMOUNTS = np.array([-1.0, 0.0, 1.0])
TARGETS = np.array([1.0, 0.0, 0.0])
WAYS = {"one rate": np.array([[0.0, 0.0], [-1.0, 0.0]]), "Newton": np.array([[0.0, 0.0], [-2, 0]])}
TITLES = ("training loss", "test loss", "test error (%)")
THREE = {title: {"without": FALLING, "with": FALLING / 2} for title in TITLES}
FIGURES = {
    "ink": (
        lambda: figures.ink(AMOUNTS, TARGETS, np.array([-2.0, 1.0])),
        "is a half at 0.50; 1 digits are on the wrong side of that.",
    ),
    "one_digit": (
        lambda: figures.one_digit(np.array([-1.0, 0.0, 1.0])),
        "One digit, at logits of -1, 0, 1. loss: a one 1.3 0.69 0.31, a zero 0.31 0.69 1.3; "
        "slope: p − y: a one -0.73 -0.5 -0.27, a zero 0.27 0.5 0.73; "
        "curvature: p(1 − p): a one 0.2 0.25 0.2, a zero 0.2 0.25 0.2.",
    ),
    "valley": (
        lambda: figures.valley(
            np.array([[-1.0, 1.0], [1.0, 1.0]]), np.array([1.0, 0.0]), WAYS, ((-3, 1), (-1, 1))
        ),
        "1 steps each: one rate, loss 0.313; Newton, loss 0.127.",
    ),
    "sketch": (
        lambda: figures.sketch(
            np.array([[-1.0, 0.0], [-1.0, 1.0], [2.0, -1.0]]),
            np.array([0.0, 0.0, 1.0]),
            {"without": np.array([1.0, 0.0, 0.0]), "with": np.array([3.0, 4.0, 5.0])},
        ),
        "2 others and 1 fives, by two features. The cut: without 0.00 from the mean towards the "
        "fives, 0 on the wrong side; with -1.00 from the mean towards the fives, 2 on the wrong "
        "side.",
    ),
    "reported": (
        lambda: figures.reported(THREE, 0.09),
        "test error (%): without 69 to 25, with 34.5 to 12.5. Never saying five: 9.",
    ),
    "gaps": (
        lambda: figures.gaps(
            {"without": FALLING, "with": FALLING / 2}, FALLING[0], FALLING[0] + 0.1
        ),
        "at a rate of 1/Λ 0.69 to 0.25, promised at 1/Λ 0.79 to 0.35.",
    ),
    "going_on": (
        lambda: figures.going_on({"gap": {"without": FALLING}, "error": {"without": FALLING * 10}}),
        "gap: without 0.69 to 0.25; error: without 6.9 to 2.5.",
    ),
    "methods": (
        lambda: figures.methods(
            {"search": FALLING, "lbfgs": -FALLING},
            [3, 6, 9],
            {"search": "line search", "lbfgs": "L-BFGS"},
            enough=-0.5,
        ),
        "-0.5 decimals of the least loss are right, in up to 9 passes. "
        "line search: after 3; L-BFGS: after 6.",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_no_two_methods_look_alike() -> None:
    looks = [(look.colour, look.line) for look in figures.METHOD_LOOKS.values()]

    assert len(set(looks)) == len(looks)


def test_the_base_rate_is_drawn_where_errors_are() -> None:
    axis = figures.reported(THREE, 0.09).figure.axes[2]

    assert axis.lines[-1].get_ydata()[0] == pytest.approx(9.0)  # type: ignore[index]
