"""The claims on pooling and dropout, and how records are read, on tiny records."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from dlexp.chapters.pooling_dropout import claims, measure, moves, nets, readers, reliance
from dlexp.chapters.pooling_dropout.dense import Rates
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement, Unit
from helpers import FLOAT64, assert_agree

pytestmark = pytest.mark.usefixtures("small_data")

TINY_RATES = Rates(rates=(0.0, 0.5), size=300, epochs=2, units=16)
TINY: dict[str, Any] = {
    "move": {"size": 300, "epochs": 1},
    "mend": {"size": 300, "epochs": 1},
    "cross": {"size": 200, "epochs": 5},
    "average": {"masks": (1, 100), "members": 2, "training": TINY_RATES},
    "gather": {"members": 2, "training": TINY_RATES},
    "rely": {"training": TINY_RATES},
    "rival": {"hidden": (0.5,), "pixels": (0.5,), "decay": (1.0,), "training": TINY_RATES},
    "memorise": {"size": 300, "epochs": 2, "units": 16},
    "commute": {"images": 20},
    "count": {},
    "describe": {},
}  # fmt: skip
"""What makes a configuration of each measure function cheap; others are left out."""


@pytest.fixture(scope="module")
def runs() -> Runs:
    """Return tiny runs in the places of all that claims need, three trainings of each kind."""
    made: dict[str, Measurement] = {}
    units = [unit for unit in measure.units() if unit.measure.__name__ in TINY]
    return Runs("pooling_dropout", tuple(as_record(unit, made) for unit in units))


def as_record(unit: Unit, made: dict[str, Measurement]) -> Record:
    """Measure a tiny unit once per configuration; the seeds get the same numbers."""
    kind = unit.measure.__name__
    tiny = replace(unit.config, **TINY[kind])
    key = f"{kind} {tiny}"
    if key not in made:
        made[key] = unit.measure(tiny, 0)
    return Record(
        slug=unit.slug, name=unit.name, key="", config=unit.settings, seed=unit.seed,
        numbers=dict(made[key].numbers), arrays={}, provenance={},
    )  # fmt: skip


def test_every_claim_can_be_settled_from_records(runs: Runs) -> None:
    settled = {claim.name: claim for claim in claims.claims(runs)}

    assert len(settled) == len(list(claims.claims(runs))) <= 18
    # What needs no training is settled even by tiny records.
    for name in ("convolution_commutes", "counts_agree"):
        assert settled[name].verdict.value == "supported"


def test_records_hold_what_the_page_reads(runs: Runs) -> None:
    seeds = len(nets.SEEDS)

    asked = product({*nets.ARCHITECTURES, *nets.REMEDIES}, moves.MOVES.items())
    for network, (kind, amounts) in asked:
        values = readers.accuracies(runs, network, kind)
        assert values.shape == (seeds, len(amounts))
        assert ((values > 0) & (values < 1)).all()
    assert readers.wide_losses(runs, "global_average").shape == (seeds, 5)
    for size, part in ((claims.FEW, "train"), (measure.LONG_SIZE, "reported")):
        assert readers.ahead(runs, size, part).shape[0] == seeds
    for predictor in ("ensemble", "ensemble of dropout", "masks 100"):
        assert len(readers.excess(runs, predictor)) == seeds

    noisy = readers.relied_on(runs, "scaled", "noisy")
    assert noisy.shape == (seeds, len(reliance.NOISY))
    assert readers.memory(runs, 0.5, "memorised").shape[0] == seeds


def test_every_claim_rests_on_the_runs_that_it_was_measured_on(runs: Runs) -> None:
    settled = {claim.name: claim for claim in claims.claims(runs)}

    two = settled["max_stands_small_shifts"].units
    assert two == runs("move", architecture={"max", "strided"}).names
    assert all(claim.seeds == nets.SEEDS for claim in settled.values() if claim.values)
    assert settled["counts_agree"].units == ("count-seed=0",)


def test_a_loss_is_the_mean_over_the_amounts_that_are_asked_for(runs: Runs) -> None:
    costs = readers.losses(runs, "max", "zoom")

    expected = (costs[:, 0] + costs[:, 3]) / 2
    assert_agree(readers.loss(runs, "max", "zoom", 0.8, 1.2), expected, tolerance=FLOAT64)


def test_how_far_both_are_ahead_is_measured_from_neither(runs: Runs) -> None:
    """Planted: one value of neither is raised, and both fall behind by just that."""
    before = readers.ahead(runs, claims.FEW, "validation")
    changed = [
        replace(record, numbers={**record.numbers, "validation": [2.0] * 5})
        if record in readers.crossed(runs, claims.FEW, "neither").records
        else record
        for record in runs
    ]

    after = readers.ahead(Runs(runs.slug, tuple(changed)), claims.FEW, "validation")

    neither = readers.by_epoch(runs, claims.FEW, "neither", "validation")
    assert_agree(before - after, 2 - neither, tolerance=FLOAT64)
