"""The chapter on dense networks: tiny, from end to end."""

from dataclasses import replace

import numpy as np
import pytest

from dlexp.chapters.dense_networks import measure
from dlexp.chapters.dense_networks.enlarged import Enlarged, enlarge, enlarged
from dlexp.chapters.dense_networks.learning import Learning, chosen, learn, sweep
from dlexp.chapters.dense_networks.recipes import Recipe, follow
from dlexp.lab.records import Record

pytestmark = pytest.mark.usefixtures("small_data")

TINY = Learning(hidden=(8,), rates=(1e-6, 0.3), size=200, epochs=3, looked=100)


def record(numbers: dict[str, object]) -> Record:
    return Record("dense_networks", "sweep-seed=1", "", {}, 1, numbers, {}, {})


def test_a_sweep_has_a_curve_for_each_rate() -> None:
    curves = np.array(sweep(TINY, 1).numbers["validation"])

    assert curves.shape == (2, 3)
    assert curves[1].max() > curves[0].max()


def test_what_is_learnt_has_the_rate_that_was_chosen() -> None:
    swept = sweep(TINY, 1)

    found = learn(TINY, 2, record(dict(swept.numbers))).numbers

    assert found["rate"] == 0.3
    assert len(found["validation"]) == 3
    assert found["test"] > 0.2
    assert found["chosen"] == int(np.argmax(found["validation"]))


def test_without_a_choice_the_only_rate_is_taken() -> None:
    assert learn(replace(TINY, rates=(0.1,)), 1).numbers["rate"] == 0.1


def test_a_rate_that_is_far_too_large_leaves_a_record() -> None:
    found = learn(replace(TINY, activation="linear", rates=(1e20,)), 1).numbers

    assert np.isfinite(found["running_loss"]).all()
    assert found["test"] < 0.3


def test_larger_weights_are_trained_with_each_rate() -> None:
    config = Enlarged(depth=2, units=8, rates=(0.1, 0.3), size=200, epochs=2, looked=50)

    found = enlarge(config, 1).numbers

    assert np.array(found["validation"]).shape == (2, 2)
    assert len(found["test"]) == 2


def test_biases_take_off_the_half() -> None:
    weights = enlarged(Enlarged(depth=2, units=8, centred=True)).get_weights()

    assert not weights[1].any()
    assert weights[3] == pytest.approx(-weights[2].sum(axis=0) / 2)


def test_the_rate_is_chosen_over_the_seeds() -> None:
    first, second = [[0.5, 0.9], [0.6, 0.6]], [[0.1, 0.1], [0.7, 0.8]]

    assert chosen([0.1, 1.0], np.array([first, second])) == 1.0


def test_a_recipe_is_followed_to_its_end() -> None:
    found = follow(Recipe(hidden=(8,), epochs=2, size=200, batch_size=16, looked=50), 1).numbers

    assert {len(found[name]) for name in ("running", "train", "validation")} == {2}
    assert found["weights"] == 784 * 8 + 8 + 8 * 10 + 10
    assert len(found["recalls"]) == 10


def test_each_contender_is_chosen_for_by_other_seeds() -> None:
    units = measure.units()
    learnt = [unit for unit in units if unit.measure is learn]

    assert {len(unit.needs) for unit in learnt} == {0, len(measure.CHOOSING_SEEDS)}
    assert not {need.seed for unit in learnt for need in unit.needs} & set(measure.SEEDS)
    assert len({unit.name for unit in units}) == len(units)
