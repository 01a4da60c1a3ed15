"""Confidence intervals of a mean and of a rate.

Importing this module costs nothing but NumPy: SciPy is imported where a quantile is needed.
"""

import itertools
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Interval = tuple[float, float]
"""Low and high end."""

CONFIDENCE = 0.95
"""Of every interval in the book; nothing can ask for less."""

FEWEST_SEEDS = 3


def mean_interval(values: ArrayLike, *, questions: int = 1) -> Interval:
    """Return Student's t interval of a mean, at `CONFIDENCE`.

    Parameters
    ----------
    values : array of shape (n,)
        Independent measurements, three or more.
    questions : int
        How many intervals are to hold all at once, as often as one does at `CONFIDENCE`: each is
        wider then (Bonferroni: the share that misses is divided among them).

    Returns
    -------
    tuple of float
        Low and high end; both are the mean where all values are equal.

    Raises
    ------
    ValueError
        If there are fewer than three values, one is no finite number, or there is no question.

    Examples
    --------
    >>> low, high = mean_interval([1.0, 2.0, 3.0])
    >>> round(low, 3), round(high, 3)  # 2 ± 4.303 / √3
    (-0.484, 4.484)
    >>> low, high = mean_interval([1.0, 2.0, 3.0], questions=5)
    >>> round(low, 3), round(high, 3)  # 2 ± 9.925 / √3: at 99 %
    (-3.73, 7.73)
    """
    from scipy.special import stdtrit

    if questions < 1:
        raise ValueError(f"`questions` must be 1 or more; got {questions}")
    array = measured(values)
    mean = float(array.mean())
    if np.ptp(array) == 0:  # the mean of equal values may differ from them by rounding
        return float(array[0]), float(array[0])
    error = float(array.std(ddof=1)) / math.sqrt(array.size)
    missed = (1 - CONFIDENCE) / questions
    half = float(stdtrit(array.size - 1, 1 - missed / 2)) * error
    return mean - half, mean + half


def one_more_interval(values: ArrayLike) -> Interval:
    """Return where one more measurement is to be expected, at `CONFIDENCE`, and not the mean.

    Parameters
    ----------
    values : array of shape (n,)
        Independent measurements of a normal law, three or more.

    Raises
    ------
    ValueError
        As in `mean_interval`.

    References
    ----------
    Student's prediction interval: that of the mean, times the root of n + 1.

    Examples
    --------
    >>> low, high = one_more_interval([1.0, 2.0, 3.0])
    >>> round(low, 3), round(high, 3)  # 2 ± 4.303 · √(1 + 1/3)
    (-2.968, 6.968)
    """
    array = measured(values)
    low, high = mean_interval(array)
    half = (high - low) / 2 * math.sqrt(array.size + 1)
    return (low + high) / 2 - half, (low + high) / 2 + half


def seeds_to_settle(values: ArrayLike) -> int:
    """Return with how many seeds an interval would leave zero out, if more of them are like these.

    As a forecast it is right about every other time: other seeds have another mean and spread.

    Parameters
    ----------
    values : array of shape (n,)
        Independent measurements, three or more.

    Raises
    ------
    ValueError
        As in `mean_interval`, or if their mean is zero, which no number of seeds tells from zero.

    Examples
    --------
    >>> seeds_to_settle([1.0, 2.0, 3.0, -1.0])  # 2.262 × 1.71 / √10 < 1.25
    10
    """
    from scipy.special import ndtri, stdtrit

    array = measured(values)
    spread, mean = float(array.std(ddof=1)), abs(float(array.mean()))
    if mean == 0:
        raise ValueError(f"the mean must not be zero; got {array.tolist()}")
    inside = (1 + CONFIDENCE) / 2
    # Student's intervals are wider than normal ones, so they need no fewer seeds.
    fewest = max(FEWEST_SEEDS, math.ceil((float(ndtri(inside)) * spread / mean) ** 2))
    return next(
        seeds
        for seeds in itertools.count(fewest)
        if stdtrit(seeds - 1, inside) * spread < mean * math.sqrt(seeds)
    )


def proportion_interval(successes: int, trials: int) -> Interval:
    """Return the exact interval of Clopper and Pearson (1934) for a rate.

    Parameters
    ----------
    successes, trials : int
        0 <= successes <= trials, trials > 0; the interval holds the true rate at least as often
        as `CONFIDENCE` says.

    Raises
    ------
    ValueError
        If the counts are impossible.

    Examples
    --------
    >>> low, high = proportion_interval(0, 10)  # none of ten: 1 - 0.025 ** (1 / 10)
    >>> low, round(high, 4)
    (0.0, 0.3085)
    """
    from scipy.special import betaincinv

    _check_counts(successes, trials)
    tail = (1 - CONFIDENCE) / 2
    failures = trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return low, high


def measured(values: ArrayLike) -> NDArray[np.float64]:
    """Return measurements as an array of shape (n,), or say what is wrong with them."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":  # else a text that reads like a number would count as one
        raise ValueError(f"values must be numbers; got {array.tolist()}")
    array = array.astype(np.float64)
    if array.ndim != 1:
        raise ValueError(f"values must have one axis; got shape {array.shape}")
    if array.size < FEWEST_SEEDS:
        raise ValueError(f"an interval needs {FEWEST_SEEDS} seeds or more; got {array.size}")
    if not np.isfinite(array).all():
        raise ValueError(f"every value must be finite; got {array.tolist()}")
    return array


def is_repeated(values: ArrayLike, groups: int = 1) -> bool:
    """Return whether values are fewer values, written several times: all of them, or each group's.

    Copies make an interval narrow and measure nothing. Values that are all equal are no copies:
    their interval is a point however many there are.

    Examples
    --------
    >>> is_repeated([1, 2, 1, 2]), is_repeated([1, 1, 2, 2]), is_repeated([1, 2, 2, 1])
    (True, True, False)
    >>> is_repeated([1, 2, 1, 2, 3, 3, 4, 4], groups=2)
    True
    """
    array = np.asarray(values)
    if np.ptp(array) == 0:
        return False
    return _is_of_blocks(array) or all(map(_is_of_blocks, array.reshape(groups, -1)))


def _is_of_blocks(array: NDArray[np.float64]) -> bool:
    """Whether it is ``np.tile`` or ``np.repeat`` of something shorter."""
    lengths = [n for n in range(1, array.size) if array.size % n == 0]
    tables = [array.reshape(-1, length) for length in lengths]
    tiled = any((table == table[:1]).all() for table in tables)
    return tiled or any((table == table[:, :1]).all() for table in tables[1:])


def _check_counts(successes: int, trials: int) -> None:
    for name, count in (("successes", successes), ("trials", trials)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise ValueError(f"{name} must be an integer; got {count!r}")
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(
            "counts must obey 0 <= successes <= trials and trials > 0; "
            f"got successes={successes}, trials={trials}"
        )
