"""How the records of the chapter on LSTM windows are read: each value per seed.

Chapter: book/lstm_windows.md.
"""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows.grid import CELLS, Grid
from dlexp.lab.runs import Runs

WINDOWS = Grid(kind="lstm").windows


def nets(runs: Runs, kind: str) -> Runs:
    """Return the runs of the grid with one kind of net."""
    return runs("grid", kind=kind)


def cell(
    runs: Runs, series: str, treatment: str, *, kind: str = "lstm", what: str = "r_squared"
) -> Floats:
    """Return what a cell of the grid came to, of shape (seeds, windows).

    Parameters
    ----------
    runs : Runs
    series, treatment : str
        Of `tasks.SERIES` and `tasks.TREATMENTS`.
    kind : str
        "lstm", "gru" or "dense"; or "linear", of which there is R² alone.
    what : str
        "r_squared" on the test part; "offset", what of it the errors' mean takes; "rate" and
        "look", which were chosen.
    """
    if kind == "linear":
        return runs("rules").numbers(series, "linear", treatment)
    return nets(runs, kind).numbers(series, treatment, what)


def at(runs: Runs, series: str, treatment: str, window: int, *, kind: str = "lstm") -> Floats:
    """Return the test R² of a cell with one window, of shape (seeds,)."""
    return cell(runs, series, treatment, kind=kind)[:, WINDOWS.index(window)]


def offset_share(runs: Runs, series: str, treatment: str, window: int) -> Floats:
    """Return which share of the missing R² is the errors' mean, of shape (seeds,)."""
    place = WINDOWS.index(window)
    offset = cell(runs, series, treatment, what="offset")[:, place]
    share: Floats = offset / (1 - at(runs, series, treatment, window))
    return share


def unexplained(runs: Runs, series: str, treatment: str, window: int) -> Floats:
    """Return LSTMs' validation errors by the targets' variance, (seeds, rates, looks)."""
    found = nets(runs, "lstm").arrays("unexplained")
    return found[:, WINDOWS.index(window), CELLS.index((series, treatment))]


def shown(runs: Runs, series: str, treatment: str, window: int) -> Floats:
    """Return the last forecasts of LSTMs on the test part, (seeds, steps)."""
    found = nets(runs, "lstm").arrays("forecasts")
    seeds, rows, steps = found.shape
    places = found.reshape(seeds, len(WINDOWS), rows // len(WINDOWS), steps)
    return np.asarray(places[:, WINDOWS.index(window), CELLS.index((series, treatment))])
