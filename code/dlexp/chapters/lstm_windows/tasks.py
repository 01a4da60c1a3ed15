"""Series, made and real, and the problems that nets are given: windows, targets, and the way back.

Chapter: book/lstm_windows.md. Nothing here is trained.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlexp import series
from dlexp.byhand.arrays import Floats

MADE = ("noise", "ar", "trend", "walk")
REAL = ("sunspots", "co2")
SERIES = MADE + REAL
STATIONARY, DRIFTING = ("ar", "sunspots"), ("trend", "walk", "co2")
"""Which series keep their level; noise does, too, and has nothing to foretell."""

LAW = (1.6, -0.9)
"""Weights of the last value and of the one before in the made series with a law."""

LEVEL, SPREAD = 100.0, 10.0
"""In which unit made series come: that of a thermometer or a price; a net likes neither."""

RISE = 8.0
"""How far the trend rises, in standard deviations of what swings around it."""

WALKED = 0.1
"""Of a step of the walk, the standard deviation, in multiples of `SPREAD`."""

YEAR = 12
"""Months after which the season of the carbon dioxide comes again."""

TRAIN, VALIDATION = 0.6, 0.2
"""Shares of a series, in order of time; what is left is the test part."""

TREATMENTS = ("raw", "scaled", "changes")
"""What nets are given: the values; the values less their mean, by their standard deviation; or,
scaled too, what is added from one value to the next."""


# --- Series ---------------------------------------------------------------------------------------


def values_of(name: str, length: int, seed: int) -> NDArray[np.float64]:
    """Return a series in its own unit.

    Parameters
    ----------
    name : str
        One of `SERIES`.
    length, seed : int
        Of the made ones; the real ones are what they are.

    Returns
    -------
    array of shape (length,)

    Examples
    --------
    >>> [len(values_of(name, 50, 1)) for name in SERIES]
    [50, 50, 50, 50, 309, 526]
    """
    if name == "sunspots":
        return series.sunspots().values
    if name == "co2":
        return series.carbon_dioxide().values
    generator = np.random.default_rng([seed, MADE.index(name)])
    steps = generator.normal(size=length + 200)
    if name == "noise":
        z = steps
    elif name == "walk":
        z = WALKED * steps.cumsum()
    else:
        z = swinging(steps)
    z = z[200:]
    if name == "trend":
        z = z + RISE * np.arange(length) / length
    return LEVEL + SPREAD * z


def swinging(steps: Floats) -> NDArray[np.float64]:
    """Return the series that `LAW` makes of random steps, with a variance of one in the long run.

    Examples
    --------
    >>> swinging(np.array([1.0, 0.0, 0.0])).round(2)
    array([0.24, 0.38, 0.39])
    """
    first, second = LAW
    found = np.zeros(len(steps) + 2)
    for t, step in enumerate(steps):
        found[t + 2] = first * found[t + 1] + second * found[t] + step
    correlations = autocorrelations(2)
    variance = 1 / (1 - first * correlations[1] - second * correlations[2])
    return np.asarray(found[2:] / np.sqrt(variance))


def autocorrelations(longest: int) -> NDArray[np.float64]:
    """Return the correlation of the swinging series with itself, for distances up to ``longest``.

    By the equations of Yule and Walker: each is ``LAW`` of the two before.

    Examples
    --------
    >>> autocorrelations(3).round(3)
    array([ 1.   ,  0.842,  0.447, -0.042])
    """
    first, second = LAW
    found = [1.0, first / (1 - second)]
    while len(found) <= longest:
        found.append(first * found[-1] + second * found[-2])
    return np.array(found[: longest + 1])


# --- Problems -------------------------------------------------------------------------------------


class Part(NamedTuple):
    """Windows (n, w) and targets (n, K) as a net gets them, and what makes forecasts of answers.

    A forecast is ``origin`` (n, 1) and ``scale`` times the answer; ``truth`` (n, K) is what came.
    """

    past: NDArray[np.float32]
    then: NDArray[np.float32]
    origin: NDArray[np.float64]
    truth: NDArray[np.float64]


class Problem(NamedTuple):
    """The three parts of a series, in order of time, and the scale of its answers."""

    train: Part
    validation: Part
    test: Part
    scale: float


def problem(
    values: Floats, treatment: str, window: int, *, first: int, horizon: int = 1, seed: int = 0
) -> Problem:
    """Return what a net is to learn of a series, and what it is judged by.

    Parameters
    ----------
    values : array of shape (T,)
    treatment : str
        Of `TREATMENTS`; or "leaked", scaled by the mean and spread of the whole series; or
        "shuffled", where the windows are dealt out to the three parts at random.
    window : int
        Values that are seen.
    first : int
        Position of the first target, > ``window``: the same for all windows that are compared.
    horizon : int
        Values that are foretold, K.
    seed : int
        Of the dealing out.
    """
    stops = [first, *part_stops(len(values)), len(values)]
    rows = [np.arange(a, b - horizon + 1) for a, b in itertools.pairwise(stops)]
    if treatment == "shuffled":
        order = np.random.default_rng(seed).permutation(np.concatenate(rows))
        rows = np.split(order, np.cumsum([len(each) for each in rows])[:-1])
    return dealt(values, treatment, window, rows, horizon, known=stops[1])


def part_stops(length: int) -> tuple[int, int]:
    """Return where the training part and the validation part of a series end.

    Examples
    --------
    >>> part_stops(1000)
    (600, 800)
    """
    return round(TRAIN * length), round((TRAIN + VALIDATION) * length)


def dealt(
    values: Floats,
    treatment: str,
    window: int,
    rows: Sequence[NDArray[np.integer]],
    horizon: int = 1,
    *,
    known: int,
) -> Problem:
    """Return a problem whose parts foretell the values at these positions, and those that follow.

    ``known`` says how many values, from the first, decide mean and spread; the other arguments
    are those of `problem`.
    """
    changes = np.diff(values, prepend=values[0])
    given = changes if treatment == "changes" else values
    seen = given[1:known] if treatment in TREATMENTS else given
    shift, scale = (0.0, 1.0) if treatment == "raw" else (float(seen.mean()), float(seen.std()))

    def part(places: NDArray[np.integer]) -> Part:
        before = places[:, np.newaxis] - np.arange(window, 0, -1)  # (n, w)
        after = places[:, np.newaxis] + np.arange(horizon)
        last = values[places - 1] if treatment == "changes" else np.zeros(len(places))
        past, then = (((given[at] - shift) / scale).astype(np.float32) for at in (before, after))
        return Part(past, then, shift + last[:, np.newaxis], values[after])

    train, validation, test = map(part, rows)
    return Problem(train, validation, test, scale)


# --- Forecasts that need no net -------------------------------------------------------------------


def least_squares(train: Part) -> NDArray[np.float64]:
    """Return the weights (w + 1, K) of the best linear forecast, a constant last."""
    found = np.linalg.lstsq(_with_constant(train.past), train.then.astype(np.float64))
    return np.asarray(found[0], np.float64)


def linear(weights: Floats, past: Floats) -> NDArray[np.float64]:
    """Return what linear weights make of windows, (n, K)."""
    return np.asarray(_with_constant(past) @ weights)


def _with_constant(past: Floats) -> NDArray[np.float64]:
    return np.append(past.astype(np.float64), np.ones((len(past), 1)), axis=1)


def seasonal(values: Floats, at: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the last value before each of these positions, and the change of a year ago.

    Parameters
    ----------
    values : array of shape (T,)
        Of months.
    at : array of shape (n,)
        Positions that are foretold, each > `YEAR`.

    Examples
    --------
    >>> seasonal(np.arange(20.0) ** 2, np.array([19]))
    array([337.])
    """
    return np.asarray(values[at - 1] + values[at - YEAR] - values[at - YEAR - 1], np.float64)


def best_linear(window: int, horizon: int) -> NDArray[np.float64]:
    """Return the R² of the best linear forecasts of the swinging series, in the long run.

    Parameters
    ----------
    window : int
        Values that are seen.
    horizon : int
        Farthest value that is foretold.

    Returns
    -------
    array of shape (horizon,)
        Of the next value first.

    Examples
    --------
    >>> best_linear(1, 1).round(3), best_linear(2, 1).round(3)
    (array([0.709]), array([0.945]))
    """
    correlations = autocorrelations(window + horizon)
    distances = np.abs(np.subtract.outer(np.arange(window), np.arange(window)))
    among = correlations[distances]
    found = []
    for ahead in range(1, horizon + 1):
        to_target = correlations[ahead : ahead + window]
        found.append(to_target @ np.linalg.solve(among, to_target))
    return np.array(found)
