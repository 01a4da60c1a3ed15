"""The chapter on convolutional networks: tiny, from end to end."""

from dataclasses import replace

import numpy as np
import pytest

from dlexp.chapters.convolutional_networks import contenders, measure
from dlexp.chapters.convolutional_networks.clock import TIMED, Clock, clock
from dlexp.chapters.convolutional_networks.learning import (
    SHIFTS,
    Learning,
    arranged,
    chosen,
    learn,
    shifted,
    sweep,
)
from dlexp.chapters.convolutional_networks.recipes import SNAPSHOTS, Recipe, Report, begin, follow
from dlexp.data import mnist
from dlexp.lab.records import Record

pytestmark = pytest.mark.usefixtures("small_data")

TINY = Learning(layers=((2, 3, 4),), rates=(1e-6, 0.03), size=200, steps=40, batch_size=20, looks=2)


def test_a_sweep_has_a_curve_for_each_rate() -> None:
    curves = np.array(sweep(TINY, 1).numbers["validation"])

    assert curves.shape == (2, 2)
    assert curves[1, -1] > curves[0, -1]


@pytest.mark.parametrize("kind", ["conv", "local", "dense"])
def test_what_is_learnt_has_the_rate_that_was_chosen(kind: str) -> None:
    swept = Record("x", "sweep-seed=1", "", {}, 1, {"validation": [[0, 0.1], [0.1, 0.8]]}, {}, {})

    found = learn(replace(TINY, kind=kind, hidden=8, moves=True), 1, swept).numbers

    assert found["rate"] == 0.03
    assert found["test"] == found["moved"][0] > 0.2
    assert len(found["moved"]) == len(SHIFTS)
    assert len(found["validation"]) == len(found["running"]) == 2


def test_the_rate_is_chosen_at_the_last_look() -> None:
    first, second = [[0.5, 0.9], [0.9, 0.6]], [[0.1, 0.7], [0.7, 0.8]]

    assert chosen([0.1, 1.0], np.array([first, second])) == 0.1


def test_permuted_pixels_are_the_same_ones_in_each_part() -> None:
    plain, moved = (arranged(mnist(), replace(TINY, permuted=p), 3) for p in (False, True))
    order = np.random.RandomState(3).permutation(784)

    for part in ("train", "validation", "test"):
        before, after = (getattr(each, part).images for each in (plain, moved))
        assert np.array_equal(after.reshape(-1, 784), before.reshape(-1, 784)[:, order])


def test_each_fourth_image_is_shifted_alike() -> None:
    images = np.zeros((5, 5, 5, 1), np.float32)
    images[:, 2, 2] = 1

    places = np.argwhere(shifted(images, 2)[..., 0])[:, 1:].tolist()

    assert places == [[2, 4], [4, 2], [2, 0], [0, 2], [2, 4]]


def test_a_recipe_learns() -> None:
    recipe = Recipe(layers=((4, 3, 4),), images=2_000, batch_size=20, rate=0.01)
    whole = replace(recipe, schedule="warm", normalised=True, shift=1, averaged=True)

    plain, done = follow(recipe, 1), follow(whole, 1)

    assert plain.numbers["test"] > 0.3
    assert done.numbers["test"] > 0.3
    assert done.arrays["kernel"].shape == (3, 3, 4)


def test_there_are_steps_enough_for_all_snapshots() -> None:
    recipe = contenders.AVERAGING["averaged"]

    assert recipe.images // recipe.batch_size // 2 >= SNAPSHOTS


def test_a_report_is_begun() -> None:
    found = begin(Report(report="D", steps=4, batch_size=20, looks=2), 1).numbers

    assert len(found["running"]) == len(found["validation"]) == 2


def test_all_networks_are_timed() -> None:
    found = clock(Clock(rounds=1, seconds=0.001, size=200), 1)

    assert found.arrays["seconds"].shape == (1, len(TIMED))
    assert (found.arrays["seconds"] > 0).all()


def test_units_differ_and_rates_are_chosen_by_another_seed() -> None:
    units = measure.units()
    learnt = [unit for unit in units if unit.measure is learn]

    assert len({unit.name for unit in units}) == len(units)
    assert {need.seed for unit in learnt for need in unit.needs} == {measure.CHOOSING_SEED}
    assert measure.CHOOSING_SEED not in measure.SEEDS
    assert next(unit for unit in units if unit.timed).measure is clock
