"""Measure what no net is needed for: simple forecasts, mistakes, and random walks of any length.

Chapter: book/lstm_windows.md. Nothing here is trained but by least squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.byhand import forecasting
from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import tasks
from dlexp.chapters.lstm_windows.tasks import SERIES, TREATMENTS, Part
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Forecasts that learn little or nothing, on the problems of the nets."""

    windows: tuple[int, ...] = (1, 2, 4, 12)  # values that are seen
    length: int = 1_000  # values of a made series


def rules(config: Rules, seed: int) -> Measurement:
    """Judge least squares, the last value, the training part's mean, and the air's season."""
    numbers: dict[str, dict[str, Any]] = {}
    for name in SERIES:
        values = tasks.values_of(name, config.length, seed)
        linear = {
            treatment: [
                _by_least_squares(values, treatment, window, max(config.windows) + 1)
                for window in config.windows
            ]
            for treatment in TREATMENTS
        }
        first, second = tasks.part_stops(len(values))
        truth, before = values[second:], values[second - 1 : -1]
        mean = np.full_like(truth, values[:first].mean())
        numbers[name] = {
            "linear": linear,
            "persistence": forecasting.r_squared(truth, before),
            "mean": forecasting.r_squared(truth, mean),
            "correlation": float(np.corrcoef(truth, before)[0, 1]),
        }
        if name == "co2":
            told = tasks.seasonal(values, np.arange(second, len(values)))
            numbers[name]["season"] = forecasting.r_squared(truth, told)
    return Measurement(numbers=numbers)


def _by_least_squares(values: Floats, treatment: str, window: int, first: int) -> float:
    train, _, test, scale = tasks.problem(values, treatment, window, first=first)
    told = test.origin + scale * tasks.linear(tasks.least_squares(train), test.past)
    return forecasting.r_squared(test.truth[:, 0], told[:, 0])


# --- Mistakes -------------------------------------------------------------------------------------

MISTAKES = (
    "none", "in_window", "one_late", "two_late", "swapped", "scaled", "columns",
)  # fmt: skip
"""What can go wrong with a forecast of one step that is right: see `judged`."""


@dataclass(frozen=True, kw_only=True)
class Mistakes:
    """The best linear forecast from one value, judged rightly and wrongly."""

    length: int = 4_000  # values of the made series with a law


def mistakes(config: Mistakes, seed: int) -> Measurement:
    """Judge one forecast with each mistake."""
    values = tasks.values_of("ar", config.length, seed)
    train, _, test, scale = tasks.problem(values, "scaled", 1, first=2)
    answers = tasks.linear(tasks.least_squares(train), test.past)[:, 0]
    told = float(test.origin[0, 0]) + scale * answers
    numbers = {name: judged(name, test, told, answers) for name in MISTAKES}
    return Measurement(numbers={**numbers, "forecasts": len(told)})


def judged(mistake: str, test: Part, told: Floats, answers: Floats) -> float:
    """Return the R² that somebody gets who makes a mistake.

    Parameters
    ----------
    mistake : str
        "in_window": the target is the last value of the window; "one_late" and "two_late": the
        target is one or two values later; "swapped": truth and forecast trade places; "scaled":
        the forecast is not scaled back; "columns": a column less a row; "none".
    test : Part
    told, answers : array of shape (n,)
        Forecasts in the unit of the series, and scaled.
    """
    truth = test.truth[:, 0]
    if mistake == "swapped":
        return forecasting.r_squared(told, truth)
    if mistake == "scaled":
        return forecasting.r_squared(truth, answers)
    if mistake == "columns":
        squares = ((truth - told[:, np.newaxis]) ** 2).sum()
        return float(1 - squares / ((truth - truth.mean()) ** 2).sum())
    late = {"in_window": -1, "none": 0, "one_late": 1, "two_late": 2}[mistake]
    return forecasting.r_squared(np.roll(truth, -late)[2:-2], told[2:-2])


def expected(mistake: str, forecasts: int) -> float:
    """Return the R² with a mistake in the long run, from the correlations of the series.

    Examples
    --------
    >>> [round(expected(mistake, 800), 2) for mistake in MISTAKES]
    [0.71, 0.98, 0.04, -0.78, 0.59, -99.87, -1366.31]
    """
    correlations = tasks.autocorrelations(3)
    one = correlations[1]
    late = {"in_window": 0, "none": 1, "one_late": 2, "two_late": 3}
    if mistake in late:
        return float(2 * one * correlations[late[mistake]] - one**2)
    if mistake == "swapped":
        return float(2 - 1 / one**2)
    if mistake == "columns":
        return float(1 - forecasts * (1 + one**2))
    level, spread = tasks.LEVEL, tasks.SPREAD
    squares = level**2 + spread**2 - 2 * spread * one**2 + one**2
    return float(1 - squares / spread**2)


# --- Random walks ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Walks:
    """The best forecast of random walks, the last value, judged over test parts of any length."""

    lengths: tuple[int, ...] = (5, 10, 30, 100, 300)  # values in the test part
    walks: int = 2_000  # of each length


MOST = (0.05, 0.95)
"""Quantiles between which nine of ten walks lie."""


def walks(config: Walks, seed: int) -> Measurement:
    """Return the R² of all walks together, quantiles of that of single ones, and how many of these
    are negative.
    """
    generator = np.random.default_rng(seed)
    pooled, negative, single = [], [], []
    for length in config.lengths:
        steps = generator.normal(size=(config.walks, length))
        truth = steps.cumsum(axis=1)
        around = ((truth - truth.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        errors = (steps**2).sum(axis=1)
        pooled.append(1 - errors.sum() / around.sum())
        negative.append((errors > around).mean())
        single.append(np.quantile(1 - errors / around, MOST).tolist())
    return Measurement(numbers={"r_squared": pooled, "negative": negative, "single": single})


def of_a_walk(length: int) -> float:
    """Return the R² of the last value as forecast of many random walks: 1 - 6 n / (n² - 1).

    On average, the errors add up to n steps' variances, and the values around their mean to
    (n² - 1) / 6 of them.

    Examples
    --------
    >>> of_a_walk(10), of_a_walk(100)
    (0.3939393939393939, 0.93999399939994)
    """
    return 1 - 6 * length / (length**2 - 1)
