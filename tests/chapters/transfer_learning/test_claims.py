"""What the chapter on transfer learning claims, on made-up runs."""

from dataclasses import replace
from typing import Any

import pytest

from dlexp.chapters.transfer_learning import claims, measure, norms, readers, tasks
from dlexp.chapters.transfer_learning.collapses import Collapse
from dlexp.chapters.transfer_learning.norms import Norms
from dlexp.chapters.transfer_learning.showings import Showing
from dlexp.chapters.transfer_learning.transfers import FROZEN, Transfer
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

SHIFTS = {"digits": 0.05, measure.NOTHING: 0.0, "fashion": -0.02, "labels": -0.1}


def collapsed(config: Collapse, wobble: float) -> dict[str, Any]:
    blind = config.fault.endswith("softmax")
    costs = {"bytes": 0.05, "none": 0.0}.get(config.fault, 0.3)
    flat = config.fault == "hidden_softmax"
    return {
        "loss": [5.3] * 4 if flat else [0.69, 0.5, 0.3, 0.2 + wobble],
        "test": 0.676 if blind else 0.94 - costs + wobble,
        "rescued": 0.94 + wobble,
        "most": [0.66, 0.676],
        "positive": 1.0 if blind else 0.7,
        "spread": 0.0 if blind else 0.4,
        "gradient": [0.0, 0.0] if flat else [0.2, 0.5],
    }


def transferred(config: Transfer, wobble: float) -> dict[str, Any]:
    gain = SHIFTS[config.source] - (0.1 if config.source == "nothing" == config.way else 0.0)
    gain -= 0.1 if config.way == FROZEN and config.source == measure.NOTHING else 0.0
    gain = 0.0 if config.sizes == readers.MANY_TUNED.sizes else gain
    return {"test": [0.7 + gain + wobble for _ in config.sizes]}


def numbers(unit: Unit) -> dict[str, Any]:
    """Return made-up numbers, by which every claim is supported."""
    wobble = 1e-4 * unit.seed**2
    if isinstance(unit.config, Collapse):
        return collapsed(unit.config, wobble)
    if isinstance(unit.config, Transfer):
        # so that two ways are no copies of each other
        return transferred(unit.config, wobble * (1 + 0.1 * len(unit.config.way)))
    if isinstance(unit.config, Norms):
        moving = {"test": 0.9 + wobble, "statistics": 0.3 + wobble}
        kept = {"test": 0.8 - wobble, "statistics": 0.0}
        return {mode: kept if mode.endswith("kept") else moving for mode in norms.MODES}
    if isinstance(unit.config, Showing):
        values = dict.fromkeys(tasks.SHOWN, 0.15 + wobble)
        return {"served": values, "train": values, "learnt": values}
    return {}


def made(unit: Unit) -> Record:
    return Record(
        "transfer_learning", unit.name, "", unit.settings, unit.seed, numbers(unit), {}, {}
    )


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs("transfer_learning", tuple(map(made, measure.units())))


def settled(runs: Runs) -> dict[str, str]:
    return {claim.name: claim.verdict.value for claim in claims.claims(runs)}


def changed(runs: Runs, some: Runs, **values: Any) -> Runs:
    """Return the runs, with other numbers in some of them."""
    names = some.names
    return Runs(
        runs.slug,
        tuple(
            replace(each, numbers={**each.numbers, **values}) if each.name in names else each
            for each in runs
        ),
    )


def test_all_hold_where_they_should(runs: Runs) -> None:
    verdicts = settled(runs)

    others = {name for name, verdict in verdicts.items() if verdict != "supported"}
    assert others == {"frozen_alike", "layered_alike", "gradual_alike"} & others
    assert len(verdicts) <= 21


def test_an_image_that_is_called_even_is_seen(runs: Runs) -> None:
    other = changed(runs, readers.collapsed(runs, "softmax"), positive=0.999)

    assert settled(other)["one_answer"] == "refuted"


def test_a_loss_that_differs_is_seen(runs: Runs) -> None:
    other = changed(runs, readers.collapsed(runs, "softmax"), loss=[0.69, 0.5, 0.3, 0.21])

    assert settled(other)["same_loss"] == "refuted"


def test_a_base_that_is_no_better_is_none(runs: Runs) -> None:
    other = changed(runs, readers.took(runs, measure.tuned("digits")), test=[0.6, 0.6, 0.6])

    verdicts = settled(other)
    assert verdicts["gain_with_ten"] == verdicts["gain_with_hundred"] == "refuted"


def test_statistics_that_stay_are_seen(runs: Runs) -> None:
    same = {"test": 0.8, "statistics": 0.01}
    other = changed(runs, readers.normed(runs, readers.USUAL), frozen_moving=same)

    assert settled(other)["statistics_drift"] == "refuted"


def test_accuracy_is_found_by_its_number_of_images(runs: Runs) -> None:
    trained = readers.took(runs, measure.tuned("digits"))
    other = changed(runs, trained, test=[0.1, 0.2, 0.3])

    found = readers.right(readers.took(other, measure.tuned("digits")), 100)

    assert found.tolist() == [0.2] * len(measure.SEEDS)
