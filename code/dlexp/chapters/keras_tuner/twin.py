"""Keras Tuner's Bayesian optimisation beside the process by hand: where each goes on, and when.

Chapter: book/keras_tuner.md. Keras Tuner climbs from fifty points of the cube to the top of the
acquisition; by hand, it is worked out at some thousands of points, which reach every configuration.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from dlexp.chapters.keras_tuner import contest, oracles, process
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.tuning import spaces


@dataclass(frozen=True, kw_only=True)
class Twin:
    """One search by Keras Tuner, and what the process by hand would have done each time."""

    first: int = 5  # guesses before it learns
    trials: int = 9  # of the search


def twin(config: Twin, seed: int, *records: Record) -> Measurement:
    """Follow a search by Keras Tuner's oracle, asking the process by hand beside it."""
    table, generator = table_of(records), np.random.default_rng(seed)
    found = oracles.oracle("bayesian", seed=contest.seed_of(seed), trials=config.trials)
    found.num_initial_points = config.first
    theirs: list[int] = []
    ours: list[int] = []
    scores: list[float] = []
    seconds: list[float] = []
    for number in range(config.trials):
        begun = time.process_time()
        trial = found.create_trial("tuner")
        seconds.append(time.process_time() - begun)
        if number >= config.first:
            ours.append(process.propose(theirs, scores, again=True))
        theirs.append(spaces.place(trial.hyperparameters.values))
        scores.append(float(table.score[generator.integers(len(table.score)), theirs[-1]].max()))
        oracles._answer(found, trial, scores[-1])
    learnt = theirs[config.first :]
    return Measurement(
        numbers={
            "theirs": theirs,
            "ours": ours,
            "same": sum(a == b for a, b in zip(learnt, ours, strict=True)),
            "repeated": sum(each in theirs[: config.first + i] for i, each in enumerate(learnt)),
        },
        arrays={"seconds": np.array(seconds)},
    )
