"""Searches that one training of the table scores alone, as its seeds are few.

Chapter: book/keras_tuner.md. NumPy alone; nothing is trained.
"""

from __future__ import annotations

import numpy as np

from dlexp.byhand import halving
from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import guessing, judging, leading
from dlexp.chapters.keras_tuner.table import Table

SEARCHES = 1_000
"""Simulated ones for each training: enough for a hundredth of a point."""


def short(table: Table, seed: int, epochs: int) -> Floats:
    """Return by how much trials that all stop early lead random search, along `leading.SPENT`.

    The training of the leader, for all epochs, is paid for. The first two budgets are left out,
    for they leave nothing to guess with.
    """
    spent = leading.SPENT[2:]
    cut = guessing.worth(table, spent, epochs=epochs, afresh=True, charged=True, seed=seed)
    lead: Floats = cut - guessing.worth(table, spent, seed=seed)
    return lead


def stopped(table: Table, seed: int) -> Floats:
    """Return by how much Hyperband leads random search, on average, as `short` does."""
    spent = leading.SPENT[2:]
    trials = hyperband(table, seed)
    found = judging.worth(trials, table, spent).mean(axis=0)
    lead: Floats = found - guessing.worth(table, spent, seed=seed)
    return lead


def hyperband(table: Table, seed: int, searches: int = SEARCHES) -> judging.Trials:
    """Simulate Hyperband by hand, with Keras Tuner's schedule and all scores from one training.

    Returns
    -------
    array of shape (searches, trials, 4)
        As `judging.worth` takes them.
    """
    generator = np.random.default_rng(seed)
    return np.array([_one(table, seed, generator) for _ in range(searches)])


def _one(
    table: Table, seed: int, generator: np.random.Generator
) -> list[tuple[int, int, int, int]]:
    unseen = generator.permutation(table.score.shape[1])
    alive, scores, rows = unseen[:0], np.zeros(0), []
    once = halving.cost(halving.hyperband(table.epochs))
    for each in halving.hyperband(table.epochs, iterations=leading.SPENT[-1] // once):
        if each.number == 0:
            alive, unseen = np.split(unseen, [each.configurations])
        else:
            alive = alive[np.argsort(-scores, kind="stable")[: each.configurations]]
        scores = table.score[seed, alive, each.initial_epoch : each.epochs].max(axis=1)
        rows += [(int(place), seed, each.initial_epoch, each.epochs) for place in alive]
    return rows
