"""How the claims and the page on logistic regression read the records: arrays, a row per seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.logistic_regression.measure import FEW, L2
from dlexp.chapters.logistic_regression.problem import ALL
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

ROUNDED = 1e-12
"""A gap below this one is drawn and counted as this one: it is of the size of rounding."""

DIGITS_AT = 600
"""Passes over the images after which the methods are compared, by the decimals they have right."""

HALF_WAY = DIGITS_AT // 2
"""Passes after which momentum is compared: no gap is rounding yet, and no tuned rate has failed."""

EDGE = 2.0
"""A rate times the largest curvature at the minimum, above which each step overshoots more."""

GAP = 0.03
"""A gap that long descents reach, with L2 and without."""

FROM = 100
"""The first step of a pair, of which the second is twice the first."""

DOUBLED = (FROM, 2 * FROM)
"""Steps between which the fall of the loss is measured."""


def whole(runs: Runs, *, intercept: bool) -> Runs:
    """Return report D's run with all training images: one record, and no chance in it."""
    return runs("rerun", size=ALL, intercept=intercept)


def drawn(runs: Runs, *, intercept: bool) -> Runs:
    """Return report D's run with images that the seeds draw."""
    return runs("rerun", size=FEW, intercept=intercept)


def gone(runs: Runs, *, with_l2: bool) -> Runs:
    """Return the runs that went on for long, with L2 or without."""
    return runs("go_on", l2=L2 if with_l2 else 0.0)


def promised(rerun: Runs) -> Floats:
    """Return what the proof promises of each step at one over the bound, (steps,).

    It holds for any weights; taken here are the best of those on the run's own way, and of zero.
    """
    run = rerun.only
    losses, lengths = run.arrays["losses"], run.arrays["norms"]
    steps = np.arange(1, len(losses))[:, np.newaxis]
    allowed = losses + run.numbers["smoothness"] * lengths**2 / (2 * steps)
    return np.asarray(allowed.min(axis=1))


def of_the_share(fives: float) -> float:
    """Return the loss of giving each digit the share of fives as its probability."""
    return float(-fives * np.log(fives) - (1 - fives) * np.log(1 - fives))


def missed(run: Record) -> float:
    """Return the share of the fives among the test images that report D's run misses."""
    fives = run.numbers["base_rate"]
    return float((_wrong(run) - run.numbers["said_five"] + fives) / (2 * fives))


def called(run: Record) -> float:
    """Return the share of the other test images that report D's run calls fives."""
    fives = run.numbers["base_rate"]
    return float((_wrong(run) + run.numbers["said_five"] - fives) / (2 * (1 - fives)))


def _wrong(run: Record) -> float:
    return float(run.arrays["test_wrong"][-1])


def gained(drawn: Runs) -> Floats:
    """Return the share of what there is to gain that report D's steps have gained, (seeds,).

    What there is to gain is what Newton's method gains: that much at least.
    """
    losses = drawn.arrays("losses")
    start, end = losses[:, 0], losses[:, -1]
    return np.asarray((start - end) / (start - drawn.numbers("newton", "loss")))


def gaps(rerun: Runs) -> Floats:
    """Return how far above what Newton's method reached each step is, (seeds, steps + 1)."""
    return np.asarray(rerun.arrays("losses") - rerun.numbers("newton", "loss")[:, np.newaxis])


def doubled(losses: Floats) -> Floats:
    """Return what is left of a gap after twice the steps, as a share, (seeds,).

    Parameters
    ----------
    losses : array of shape (seeds, steps + 1)
        Above the least loss.
    """
    few, many = DOUBLED
    return np.asarray(losses[:, many] / losses[:, few])


def gaps_after(raced: Runs, method: str, passes: int = DIGITS_AT) -> Floats:
    """Return how far above the least loss a method is after so many passes, (seeds,)."""
    gaps = [
        record.arrays[method][record.arrays[f"{method}_passes"] <= passes][-1] for record in raced
    ]
    return np.maximum(gaps, ROUNDED)


def digits(raced: Runs, method: str, passes: int = DIGITS_AT) -> Floats:
    """Return the decimals of the least loss that a method has right, (seeds,)."""
    return -np.log10(gaps_after(raced, method, passes))


def curves(raced: Runs, method: str, passes: Sequence[int]) -> Floats:
    """Return the gap of a method at some numbers of passes, (seeds, passes)."""
    return np.stack([gaps_after(raced, method, count) for count in passes], axis=1)


def least(going: Runs) -> Floats:
    """Return the least loss of runs that went on with L2: that of the last step, (seeds, 1)."""
    return going.numbers("newton", "loss")[:, np.newaxis]


def overshoot(raced: Runs) -> Floats:
    """Return the tuned rate times the largest curvature at the minimum, (seeds,)."""
    rate = raced.config["rates"]["tuned"] / raced.numbers("smoothness")
    return np.asarray(rate * raced.numbers("curvature")[:, 1])
