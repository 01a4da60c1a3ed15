"""What the chapter on weight decay claims, on made-up runs."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.weight_decay import claims, measure, readers
from dlexp.chapters.weight_decay.trainings import Training
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit


def ended(config: Training, seed: int) -> dict[str, Any]:
    """Return made-up numbers: with a penalty the accuracy stays, and the loss is lower."""
    accuracy = 0.98 + 0.0001 * seed - (0.01 if config.l2 == measure.STRENGTHS[-1] else 0.0)
    accuracy += 0.02 if config.dropout else 0.0
    wobble = 1e-5 * seed**2
    loss = 0.08 - 0.02 * (config.l2 > 0) + wobble
    end = {"accuracy": accuracy + wobble * config.l2, "loss": loss, "confidence": 0.99}
    return {
        "training_loss": [0.5, 0.001 + wobble],
        "accuracy": [0.9, accuracy],
        "loss": [0.3, loss],
        "confidence": [0.9, 0.99],
        "squares": [900.0, 650.0 + seed],
        "last": {**end, "squares": 650.0 + seed},
        "chosen": {**end, "loss": loss - 0.001, "squares": 640.0},
    }


def adapted(seed: int) -> dict[str, Any]:
    """Return made-up numbers of Adam: the second penalty and the first decay are chosen."""
    ends = [0.4, 0.38, 0.37, 0.34, 0.36]
    return {
        "loss": [[0.5, end] for end in ends],
        "last_loss": [end + 1e-4 * row * seed for row, end in enumerate(ends)],
    }


def made(unit: Unit) -> Record:
    is_adam = unit.config == measure.ADAPTIVE
    numbers = adapted(unit.seed) if is_adam else ended(unit.config, unit.seed)
    return Record("weight_decay", unit.name, "", unit.settings, unit.seed, numbers, {}, {})


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs("weight_decay", tuple(map(made, measure.units())))


def test_all_hold_where_they_should(runs: Runs) -> None:
    verdicts = {claim.name: claim.verdict.value for claim in claims.claims(runs)}

    assert set(verdicts.values()) == {"supported"}, verdicts
    assert len(verdicts) <= 15


def test_the_gap_is_that_of_what_was_reported() -> None:
    assert pytest.approx(claims.HINTON - claims.REPORTED) == claims.GAP


def test_a_penalty_that_helps_is_no_equal(runs: Runs) -> None:
    better = [
        replace(each, numbers={**each.numbers, "last": {**each.numbers["last"], "accuracy": 0.99}})
        if each in tuple(readers.swept(runs, measure.BASE.l2))
        else each
        for each in runs
    ]

    settled = {each.name: each for each in claims.claims(Runs("weight_decay", tuple(better)))}

    assert settled["same_accuracy"].verdict.value == "refuted"


def test_trainings_are_found_by_what_they_are(runs: Runs) -> None:
    assert len(readers.recipe(runs)) == 3
    assert [len(readers.swept(runs, l2)) for l2 in measure.STRENGTHS] == [5] * 4
    assert [len(each) for each in readers.changed(runs).values()] == [5] * 6
    assert len(readers.few(runs)) == len(readers.few(runs, l2=readers.HELD)) == 5
    assert len(readers.few(runs, dropout=readers.DROPPED)) == 5


def test_each_change_is_of_the_setting_that_it_is_named_for(runs: Runs) -> None:
    for setting, changed in readers.changed(runs).items():
        assert changed.config[setting] != getattr(measure.BASE, setting)


def test_a_weight_without_slope_shrinks_by_the_rates_alone() -> None:
    config = Training(size=100, batch_size=50, passes=1, rate=0.5, l2=0.1, falls=False)

    assert readers.slope_free(config) == pytest.approx(0.9**2)
    assert readers.slope_free(replace(config, falls=True)) == pytest.approx(0.9 * 0.95)


def test_adam_has_its_strengths_by_validation(runs: Runs) -> None:
    assert readers.best_of_adam(readers.adaptive(runs)) == (2, 3)


def test_a_gain_is_seed_by_seed(runs: Runs) -> None:
    other = readers.changed(runs)["activation"]

    assert readers.base(runs).seeds == other.seeds
    np.testing.assert_allclose(readers.gain(runs, other), 0, atol=1e-12)


def test_the_penalty_is_strength_times_squares(runs: Runs) -> None:
    penalty = readers.penalty(readers.recipe(runs))

    assert penalty[0].tolist() == pytest.approx([0.09, 0.0651])
    assert readers.penalty(readers.recipe(runs), "last")[0] == pytest.approx(0.0651)
