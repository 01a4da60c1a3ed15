"""What the page on costs claims, and how its records are read.

Chapter: book/by_hand_costs.md. The bounds were set after a trial of one seed and before the first
full run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.by_hand_costs.measure import PARTS
from dlexp.lab.claims import TIMES, Claim
from dlexp.lab.runs import Runs

BY_HAND, FRAMEWORK, LOOPS = range(3)
"""The columns of what a clock measured."""

LEAST_PRICE, LARGEST_PRICE = 2, 6  # times Keras's time, over all functions
MAX_GRADIENT = 5  # times Keras's time
HUNDRED = 100  # times the time by hand
LEAST_MEMORY, LARGEST_MEMORY = 9, 14  # times what comes in


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the page claims."""
    yield runs.never(
        "same_values",
        "results that differ by more than rounding, share of those compared",
        failures=_total(runs, "differ"),
        trials=_total(runs, "asked"),
    )
    in_keras = runs(*PARTS)
    yield in_keras.within(
        "price",
        "time by hand in multiples of Keras's, geometric mean over all functions",
        price(in_keras),
        low=LEAST_PRICE, high=LARGEST_PRICE, scale=TIMES,
    )  # fmt: skip
    convolved, pooled = runs("convolution"), runs("pooling")
    yield pooled.below(
        "max_gradient",
        "time of the gradient of max pooling by hand, in multiples of Keras's",
        slower(pooled, "max_pool2d_gradient"),
        threshold=MAX_GRADIENT, scale=TIMES,
    )  # fmt: skip
    yield convolved.above(
        "loops",
        "time of a convolution in plain loops, in multiples of the time by hand",
        slower(convolved, "conv2d", LOOPS, BY_HAND),
        threshold=HUNDRED, scale=TIMES,
    )  # fmt: skip
    yield convolved.within(
        "patches",
        "memory that a convolution by hand holds, in multiples of its images",
        memory(convolved, "conv2d"),
        low=LEAST_MEMORY, high=LARGEST_MEMORY, scale=TIMES,
    )  # fmt: skip


def _total(runs: Runs, name: str) -> int:
    return sum(sum(record.numbers[name].values()) for record in runs)


def slower(runs: Runs, function: str, who: int = BY_HAND, than: int = FRAMEWORK) -> Floats:
    """Return how many times as long one takes as another: the median of the turns, per seed."""
    times = runs.arrays(function)  # (seeds, rounds, calls)
    ratios: Floats = np.median(times[:, :, who] / times[:, :, than], axis=1)
    return ratios


def turn_by_turn(runs: Runs, function: str) -> Floats:
    """Return the time by hand in that of the framework, mean over the seeds, for each turn."""
    times = runs.arrays(function)  # (seeds, rounds, calls)
    ratios: Floats = (times[:, :, BY_HAND] / times[:, :, FRAMEWORK]).mean(axis=0)
    return ratios


def price(runs: Runs) -> Floats:
    """Return the geometric mean of what functions by hand cost in Keras's time, per seed."""
    logarithms = [
        np.log(slower(runs(part), function)) for part, names in PARTS.items() for function in names
    ]
    means: Floats = np.exp(np.mean(logarithms, axis=0))
    return means


def memory(runs: Runs, function: str) -> Floats:
    """Return what a function by hand holds at the most, in multiples of what comes in, per seed."""
    return runs.arrays(f"{function}_memory")


def part_of(function: str) -> str:
    """Return the measure that timed a function beside Keras.

    Examples
    --------
    >>> part_of("lstm")
    'recurrence'
    """
    return next(part for part, names in PARTS.items() if function in names)
