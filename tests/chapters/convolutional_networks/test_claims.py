"""What the chapter on convolutional networks claims, on made-up runs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.convolutional_networks import claims, contenders, measure, readers
from dlexp.chapters.convolutional_networks.clock import TIMED
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit


def accuracy(unit: Unit) -> float:
    """Return a made-up accuracy: what the chapter expects comes out ahead."""
    config = unit.config
    if unit.measure.__name__ == "begin":
        return 0.95 if config.optimizer == "adam" else 0.8
    if unit.measure.__name__ == "follow":
        if config.images > contenders.PLAIN.images:
            return 0.995
        ahead = {"constant": 0.0, "falling": 0.01, "warm": 0.02}[config.schedule]
        return float(0.95 + ahead + 0.01 * config.normalised + 0.01 * config.averaged)
    kind = {"conv": 0.95, "local": 0.93, "dense": 0.85}[config.kind]
    lost = {"conv": 0.05, "local": 0.02, "dense": 0.0}[config.kind]
    small = config.pooled and config.layers[-1][1] == 1
    return float(kind + 0.02 * (config.hidden == 99) - lost * config.permuted - 0.1 * small)


def made(unit: Unit) -> Record:
    name = unit.measure.__name__
    right = accuracy(unit) + 1e-4 * unit.seed if name in ("learn", "follow", "begin") else 0.0
    numbers: dict[str, Any] = {"test": right, "moved": [right, 0.9, 0.8, right - 0.3, 0.3]}
    arrays = {}
    if name == "clock":
        arrays["seconds"] = np.array([[1.0 + (net == "C") + 0.01 * unit.seed for net in TIMED]])
    return Record("convolutional_networks", unit.name, "", unit.settings, unit.seed, numbers,
                  arrays, {})  # fmt: skip


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs("convolutional_networks", tuple(map(made, measure.units())))


def verdicts(runs: Runs) -> dict[str, str]:
    return {claim.name: claim.verdict.value for claim in claims.claims(runs)}


def test_all_hold_where_they_should(runs: Runs) -> None:
    found = verdicts(runs)

    assert set(found.values()) == {"supported"}, found
    assert len(found) <= 18


def test_a_network_that_is_no_better_is_not_ahead(runs: Runs) -> None:
    equal = [
        replace(each, numbers={**each.numbers, "test": 0.9 - 0.01 * each.seed})
        if each in tuple(readers.few(runs, "conv"))
        else each
        for each in runs
    ]

    found = verdicts(Runs("convolutional_networks", tuple(equal)))

    assert found["sharing"] == "refuted"
    assert found["equal_parameters"] != "supported"


def test_the_ratio_of_costs_is_of_images_and_seconds(runs: Runs) -> None:
    slower = (2 + 0.01) / (1 + 0.01)
    images = 2 * 60_000 / contenders.FAST.images

    assert readers.cost_ratio(runs, 2)[0] == pytest.approx(images * slower)


def test_trainings_are_found_by_what_they_are(runs: Runs) -> None:
    assert len(readers.few(runs, "conv")) == len(measure.SEEDS)
    assert len(readers.few(runs, "local", permuted=True)) == len(measure.SEEDS)
    for recipe in (*contenders.LADDER.values(), contenders.FAST):
        assert len(readers.followed(runs, recipe)) == len(measure.FEW_SEEDS)
