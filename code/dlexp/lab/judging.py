"""The rule that turns an interval and a range into a verdict, and what a range must be."""

import math
from enum import StrEnum
from typing import Any

import numpy as np

from dlexp.lab.intervals import Interval

Range = tuple[float | None, float | None]
"""What a claim asserts: above the first, below the second; ``None`` leaves a side open."""

NEVER: Range = (0.0, 0.0)
"""What a claim that counts asserts of the rate."""


class Verdict(StrEnum):
    """What the interval says of the sentence."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


def judge(interval: Interval, asserted: Range) -> Verdict:
    """Return the verdict of an interval on a range; touching the edge is inconclusive.

    Parameters
    ----------
    interval : tuple of float
        Low and high end.
    asserted : tuple
        The range that the claim asserts; ``None`` leaves a side open.

    Examples
    --------
    >>> judge((0.1, 0.3), (0.0, None)).value
    'supported'
    >>> judge((-0.1, 0.3), (0.0, None)).value
    'inconclusive'
    >>> judge((0.1, 0.3), (None, 0.0)).value
    'refuted'
    """
    low, high = interval
    floor = -math.inf if asserted[0] is None else asserted[0]
    ceiling = math.inf if asserted[1] is None else asserted[1]
    if floor < low and high < ceiling:
        return Verdict.SUPPORTED
    if high < floor or low > ceiling:
        return Verdict.REFUTED
    return Verdict.INCONCLUSIVE


def check_range(asserted: Range) -> None:
    """Refuse a range that nothing can lie outside of, or that is none.

    Raises
    ------
    ValueError
        If no side is bounded, a bound is no finite number, or they do not stand in order.

    Examples
    --------
    >>> check_range((None, float("inf")))
    Traceback (most recent call last):
    ValueError: a side of `asserted` must be a finite number; got (None, inf)
    """
    bounds = [bound for bound in asserted if bound is not None]
    if not bounds or not all(_is_number(bound) and math.isfinite(bound) for bound in bounds):
        raise ValueError(f"a side of `asserted` must be a finite number; got {asserted}")
    if len(bounds) == len(asserted) and not bounds[0] < bounds[1]:
        raise ValueError(f"`asserted` must be (low, high); got {asserted}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
