"""What the tests of this chapter share: few images, and tiny runs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dlexp.chapters.mnist import measure
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit
from small import only_small_mnist

TINY: dict[str, dict[str, Any]] = {
    "watch": {
        "passes": 3, "validation": 150, "judges": 150, "leaked": 100, "choosers": (20, 100),
        "budgets": (2, 3), "draws": 5,
    },
    "compete": {
        "networks": 4, "size": 100, "passes": 2, "unseen": 300, "choosers": (20, 100),
        "counts": (2, 4), "draws": 5, "asked": (100, 300),
    },
    "scale": {"size": 100, "passes": 2, "unseen": 100},
}  # fmt: skip
"""What makes a configuration of each measure function cheap."""


@pytest.fixture(scope="module")
def small_data() -> Iterator[None]:
    """Hold 2,000 training images, and 200 to validate and to test."""
    with only_small_mnist(2_000, 200):
        yield


def tiny(unit: Unit) -> Unit:
    """Return a unit of few images, networks and passes."""
    settings = dict(TINY[unit.measure.__name__])
    if unit.measure.__name__ == "watch":
        settings["size"] = min(unit.config.size // 10, 200)
    return replace(unit, config=replace(unit.config, **settings))


@pytest.fixture(scope="package")
def tiny_runs() -> Runs:
    """Return one tiny run of each configuration, in the places of all its seeds."""
    with only_small_mnist(2_000, 200):
        return Runs("mnist", tuple(_tiny_records()))


def _tiny_records() -> Iterator[Record]:
    made: dict[str, Any] = {}
    for unit in measure.units():
        small = tiny(unit)
        key = f"{small.measure.__name__} {small.config}"
        if key not in made:
            made[key] = small.measure(small.config, 0).numbers
        settings = {**unit.settings, **{k: v for k, v in small.settings.items() if k != "size"}}
        yield Record(
            slug="mnist", name=unit.name, key="", config=settings, seed=unit.seed,
            numbers=dict(made[key]), arrays={}, provenance={},
        )  # fmt: skip
