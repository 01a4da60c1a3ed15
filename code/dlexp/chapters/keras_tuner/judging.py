"""What searches had found when so many epochs were spent, worked out from their trials.

Chapter: book/keras_tuner.md. A leader is judged by nets that were trained as long as it was: a
trial of one epoch is not credited with the nine that it might have had. NumPy alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner.table import Table

Trials = NDArray[np.integer]
"""Of some searches, (searches, trials, 4): configuration, training, epochs before and after.

Rows of -1 fill up a search that has fewer trials than others.
"""


def worth(trials: Trials, table: Table, spent: Sequence[int]) -> Floats:
    """Return the test accuracy of fresh nets of the leader, by how much has been spent.

    Fresh nets are those of the other trainings of the table. They have as many epochs as the
    leader had, and stop at the one of these that their own validation score chooses.

    Parameters
    ----------
    trials : array of shape (searches, trials, 4)
    table : Table
    spent : sequence of int
        Epochs; by the first of them, a trial of each search must have ended.

    Returns
    -------
    array of shape (searches, len(spent))

    Raises
    ------
    ValueError
        If no trial has ended by the first of them.
    """
    place, drawn, _, last = np.moveaxis(trials, 2, 0)  # each (searches, trials)
    leader = leaders(trials, table, spent)
    found: Floats = np.take_along_axis(fresh(table)[drawn, place, last], leader, axis=1)
    return found


def leaders(trials: Trials, table: Table, spent: Sequence[int]) -> NDArray[np.intp]:
    """Return which trial leads when so many epochs have been spent, the first one of equals.

    Returns
    -------
    array of shape (searches, len(spent))

    Raises
    ------
    ValueError
        If no trial has ended by the first of them.
    """
    score = scores(trials, table)
    ends = np.cumsum(trials[:, :, 3] - trials[:, :, 2], axis=1)  # (searches, trials)
    if spent[0] < ends[:, 0].max():
        raise ValueError(f"`spent` must leave time for a trial; got {spent[0]} epochs")
    before = np.maximum.accumulate(score, axis=1)[:, :-1]
    leads = np.column_stack([np.ones(len(score), bool), score[:, 1:] > before])
    leader = np.maximum.accumulate(np.where(leads, np.arange(score.shape[1]), 0), axis=1)
    ended = (ends[:, :, np.newaxis] <= np.asarray(spent)).sum(axis=1)  # (searches, len(spent))
    return np.take_along_axis(leader, ended - 1, axis=1)


def scores(trials: Trials, table: Table) -> Floats:
    """Return the score of each trial, its best epoch, (searches, trials); -1 for none."""
    place, drawn, first, last = np.moveaxis(trials, 2, 0)
    there = np.arange(table.epochs)
    within = (there >= first[..., np.newaxis]) & (there < last[..., np.newaxis])
    found: Floats = np.where(within, table.score[drawn, place], -1.0).max(axis=2)
    return found


def fresh(table: Table) -> Floats:
    """Return what a configuration is worth to nets of other trainings, after some epochs.

    Returns
    -------
    array of shape (seeds, configurations, epochs + 1)
        The mean over all trainings but one of the test accuracy at the epoch that the score
        chose among the first ones. Of a table of one training, it is that training's own.
    """
    best = np.maximum.accumulate(table.score, axis=2)
    isnew = np.concatenate([np.ones_like(best[..., :1]), np.diff(best, axis=2)], axis=2) > 0
    epoch = np.maximum.accumulate(np.where(isnew, np.arange(table.epochs), 0), axis=2)
    each = np.take_along_axis(table.test, epoch, axis=2)  # after 1, 2, ... epochs
    others = len(each) - 1
    mean = (each.sum(axis=0) - each) / others if others else each
    return np.concatenate([np.zeros_like(mean[..., :1]), mean], axis=2)
