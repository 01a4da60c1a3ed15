"""Transposed convolution by hand: hand-computed cases, laws, numeric gradients, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import conv, transposed
from helpers import EXACT, FLOAT64, assert_agree, numeric_gradient

LINEAR_STEP = 1.0  # central differences of a linear function are exact at any step


def test_a_case_computed_by_hand() -> None:
    x = np.array([[1.0, 2], [0, 3]]).reshape(1, 2, 2, 1)
    kernel = np.array([[1.0, 1], [2, 0]]).reshape(2, 2, 1, 1)

    value = transposed.conv2d_transpose(x, kernel, np.array([10.0]))

    # Middle of the first row: 1 * 1 from the first copy, 2 * 1 from the second, and the bias.
    np.testing.assert_array_equal(value[0, :, :, 0], [[11, 13, 12], [12, 17, 13], [10, 16, 10]])


def test_cells_are_cut_off_and_added_at_the_end() -> None:
    x = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    kernel = np.array([1.0, 2, 3]).reshape(1, 3, 1, 1)

    value = transposed.conv2d_transpose(x, kernel, stride=(1, 2), padding=(0, (1, 0)), extra=(0, 1))

    np.testing.assert_array_equal(value.ravel(), [2, 13, 20, 30, 0])


@given(strategies.convolutions(paddings=st.tuples(st.integers(0, 2), st.integers(0, 2))))
def test_it_is_the_transpose_of_the_convolution(case: strategies.Convolution) -> None:
    """By definition: conv(x) times y is x times its transpose of y, for all x and y."""
    options = case.options
    back = [
        (n + sum(p) - conv.effective_kernel(k, d)) % s
        for n, k, s, p, d in zip(
            case.x.shape[1:3], case.kernel.shape[:2], options["stride"], options["padding"],
            options["dilation"], strict=True,
        )
    ]  # fmt: skip

    value = transposed.conv2d_transpose(case.upstream, case.kernel, extra=tuple(back), **options)

    assert value.shape == case.x.shape
    forward = conv.conv2d(case.x, case.kernel, **options)
    assert np.sum(forward * case.upstream) == np.sum(case.x * value)


@given(strategies.convolutions(paddings=st.sampled_from(["same", "valid"])))
def test_the_size_is_that_of_the_values(case: strategies.Convolution) -> None:
    options = case.options
    value = transposed.conv2d_transpose(case.upstream, case.kernel, **options)

    sizes = [
        transposed.transposed_size(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(
            case.upstream.shape[1:3], case.kernel.shape[:2], options["stride"],
            options["padding"], options["dilation"], strict=True,
        )
    ]  # fmt: skip
    assert value.shape[1:3] == tuple(sizes)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1, "extra": 1},
        {"stride": (3, 1), "padding": ((0, 1), 2), "dilation": 2},
        {"stride": (2, 3), "padding": "same", "extra": (0, 1)},
    ],
)
def test_gradients_are_those_of_differences(options: dict[str, Any]) -> None:
    x, kernel = strategies.integers(0, 2, 3, 4, 2), strategies.integers(1, 3, 2, 3, 2)
    arguments = {"x": x, "kernel": kernel, "bias": strategies.integers(2, 3)}
    value = transposed.conv2d_transpose(**arguments, **options)
    upstream = strategies.integers(3, *value.shape)

    found = transposed.conv2d_transpose_gradients(x, kernel, upstream, **options)

    for name, at in arguments.items():
        expected = numeric_gradient(
            lambda value, name=name: transposed.conv2d_transpose(
                **{**arguments, name: value}, **options
            ),
            at, upstream, step=LINEAR_STEP,
        )  # fmt: skip
        assert_agree(getattr(found, name), expected, tolerance=FLOAT64)


def test_the_gradient_of_a_convolution_is_its_transpose() -> None:
    x, kernel = strategies.integers(0, 1, 6, 7, 2), strategies.integers(1, 3, 3, 2, 3)
    upstream = strategies.integers(2, 1, 4, 5, 3)

    value = transposed.conv2d_transpose(upstream, kernel)

    assert_agree(value, conv.conv2d_gradients(x, kernel, upstream).x, tolerance=EXACT)


@pytest.mark.parametrize(
    ("size", "kernel", "options", "message"),
    [
        (2, 3, {"padding": 2}, r"`padding` must leave a cell or more; got 2\+2 of 4 cells"),
        (2, 3, {"stride": 2, "extra": 2}, r"`extra` must be an integer in 0 \.\.\. 1; got extra=2"),
        (0, 3, {}, "`size` must be an integer >= 1; got size=0"),
    ],
)
def test_messages_say_what_is_wrong(
    size: int, kernel: int, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        transposed.transposed_size(size, kernel, **options)


@pytest.mark.parametrize(
    ("kernel", "upstream", "message"),
    [
        ((3, 3, 2, 4), (1, 5, 5, 2), "`kernel` must have shape .* with 3 channels; got"),
        ((3, 3, 2, 3), (1, 4, 5, 2), r"`upstream` must have shape \(1, 5, 5, 2\); got"),
    ],
)
def test_shapes_that_do_not_match_are_named(
    kernel: tuple[int, ...], upstream: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        transposed.conv2d_transpose_gradients(
            np.ones((1, 3, 3, 3)), np.ones(kernel), np.ones(upstream)
        )
