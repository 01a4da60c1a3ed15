"""The live figure of the chapter on logistic regression: ways down a loss of two weights.

Chapter: book/logistic_regression.md.
"""

from collections.abc import Mapping
from typing import Any

from dlexp.chapters.logistic_regression.problem import zeros_and_ones
from dlexp.draw.live import LiveFigure

DIGITS = 100
"""Zeros and ones, as in the printed figure."""


def digits() -> dict[str, Any]:
    """Return the small problem: the standardised ink of each digit, and whether it is a one."""
    problem = zeros_and_ones(DIGITS)
    return {
        "ink": [round(float(value), 6) for value in problem.x[:, 0]],
        "targets": [int(value) for value in problem.targets],
    }


FIGURES: Mapping[str, LiveFigure] = {
    "descent": LiveFigure(("charts", "descent"), {"zeros_and_ones": digits}),
}
"""The live figure of the chapter, its scripts and its data."""
