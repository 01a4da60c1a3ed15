"""Pooling by hand: hand-computed cases, laws, Keras, numeric gradients, messages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import conv, pooling
from dlexp.grading import pooling as laws
from helpers import (
    EXACT,
    FLOAT32,
    FLOAT64,
    assert_agree,
    assert_law,
    by_tape,
    numeric_gradient,
    random,
)
from parity import record_conv

SMALL_STEP = 0.25  # all values differ by 1 or more, so no winner changes: exact

POOLINGS = {
    "max": (pooling.max_pool2d, pooling.max_pool2d_gradient),
    "average": (pooling.average_pool2d, pooling.average_pool2d_gradient),
}

each_pooling = pytest.mark.parametrize(("pool2d", "gradient"), POOLINGS.values(), ids=POOLINGS)

Pool = Callable[..., strategies.Floats]


def test_a_stride_of_its_own_computed_by_hand() -> None:
    x = np.array([[1.0, 5, 2], [3, 3, 0], [4, 8, 6]]).reshape(1, 3, 3, 1)

    assert pooling.max_pool2d(x, (1, 2), stride=1).ravel().tolist() == [5, 5, 3, 3, 8, 8]


@given(strategies.poolings())
def test_the_maximum_is_a_cell_of_its_window_and_no_less_than_the_mean(
    case: strategies.Pooling,
) -> None:
    largest = pooling.max_pool2d(case.x, **case.options)

    assert np.isin(largest, case.x).all()
    assert (largest >= pooling.average_pool2d(case.x, **case.options)).all()


@given(strategies.poolings())
def test_max_pooling_commutes_with_what_keeps_the_order(case: strategies.Pooling) -> None:
    assert_law(laws.follows_what_keeps_the_order, pooling.max_pool2d, x=case.x, **case.options)


@given(strategies.convolutions(paddings=st.just("valid")))
def test_average_pooling_is_a_convolution_with_equal_weights(
    case: strategies.Convolution,
) -> None:
    x, pool, stride = case.x[..., :1], case.kernel.shape[:2], case.options["stride"]
    kernel = np.full((*pool, 1, 1), 1 / np.prod(pool))
    options = {"stride": stride, "padding": "valid"}

    assert_agree(
        pooling.average_pool2d(x, pool, **options),
        conv.conv2d(x, kernel, **options),
        tolerance=FLOAT64,
    )


@given(strategies.poolings())
def test_average_pooling_keeps_a_constant(case: strategies.Pooling) -> None:
    assert_law(laws.keeps_a_constant, pooling.average_pool2d, x=case.x, **case.options)


@each_pooling
@given(case=strategies.poolings())
def test_gradients_are_those_of_differences(
    pool2d: Pool, gradient: Pool, case: strategies.Pooling
) -> None:
    expected = numeric_gradient(
        lambda x: pool2d(x, **case.options), case.x, case.upstream, step=SMALL_STEP
    )

    assert_agree(gradient(case.x, case.upstream, **case.options), expected, tolerance=FLOAT64)


@pytest.mark.parametrize("gradient", [pooling.max_pool2d_gradient, pooling.average_pool2d_gradient])
@given(case=strategies.poolings())
def test_gradients_hand_on_all_that_they_get(gradient: Pool, case: strategies.Pooling) -> None:
    assert_law(laws.hands_on_all, gradient, x=case.x, upstream=case.upstream, **case.options)


@each_pooling
@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((2, 8, 8, 3), {}),
        ((1, 9, 7, 2), {"pool": 3}),
        ((1, 9, 7, 2), {"pool": 3, "padding": "same"}),
        ((1, 9, 7, 2), {"pool": (3, 2), "stride": (2, 1), "padding": "same"}),
        ((1, 5, 9, 2), {"pool": 2, "stride": 3}),
        ((1, 2, 3, 1), {"pool": 4, "stride": 1, "padding": "same"}),
    ],
)
@pytest.mark.parametrize("ties", [False, True])
def test_values_and_gradients_are_those_of_keras(
    pool2d: Pool, gradient: Pool, shape: tuple[int, ...], options: dict[str, Any], ties: bool
) -> None:
    from keras import ops

    in_keras = ops.max_pool if pool2d is pooling.max_pool2d else ops.average_pool
    generator = np.random.default_rng(0)
    x = generator.normal(size=shape).astype(np.float32)
    x = np.round(x) if ties else x
    value = pool2d(x, **options)
    upstream = generator.normal(size=value.shape).astype(np.float32)

    expected, (by_x,) = by_tape(
        lambda x: in_keras(
            x, options.get("pool", 2), options.get("stride"), options.get("padding", "valid")
        ),
        x, upstream=upstream,
    )  # fmt: skip

    assert_agree(value, expected, tolerance=FLOAT32)
    assert_agree(gradient(x, upstream, **options), by_x, tolerance=FLOAT32)


# --- Cells that are never seen ------------------------------------------------------------------


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("case", record_conv.recorded()["pools"], ids=lambda case: case["name"])
def test_values_and_gradients_are_those_of_pytorch(kind: str, case: dict[str, Any]) -> None:
    """With many ties, so that who gets the gradient is compared, too."""
    pool2d, gradient = POOLINGS[kind]
    x, options = record_conv.pool_inputs(), {name: case[name] for name in ("stride", "padding")}
    value = pool2d(x, case["size"], **options)

    found = gradient(x, random(5, *value.shape), case["size"], **options)

    assert_agree(value, case[kind], tolerance=FLOAT64)
    assert_agree(found, case[f"{kind}_gradient"], tolerance=FLOAT64)


def test_pooling_by_three_drops_two_rows_and_columns_of_eleven() -> None:
    seen = pooling.coverage(11, 3)

    assert seen[:9, :9].all()
    assert not seen[9:].any()
    assert not seen[:, 9:].any()
    assert int((~seen).sum()) == 40


@given(strategies.sizes, strategies.kernels, strategies.strides)
def test_coverage_is_where_the_gradient_can_go(size: int, pool: int, stride: int) -> None:
    size = size + pool
    x = np.zeros((1, size, size, 1))
    upstream = np.ones_like(pooling.average_pool2d(x, pool, stride=stride))

    reached = pooling.average_pool2d_gradient(x, upstream, pool, stride=stride)[0, :, :, 0] > 0

    assert_agree(pooling.coverage(size, pool, stride), reached, tolerance=EXACT)


# --- Messages -----------------------------------------------------------------------------------


@each_pooling
def test_messages(pool2d: Pool, gradient: Pool) -> None:
    x = np.zeros((1, 4, 4, 1))

    with pytest.raises(ValueError, match="effective kernel of 5"):
        pool2d(x, 5)
    with pytest.raises(ValueError, match=r"smaller than the pool.*; got padding=2, pool=2"):
        pool2d(x, 2, padding=2)
    with pytest.raises(ValueError, match=r"`x` must have shape \(images, height"):
        pool2d(x[0])
    with pytest.raises(ValueError, match="`pool` must be an integer >= 1; got pool=0"):
        pool2d(x, (2, 0))
    with pytest.raises(ValueError, match="`pool` must be an integer or a pair of integers"):
        pool2d(x, "2")
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(1, 2, 2, 1\)"):
        gradient(x, x)


def test_a_size_of_none_has_no_coverage() -> None:
    with pytest.raises(ValueError, match="`size` must be an integer >= 1; got size=0"):
        pooling.coverage((4, 0), 2)


# --- Padding never wins ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", [-np.inf, np.nan, np.inf, -3e38])
@pytest.mark.parametrize("padding", [1, "same", ((0, 1), (1, 0))])
def test_the_gradient_of_a_padded_window_goes_to_the_image(value: float, padding: Any) -> None:
    """Whatever stands there: minus infinity is no larger than the padding, and must still win."""
    x = np.full((1, 3, 3, 2), value)
    upstream = np.ones_like(pooling.max_pool2d(x, 2, stride=2, padding=padding))

    gradient = pooling.max_pool2d_gradient(x, upstream, 2, stride=2, padding=padding)

    assert gradient.sum() == upstream.sum()


@pytest.mark.parametrize("value", [-np.inf, np.nan])
def test_an_image_of_no_numbers_is_pooled_to_what_it_holds(value: float) -> None:
    x = np.full((1, 3, 3, 1), value)

    np.testing.assert_array_equal(
        pooling.max_pool2d(x, 2, padding="same"), np.full((1, 2, 2, 1), value)
    )
    np.testing.assert_array_equal(
        pooling.average_pool2d(x, 2, padding="same"), np.full((1, 2, 2, 1), value)
    )


@pytest.mark.parametrize(
    ("window", "winner"),
    [
        ([1, np.nan, np.nan, 9], 1),
        ([-np.inf, -np.inf, -np.inf, -np.inf], 0),
        ([-np.inf, -3e38, 2, 2], 2),
        ([-0.0, 0.0, -1, -2], 0),
    ],
)
def test_the_first_of_the_largest_gets_the_gradient(window: list[float], winner: int) -> None:
    """A number that is none counts as the largest, as in the frameworks."""
    x = np.array(window).reshape(1, 2, 2, 1)

    local = pooling.max_pool2d_gradient(x, np.ones((1, 1, 1, 1)))
    whole = pooling.global_max_pool2d_gradient(x, np.ones((1, 1)), ties="first")

    np.testing.assert_array_equal(local.ravel(), np.arange(4) == winner)
    np.testing.assert_array_equal(whole.ravel(), np.arange(4) == winner)


def test_what_is_no_number_stays_in_its_own_window() -> None:
    x, upstream = np.zeros((1, 4, 4, 1)), np.ones((1, 2, 2, 1))
    x[0, 0, 0, 0] = upstream[0, 1, 1, 0] = np.nan

    for pool in (pooling.max_pool2d, pooling.average_pool2d):
        assert np.isnan(pool(x)).sum() == 1
    gradients = (pooling.max_pool2d_gradient, pooling.average_pool2d_gradient)
    assert [int(np.isnan(each(x, upstream)).sum()) for each in gradients] == [1, 4]
    wide = pooling.global_max_pool2d_gradient(x, np.full((1, 1), np.inf))
    assert np.isinf(wide).sum() == 1
    assert (wide == 0).sum() == 15


def test_refusals_name_the_argument_that_is_wrong() -> None:
    x = np.zeros((1, 4, 4, 1))

    with pytest.raises(ValueError, match=r"^`pool` must be an integer >= 1; got pool=0$"):
        pooling.max_pool2d(x, 0)
    for gradient in (pooling.max_pool2d_gradient, pooling.average_pool2d_gradient):
        with pytest.raises(ValueError, match=r"^`upstream` must be a NumPy array .* of int64$"):
            gradient(x, np.ones((1, 2, 2, 1), int))
        with pytest.raises(ValueError, match=r"^`upstream` must have shape \(1, 2, 2, 1\); got"):
            gradient(x, np.ones((1, 1, 2, 1)))


def test_no_images_get_no_gradient() -> None:
    x, upstream = np.zeros((0, 4, 4, 1)), np.zeros((0, 2, 2, 1))

    for gradient in (pooling.max_pool2d_gradient, pooling.average_pool2d_gradient):
        assert gradient(x, upstream).shape == x.shape
