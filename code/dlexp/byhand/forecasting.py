"""Forecasts of a series: windows of its past, what they are judged by, and in which order.

Chapter: book/lstm_windows.md. Notation: a series of T values; n forecasts; windows of w values.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats, require, require_axes, require_finite, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_at_least


class Lagged(NamedTuple):
    """Windows of a series (n, w), oldest value first, and what came after each (n, horizon)."""

    past: Floats
    then: Floats


class Parts(NamedTuple):
    """What is missing to R² = 1: the errors' own spread, and their mean."""

    spread: float
    offset: float


class Fold(NamedTuple):
    """Positions in a series: what is learnt from, and the stretch after it that is foretold."""

    train: range
    test: range


@keeps_precision
def lagged(series: Floats, window: int, *, horizon: int = 1) -> Lagged:
    """Return all windows of a series, and the values that came after each.

    Parameters
    ----------
    series : array of shape (T,)
    window : int
        Values per window, w; >= 1.
    horizon : int
        Values foretold from each, the next one first; >= 1.

    Returns
    -------
    Lagged
        Of n = T - w - horizon + 1 windows.

    Raises
    ------
    ValueError
        If a number is out of its range, or the series is too short for one window.

    Examples
    --------
    >>> past, then = lagged(np.array([1.0, 2.0, 4.0, 8.0]), 2)
    >>> past.tolist(), then.tolist()
    ([[1.0, 2.0], [2.0, 4.0]], [[4.0], [8.0]])
    """
    require_axes("steps", series=series)
    require_at_least(1, window=window, horizon=horizon)
    require(
        len(series) >= window + horizon,
        f"`series` must have {window + horizon} values at least",
        len(series),
    )
    rows = np.lib.stride_tricks.sliding_window_view(series, window + horizon).copy()
    return Lagged(rows[:, :window], rows[:, window:])


@keeps_precision
def persistence(past: Floats) -> Floats:
    """Return the forecast that nothing changes: the last value of each window.

    Parameters
    ----------
    past : array of shape (n, w)
        Windows, oldest value first; w >= 1.

    Returns
    -------
    array of shape (n,)

    Raises
    ------
    ValueError
        If there is no last value.

    Examples
    --------
    >>> persistence(np.array([[1.0, 2.0], [2.0, 4.0]]))
    array([2., 4.])
    """
    require_axes("windows, values", past=past)
    require(past.shape[1] > 0, "`past` must have a value per window", past.shape)
    return past[:, -1]


@keeps_precision
def r_squared(truth: Floats, forecast: Floats) -> float:
    """Return the share of the truth's variance that a forecast explains.

    Parameters
    ----------
    truth, forecast : array of shape (n,)
        Two values at least that are not all equal; one forecast for each.

    Returns
    -------
    float
        1 - sum((truth - forecast)²) / sum((truth - mean of truth)²). Best is 1; the mean of the
        truth itself gives 0; what is worse than that is negative, without a bound.

    Raises
    ------
    ValueError
        If shapes differ, a value is not finite, or the truth does not vary.

    References
    ----------
    Wright (1921), Correlation and causation: the coefficient of determination.

    Examples
    --------
    >>> truth = np.array([1.0, 2.0, 3.0])
    >>> r_squared(truth, np.array([1.0, 2.0, 4.0])), r_squared(truth, truth + 2)
    (0.5, -5.0)
    """
    error, around = _judged(truth, forecast)
    return float(1 - (error @ error) / (around @ around))


@keeps_precision
def r_squared_parts(truth: Floats, forecast: Floats) -> Parts:
    """Return what is missing to R² = 1, in two parts: R² = 1 - spread - offset.

    Parameters
    ----------
    truth, forecast : array of shape (n,)
        As in `r_squared`.

    Returns
    -------
    Parts
        The variance of the errors and the square of their mean, both divided by the variance of
        the truth. A forecast that misses all values by as much has no spread.

    Raises
    ------
    ValueError
        As in `r_squared`.

    Examples
    --------
    >>> truth = np.array([1.0, 2.0, 3.0])
    >>> r_squared_parts(truth, truth + 2)
    Parts(spread=0.0, offset=6.0)
    """
    error, around = _judged(truth, forecast)
    variance = (around @ around) / len(around)
    mean = error.mean()
    apart = error - mean
    return Parts(float((apart @ apart) / len(apart) / variance), float(mean**2 / variance))


def walk_forward(length: int, folds: int, *, test: int) -> list[Fold]:
    """Return splits of a series in which the past foretells what comes next.

    Each fold learns from all that lies before its test part; the last test part ends with the
    series, and each begins where the one before it ends.

    Parameters
    ----------
    length : int
        Of the series; > ``folds * test``.
    folds, test : int
        How many, and the values in each test part; >= 1.

    Raises
    ------
    ValueError
        If a number is out of its range, or nothing is left to learn from.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy: an analysis and review.

    Examples
    --------
    >>> walk_forward(10, 2, test=3)
    [Fold(train=range(0, 4), test=range(4, 7)), Fold(train=range(0, 7), test=range(7, 10))]
    """
    require_at_least(1, length=length, folds=folds, test=test)
    require(length > folds * test, f"`length` must be more than {folds} times {test}", f"{length}")
    stops = [length - test * (folds - fold) for fold in range(folds)]
    return [Fold(range(stop), range(stop, stop + test)) for stop in stops]


def _judged(truth: Floats, forecast: Floats) -> tuple[Floats, Floats]:
    """Return the errors, and the truth around its mean, in double precision."""
    require_axes("values", truth=truth)
    require_shape("forecast", forecast, truth.shape)
    require_finite(truth=truth, forecast=forecast)
    varies = truth.size > 1 and bool((truth != truth[0]).any())
    require(varies, "`truth` must have two values that differ", f"{truth.size} equal ones")
    # Divided by a power of two first, which is exact, so that no square overflows.
    wide, told = truth.astype(np.float64), forecast.astype(np.float64)
    exponent = -int(np.frexp(max(np.abs(wide).max(), np.abs(told).max()))[1])
    wide, told = np.ldexp(wide, exponent), np.ldexp(told, exponent)
    around = wide - wide.mean()
    spread = np.abs(around).max()
    require(spread > 1e-100, "`forecast` must be of the order of the truth", forecast)
    return wide - told, around
