"""Confidence intervals of a mean and of a rate.

Importing this module costs nothing but NumPy: SciPy is imported where a quantile is needed.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Interval = tuple[float, float]
"""Low and high end."""

FEWEST_SEEDS = 3


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return Student's t interval of a mean.

    Parameters
    ----------
    values : array of shape (n,)
        Independent measurements, three or more.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Low and high end; both are the mean where all values are equal.

    Raises
    ------
    ValueError
        If there are fewer than three values, or one is not finite.

    Examples
    --------
    >>> low, high = mean_interval([1.0, 2.0, 3.0])
    >>> round(low, 3), round(high, 3)  # 2 ± 4.303 / √3
    (-0.484, 4.484)
    """
    from scipy.special import stdtrit

    array = measured(values)
    _check_confidence(confidence)
    mean = float(array.mean())
    if np.ptp(array) == 0:  # the mean of equal values may differ from them by rounding
        return float(array[0]), float(array[0])
    error = float(array.std(ddof=1)) / math.sqrt(array.size)
    half = float(stdtrit(array.size - 1, (1 + confidence) / 2)) * error
    return mean - half, mean + half


def proportion_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval of Clopper and Pearson (1934) for a rate.

    Parameters
    ----------
    successes, trials : int
        0 <= successes <= trials, trials > 0.
    confidence : float
        Between 0 and 1; the interval holds the true rate at least this often.

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
    _check_confidence(confidence)
    tail = (1 - confidence) / 2
    failures = trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return low, high


def measured(values: ArrayLike) -> NDArray[np.float64]:
    """Return measurements as an array of shape (n,), or say what is wrong with them."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"values must have one axis; got shape {array.shape}")
    if array.size < FEWEST_SEEDS:
        raise ValueError(f"an interval needs {FEWEST_SEEDS} seeds or more; got {array.size}")
    if not np.isfinite(array).all():
        raise ValueError(f"every value must be finite; got {array.tolist()}")
    return array


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1; got {confidence}")


def _check_counts(successes: int, trials: int) -> None:
    for name, count in (("successes", successes), ("trials", trials)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise ValueError(f"{name} must be an integer; got {count!r}")
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(
            "counts must obey 0 <= successes <= trials and trials > 0; "
            f"got successes={successes}, trials={trials}"
        )
