"""Measure why forecasts have a negative R²: on series, by nets, with windows, and with mistakes.

Chapter: book/lstm_windows.md. Cost: some ten minutes of one core, in units of less than a minute.
Keras and TensorFlow are imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlexp.chapters.lstm_windows.control import Control, control
from dlexp.chapters.lstm_windows.further import (
    Folds,
    Horizons,
    Leaks,
    folds,
    horizons,
    leaks,
)
from dlexp.chapters.lstm_windows.grid import Grid, grid
from dlexp.chapters.lstm_windows.laws import Laws, laws
from dlexp.chapters.lstm_windows.rules import Mistakes, Rules, Walks, mistakes, rules, walks
from dlexp.chapters.lstm_windows.streams import Streams, streams
from dlexp.lab.units import Measurement, Unit

SEEDS = (1, 2, 3, 4, 5)
"""Of made series and of nets; real series are the same for all, so that only the nets differ."""


def units() -> list[Unit]:
    """Return the runs of the chapter."""
    configs: list[tuple[Callable[..., Measurement], Any]] = [
        (laws, Laws()),
        (rules, Rules()),
        (mistakes, Mistakes()),
        (walks, Walks()),
        (grid, Grid(kind="lstm")),
        (leaks, Leaks()),
        (streams, Streams()),
        (horizons, Horizons()),
        (folds, Folds()),
        (grid, Grid(kind="dense")),
        (grid, Grid(kind="gru")),
        (control, Control()),
    ]
    return [
        Unit(measure=measure, config=config, seed=seed)
        for measure, config in configs
        for seed in SEEDS
    ]
