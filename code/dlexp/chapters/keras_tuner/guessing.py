"""What blind guesses find on average, worked out from the table: no search is run.

Chapter: book/keras_tuner.md. Of N trainings in the order of their scores, the i-th from below leads
n guesses in C(i - 1, n - 1) of C(N, n) cases. NumPy alone.

References
----------
Dodge, Gururangan, Card, Schwartz and Smith (2019), Show your work: improved reporting of
experimental results; there with guesses that may come again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import judging
from dlexp.chapters.keras_tuner.table import Table

DRAWS = 1_000
"""Draws of one training for each configuration: enough for some thousandths of a point."""


def leads(places: int, guesses: int) -> Floats:
    """Return how often each of some places, worst first, is the best of a few different guesses.

    Parameters
    ----------
    places : int
    guesses : int
        In 1 ... places.

    Returns
    -------
    array of shape (places,)
        Adds up to 1.

    Examples
    --------
    >>> leads(3, 1).round(2).tolist(), leads(3, 2).round(2).tolist()
    ([0.33, 0.33, 0.33], [0.0, 0.33, 0.67])
    """
    whole = comb(places, guesses)
    return np.array([comb(below, guesses - 1) / whole for below in range(places)])


def worth(
    table: Table,
    spent: Sequence[int],
    *,
    epochs: int | None = None,
    afresh: bool = False,
    charged: bool = False,
    seed: int | None = None,
) -> Floats:
    """Return the mean test accuracy of fresh nets of the leader of random search, by budget.

    Configurations are guessed without repetition, each is one of its trainings, and of equal
    scores each leads as often.

    Parameters
    ----------
    table : Table
    spent : sequence of int
        Epochs that the search may spend.
    epochs : int, optional
        Of each trial; by default all that the table has.
    afresh : bool
        Whether the fresh nets of the leader are trained for all epochs, or as long as it was.
    charged : bool
        Whether one such training of all epochs is paid for out of the budget, before the guesses.
    seed : int, optional
        Which of the table's trainings gives all scores; by default they are mixed.

    Returns
    -------
    array of shape (len(spent),)
    """
    epochs = table.epochs if epochs is None else epochs
    score = table.score[:, :, :epochs].max(axis=2)  # (seeds, configurations)
    fresh = judging.fresh(table)[:, :, table.epochs if afresh else epochs]
    seeds, places = score.shape
    left = np.asarray(spent) - table.epochs * charged
    chances = np.array([leads(places, min(int(each) // epochs, places)) for each in left])
    generator, total = np.random.default_rng(0), np.zeros(len(spent))
    for _ in range(DRAWS):
        mixed = generator.integers(seeds, size=places)
        drawn = (mixed if seed is None else np.full(places, seed)), np.arange(places)
        upwards = np.lexsort((generator.random(places), score[drawn]))
        total += chances @ fresh[drawn][upwards]
    mean: Floats = total / DRAWS
    return mean
