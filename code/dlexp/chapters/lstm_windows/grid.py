"""Measure every series, as it is and scaled and as changes, with every window, by one kind of net.

Chapter: book/lstm_windows.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import forecasting
from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import nets, tasks
from dlexp.chapters.lstm_windows.tasks import SERIES, TREATMENTS, Problem
from dlexp.chapters.lstm_windows.trainings import Fitted, Plan, fit, forecast
from dlexp.lab.units import Measurement

CELLS = tuple(product(SERIES, TREATMENTS))

SHOWN = 60
"""Forecasts that are kept to be drawn: the last ones."""

BENT = 41
"""Values at which what a net makes of a single value is kept."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One kind of net on every series, with every treatment and window."""

    kind: str  # "lstm", "gru" or "dense"
    windows: tuple[int, ...] = (1, 2, 4, 12)  # values that are seen
    rates: tuple[float, ...] = (0.001, 0.01, 0.1)  # of Adam; validation chooses
    units: int = 8  # of the hidden layer
    steps: int = 1_000  # per training
    batch_size: int = 32  # windows per step
    looks: int = 10  # at the validation part; the best one is kept
    length: int = 1_000  # values of a made series


def grid(config: Grid, seed: int) -> Measurement:
    """Train a net for each cell and rate; judge the one with the least validation error."""
    values = {name: tasks.values_of(name, config.length, seed) for name in SERIES}
    numbers: dict[str, dict[str, dict[str, list[float]]]] = {
        name: {treatment: {} for treatment in TREATMENTS} for name in SERIES
    }
    arrays: dict[str, list[Any]] = {"forecasts": [], "unexplained": []}
    idle = 0
    for window in config.windows:
        problems = [
            tasks.problem(values[name], treatment, window, first=max(config.windows) + 1)
            for name, treatment in CELLS
        ]
        fitted, unexplained = _trained(config, problems, seed)
        arrays["unexplained"].append(unexplained)
        for cell, (name, treatment) in enumerate(CELLS):
            judged, told = _judged(fitted, problems[cell], cell, unexplained[cell])
            for key, value in judged.items():
                numbers[name][treatment].setdefault(key, []).append(value)
            arrays["forecasts"].append(told[-SHOWN:])
        if window == 1:
            idle = idle_moved(fitted)
            arrays |= bent(fitted, problems, values["trend"], len(config.rates))
    return Measurement(
        numbers={**numbers, "idle_moved": idle, "parameters": _sizes(config)},
        arrays={name: np.array(each, np.float32) for name, each in arrays.items()},
    )


def _trained(
    config: Grid, problems: Sequence[Problem], seed: int
) -> tuple[Fitted, NDArray[np.float64]]:
    """Return nets, rate after rate of a cell, and their unexplained validation variance.

    The latter has the shape (cells, rates, looks).
    """
    rates = config.rates
    plan = Plan(
        units=config.units, steps=config.steps, batch_size=config.batch_size, looks=config.looks
    )
    every = [problem for problem in problems for _ in rates]
    fitted = fit(config.kind, every, rates * len(problems), plan, seed=seed)
    variances = np.array([problem.validation.then.var() for problem in problems])
    errors = fitted.errors.reshape(len(problems), len(rates), -1)
    return fitted, errors / variances[:, np.newaxis, np.newaxis]


def _judged(
    fitted: Fitted, problem: Problem, cell: int, unexplained: Floats
) -> tuple[dict[str, float], Floats]:
    """Return how the best net of a cell does on the test part, and its forecasts."""
    rate = int(unexplained.min(axis=1).argmin())
    member = cell * len(unexplained) + rate
    told = forecast(fitted, member, problem.test, problem.scale)[:, 0]
    parts = forecasting.r_squared_parts(problem.test.truth[:, 0], told)
    return {
        "r_squared": 1 - parts.spread - parts.offset,
        "offset": parts.offset,
        "rate": rate,
        "look": int(fitted.best[member]),
    }, told


def _sizes(config: Grid) -> list[int]:
    """Return the parameters of the net for each window."""
    generator = np.random.default_rng(0)
    return [
        sum(w.size for w in nets.first_weights(config.kind, window, config.units, 1, generator))
        for window in config.windows
    ]


def idle_moved(fitted: Fitted) -> int:
    """Count weights, of those that windows of one value leave without a gradient, that moved.

    In a dense net, there are none.
    """
    if fitted.kind == "dense":
        return 0
    moved = [now != then for now, then in zip(fitted.weights, fitted.first, strict=True)]
    count = int(moved[1].sum())
    if fitted.kind == "lstm":
        units = moved[1].shape[1]
        count += sum(int(moved[i][..., units : 2 * units].sum()) for i in (0, 2))
    return count


def bent(
    fitted: Fitted, problems: Sequence[Problem], values: Floats, rates: int
) -> dict[str, list[Floats]]:
    """Return what nets make of a single value of the trend, scaled: seen ones, and beyond."""
    cell = CELLS.index(("trend", "scaled"))
    best = fitted.errors[cell * rates : (cell + 1) * rates].min(axis=1).argmin()
    problem = problems[cell]
    low, high = values.min(), values.max()
    at = np.linspace(low, high + (high - low) / 2, BENT)
    shift = float(problem.test.origin[0, 0])
    past = ((at - shift) / problem.scale).astype(np.float32)[:, np.newaxis]
    asked = problem.test._replace(past=past, origin=np.full((BENT, 1), shift))
    told = forecast(fitted, cell * rates + int(best), asked, problem.scale)[:, 0]
    return {"bent_at": [at], "bent": [told]}
