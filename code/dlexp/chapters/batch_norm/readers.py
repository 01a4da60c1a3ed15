"""How the records of the chapter on batch normalisation are read: mostly, one value per seed.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.nets import KINDS, WITH, WITHOUT
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.lab.runs import Runs

BAR = 0.9  # of validation accuracy: what the nets race to


def looks(rates: Runs) -> Floats:
    """Return the steps after which there is a look."""
    every, last = rates.config["check_every"], rates.config["steps"]
    return np.array([*range(every, last, every), last], float)


def arrivals(rates: Runs, net: str, *, looks_at: str = "in_use") -> Floats:
    """Return the steps to the bar at each learning rate, of shape (seeds, rates).

    To the first look from which on no look is below it; all steps, where there is no such look.
    ``looks_at`` is "anew" for statistics computed anew at each look.
    """
    above = rates.numbers(net, looks_at, "path") >= BAR
    stays = np.logical_and.accumulate(above[..., ::-1], axis=-1)[..., ::-1]
    stops = looks(rates)
    steps: Floats = np.where(stays, stops, stops[-1]).min(axis=-1)
    return steps


class Race(NamedTuple):
    """A net at the one learning rate with which it gets to the bar first, on average."""

    path: Floats  # validation accuracy, of shape (seeds, looks)
    steps: Floats  # to the bar, of shape (seeds,)
    rate: float


def race(rates: Runs, net: str, *, looks_at: str = "in_use") -> Race:
    """Return a net's race to the bar; the arguments are those of `arrivals`."""
    steps = arrivals(rates, net, looks_at=looks_at)
    fastest = int(steps.mean(axis=0).argmin())
    path = rates.numbers(net, looks_at, "path")[:, fastest]
    return Race(path, steps[:, fastest], rates.config["rates"][fastest])


def step_ratios(clock: Runs, kind: str) -> Floats:
    """Return the time of a step with normalisation as a multiple of one without."""
    ratios: Floats = np.median(clock.arrays(kind), axis=1)
    return ratios


def time_ratios(runs: Runs, kind: str, *, looks_at: str = "in_use") -> Floats:
    """Return the time to the bar with normalisation as a multiple of that without.

    ``looks_at`` says which statistics the net with normalisation is looked at with.
    """
    rates = runs(f"{kind}_rates")
    normal = race(rates, f"{kind}_{WITH}", looks_at=looks_at)
    plain = race(rates, f"{kind}_{WITHOUT}")
    ratios: Floats = step_ratios(runs("clock"), kind).mean() * normal.steps / plain.steps
    return ratios


def at_best_look(paths: Floats) -> Floats:
    """Return each seed's value at the look that is best on average over the other seeds.

    The largest value of a seed's own path would flatter a jagged path more than a smooth one.

    Parameters
    ----------
    paths : array of shape (seeds, looks)

    Returns
    -------
    array of shape (seeds,)

    Examples
    --------
    >>> at_best_look(np.array([[0.5, 0.9], [0.6, 0.5], [0.7, 0.6]]))
    array([0.5, 0.5, 0.6])
    """
    others = paths.sum(axis=0) - paths
    chosen: Floats = paths[np.arange(len(paths)), others.argmax(axis=1)]
    return chosen


def lag(lags: Runs, stop: int, a: str, b: str) -> Floats:
    """Return the difference of two test accuracies after some steps, of shape (kinds, seeds).

    ``a`` and ``b`` name the momentum and the statistics, as in ``"0.99 anew"``.
    """

    def test(kind: str, words: str) -> Floats:
        momentum, statistics = words.split()
        return lags.numbers(f"{kind}_{momentum}", statistics)[:, Lags().stops.index(stop)]

    return np.array([test(kind, a) - test(kind, b) for kind in KINDS])
