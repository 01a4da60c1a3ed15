"""Searches against the table, of equal cost: every trial is kept, and judged elsewhere.

Chapter: book/keras_tuner.md. What a search found is worked out from its trials by `judging`, so
another question to the same searches trains and searches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import oracles, process
from dlexp.chapters.keras_tuner.oracles import Trial
from dlexp.chapters.keras_tuner.table import Table, table_of
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.tuning import spaces

PATIENCE = 2
"""Epochs without a better score after which a trial is stopped early."""

LOUD = 0.02
"""Noise that a process assumes where it is told about as much as the scores of the table have."""


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One way to search, against the table, again and again."""

    tuner: str = "random"  # one of `SEARCHES`
    first: int = 0  # guesses before it learns from scores, where it does
    repetitions: int = 40  # searches per seed
    epochs: int = 225  # that a search may spend: 25 full trials, or 3 iterations of Hyperband


def contest(config: Contest, seed: int, *records: Record) -> Measurement:
    """Run searches of equal cost, and keep each of their trials.

    Returns
    -------
    Measurement
        An array ``trials`` of shape (repetitions, trials, 4): configuration, which training of
        the table, epochs before and after; rows of -1 fill up what has fewer trials.
    """
    table = table_of(records)
    found = [
        search(config, table, config.repetitions * seed + index)
        for index in range(config.repetitions)
    ]
    longest = max(map(len, found))
    trials = np.full((len(found), longest, 4), -1, np.int16)
    for row, each in zip(trials, found, strict=True):
        row[: len(each)] = [(t.place, t.seed, t.first, t.last) for t in each]
    return Measurement(numbers={"trials": longest}, arrays={"trials": trials})


@dataclass(frozen=True, kw_only=True)
class Race:
    """Searches that the reader lets race; no claim is made of them."""

    tuners: tuple[str, ...] = ("random", "sobol", "hyperband", "process", "tpe")  # as in `Contest`
    first: int = 5  # as in `Contest`
    repetitions: int = 4  # searches of each
    epochs: int = 225  # as in `Contest`


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
    arrays = {}
    for tuner in config.tuners:
        each = Contest(tuner=tuner, first=config.first, epochs=config.epochs)
        for repetition in range(config.repetitions):
            trials = search(each, alone, repetition)
            rows = [(t.place, t.first, t.last) for t in trials]
            arrays[f"{tuner}-{repetition}"] = np.array(rows, np.int16)
    return Measurement(numbers={"searches": len(arrays)}, arrays=arrays)


def search(config: Contest, table: Table, repetition: int) -> list[Trial]:
    """Run one search; the repetition decides its seed, and how lucky its trials are."""
    return SEARCHES[config.tuner](config, table, repetition)


# --- Ways to search -----------------------------------------------------------------------------


def seed_of(repetition: int) -> int:
    """Return a seed for Keras Tuner: far from all others, and not 0, which counts as none."""
    return int(np.random.SeedSequence(repetition).generate_state(1)[0]) + 1


def _keras_tuner(
    kind: str, config: Contest, table: Table, repetition: int, order: Sequence[str] | None = None
) -> list[Trial]:
    full = config.epochs // table.epochs
    found = oracles.oracle(kind, seed=seed_of(repetition), trials=full, order=order)
    if kind == "tpe":
        found.startup = config.first
    return oracles.search(found, table, np.random.default_rng(repetition))


def _random(config: Contest, table: Table, repetition: int) -> list[Trial]:
    return _keras_tuner("random", config, table, repetition)


def _hyperband(config: Contest, table: Table, repetition: int) -> list[Trial]:
    return _keras_tuner("hyperband", config, table, repetition)


def _tpe(config: Contest, table: Table, repetition: int) -> list[Trial]:
    return _keras_tuner("tpe", config, table, repetition)


