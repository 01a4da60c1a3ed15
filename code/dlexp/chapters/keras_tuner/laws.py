"""What takes no training: a grid and a random search of a peak, and what cannot be built.

Chapter: book/keras_tuner.md.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlexp.chapters.keras_tuner import searches, selection
from dlexp.chapters.keras_tuner.oracles import APART
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.tuning import reports


@dataclass(frozen=True, kw_only=True)
class Peak:
    """A function made for the purpose, of which some directions matter."""

    matter: tuple[int, ...] = (1, 2, 3, 4, 5, 6)  # directions that do
    directions: int = 6  # in all; the grid has two values along each
    repetitions: int = 1_000  # peaks per number of directions


def peak(config: Peak, seed: int) -> Measurement:
    """Let a grid and a random search of as many trials look for a peak."""
    generator = np.random.default_rng(seed)
    found = [
        selection.toy_bests(matter, config.directions, config.repetitions, generator)
        for matter in config.matter
    ]
    means = np.array(found).mean(axis=2)  # (directions that matter, searches)
    return Measurement(numbers={"grid": means[:, 0].tolist(), "random": means[:, 1].tolist()})


@dataclass(frozen=True, kw_only=True)
class Waste:
    """Searches of the reports' spaces that only build."""

    searches: int = 6  # per report
    trials: tuple[int, int] = (3, 5)  # of a search, as in the reports: padded, bare convolutions


def waste(config: Waste, seed: int) -> Measurement:
    """Let Keras Tuner search the reports' spaces, and note what each trial was and became."""
    numbers: dict[str, Any] = {}
    for padding, trials in zip(reports.REPORTS, config.trials, strict=True):
        found = []
        for index in range(config.searches):
            start = APART * (1 + config.searches * seed + index)
            with tempfile.TemporaryDirectory() as folder:
                found.append(searches.untrained(padding, Path(folder), seed=start, trials=trials))
        numbers[padding] = found
    return Measurement(numbers=numbers)


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What shapes by hand say of searches that only built."""

    padding: str  # "same" or "valid": which report's


def audit(config: Audit, seed: int, wasted: Record) -> Measurement:  # noqa: ARG001
    """Count what could not be built, and what of it the shapes by hand foresaw."""
    found = wasted.numbers[config.padding]
    failed = [each["failed"] for each in found]
    foreseen = [[searches.foreseen(v, config.padding) for v in each["values"]] for each in found]
    idle = [[bool(searches.idle(values)) for values in each["values"]] for each in found]
    return Measurement(
        numbers={
            "trials": sum(map(len, failed)),
            "failed": sum(map(sum, failed)),
            "unforeseen": sum(
                a != b
                for pair in zip(failed, foreseen, strict=True)
                for a, b in zip(*pair, strict=True)
            ),
            "hit": sum(map(any, failed)),
            "stopped": sum(each["stopped"] for each in found),
            # Without the first trial, which has not yet heard of all hyperparameters.
            "idle": float(np.mean([np.mean(each[1:] or [False]) for each in idle])),
        }
    )
