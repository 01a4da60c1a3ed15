"""Searches against the table: a bake-off of tuners, a race to watch, and the luck of guesses.

Chapter: book/keras_tuner.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlexp.chapters.keras_tuner import oracles
from dlexp.chapters.keras_tuner.oracles import APART, Trial
from dlexp.chapters.keras_tuner.table import Table, table_of
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.tuning import spaces

MOST = 20
"""Repetitions per seed, at most: they keep their number where a tuner has fewer."""

TUNERS = ("guess", "random", "grid", "bayesian", "hyperband", "tpe")


@dataclass(frozen=True, kw_only=True)
class Bakeoff:
    """One tuner against the table, again and again."""

    tuner: str = "random"  # one of `TUNERS`
    repetitions: int = 20  # searches per seed; fewer for Bayesian optimisation, which is slow
    trials: int = 25  # of nine epochs each, for tuners that do not stop a trial early


def bakeoff(config: Bakeoff, seed: int, *records: Record) -> Measurement:
    """Run searches of equal cost, and note what the best so far is worth to fresh nets."""
    table = table_of(records)
    worth = table.fresh()
    spent = [table.epochs * (1 + i) for i in range(config.trials)]
    curves, scores = [], []
    for index in range(config.repetitions):
        repetition = MOST * seed + index
        trials = run_tuner(config.tuner, table, repetition, config.trials)
        curves.append(oracles.so_far(trials, worth, spent))
        scores.append(max(trial.score for trial in trials))
    return Measurement(
        numbers={"cost": sum(t.last - t.first for t in trials), "trials": len(trials)},
        arrays={
            "worth": np.array(curves, np.float32),
            "score": np.array(scores, np.float32),
        },
    )


def run_tuner(tuner: str, table: Table, repetition: int, trials: int) -> list[Trial]:
    """Run one search; repetition and tuner decide its seed, and repetition how lucky trials are."""
    generator = np.random.default_rng(repetition)
    if tuner == "guess":
        return oracles.guess(table, trials, generator)
    order = None
    if tuner == "grid":  # it has no chance of its own, but somebody wrote the space in some order
        order = [str(name) for name in generator.permutation(list(spaces.GRID))]
    found = oracles.oracle(tuner, seed=APART * (repetition + 1), trials=trials, order=order)
    return oracles.search(found, table, generator)


@dataclass(frozen=True, kw_only=True)
class Race:
    """Searches that the reader lets race; no claim is made of them."""

    tuners: tuple[str, ...] = ("random", "grid", "bayesian", "hyperband", "tpe")  # as in `Bakeoff`
    repetitions: int = 4  # searches of each
    trials: int = 25  # as in `Bakeoff`


def race(config: Race, seed: int, *records: Record) -> Measurement:
    """Note the trials of each search against one training of the table, the one from ``seed``.

    Returns
    -------
    Measurement
        An array ``<tuner>-<repetition>`` of shape (trials, 3) for each search: configuration,
        epochs before the trial, epochs after it.
    """
    every = table_of(records)
    alone = Table(every.score[[seed]], every.test[[seed]])
    found = {
        f"{tuner}-{repetition}": run_tuner(tuner, alone, repetition, config.trials)
        for tuner in config.tuners
        for repetition in range(config.repetitions)
    }
    arrays = {
        name: np.array([(t.place, t.first, t.last) for t in trials], np.int16)
        for name, trials in found.items()
    }
    return Measurement(numbers={"searches": len(arrays)}, arrays=arrays)


@dataclass(frozen=True, kw_only=True)
class Luck:
    """How often the best of a few guesses is one of the best."""

    share: float = 0.05  # top of the space that counts, in [0, 1]
    counts: tuple[int, ...] = (1, 3, 5, 10, 25, 59)  # guesses
    repetitions: int = 2_000  # of all guesses


def luck(config: Luck, seed: int, *records: Record) -> Measurement:
    """Count how often guesses, ranked without noise and by one noisy score, reach the top."""
    table = table_of(records)
    generator = np.random.default_rng(seed)
    rank = (-table.chosen().mean(axis=0)).argsort().argsort()
    top = rank < round(config.share * len(rank))
    ideal, noisy = np.zeros(len(config.counts)), np.zeros(len(config.counts))
    for _ in range(config.repetitions):
        trials = oracles.guess(table, max(config.counts), generator)
        places = np.array([trial.place for trial in trials])
        scores = np.array([trial.score for trial in trials])
        for i, count in enumerate(config.counts):
            ideal[i] += top[places[:count]].any()
            noisy[i] += top[places[int(scores[:count].argmax())]]
    return Measurement(
        numbers={
            "top": float(top.mean()),
            "ideal": (ideal / config.repetitions).tolist(),
            "noisy": (noisy / config.repetitions).tolist(),
        }
    )
