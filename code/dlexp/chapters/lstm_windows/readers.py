"""How the records of the chapter on LSTM windows are read: each value per seed.

Chapter: book/lstm_windows.md.
"""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows.grid import CELLS, Grid
from dlexp.lab.runs import Runs

WINDOWS = Grid(kind="lstm").windows

ALIKE = 1e-3
"""How far forecasts that are called alike may be apart, in the unit of their series."""

KINDS = ("lstm", "gru", "dense", "relu")
"""Nets, as `cell` names them."""


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
        "lstm", "gru" or "dense"; or "relu" and "linear", of which there is R² alone.
    what : str
        "r_squared" on the test part; "offset", what of it the errors' mean takes; "rate" and
        "look", which were chosen.
    """
    if kind == "linear":
        return runs("rules").numbers(series, "linear", treatment)
    if kind == "relu":
        return runs("control").numbers(series, treatment)
    return nets(runs, kind).numbers(series, treatment, what)


def best_of_a_short_window(runs: Runs, series: str) -> float:
    """Return the largest R² of any net, treatment and seed but with the longest windows."""
    cells = [
        cell(runs, series, treatment, kind=kind)[:, :-1]
        for kind in KINDS
        for treatment in ("scaled", "changes")
    ]
    return float(np.max(cells))


def at(runs: Runs, series: str, treatment: str, window: int, *, kind: str = "lstm") -> Floats:
    """Return the test R² of a cell with one window, of shape (seeds,)."""
    return cell(runs, series, treatment, kind=kind)[:, WINDOWS.index(window)]


def offset_share(runs: Runs, series: str, treatment: str, window: int) -> Floats:
    """Return which share of the missing R² is the errors' mean, of shape (seeds,)."""
    place = WINDOWS.index(window)
    offset = cell(runs, series, treatment, what="offset")[:, place]
    share: Floats = offset / (1 - at(runs, series, treatment, window))
    return share


def unsettled(runs: Runs, series: str, treatment: str) -> Floats:
    """Return whether LSTMs did best at the highest rate and the last look, (seeds, windows)."""
    config = nets(runs, "lstm").config
    ends = {"rate": len(config["rates"]) - 1, "look": config["looks"] - 1}
    found = [cell(runs, series, treatment, what=what) == end for what, end in ends.items()]
    return np.asarray(found[0] & found[1])


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


def alike(runs: Runs, series: str, treatment: str) -> Floats:
    """Return whether the last forecasts of LSTMs are all one value, of shape (seeds, windows)."""
    spans = [np.ptp(shown(runs, series, treatment, window), axis=1) for window in WINDOWS]
    return np.asarray(np.transpose(spans) < ALIKE)
