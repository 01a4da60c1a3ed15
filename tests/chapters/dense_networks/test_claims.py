"""What the chapter on dense networks claims, on made-up runs."""

from collections.abc import Mapping
from typing import Any

import pytest

from dlexp.chapters.dense_networks import claims, measure
from dlexp.chapters.dense_networks.contenders import (
    ACTIVATIONS,
    BATCHES,
    DEEP_ONES,
    DEFAULTS,
    NONE,
    SIZES,
)
from dlexp.chapters.dense_networks.learning import Learning
from dlexp.chapters.dense_networks.recipes import REPORT_D_LINEAR
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

LEARNT: Mapping[Learning, float] = {
    NONE: 0.9,
    ACTIVATIONS["linear"]: 0.9,
    DEFAULTS["SGD"]: 0.91,
    DEFAULTS["SGD, sigmoid"]: 0.6,
    DEEP_ONES["sigmoid"]: 0.11,
    DEEP_ONES["small"]: 0.11,
    DEEP_ONES["Glorot"]: 0.9,
    DEEP_ONES["He"]: 0.92,
    SIZES["wide"]: 0.96,
    BATCHES["512"]: 0.92,
}
"""Test accuracies of those that differ from the others."""


def numbers(unit: Unit) -> dict[str, Any]:
    """Return what a unit might have measured."""
    name, config, stray = unit.measure.__name__, unit.config, 0.0001 * unit.seed
    if name == "follow":
        test = 0.92 if config == REPORT_D_LINEAR else 0.97
        return {"test": test + stray, "train": [0.92 + stray, 0.98], "running": [0.86, 0.97]}
    if name == "pass_through":
        ratio = {"glorot_uniform": 0.7, "he_normal": 1.0}.get(config.first, 0.05) + stray
        return {"sums": [ratio**layer for layer in range(17)]}
    if name == "enlarge":
        return {"test": [(0.9 if config.centred else 0.1) + stray] * len(config.rates)}
    return {"test": LEARNT.get(config, 0.95) + stray}


def runs() -> Runs:
    made = (unit for unit in measure.units() if unit.measure.__name__ not in ("bend", "sweep"))
    records = (
        Record("dense_networks", unit.name, "", unit.settings, unit.seed, numbers(unit), {}, {})
        for unit in made
    )
    return Runs("dense_networks", tuple(records))


def test_all_hold_where_they_should() -> None:
    verdicts = {claim.name: claim.verdict.value for claim in claims.claims(runs())}

    assert set(verdicts.values()) == {"supported"}, verdicts
    assert len(verdicts) == 17


def test_what_differs_is_not_alike() -> None:
    claim = claims._alike(runs(), "it", "in words", SIZES["wide"], SIZES["two"])

    assert claim.verdict.value == "refuted"
    assert claim.effect == pytest.approx(0.01)
