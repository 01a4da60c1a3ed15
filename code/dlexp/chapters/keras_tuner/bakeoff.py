"""The luck of guesses, and the search of which the chapter asks what it gains.

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
