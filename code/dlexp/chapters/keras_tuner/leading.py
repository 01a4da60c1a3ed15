"""By how much searches lead along their budget, as claims and pages read it off the records.

Chapter: book/keras_tuner.md.
"""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import guessing, judging
from dlexp.chapters.keras_tuner.table import Table, table_of
from dlexp.lab.runs import Runs

SPENT = tuple(range(9, 226, 9))
"""Budgets in epochs, from one full trial to twenty-five."""

Kind = tuple[str, int]
"""A tuner of the contest, and how many guesses it begins with."""

RANDOM: Kind = ("random", 0)

GUESSED_ALIKE = frozenset({"random", "patience", "process", "noisy"})
"""Tuners that begin with the same guesses in one repetition, and with the same luck."""


def searches(runs: Runs, kind: Kind) -> Runs:
    """Return the runs of one kind of search."""
    return runs("contest", tuner=kind[0], first=kind[1])


def compared(runs: Runs, kind: Kind) -> Runs:
    """Return the runs that a comparison with random search rests on."""
    alike = searches(runs, RANDOM) if kind[0] in GUESSED_ALIKE else runs.none
    return searches(runs, kind) + alike + runs("rows")


def curves(runs: Runs, kind: Kind, *, afresh: bool = False, table: Table | None = None) -> Floats:
    """Return what the leader of each search is worth after each of `SPENT`, (searches, looks)."""
    return judging.worth(trials(runs, kind), table or table_of(runs), SPENT, afresh=afresh)


def lead(runs: Runs, kind: Kind, *, afresh: bool = False, table: Table | None = None) -> Floats:
    """Return by how much each search is ahead of random search, (searches, looks).

    What begins with random search's own guesses is compared with it search by search, which takes
    the luck of these out; the others are compared with what random search finds on average, which
    follows from the table (`guessing.worth`). By another ``table``, the same searches can be
    judged by a part of the test images.
    """
    table = table or table_of(runs)
    ours = curves(runs, kind, afresh=afresh, table=table)
    if kind[0] in GUESSED_ALIKE:
        return ours - curves(runs, RANDOM, afresh=afresh, table=table)
    found: Floats = ours - guessing.worth(table, SPENT, afresh=afresh)
    return found


def trials(runs: Runs, kind: Kind) -> judging.Trials:
    """Return the trials of all searches of a kind, filled up to the longest of them."""
    found = [record.arrays["trials"] for record in searches(runs, kind)]
    longest = max(each.shape[1] for each in found)
    rows = [(0, 0), (0, longest), (0, 0)]
    filled = [np.pad(each, rows, constant_values=-1)[:, :longest] for each in found]
    return np.concatenate(filled)


def ahead(runs: Runs, kind: Kind, budgets: tuple[int, int], *, afresh: bool = False) -> Floats:
    """Return by how much each search is ahead of random search, on average between two budgets."""
    mean: Floats = lead(runs, kind, afresh=afresh)[:, between(*budgets)].mean(axis=1)
    return mean


def between(first: int, last: int) -> list[int]:
    """Return which of `SPENT` lie between two budgets, both included."""
    return [i for i, spent in enumerate(SPENT) if first <= spent <= last]
