"""Dropout by hand: a case on paper, laws, Keras's and PyTorch's masks, gradients, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.byhand import dropout
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, by_tape, numeric_gradient, random
from parity import record_pooling_dropout

rates = st.floats(0, 0.95)
seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_case_on_paper() -> None:
    """A quarter is dropped, so what is kept counts four thirds."""
    x = np.array([[3.0, 6.0], [9.0, -12.0]])
    kept = np.array([[True, False], [True, True]])

    np.testing.assert_array_equal(dropout.forward(x, 0.25, kept), [[4, 0], [12, -16]])
    np.testing.assert_array_equal(dropout.gradient(x, 0.25, kept), [[4, 0], [12, -16]])


# --- Laws ---------------------------------------------------------------------------------------


@given(seeds, rates, shapes)
def test_kept_units_are_scaled_and_the_others_are_zero(
    seed: int, rate: float, shape: list[int]
) -> None:
    x, kept = random(seed, *shape), dropout.mask(rate, shape, generator(seed))

    y = dropout.forward(x, rate, kept)

    assert_agree(y[kept], x[kept] / (1 - rate), tolerance=FLOAT64)
    assert not y[~kept].any()


@given(seeds, rates, shapes)
def test_inference_is_the_identity(seed: int, rate: float, shape: list[int]) -> None:
    x = random(seed, *shape)

    assert dropout.forward(x, rate) is x


@given(seeds, rates)
def test_the_mean_over_masks_is_the_input(seed: int, rate: float) -> None:
    """Within five standard errors of a mean over many examples, which each have a mask.

    Where hardly a unit is dropped, chance comes in whole units: five of them are allowed. A sum
    of so many values is rounded, too.
    """
    x, count = random(seed, 3), 20_000
    kept = dropout.mask(rate, (count, 3), generator(seed))

    mean = dropout.forward(np.broadcast_to(x, kept.shape), rate, kept).mean(axis=0)

    error = np.abs(x) * np.sqrt(rate / (1 - rate) / count)
    few = np.abs(x) / (1 - rate) / count
    assert (np.abs(mean - x) <= 5 * (error + few * (rate > 0)) + 1e-10 * np.abs(x)).all()


@given(seeds, rates)
def test_the_mean_over_all_masks_weighed_by_their_chance_is_the_input(
    seed: int, rate: float
) -> None:
    """Exactly: eight masks of three units are all there are."""
    x = random(seed, 3)
    masks = np.array(np.unravel_index(np.arange(8), (2, 2, 2))).T.astype(bool)
    chance = np.where(masks, 1 - rate, rate).prod(axis=1)

    mean = sum(p * dropout.forward(x, rate, kept) for p, kept in zip(chance, masks, strict=True))

    assert_agree(mean, x, tolerance=FLOAT64)


def test_each_example_has_its_own_mask() -> None:
    kept = dropout.mask(0.5, (50, 40), generator(0))

    assert len({row.tobytes() for row in kept}) == 50


@given(seeds, rates)
def test_an_axis_of_length_one_shares_the_mask_along_it(seed: int, rate: float) -> None:
    kept = dropout.mask(rate, (4, 1, 1, 3), generator(seed))

    y = dropout.forward(np.ones((4, 5, 6, 3)), rate, kept)

    assert_agree(y, np.broadcast_to(y[:, :1, :1], y.shape), tolerance=EXACT)


@given(seeds, rates, shapes)
def test_equal_generators_give_equal_masks(seed: int, rate: float, shape: list[int]) -> None:
    first, second = (dropout.mask(rate, shape, generator(seed)) for _ in range(2))

    np.testing.assert_array_equal(first, second)


@given(seeds)
def test_a_rate_of_zero_keeps_everything(seed: int) -> None:
    x, kept = random(seed, 4, 3), dropout.mask(0, (4, 3), generator(seed))

    assert_agree(dropout.forward(x, 0, kept), x, tolerance=EXACT)


# --- Frameworks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.5, 0.8])
@pytest.mark.parametrize("noise_shape", [None, (8, 1, 1, 3)])
def test_with_their_mask_values_and_gradients_are_those_of_keras(
    rate: float, noise_shape: tuple[int, ...] | None
) -> None:
    """A layer with a seed of its own draws the same mask when it is built again."""
    from keras import layers

    x, upstream = (random(seed, 8, 5, 4, 3).astype(np.float32) for seed in (0, 1))

    def in_keras(values: Any) -> Any:
        return layers.Dropout(rate, noise_shape, seed=7)(values, training=True)

    kept = np.asarray(in_keras(np.ones_like(x))) > 0
    value, (by_x,) = by_tape(in_keras, x, upstream=upstream)

    assert rate == 0 or 0 < kept.mean() < 1
    assert_agree(dropout.forward(x, rate, kept), value, tolerance=FLOAT32)
    assert_agree(dropout.gradient(upstream, rate, kept), by_x, tolerance=FLOAT32)
    assert_agree(dropout.forward(x, rate), layers.Dropout(rate)(x, training=False), tolerance=EXACT)


def test_keras_drops_each_example_on_its_own_and_keeps_the_mean() -> None:
    from keras import layers

    y = np.asarray(layers.Dropout(0.25, seed=0)(np.ones((1000, 50), np.float32), training=True))

    assert sorted({round(float(v), 4) for v in np.unique(y)}) == [0, 1.3333]
    assert abs(y.mean() - 1) < 5 * np.sqrt(1 / 3 / y.size)
    assert len({row.tobytes() for row in y}) == 1000


@pytest.mark.parametrize(
    "case", record_pooling_dropout.recorded()["dropouts"], ids=lambda case: case["name"]
)
def test_with_their_mask_values_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    shape, kept = record_pooling_dropout.SHAPE, np.array(case["ones"]) > 0
    x, upstream = random(1, *shape), random(2, *shape)

    assert_agree(dropout.forward(x, case["rate"], kept), case["value"], tolerance=FLOAT64)
    assert_agree(
        dropout.gradient(upstream, case["rate"], kept), case["gradient"], tolerance=FLOAT64
    )
    assert_agree(dropout.forward(x, case["rate"]), case["inference"], tolerance=EXACT)
    if case["channels"]:
        assert_agree(kept, np.broadcast_to(kept[:, :1, :1], kept.shape), tolerance=EXACT)


@given(seeds, rates)
def test_the_gradient_is_that_of_differences(seed: int, rate: float) -> None:
    x, upstream = random(seed, 3, 4), random(seed + 1, 3, 4)
    kept = dropout.mask(rate, x.shape, generator(seed))

    expected = numeric_gradient(lambda at: dropout.forward(at, rate, kept), x, upstream, step=0.5)

    assert_agree(dropout.gradient(upstream, rate, kept), expected, tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, float("nan")])
def test_a_rate_out_of_range_is_refused(rate: float) -> None:
    message = rf"`rate` must be in \[0, 1\); got {rate}"

    with pytest.raises(ValueError, match=message):
        dropout.mask(rate, (2,), generator(0))
    with pytest.raises(ValueError, match=message):
        dropout.forward(np.ones(2), rate)
    with pytest.raises(ValueError, match=message):
        dropout.gradient(np.ones(2), rate)


def test_a_mask_that_does_not_fit_is_refused() -> None:
    x = np.ones((2, 3))

    with pytest.raises(ValueError, match=r"`kept` must have the shape \(2, 3\), .*; got \(3, 2\)"):
        dropout.forward(x, 0.5, np.ones((3, 2), bool))
    with pytest.raises(ValueError, match=r"`kept` must have the shape \(2, 3\), .*; got \(3,\)"):
        dropout.forward(x, 0.5, np.ones(3, bool))
    with pytest.raises(ValueError, match="`kept` must be a NumPy array of booleans; got an array"):
        dropout.forward(x, 0.5, np.ones((2, 3)))
