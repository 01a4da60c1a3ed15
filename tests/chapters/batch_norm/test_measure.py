"""The experiment on batch normalisation: tiny, from end to end, and its parts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.batch_norm import biases, claims, laws, measure, statistics
from dlexp.lab.units import Measurement

TINY: dict[str, Any] = {
    "laws": laws.Laws(layers=6),
    "rates": measure.Rates(rates=(0.1, 1.0), train_size=640, steps=24),
    "scales": measure.Scales(train_size=640, steps=8, check_every=4),
    "batches": measure.Batches(train_size=64, epochs=1, checks=1),
    "biases": biases.Biases(stops=(1, 3), train_size=640),
    "lags": statistics.Lags(stops=(1, 10, 30, 1000)[:3], train_size=640, statistics_size=200),
    "noises": statistics.Noises(train_size=256, steps=3),
    "clock": measure.Clock(blocks=3, steps=2),
}


@pytest.fixture(scope="module", autouse=True)
def only_small_data() -> Any:
    mnist = data.load("mnist")
    few = np.arange(500)
    small = replace(
        mnist.subset(4_000), validation=mnist.validation.take(few), test=mnist.test.take(few)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "mnist", lambda: small)
        yield


@pytest.fixture(scope="module")
def measured() -> dict[str, Measurement]:
    return {name: measure.MEASURES[name][0](config, 0) for name, config in TINY.items()}


def test_every_measure_runs_and_gives_numbers_that_can_be_stored(
    measured: dict[str, Measurement],
) -> None:
    from dlexp.lab.units import plain

    for name, found in measured.items():
        plain(dict(found.numbers), name)
    assert set(measured) == set(measure.MEASURES)


def test_laws_hold_in_keras(measured: dict[str, Measurement]) -> None:
    found = measured["laws"].numbers

    assert found["agreement"] == found["instance"] == 0
    assert found["batch_of_one"] == {"values": 0, "gradients": 0, "by_hand": 0}
    assert found["variance_law"] == {"0.001": 0, "1e-05": 0, "spreads": 29}
    assert found["bias"] == 0
    assert found["parameters"]["with_bias"] == {"dense": 220, "trainable": 260, "all": 300}
    assert found["parameters"]["without_bias"] == {"dense": 200, "trainable": 240, "all": 280}


def test_a_law_that_does_not_hold_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: with epsilon outside the root, the counts are not zero."""
    monkeypatch.setattr(
        laws, "variance_after", lambda spread, epsilon: (spread / (spread + epsilon)) ** 2
    )

    found = laws.laws(TINY["laws"], 0).numbers

    assert found["variance_law"]["0.001"] > 10


def test_shapes_of_what_is_measured(measured: dict[str, Measurement]) -> None:
    rates, batches = measured["rates"].numbers, measured["batches"].numbers
    noises, lags = measured["noises"].numbers, measured["lags"].numbers

    assert np.shape(rates["conv_with"]["path"]) == (2, 2)
    assert len(rates["dense_without"]["test"]) == 2
    assert len(batches["dense_with"]["train"]) == 5
    assert len(noises["dense_with"]["test_loss"]) == len(noises["dense_noise"]) == 5
    assert np.shape(lags["conv_0.9"]["variance_ratio"]) == (3, 3)
    assert measured["clock"].arrays["dense"].shape == (3,)
    assert set(measured["scales"].numbers) == {
        "without", "0.001", "1e-05", "1e-12", "first_variance",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_numbers(measured: dict[str, Measurement]) -> None:
    again = biases.biases(TINY["biases"], 0)

    assert again.numbers == measured["biases"].numbers
    for name, array in again.arrays.items():
        np.testing.assert_array_equal(array, measured["biases"].arrays[name])


def test_a_bias_and_a_nudge_begin_as_rounding(measured: dict[str, Measurement]) -> None:
    apart = measured["biases"].arrays

    assert max(apart["dense_biased"][0], apart["dense_nudged"][0]) < 1e-5
    assert apart["dense_nudged"][0] > 0


def test_batches_of_one_leave_the_dense_net_at_its_start(measured: dict[str, Measurement]) -> None:
    assert measured["batches"].numbers["dense_with"]["train"][0] < claims.CHANCE


def test_the_published_units_are_every_measure_with_every_seed() -> None:
    names = [unit.name for unit in measure.units()]

    assert len(names) == len(set(names)) == 8 * 5