def _grid(config: Contest, table: Table, repetition: int) -> list[Trial]:
    """Search a grid: it has no chance of its own, but somebody wrote the space in some order."""
    generator = np.random.default_rng(repetition)
    order = [str(name) for name in generator.permutation(list(spaces.GRID))]
    return _keras_tuner("grid", config, table, repetition, order)


def _sobol(config: Contest, table: Table, repetition: int) -> list[Trial]:
    """Take the points of a scrambled Sobol sequence, without those that were tried."""
    generator = np.random.default_rng(repetition)
    places = sobol_places(config.epochs // table.epochs, seed_of(repetition))
    return [_full_trial(table, place, generator) for place in places]


def _process(
    config: Contest, table: Table, repetition: int, noise: float = process.NOISE
) -> list[Trial]:
    """Guess as random search of the same seed does, then go where a Gaussian process says."""
    generator = np.random.default_rng(repetition)
    trials: list[Trial] = []
    for place in _guesses(config.first, seed_of(repetition)):
        trials.append(_full_trial(table, place, generator))
    while len(trials) < config.epochs // table.epochs:
        place = process.propose([t.place for t in trials], [t.score for t in trials], noise=noise)
        trials.append(_full_trial(table, place, generator))
    return trials


def _patience(config: Contest, table: Table, repetition: int) -> list[Trial]:
    """Guess as random search does, but stop a trial whose score has not risen for a while."""
    generator = np.random.default_rng(repetition)
    trials: list[Trial] = []
    left = config.epochs
    for place in _guesses(config.epochs, seed_of(repetition)):
        drawn = int(generator.integers(len(table.score)))
        last = stopped_after(table.score[drawn, place], PATIENCE)
        if last > left:
            break
        left -= last
        score = float(table.score[drawn, place, :last].max())
        trials.append(Trial(place, drawn, 0, last, score))
    return trials


SEARCHES: dict[str, Callable[[Contest, Table, int], list[Trial]]] = {
    "random": _random,
    "sobol": _sobol,
    "grid": _grid,
    "patience": _patience,
    "hyperband": _hyperband,
    "process": _process,
    "noisy": partial(_process, noise=LOUD),
    "tpe": _tpe,
}
"""What a contest may be of."""


# --- Their parts --------------------------------------------------------------------------------


def sobol_places(count: int, seed: int) -> list[int]:
    """Return the first different configurations that a scrambled Sobol sequence meets.

    Examples
    --------
    >>> places = sobol_places(25, seed=1)
    >>> len(set(places))
    25
    """
    from scipy.stats import qmc

    sizes = np.array([len(choices) for choices in spaces.GRID.values()])
    points = qmc.Sobol(len(sizes), rng=seed).random_base2(10)  # (1024, hyperparameters)
    places = np.ravel_multi_index(tuple((points * sizes).astype(int).T), tuple(sizes))
    return [int(place) for place in dict.fromkeys(places)][:count]


def stopped_after(scores: Floats | NDArray[Any], patience: int) -> int:
    """Return the epochs that a training has, if it stops as Keras's ``EarlyStopping`` does.

    Parameters
    ----------
    scores : array of shape (epochs,)
        The higher the better.
    patience : int
        Epochs in a row that may bring nothing better, >= 1.

    Examples
    --------
    >>> stopped_after(np.array([0.5, 0.7, 0.6, 0.7, 0.9]), patience=2)
    4
    """
    best, waited = -np.inf, 0
    for epoch, score in enumerate(scores, start=1):
        best, waited = (score, 0) if score > best else (best, waited + 1)
        if waited >= patience:
            return epoch
    return len(scores)


def _guesses(count: int, seed: int) -> Iterator[int]:
    """Yield the places that Keras Tuner's random search with a seed proposes, ``count`` at most."""
    return oracles.proposals(oracles.oracle("random", seed=seed, trials=count), lambda _: 0.5)


def _full_trial(table: Table, place: int, generator: np.random.Generator) -> Trial:
    drawn = int(generator.integers(len(table.score)))
    return Trial(place, drawn, 0, table.epochs, float(table.score[drawn, place].max()))
