"""How a reader wants to read an effect: in points, in per cent, as a ratio."""

from typing import NamedTuple


class Scale(NamedTuple):
    """How a reader wants to read an effect: multiplied, and with a word behind it."""

    factor: float = 1.0
    word: str = ""


PLAIN = Scale()
POINTS = Scale(100, "points")
"""Differences of accuracies, in percentage points."""
PERCENT = Scale(100, "%")
"""Shares of a whole."""
STEPS = Scale(1, "steps")
TIMES = Scale(1, "times")
"""Ratios."""
