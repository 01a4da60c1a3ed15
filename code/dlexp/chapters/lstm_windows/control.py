"""Measure a control: dense nets with ReLU, which are free to go on, in the place of tanh.

Chapter: book/lstm_windows.md. They start from the weights of the dense nets of `grid` and see the
same batches. They have a module of their own because `nets` is in the key of every other record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from dlexp.byhand import forecasting
from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import nets, tasks
from dlexp.chapters.lstm_windows.grid import BENT, Grid
from dlexp.chapters.lstm_windows.nets import Array, Weights
from dlexp.chapters.lstm_windows.tasks import SERIES, Part, Problem
from dlexp.chapters.lstm_windows.trainings import Stacked, stacked, started
from dlexp.lab.units import Measurement

GIVEN = ("scaled", "changes")


@dataclass(frozen=True, kw_only=True)
class Control(Grid):
    """Dense nets with ReLU on every series, scaled and as changes; all else as in the grid."""

    kind: str = "relu"  # the only one


def control(config: Control, seed: int) -> Measurement:
    """Return the test R² by series, treatment and window, at the best rate and look."""
    values = {name: tasks.values_of(name, config.length, seed) for name in SERIES}
    cells = list(product(SERIES, GIVEN))
    numbers: dict[str, dict[str, list[float]]] = {
        name: {treatment: [] for treatment in GIVEN} for name in SERIES
    }
    arrays: dict[str, Floats] = {}
    for window in config.windows:
        problems = [
            tasks.problem(values[name], treatment, window, first=max(config.windows) + 1)
            for name, treatment in cells
        ]
        trained = fit(config, problems, seed)
        for (name, treatment), problem, own in zip(cells, problems, trained, strict=True):
            told = forecast(own, problem.test, problem.scale)
            numbers[name][treatment].append(forecasting.r_squared(problem.test.truth[:, 0], told))
        if window == 1:
            place = cells.index(("trend", "scaled"))
            arrays["bent"] = _bent(trained[place], problems[place], values["trend"])
    return Measurement(numbers=numbers, arrays=arrays)


def fit(config: Control, problems: Sequence[Problem], seed: int) -> list[Weights]:
    """Train a net for each problem and rate; return the weights of each problem's best one."""
    rates = config.rates
    every = [problem for problem in problems for _ in rates]
    generator = np.random.default_rng(seed)
    train = stacked([problem.train for problem in every])
    validation = stacked([problem.validation for problem in every])
    weights = started("dense", problems[0], config.units, len(every), generator)
    best, least = [each.copy() for each in weights], np.full(len(every), np.inf)
    adam = nets.Adam(weights, np.array(rates * len(problems)))
    members = np.arange(len(every))[:, np.newaxis]
    for _ in range(config.looks):
        for _ in range(config.steps // config.looks):
            rows = (generator.random(config.batch_size) * train.counts[:, np.newaxis]).astype(int)
            adam.step(gradients(weights, train.past[members, rows], train.then[members, rows]))
        errors = _mean_squares(weights, validation)
        better = errors < least
        least[better] = errors[better]
        for kept, now in zip(best, weights, strict=True):
            kept[better] = now[better]
    chosen = np.arange(len(problems)) * len(rates)
    chosen += least.reshape(len(problems), len(rates)).argmin(axis=1)
    return [[each[member : member + 1] for each in best] for member in chosen]


def forecast(own: Weights, part: Part, scale: float) -> Floats:
    """Return what one net foretells, (n,), in the unit of its series."""
    answers = outputs(own, part.past[np.newaxis])[0].astype(np.float64)
    told: Floats = (part.origin + scale * answers)[:, 0]
    return told


def hidden(weights: Weights, x: Array) -> Array:
    """Return max(0, x W + b), of shape (M, B, N)."""
    result: Array = np.maximum(x @ weights[0] + weights[1], 0)
    return result


def outputs(weights: Weights, x: Array) -> Array:
    """Return what nets answer to windows (M, B, T), of shape (M, B, K)."""
    result: Array = hidden(weights, x) @ weights[2] + weights[3]
    return result


def gradients(weights: Weights, x: Array, then: Array) -> Weights:
    """Return the gradients of each net's mean squared error, for all of its weights."""
    shown = hidden(weights, x)
    wrong: Array = shown @ weights[2] + weights[3] - then
    upstream: Array = wrong * np.float32(2 / (wrong.shape[1] * wrong.shape[2]))
    sums: Array = (upstream @ weights[2].transpose(0, 2, 1)) * (shown > 0)
    return [
        x.transpose(0, 2, 1) @ sums,
        sums.sum(axis=1, keepdims=True),
        shown.transpose(0, 2, 1) @ upstream,
        upstream.sum(axis=1, keepdims=True),
    ]


def _mean_squares(weights: Weights, part: Stacked) -> Floats:
    """Return each net's mean squared error over its part, (M,)."""
    squares = ((outputs(weights, part.past) - part.then).astype(np.float64) ** 2).mean(axis=2)
    inside = np.arange(squares.shape[1]) < part.counts[:, np.newaxis]
    means: Floats = np.where(inside, squares, 0.0).sum(axis=1) / part.counts
    return means


def _bent(own: Weights, problem: Problem, values: Floats) -> Floats:
    """Return what a net makes of single values: those of `grid.bent`."""
    low, high = values.min(), values.max()
    at = np.linspace(low, high + (high - low) / 2, BENT)
    shift = float(problem.test.origin[0, 0])
    past = ((at - shift) / problem.scale).astype(np.float32)[:, np.newaxis]
    asked = problem.test._replace(past=past, origin=np.full((BENT, 1), shift))
    return forecast(own, asked, problem.scale)
