"""Half precision, and numbers near the ends of a type's range: computed rightly, or refused."""

from typing import Any

import numpy as np
import pytest

from byhand_calls import CALLS, Call
from dlexp.byhand import batch_norm, grad_cam, pooling, precision, recurrent
from helpers import FLOAT32, assert_agree

HALF, SINGLE, DOUBLE = np.float16, np.float32, np.float64

each_function = pytest.mark.parametrize("name", CALLS)


NUMBERS = (
    "cross_entropy", "logistic_loss", "logistic_smoothness", "r_squared", "r_squared_parts",
)  # fmt: skip
"""Functions whose result is one number, which is Python's whatever the arrays are."""


def arrays_of(result: Any) -> list[np.ndarray]:
    """Return the arrays of a result, also those in a tuple in a tuple, and a number as an array."""
    if isinstance(result, tuple):
        return [array for each in result for array in arrays_of(each)]
    return [np.asarray(result)] if isinstance(result, np.ndarray | float) else []


def called(call: Call, dtype: type, scale: float = 1) -> list[np.ndarray]:
    """Return the results for the call's arrays in a precision, times a scale."""
    arrays = {name: array.astype(dtype) for name, array in call.scaled(scale).items()}
    return arrays_of(call(**arrays))


@each_function
@pytest.mark.parametrize("dtype", [HALF, SINGLE, DOUBLE])
def test_results_keep_the_precision_of_the_arguments(name: str, dtype: type) -> None:
    expected = DOUBLE if name in NUMBERS else dtype
    assert {result.dtype for result in called(CALLS[name], dtype)} == {np.dtype(expected)}


@each_function
def test_half_precision_is_computed_in_single(name: str) -> None:
    call = CALLS[name]
    single = {name: array.astype(HALF).astype(SINGLE) for name, array in call.arrays.items()}

    for half, expected in zip(called(call, HALF), arrays_of(call(**single)), strict=True):
        np.testing.assert_array_equal(half, expected.astype(half.dtype))


@each_function
def test_single_precision_is_that_of_double_as_far_as_it_reaches(name: str) -> None:
    call = CALLS[name]

    for single, double in zip(called(call, SINGLE), called(call, DOUBLE), strict=True):
        assert_agree(single, double, tolerance=FLOAT32)


@each_function
def test_the_widest_array_decides(name: str) -> None:
    call = CALLS[name]

    for alone, array in call.arrays.items():
        others = {name: array.astype(HALF) for name, array in call.arrays.items()}
        results = arrays_of(call(**{**others, alone: array.astype(DOUBLE)}))

        assert {result.dtype.type for result in results} <= {HALF, SINGLE, DOUBLE}
        assert all(np.isfinite(result).all() for result in results)


@each_function
@pytest.mark.parametrize(
    ("dtype", "scale"),
    [
        (HALF, 10000.0),
        (HALF, 1e-07),
        (SINGLE, 1e30),
        (SINGLE, 1e38),
        (SINGLE, 1e-44),
        (DOUBLE, 1e160),
        (DOUBLE, 1e300),
        (DOUBLE, 1e-300),
    ],
)
def test_finite_numbers_give_finite_numbers_or_a_refusal(
    name: str, dtype: type, scale: float
) -> None:
    """Without a warning, which would be an error here."""
    with np.errstate(over="ignore"):
        scaled = {n: a.astype(dtype) for n, a in CALLS[name].scaled(scale).items()}
    finite = {n: np.clip(a, np.finfo(dtype).min, np.finfo(dtype).max) for n, a in scaled.items()}

    try:
        results = arrays_of(CALLS[name](**finite))
    except precision.Overflow as refusal:
        results = []
        message = str(refusal)
    else:
        message = f"the result of {name} must fit {np.dtype(dtype)}; got arrays of values up to"
    assert all(np.isfinite(result).all() for result in results)
    assert message.startswith(f"the result of {name} must fit {np.dtype(dtype)}; got arrays of")


@each_function
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_no_warning(name: str, value: float) -> None:
    call = CALLS[name]

    for argument, array in call.arrays.items():
        other = array.copy()
        other.flat[0] = value
        try:
            call(**{argument: other})
        except ValueError as refusal:
            line = str(refusal)
        else:
            line = "must have; got nothing"
        assert "must" in line
        assert "; got " in line


# --- Right where the type of the arguments is too narrow on the way -------------------------------


