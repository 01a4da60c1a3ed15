"""What is measured on pooling and dropout: tiny, from end to end, and what is published."""

import pytest

from dlexp.chapters.pooling_dropout import dense, factorial, measure, nets

pytestmark = pytest.mark.usefixtures("small_data")


TINY_RATES = dense.Rates(rates=(0.0, 0.5), size=300, epochs=2, units=16)


def test_learning_happens_and_dropout_is_off_where_it_should_be() -> None:
    config = factorial.Factorial(size=1_000, epochs=6)

    numbers = factorial.cross(config, 0).numbers

    assert numbers["test"] > 0.6
    assert numbers["train"][-1] > numbers["reported"][-1] + 0.05


def test_two_runs_of_one_seed_are_the_same_numbers() -> None:
    first, second = (dense.average(as_tiny(), 1).numbers for _ in range(2))

    assert first == second


def as_tiny() -> dense.Averaging:
    return dense.Averaging(masks=(1, 3), members=2, training=TINY_RATES)


def test_the_published_units_have_names_of_their_own() -> None:
    units = measure.units()

    assert len({unit.name for unit in units}) == len(units)
    assert all(unit.seed in nets.SEEDS for unit in units)
