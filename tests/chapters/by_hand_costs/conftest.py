"""Made-up records of the page on costs: every shape that is published."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.by_hand_costs.inputs import Turns
from dlexp.chapters.by_hand_costs.measure import PARTS
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

LOOPED = {"conv2d": 400.0, "max_pool2d": 20.0, "lstm": 300.0}
"""What loops take, by hand being one."""


@pytest.fixture(scope="session")
def made_up() -> Runs:
    """Three seeds; Keras takes a quarter of the time by hand, and PyTorch half of it."""
    return Runs("by_hand_costs", tuple(record for seed in range(3) for record in _records(seed)))


def _records(seed: int) -> Iterator[Record]:
    names = [name for part in PARTS.values() for name in part]
    for measure, functions in {**PARTS, "pytorch": names}.items():
        looped = LOOPED if measure != "pytorch" else {}
        framework = 0.5 if measure == "pytorch" else 0.25
        calls = {n: [1.0, framework, *([looped[n]] if n in looped else [])] for n in functions}
        arrays = {name: _turns(times, seed) for name, times in calls.items()}
        arrays |= {f"{name}_memory": np.array(10.0 + 0.1 * seed) for name in functions}
        numbers: dict[str, Any] = {
            "asked": {name: len(times) - 1 for name, times in calls.items()},
            "differ": dict.fromkeys(functions, 0),
        }
        yield Record(
            slug="by_hand_costs", name=f"{measure}-seed={seed}", key="", config=vars(Turns()),
            seed=seed, numbers=numbers, arrays=arrays, provenance={},
        )  # fmt: skip


def _turns(times: list[float], seed: int) -> np.ndarray:
    """Return five turns, of which one met something else that the machine did."""
    table = np.tile(times, (5, 1)) * (1 + 0.01 * seed * np.arange(len(times)))
    table[seed, 0] *= 50
    return table
