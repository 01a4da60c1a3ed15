"""The leak and the gain, tiny, from end to end; and the units that are published."""

from dataclasses import replace

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.keras_tuner import measure
from dlexp.lab.runs import Runs
from dlexp.tuning import spaces

pytestmark = pytest.mark.usefixtures("only_small_data")


def test_the_slip_validates_on_training_images() -> None:
    config = replace(measure.Leak(), size=300, held=50, epochs=2)

    numbers = measure.leak(config, 0).numbers

    assert (numbers["seen_leaked"], numbers["seen_honest"]) == (50, 0)
    assert len(numbers["leaked"]) == 2


def test_the_slip_is_the_one_of_the_report() -> None:
    x = np.arange(60, dtype=np.int64)
    part = data.Split(np.zeros((60, 28, 28, 1), np.float32), x.copy(), x.copy())
    cut = x[:-10]

    train, leaked, honest = measure.split_both(part, 10)

    np.testing.assert_array_equal(train.labels, cut)
    np.testing.assert_array_equal(leaked.labels, cut[-10:])
    np.testing.assert_array_equal(honest.labels, x[-10:])


def test_four_nets_are_trained_afresh(made_up: Runs) -> None:
    config = measure.Worth(train_size=200, scored=50, epochs=1)

    numbers = measure.worth(config, 3, *made_up).numbers

    assert set(numbers) == {"score", "default", "found", "guess", "best"}
    assert numbers["default"]["place"] == spaces.place(spaces.DEFAULT)
    assert all(0 < numbers[name]["test"] < 1 for name in ("default", "found", "guess", "best"))


def test_the_published_units_have_names_of_their_own() -> None:
    names = [unit.name for unit in measure.units()]

    assert len(names) == len(set(names))
    assert all(unit.slug == "keras_tuner" for unit in measure.units())


def test_a_worker_that_is_timed_has_the_machine_to_itself() -> None:
    assert [unit.measure.__name__ for unit in measure.units() if unit.timed] == ["crowd"]
