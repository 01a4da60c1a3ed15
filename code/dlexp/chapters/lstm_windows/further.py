"""Measure leaks, forecasts of many steps, and evaluation that walks forward, with LSTMs.

Chapter: book/lstm_windows.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import forecasting
from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import nets, tasks
from dlexp.chapters.lstm_windows.tasks import Part, Problem
from dlexp.chapters.lstm_windows.trainings import Fitted, Plan, fit, forecast
from dlexp.lab.units import Measurement

KIND = "lstm"


@dataclass(frozen=True, kw_only=True)
class Leaks:
    """LSTMs on drifting series, with and without a look at what is to be foretold."""

    window: int = 4  # values that are seen
    rates: tuple[float, ...] = (0.001, 0.01, 0.1)  # of Adam; validation chooses
    units: int = 8  # of the hidden layer
    steps: int = 1_000  # per training
    batch_size: int = 32  # windows per step
    looks: int = 10  # at the validation part; the best one is kept
    length: int = 1_000  # values of a made series


@dataclass(frozen=True, kw_only=True)
class Horizons(Leaks):
    """LSTMs that foretell several values: all at once, or one by one from their own forecasts."""

    window: int = 12  # values that are seen
    horizon: int = 12  # values that are foretold


@dataclass(frozen=True, kw_only=True)
class Folds(Leaks):
    """LSTMs that are trained again and again, on all that lies before a stretch of the series."""

    rates: tuple[float, ...] = (0.01, 0.1)  # of Adam; validation chooses
    folds: int = 5  # stretches that are foretold, one after the other
    tested: float = 0.1  # of a series, per stretch
    validated: float = 0.2  # of what lies before, its end: chooses the rate and the moment


LEAKS = ("scaled", "leaked", "shuffled")
"""Scaled by what the training part has; by what the whole series has; and dealt out at random."""

FORETOLD = ("ar", "sunspots")
"""Series whose next values are foretold up to a horizon: those that do not drift."""

WALKED_FORWARD = ("trend", "sunspots", "co2")


def leaks(config: Leaks, seed: int) -> Measurement:
    """Return the test scores of an LSTM on each drifting series, for each way to deal it out."""
    cells = list(product(tasks.DRIFTING, LEAKS))
    problems = [
        tasks.problem(
            tasks.values_of(name, config.length, seed), leak, config.window,
            first=config.window + 1, seed=seed,
        )
        for name, leak in cells
    ]  # fmt: skip
    fitted, chosen = _chosen(config, problems, seed)
    numbers: dict[str, dict[str, Any]] = {name: {} for name in tasks.DRIFTING}
    for (name, leak), member, each in zip(cells, chosen, problems, strict=True):
        told = forecast(fitted, member, each.test, each.scale)
        numbers[name][leak] = _scores(each, told[:, 0])
    return Measurement(numbers=numbers)


def _scores(problem: Problem, told: Floats) -> dict[str, float]:
    """Return R² and the error in the unit of the series; for the truth itself, its variance, and
    the R² of the value before each.
    """
    test = problem.test
    truth = test.truth[:, 0]
    last = test.origin[:, 0] + problem.scale * test.past[:, -1]
    return {
        "r_squared": forecasting.r_squared(truth, told),
        "error": float(np.sqrt(((truth - told) ** 2).mean())),
        "variance": float(truth.var()),
        "last": forecasting.r_squared(truth, last),
    }


def _chosen(config: Leaks, problems: Sequence[Problem], seed: int) -> tuple[Fitted, list[int]]:
    """Train a net for each problem and rate; return them, and which is best for each problem."""
    rates = config.rates
    plan = Plan(
        units=config.units, steps=config.steps, batch_size=config.batch_size, looks=config.looks
    )
    every = [problem for problem in problems for _ in rates]
    fitted = fit(KIND, every, rates * len(problems), plan, seed=seed)
    least = fitted.errors.min(axis=1).reshape(len(problems), len(rates))
    best = np.arange(len(problems)) * len(rates) + least.argmin(axis=1)
    return fitted, best.tolist()


# --- Many steps -----------------------------------------------------------------------------------


def horizons(config: Horizons, seed: int) -> Measurement:
    """Return the test R² for each value ahead, by series and by way."""
    first = config.window + 1
    series = [tasks.values_of(name, config.length, seed) for name in FORETOLD]
    each, all_at_once = (
        [tasks.problem(v, "scaled", config.window, first=first, horizon=k) for v in series]
        for k in (1, config.horizon)
    )
    single_nets, one = _chosen(config, each, seed)
    whole_nets, whole = _chosen(config, all_at_once, seed)
    numbers = {}
    for index, name in enumerate(FORETOLD):
        test, scale = all_at_once[index].test, all_at_once[index].scale
        own = [w[one[index] : one[index] + 1] for w in single_nets.weights]
        told = {
            "at_once": forecast(whole_nets, whole[index], test, scale),
            "one_by_one": test.origin + scale * fed_back(own, test.past, config.horizon),
            **_by_rules(all_at_once[index], each[index], config.horizon),
        }
        numbers[name] = {way: _by_distance(test.truth, value) for way, value in told.items()}
    return Measurement(numbers=numbers)


def fed_back(weights: nets.Weights, past: NDArray[np.float32], horizon: int) -> Floats:
    """Return forecasts (n, horizon) of one LSTM that is given its own answers as new values."""
    window, answers = past[np.newaxis], []
    for _ in range(horizon):
        answer = nets.outputs(KIND, weights, window)  # (1, n, 1)
        answers.append(answer[0])
        window = np.concatenate([window[:, :, 1:], answer], axis=2)
    return np.concatenate(answers, axis=1).astype(np.float64)


def _by_rules(whole: Problem, single: Problem, horizon: int) -> Mapping[str, Floats]:
    """Return what least squares foretells, in both ways, and the last value."""
    past, test = whole.test.past.astype(np.float64), whole.test
    at_once = tasks.linear(tasks.least_squares(whole.train), past)
    weights, window = tasks.least_squares(single.train), past
    for _ in range(horizon):
        window = np.append(window, tasks.linear(weights, window[:, -past.shape[1] :]), axis=1)
    answers = {
        "linear_at_once": at_once,
        "linear_one_by_one": window[:, -horizon:],
        "persistence": np.repeat(past[:, -1:], horizon, axis=1),
    }
    return {name: test.origin + whole.scale * each for name, each in answers.items()}


def _by_distance(truth: Floats, told: Floats) -> list[float]:
    return [forecasting.r_squared(*columns) for columns in zip(truth.T, told.T, strict=True)]


# --- Walking forward ------------------------------------------------------------------------------


def folds(config: Folds, seed: int) -> Measurement:
    """Return the test R² in each fold, of LSTMs, of the line, and of rules that learn nothing."""
    cells: list[tuple[str, str, Problem]] = []
    for name in WALKED_FORWARD:
        values = tasks.values_of(name, config.length, seed)
        for treatment in ("scaled", "changes"):
            cells += [(name, treatment, each) for each in _folded(config, values, treatment)]
    fitted, chosen = _chosen(config, [problem for *_, problem in cells], seed)
    numbers: dict[str, Any] = {name: {} for name in WALKED_FORWARD}
    for (name, treatment, problem), member in zip(cells, chosen, strict=True):
        told = forecast(fitted, member, problem.test, problem.scale)
        found = numbers[name].setdefault(treatment, {"r_squared": [], "linear": [], "last": []})
        for key, each in (("r_squared", told), ("linear", _fitted_line(problem))):
            found[key].append(forecasting.r_squared(problem.test.truth[:, 0], each[:, 0]))
        found["last"].append(_of_last(problem.test))
    numbers["co2"]["season"] = _of_the_season(config)
    return Measurement(numbers=numbers)


def _folded(config: Folds, values: Floats, treatment: str) -> list[Problem]:
    first, length = config.window + 1, len(values)
    problems = []
    for fold in forecasting.walk_forward(length, config.folds, test=round(config.tested * length)):
        stop = round((1 - config.validated) * len(fold.train))
        rows = [np.arange(first, stop), np.arange(stop, len(fold.train)), np.array(fold.test)]
        problems.append(tasks.dealt(values, treatment, config.window, rows, known=stop))
    return problems


def _fitted_line(problem: Problem) -> Floats:
    told = tasks.linear(tasks.least_squares(problem.train), problem.test.past)
    return problem.test.origin + problem.scale * told


def _of_the_season(config: Folds) -> list[float]:
    """Return the R² in each fold of the carbon dioxide of a rule that learns nothing."""
    values = tasks.values_of("co2", config.length, 0)
    count = round(config.tested * len(values))
    folds = forecasting.walk_forward(len(values), config.folds, test=count)
    places = [np.array(fold.test) for fold in folds]
    return [forecasting.r_squared(values[at], tasks.seasonal(values, at)) for at in places]


def _of_last(test: Part) -> float:
    """Return the R² of the last value as a forecast; the first one has none in its part."""
    truth = test.truth[:, 0]
    return forecasting.r_squared(truth[1:], truth[:-1])
