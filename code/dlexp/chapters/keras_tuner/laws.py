"""Laws of Keras Tuner that take no training: what its oracles heed, and what cannot be built.

Chapter: book/keras_tuner.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlexp.chapters.keras_tuner import oracles, searches, selection
from dlexp.chapters.keras_tuner.oracles import APART
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.tuning import reports, spaces


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed asks of Keras Tuner's oracles."""

    trials: int = 25  # of a search
    listened: int = 18  # trials per order of the scores: a few more than are guessed, each slow
    orders: int = 2  # of the same scores, dealt out anew
    repetitions: int = 1_000  # of the function that is made for the purpose


def laws(config: Laws, seed: int) -> Measurement:
    """Ask the oracles what they do with their seeds and with the scores they are told."""
    generator = np.random.default_rng(seed)
    start = APART * (seed + 1)
    pair = [_proposed("random", start + shift, config.trials) for shift in (0, len(spaces.GRID))]
    far = _proposed("random", start + APART // 2, config.trials)
    bests = {
        str(matter): [
            float(each.mean())
            for each in selection.toy_bests(matter, 6, config.repetitions, generator)
        ]
        for matter in (1, 2, 3, 4, 5, 6)
    }
    return Measurement(
        numbers={
            "shared_near": len({*pair[0]} & {*pair[1]}) / config.trials,
            "shared_far": len({*pair[0]} & {*far}) / config.trials,
            "toy": bests,
            "changed": {
                kind: _changed(kind, start, config, generator)
                for kind in ("random", "grid", "bayesian", "hyperband")
            },
        }
    )


def _proposed(
    kind: str, seed: int, trials: int, score: Callable[[int], float] = lambda _: 0.5
) -> list[int]:
    return list(oracles.proposals(oracles.oracle(kind, seed=seed, trials=trials), score))


def _changed(kind: str, seed: int, config: Laws, generator: np.random.Generator) -> int:
    """Count the orders of the same scores in which an oracle proposes something else."""
    scores = np.linspace(0.5, 0.95, 80)
    first = _proposed(kind, seed, config.listened, lambda i: float(scores[i]))
    count = 0
    for _ in range(config.orders):
        dealt = generator.permutation(scores)
        count += _proposed(kind, seed, config.listened, lambda i, d=dealt: float(d[i])) != first  # type: ignore[misc]
    return count


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
