"""Convolution by hand: laws, numeric gradients, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import conv
from dlexp.grading import convolution as laws
from dlexp.grading.checks import Law
from helpers import EXACT, FLOAT64, assert_agree, assert_law, numeric_gradient

LINEAR_STEP = 1.0  # central differences of a linear function are exact at any step


# --- Convolution --------------------------------------------------------------------------------


def slow_conv2d(case: strategies.Convolution) -> strategies.Floats:
    """Sum up as the definition says, position by position."""
    (sy, sx), (dy, dx) = case.options["stride"], case.options["dilation"]
    padded = conv.pad(case.x, case.kernel.shape[:2], **case.options)
    value = np.zeros_like(case.upstream)
    for b, i, j, f in np.ndindex(value.shape):
        for u, v, c in np.ndindex(case.kernel.shape[:3]):
            cell = padded[b, i * sy + u * dy, j * sx + v * dx, c]
            value[b, i, j, f] += cell * case.kernel[u, v, c, f]
    return value + case.bias


@given(strategies.convolutions())
def test_conv2d_is_its_definition(case: strategies.Convolution) -> None:
    value = conv.conv2d(case.x, case.kernel, case.bias, **case.options)

    assert_agree(value, slow_conv2d(case), tolerance=EXACT)


@pytest.mark.parametrize("law", [laws.linear_in_the_input, laws.linear_in_the_kernel])
@given(case=strategies.convolutions())
def test_conv2d_is_linear_in_input_and_in_kernel(law: Law, case: strategies.Convolution) -> None:
    assert_law(law, conv.conv2d, x=case.x, kernel=case.kernel, **case.options)


@given(strategies.convolutions(paddings=st.just("valid")))
def test_an_input_shifted_by_a_stride_shifts_the_output_by_one(
    case: strategies.Convolution,
) -> None:
    assert_law(
        laws.shifted_with_the_input, conv.conv2d, x=case.x, kernel=case.kernel, **case.options
    )


@given(strategies.convolutions(paddings=st.integers(0, 3)))
def test_stride_is_stride_one_with_positions_left_out(case: strategies.Convolution) -> None:
    assert_law(
        laws.stride_leaves_positions_out, conv.conv2d, x=case.x, kernel=case.kernel, **case.options
    )


@given(strategies.convolutions())
def test_dilation_is_a_kernel_with_zeros_between_its_taps(case: strategies.Convolution) -> None:
    assert_law(
        laws.dilation_spreads_the_kernel, conv.conv2d, x=case.x, kernel=case.kernel, **case.options
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_keep_the_type_of_the_input(dtype: type) -> None:
    x, kernel = np.ones((1, 4, 4, 2), dtype), np.ones((3, 3, 2, 2), dtype)

    value = conv.conv2d(x, kernel, np.ones(2, dtype))

    assert value.dtype == dtype
    assert all(g.dtype == dtype for g in conv.conv2d_gradients(x, kernel, value))


# --- Gradients ----------------------------------------------------------------------------------


@given(strategies.convolutions())
def test_inputs_times_slopes_are_outputs_times_theirs(case: strategies.Convolution) -> None:
    arguments = {"x": case.x, "kernel": case.kernel, "upstream": case.upstream}
    assert_law(laws.gives_back_the_output, conv.conv2d_gradients, **arguments, **case.options)


@given(strategies.convolutions())
def test_gradients_are_those_of_differences(case: strategies.Convolution) -> None:
    found = conv.conv2d_gradients(case.x, case.kernel, case.upstream, **case.options)

    for name in ("x", "kernel", "bias"):
        arguments = {"x": case.x, "kernel": case.kernel, "bias": case.bias}
        expected = numeric_gradient(
            lambda value, name=name, rest=arguments: conv.conv2d(
                **{**rest, name: value}, **case.options
            ),
            arguments[name],
            case.upstream,
            step=LINEAR_STEP,
        )
        assert_agree(getattr(found, name), expected, tolerance=FLOAT64)


def test_the_check_of_gradients_finds_a_wrong_one() -> None:
    """The test of the test: one tap of the kernel forgotten."""
    x, kernel = strategies.integers(0, 1, 4, 4, 1), strategies.integers(1, 2, 2, 1, 1)
    upstream = strategies.integers(2, 1, 3, 3, 1)
    wrong = conv.conv2d_gradients(x, kernel, upstream).kernel
    wrong[1, 1] = 0

    expected = numeric_gradient(
        lambda value: conv.conv2d(x, value), kernel, upstream, step=LINEAR_STEP
    )
    with pytest.raises(AssertionError, match="allowed"):
        assert_agree(wrong, expected, tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "kernel", "options", "message"),
    [
        ((4, 4, 1), (2, 2, 1, 1), {}, r"`x` must have shape \(images, .*; got \(4, 4, 1\)"),
        ((1, 4, 4, 1), (2, 2, 1), {}, r"`kernel` must have shape .*; got \(2, 2, 1\)"),
        ((1, 4, 4, 3), (2, 2, 1, 1), {}, r"with 3 channels; got \(2, 2, 1, 1\)"),
        ((1, 4, 2, 1), (1, 3, 1, 1), {}, "effective kernel of 3"),
        ((1, 4, 4, 1), (2, 2, 1, 1), {"stride": (1, 2, 3)}, "`stride` must be an integer or a"),
        ((1, 4, 4, 1), (2, 2, 1, 1), {"dilation": 0}, "`dilation` must be an integer >= 1"),
        ((1, 4, 4, 1), (2, 2, 1, 1), {"padding": ("same", 0, 0)}, "`padding` must be one for"),
    ],
)
def test_messages_of_conv2d(
    x: tuple[int, ...], kernel: tuple[int, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        conv.conv2d(np.zeros(x), np.zeros(kernel), **options)


def test_a_bias_and_a_gradient_of_another_shape_are_refused() -> None:
    x, kernel = np.zeros((1, 4, 4, 1)), np.zeros((2, 2, 1, 3))

    with pytest.raises(ValueError, match=r"`bias` must have shape \(3,\); got \(1,\)"):
        conv.conv2d(x, kernel, np.zeros(1))
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(1, 3, 3, 3\); got"):
        conv.conv2d_gradients(x, kernel, np.zeros((1, 4, 4, 3)))
