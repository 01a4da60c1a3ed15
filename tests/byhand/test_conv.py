"""Convolution by hand: hand-computed cases, laws, Keras, numeric gradients, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import conv
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, by_tape, numeric_gradient
from parity import record_conv

LINEAR_STEP = 1.0  # central differences of a linear function are exact at any step

# --- Sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kernel", "options", "expected"),
    [
        (28, 5, {}, 24),
        (28, 5, {"padding": 2}, 28),
        (28, 4, {"padding": (1, 2)}, 28),
        (28, 3, {"stride": 2}, 13),
        (28, 3, {"stride": 2, "padding": "same"}, 14),
        (256, 5, {"stride": 2, "dilation": 2, "padding": "valid"}, 124),
        (62, 5, {"stride": 2, "dilation": 4}, 23),
        (11, 3, {"stride": 3}, 3),
        (1, 1, {}, 1),
    ],
)
def test_output_size_of_cases_counted_by_hand(
    size: int, kernel: int, options: dict[str, Any], expected: int
) -> None:
    assert conv.output_size(size, kernel, **options) == expected


@given(
    strategies.sizes,
    strategies.kernels,
    strategies.strides,
    strategies.paddings,
    strategies.dilations,
)
def test_output_size_counts_the_positions_at_which_the_kernel_fits(
    size: int, kernel: int, stride: int, padding: Any, dilation: int
) -> None:
    before, after = conv.split_padding(
        size, kernel, stride=stride, padding=padding, dilation=dilation
    )
    last_tap = dilation * (kernel - 1)
    fits = [start for start in range(0, 100, stride) if start + last_tap < before + size + after]

    if fits:
        found = conv.output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
        assert found == len(fits)
    else:
        with pytest.raises(ValueError, match="must fit into the padded input"):
            conv.output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)


@given(strategies.sizes, strategies.kernels, strategies.strides, strategies.dilations)
def test_same_gives_the_size_over_the_stride_rounded_up(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    found = conv.output_size(size, kernel, stride=stride, padding="same", dilation=dilation)

    assert found == int(np.ceil(size / stride))


@given(strategies.sizes, strategies.kernels, strategies.strides, strategies.dilations)
def test_same_puts_the_odd_zero_after_and_pads_no_more_than_it_must(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    before, after = conv.split_padding(
        size, kernel, stride=stride, padding="same", dilation=dilation
    )

    assert after - before in (0, 1)
    assume(after > 0)
    with_less = size + before + after - 1 - conv.effective_kernel(kernel, dilation)
    assert with_less // stride + 1 < np.ceil(size / stride)


def test_half_the_kernel_is_the_padding_of_odd_kernels_alone() -> None:
    odd = {k: conv.split_padding(28, k, padding="same") for k in (1, 3, 5, 7)}
    even = {k: conv.split_padding(28, k, padding="same") for k in (2, 4, 6)}

    assert odd == {k: ((k - 1) // 2, (k - 1) // 2) for k in odd}
    assert all(after == before + 1 for before, after in even.values())


@pytest.mark.parametrize(
    ("size", "kernel", "options", "message"),
    [
        (11, 5, {"dilation": 8}, r"effective kernel of 33 \(kernel=5, dilation=8\) and a padded "
         r"input of 11 \(size=11, padding=0\+0\)"),
        (2, 6, {"padding": (1, 2)}, r"kernel of 6 .* input of 5 \(size=2, padding=1\+2\)"),
        (0, 3, {}, "`size` must be an integer >= 1; got size=0"),
        (5, 0, {}, "`kernel` must be an integer >= 1; got kernel=0"),
        (5, 3, {"stride": 0}, "`stride` must be an integer >= 1; got stride=0"),
        (5, 3, {"dilation": 0}, "`dilation` must be an integer >= 1; got dilation=0"),
        (5, 3, {"padding": -1}, "`padding` must be an integer >= 0; got padding=-1"),
        (5, 3, {"padding": (0, -1)}, "`padding` must be an integer >= 0; got padding=-1"),
        (5, 3, {"padding": "full"}, "or \"valid\"; got 'full'"),
        (5, 3, {"padding": (1, 2, 3)}, "`padding` must be an integer or a pair"),
        (5, 3, {"padding": 1.5}, "`padding` must be an integer or a pair of integers; got 1.5"),
        (5.0, 3, {}, "`size` must be an integer >= 1; got size=5.0"),
        (True, 1, {}, "`size` must be an integer >= 1; got size=True"),
    ],
)  # fmt: skip
def test_messages_of_sizes_name_the_rule_and_what_came(
    size: int, kernel: int, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        conv.output_size(size, kernel, **options)


# --- Windows ------------------------------------------------------------------------------------


@given(strategies.convolutions())
def test_fold_is_the_adjoint_of_windows(case: strategies.Convolution) -> None:
    """<windows(x), patches> = <x, fold(patches)> for all x and patches."""
    options = {name: case.options[name] for name in ("stride", "dilation")}
    seen = conv.windows(case.x, case.kernel.shape[:2], **options)
    patches = strategies.integers(0, *seen.shape)

    folded = conv.fold(patches, case.x.shape[1:3], **options)

    assert np.sum(seen * patches) == np.sum(case.x * folded)


def test_windows_copy_nothing() -> None:
    x = np.zeros((1, 8, 8, 2))

    seen = conv.windows(x, 3, stride=2, dilation=2)

    assert seen.shape == (1, 2, 2, 2, 3, 3)
    assert np.shares_memory(seen, x)
    assert not seen.flags.writeable


# --- Convolution --------------------------------------------------------------------------------


def test_conv2d_of_a_case_computed_by_hand() -> None:
    x = np.array([[1.0, 2, 0], [0, 1, 3], [4, 0, 1]]).reshape(1, 3, 3, 1)
    kernel = np.array([[1.0, -1], [2, 0]]).reshape(2, 2, 1, 1)

    value = conv.conv2d(x, kernel, np.array([10.0]))

    # Top left: 1*1 - 1*2 + 2*0 + 0*1 + 10 = 9.
    np.testing.assert_array_equal(value[0, :, :, 0], [[9, 14], [17, 8]])


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


@given(strategies.convolutions())
def test_conv2d_is_linear_in_input_and_in_kernel(case: strategies.Convolution) -> None:
    x, kernel, options = case.x, case.kernel, case.options
    other_x, other_kernel = x[:, ::-1] * 3 - 1, kernel[::-1] * 2 + 1

    def both(x: strategies.Floats, kernel: strategies.Floats) -> strategies.Floats:
        return conv.conv2d(x, kernel, **options)

    np.testing.assert_array_equal(
        both(2 * x + other_x, kernel), 2 * both(x, kernel) + both(other_x, kernel)
    )
    np.testing.assert_array_equal(
        both(x, 2 * kernel + other_kernel), 2 * both(x, kernel) + both(x, other_kernel)
    )


@given(strategies.convolutions(paddings=st.just("valid")), st.integers(1, 3))
def test_an_input_shifted_by_a_stride_shifts_the_output_by_one(
    case: strategies.Convolution, steps: int
) -> None:
    stride = case.options["stride"][0]
    rows = ((0, 0), (steps * stride, 0), (0, 0), (0, 0))  # zeros above push everything down

    shifted = conv.conv2d(np.pad(case.x, rows), case.kernel, **case.options)

    value = conv.conv2d(case.x, case.kernel, **case.options)
    np.testing.assert_array_equal(shifted[:, steps:], value)


@given(strategies.convolutions(paddings=st.integers(0, 3)))
def test_stride_is_stride_one_with_positions_left_out(case: strategies.Convolution) -> None:
    sy, sx = case.options["stride"]

    everywhere = conv.conv2d(case.x, case.kernel, **{**case.options, "stride": 1})

    strided = conv.conv2d(case.x, case.kernel, **case.options)
    np.testing.assert_array_equal(strided, everywhere[:, ::sy, ::sx])


@given(strategies.convolutions())
def test_dilation_is_a_kernel_with_zeros_between_its_taps(case: strategies.Convolution) -> None:
    (dy, dx), (height, width, *channels) = case.options["dilation"], case.kernel.shape
    spread = np.zeros(
        (conv.effective_kernel(height, dy), conv.effective_kernel(width, dx), *channels)
    )
    spread[::dy, ::dx] = case.kernel

    dense = conv.conv2d(case.x, spread, **{**case.options, "dilation": 1})

    np.testing.assert_array_equal(conv.conv2d(case.x, case.kernel, **case.options), dense)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_keep_the_type_of_the_input(dtype: type) -> None:
    x, kernel = np.ones((1, 4, 4, 2), dtype), np.ones((3, 3, 2, 2), dtype)

    value = conv.conv2d(x, kernel, np.ones(2, dtype))

    assert value.dtype == dtype
    assert all(g.dtype == dtype for g in conv.conv2d_gradients(x, kernel, value))


# --- Gradients ----------------------------------------------------------------------------------


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


# --- Keras and TensorFlow -----------------------------------------------------------------------

# Keras refuses stride with dilation; each case has one of them at most. TensorFlow crashes on the
# input gradient of 1x1 kernels with unequal strides: the experiment keeps such cases apart.
KERAS = [
    ((2, 8, 7, 3), (3, 3, 3, 4), {"padding": "valid"}),
    ((2, 8, 7, 3), (3, 3, 3, 4), {"padding": "same"}),
    ((1, 9, 9, 2), (4, 2, 2, 3), {"padding": "same"}),
    ((1, 9, 8, 2), (5, 4, 2, 3), {"padding": "same", "stride": 2}),
    ((1, 9, 8, 2), (3, 5, 2, 3), {"padding": "valid", "stride": (2, 3)}),
    ((1, 3, 10, 1), (2, 2, 1, 1), {"padding": "same", "stride": (4, 3)}),
    ((1, 11, 12, 2), (3, 2, 2, 2), {"padding": "valid", "dilation": (2, 3)}),
    ((1, 5, 6, 2), (3, 4, 2, 2), {"padding": "same", "dilation": 3}),
]


@pytest.mark.parametrize(("x_shape", "kernel_shape", "options"), KERAS)
def test_values_and_gradients_are_those_of_keras(
    x_shape: tuple[int, ...], kernel_shape: tuple[int, ...], options: dict[str, Any]
) -> None:
    from keras import ops

    generator = np.random.default_rng(0)
    x = generator.normal(size=x_shape).astype(np.float32)
    kernel = generator.normal(size=kernel_shape).astype(np.float32)
    value = conv.conv2d(x, kernel, **options)
    upstream = generator.normal(size=value.shape).astype(np.float32)

    expected, (by_x, by_kernel) = by_tape(
        lambda x, kernel: ops.conv(
            x,
            kernel,
            strides=options.get("stride", 1),
            padding=options["padding"],
            dilation_rate=options.get("dilation", 1),
        ),
        x, kernel, upstream=upstream,
    )  # fmt: skip

    found = conv.conv2d_gradients(x, kernel, upstream, **options)
    assert_agree(value, expected, tolerance=FLOAT32)
    assert_agree(found.x, by_x, tolerance=FLOAT32)
    assert_agree(found.kernel, by_kernel, tolerance=FLOAT32)
    assert_agree(found.bias, upstream.sum(axis=(0, 1, 2)), tolerance=EXACT)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_stride_and_dilation_together_are_those_of_tensorflow(padding: str) -> None:
    """Its function applies both; its processor code has no gradient for explicit padding then."""
    import tensorflow as tf

    generator = np.random.default_rng(1)
    x = generator.normal(size=(2, 13, 12, 3)).astype(np.float32)
    kernel = generator.normal(size=(3, 2, 3, 4)).astype(np.float32)
    options: dict[str, Any] = {"stride": 2, "dilation": 3, "padding": padding}
    value = conv.conv2d(x, kernel, **options)
    upstream = generator.normal(size=value.shape).astype(np.float32)

    expected, (by_x, by_kernel) = by_tape(
        lambda x, kernel: tf.nn.conv2d(
            x, kernel, strides=2, dilations=3, padding=padding.upper()
        ),
        x, kernel, upstream=upstream,
    )  # fmt: skip

    found = conv.conv2d_gradients(x, kernel, upstream, **options)
    assert_agree(value, expected, tolerance=FLOAT32)
    assert_agree(found.x, by_x, tolerance=FLOAT32)
    assert_agree(found.kernel, by_kernel, tolerance=FLOAT32)


def test_a_frame_of_four_widths_is_that_of_tensorflow() -> None:
    import tensorflow as tf

    generator = np.random.default_rng(2)
    x = generator.normal(size=(1, 6, 5, 2)).astype(np.float32)
    kernel = generator.normal(size=(3, 2, 2, 3)).astype(np.float32)
    frame = ((2, 0), (1, 3))

    value = conv.conv2d(x, kernel, stride=2, padding=frame)

    expected = tf.nn.conv2d(x, kernel, strides=2, padding=[[0, 0], *frame, [0, 0]])
    assert_agree(value, expected, tolerance=FLOAT32)


# --- PyTorch, as recorded -----------------------------------------------------------------------

# `make parity` compares the records with PyTorch itself.


@pytest.mark.parametrize("case", record_conv.recorded()["values"], ids=lambda case: case["name"])
def test_values_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    x, kernel, bias, upstream = record_conv.inputs(case)
    options = {name: case[name] for name in ("stride", "padding", "dilation")}

    found = conv.conv2d_gradients(x, kernel, upstream, **options)

    assert_agree(conv.conv2d(x, kernel, bias, **options), case["value"], tolerance=FLOAT64)
    assert_agree(found.x, case["for_x"], tolerance=FLOAT64)
    assert_agree(found.kernel, case["for_kernel"], tolerance=FLOAT64)
    assert_agree(found.bias, case["for_bias"], tolerance=FLOAT64)


def test_sizes_and_refusals_are_those_of_pytorch() -> None:
    cases = record_conv.recorded()["sizes"]

    found = [size_or_none(*settings) for *settings, _ in cases]

    assert found == [expected for *_, expected in cases]
    assert 0 < found.count(None) < len(found)


def size_or_none(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int | None:
    try:
        return conv.output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
    except ValueError:
        return None


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


def test_only_arrays_of_floats_are_taken() -> None:
    """In eight bits, nine times 200 is 8; a list has no shape."""
    x, kernel = np.full((1, 3, 3, 1), 200, np.uint8), np.ones((3, 3, 1, 1))

    with pytest.raises(ValueError, match=r"`x` must be a NumPy array of floats; got .* uint8"):
        conv.conv2d(x, kernel)
    with pytest.raises(ValueError, match=r"`kernel` must be a NumPy array .* got an array of bool"):
        conv.conv2d(x / 1, kernel > 0)
    with pytest.raises(ValueError, match="`x` must be a NumPy array of floats; got list"):
        conv.conv2d(x.tolist(), kernel)
    with pytest.raises(ValueError, match="`bias` must be a NumPy array of floats; got list"):
        conv.conv2d(x / 1, kernel, [0.0])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`upstream` must be a NumPy array of floats; got list"):
        conv.conv2d_gradients(x / 1, kernel, [1.0])  # type: ignore[arg-type]


def test_a_bias_and_a_gradient_of_another_shape_are_refused() -> None:
    x, kernel = np.zeros((1, 4, 4, 1)), np.zeros((2, 2, 1, 3))

    with pytest.raises(ValueError, match=r"`bias` must have shape \(3,\); got \(1,\)"):
        conv.conv2d(x, kernel, np.zeros(1))
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(1, 3, 3, 3\); got"):
        conv.conv2d_gradients(x, kernel, np.zeros((1, 4, 4, 3)))