@pytest.mark.parametrize(
    ("dtype", "value"),
    [(HALF, 300), (HALF, 60_000), (SINGLE, 1e30), (SINGLE, 3e38), (DOUBLE, 1e150)],
)
def test_a_batch_of_large_values_is_normalised(dtype: type, value: float) -> None:
    x = np.array([[value], [-value]], dtype)
    one, zero = np.ones(1, dtype), np.zeros(1, dtype)

    result = batch_norm.batch_norm(x, one, zero, mode="training")

    np.testing.assert_allclose(result, [[1], [-1]], rtol=1e-6 if dtype is not HALF else 1e-3)


@pytest.mark.parametrize(("dtype", "value"), [(HALF, 40_000), (SINGLE, 3e38), (HALF, 2**-24)])
def test_a_global_pooling_is_a_pooling_whose_window_is_the_image(dtype: type, value: float) -> None:
    x = np.full((1, 30, 30, 1), value, dtype)

    local, whole = pooling.average_pool2d(x, 30), pooling.global_average_pool2d(x)

    np.testing.assert_array_equal(local.ravel(), x[0, 0, 0])
    np.testing.assert_array_equal(whole.ravel(), x[0, 0, 0])
    np.testing.assert_array_equal(recurrent.pooled(x[:, :, 0], how="mean").ravel(), x[0, 0, 0])


@pytest.mark.parametrize("dtype", [HALF, SINGLE, DOUBLE])
def test_gates_saturate_at_their_limits(dtype: type) -> None:
    """An exponential of ten thousand would not fit; the gate that it makes is one."""
    largest = np.finfo(dtype).max
    x = np.array([[[largest], [-largest]]], dtype)

    for scale in (1, 100):
        weights = recurrent.Weights(
            np.full((1, 1), scale, dtype), np.zeros((1, 1), dtype), np.zeros(1, dtype)
        )
        np.testing.assert_array_equal(recurrent.simple_rnn(x, weights).ravel(), [1, -1])
        wide = recurrent.Weights(*(np.repeat(array, 4, axis=-1) for array in weights))
        states = recurrent.lstm(x, wide)
        np.testing.assert_allclose(states.cell.ravel(), [1, 0])


def test_a_map_of_large_evidence_is_normalised() -> None:
    activations, gradients = np.full((2, 1, 2, 2, 1), 1e30, SINGLE)

    np.testing.assert_array_equal(
        grad_cam.grad_cam(activations, gradients, (2, 2)), np.ones((1, 2, 2), SINGLE)
    )
    np.testing.assert_array_equal(
        grad_cam.normalise(np.array([[[1e-45, 0.0]]], SINGLE)), [[[1, 0]]]
    )


def test_a_root_that_is_too_small_for_the_type_is_not_zero() -> None:
    x, one = np.ones((2, 1), SINGLE), np.ones(1, SINGLE)

    result = batch_norm.batch_norm(x, one, one, mode="training", epsilon=1e-60)

    np.testing.assert_array_equal(result, x)


def test_a_result_that_does_not_fit_is_refused() -> None:
    with pytest.raises(
        precision.Overflow, match=r"^the result of statistics must fit float32; got "
    ):
        batch_norm.statistics(np.array([[1e30], [-1e30]], SINGLE))
    mean, variance = batch_norm.statistics(np.array([[1e30], [-1e30]]))
    assert mean.item() == 0
    assert variance.item() == pytest.approx(1e60)


def test_arrays_come_by_place_or_by_name_and_are_left_alone() -> None:
    x = np.array([[-2.0], [2.0]], HALF)
    before = x.copy()

    by_place, by_name = batch_norm.statistics(x), batch_norm.statistics(x=x)

    assert by_place == by_name
    assert by_place.variance.dtype == x.dtype == HALF
    np.testing.assert_array_equal(x, before)


def test_a_wide_array_that_plays_no_part_makes_no_result_wider() -> None:
    """Running statistics in training, or the values of an image whose shape alone matters."""
    x, one = np.ones((2, 1), SINGLE), np.ones(1, SINGLE)

    result = batch_norm.batch_norm(x, one, one, mode="training", running=batch_norm.fresh(1))
    gradient = pooling.global_average_pool2d_gradient(
        np.ones((1, 2, 2, 1)), np.ones((1, 1), SINGLE)
    )

    assert result.dtype == gradient.dtype == SINGLE
