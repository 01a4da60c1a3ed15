"""The experiment on batch normalisation: tiny, from end to end, and its parts."""

from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.batch_norm import (
    biases,
    brake,
    by_hand,
    claims,
    depth,
    laws,
    learners,
    measure,
    noise,
    optimisers,
    rates,
    shift,
    statistics,
    sweep,
)
from dlexp.lab.units import Measurement
from small import only_small_mnist

TINY: dict[str, Any] = {
    "laws": laws.Laws(layers=6),
    "dense_rates": rates.Rates(rates=(0.1, 1.0), train_size=640, steps=24),
    "conv_rates": rates.ConvRates(rates=(0.1, 1.0), train_size=640, steps=24),
    "optimisers": optimisers.Optimisers(
        adam=(0.01, 0.1), momentum=(0.1,), train_size=640, steps=8, statistics_size=200
    ),
    "courses": shift.Courses(train_size=640, steps=6, check_every=3, fixed=100),
    "plateaus": sweep.Plateaus(train_size=640, steps=8, check_every=4),
    "ones": sweep.Ones(train_size=64, steps=64),
    "brakes": brake.Brakes(rates=(0.1, 3.0), train_size=640, steps=20),
    "depths": depth.Depths(depths=(3, 5), rates=(0.1,), train_size=640, steps=4),
    "scales": measure.Scales(train_size=640, steps=8, check_every=4),
    "batches": measure.Batches(train_size=64, epochs=1, checks=1),
    "biases": biases.Biases(stops=(1, 3), train_size=640),
    "lags": statistics.Lags(stops=(1, 10, 30, 1000)[:3], train_size=640, statistics_size=200),
    "noises": noise.Noises(train_size=256, steps=4, check_every=2, level=10.0),
    "clock": measure.Clock(blocks=3, steps=2),
}


@pytest.fixture(scope="module", autouse=True)
def only_small_data() -> Any:
    with only_small_mnist(4_000, 500):
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
    dense, conv = measured["dense_rates"].numbers, measured["conv_rates"].numbers
    batches, courses = measured["batches"].numbers, measured["courses"].numbers
    noises, lags = measured["noises"].numbers, measured["lags"].numbers

    for numbers in (conv["conv_with"], dense["dense_with"]):
        assert np.shape(numbers["in_use"]["path"]) == np.shape(numbers["anew"]["path"]) == (2, 2)
    assert conv["conv_without"].keys() == dense["dense_without"].keys() == {"in_use"}
    adam = measured["optimisers"].numbers["adam_with"]
    assert np.shape(adam["in_use"]["validation"]) == np.shape(adam["anew"]["validation"]) == (2,)
    assert measured["optimisers"].numbers["momentum_without"].keys() == {"in_use"}
    assert len(courses["unsteady"]["shift"]) == len(courses["with"]["validation"]) == 2
    assert measured["plateaus"].numbers.keys() == {
        "without from 0.01", "0.001 from 0.0001", "0.001 from 1e-06",
    }  # fmt: skip
    assert len(batches["dense_with"]["train"]) == 5
    assert len(noises["dense_noise"]) == len(noises["conv_noise"]) == 5
    assert noises["16"].keys() == noises["without"].keys()
    assert noises["16"]["alike"]["step"] == 2
    assert np.shape(measured["depths"].numbers["with"]["validation"]) == (2, 1)
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


def test_spoilt_labels_are_wrong_and_as_many_as_asked() -> None:
    part = data.mnist().subset(1_000).train

    spoilt = noise.spoil(part, 0.2, seed=0)

    assert (spoilt.labels != part.labels).sum() == 200
    assert set(spoilt.labels) <= set(range(10))


def test_statistics_computed_anew_are_those_of_the_images_and_no_weight_moves() -> None:
    part = data.mnist().subset(200).train
    net = by_hand.Net(by_hand.Kind(), 0)
    twin = learners.anew(net, part.images)

    before = part.images.reshape(len(part), -1) @ net.first
    np.testing.assert_allclose(twin.layers[0].mean, before.mean(axis=0), atol=1e-5)
    for ours, theirs in zip(net.layers, twin.layers, strict=True):
        np.testing.assert_array_equal(ours.kernel, theirs.kernel)
    assert not net.layers[0].mean.any()


def test_a_disturbed_net_moves_more_than_others(measured: dict[str, Measurement]) -> None:
    courses = measured["courses"].numbers

    assert min(courses["unsteady"]["shift"]) > max(courses["with"]["shift"])


def test_weights_keep_their_length_where_they_are_held(measured: dict[str, Measurement]) -> None:
    free, held = (measured["brakes"].numbers[name]["growth"] for name in (brake.FREE, brake.HELD))

    assert held == pytest.approx([1.0, 1.0], abs=1e-5)
    assert free[1] > free[0] > 1


def test_a_deep_net_has_its_layers_and_larger_first_weights() -> None:
    plain, larger = (depth.Deep(by_hand.Kind(), 0, 7, gain) for gain in (1.0, 2.0))

    assert len(plain.layers) == 8
    for ours, theirs in zip(plain.layers, larger.layers, strict=True):
        np.testing.assert_allclose(2 * ours.kernel, theirs.kernel)


def test_a_seed_draws_its_images() -> None:
    from dlexp.chapters.batch_norm.trainings import drawn

    config = rates.Rates(train_size=100)
    one, other = (drawn(config, seed).train.indices for seed in (0, 1))

    assert len(set(one) & set(other)) < 20


def test_the_published_units_are_every_measure_with_every_seed() -> None:
    names = [unit.name for unit in measure.units()]

    assert len(names) == len(set(names)) == 4 * 10 + 9 * 5 + 2 * 3
