"""Convolution by hand against Keras, TensorFlow and PyTorch: values and gradients."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from dlexp.byhand import conv
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, assert_kernels_agree
from parity import record_conv

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

    found, upstream = assert_kernels_agree(
        (partial(conv.conv2d, **options), partial(conv.conv2d_gradients, **options)),
        partial(
            ops.conv,
            strides=options.get("stride", 1),
            padding=options["padding"],
            dilation_rate=options.get("dilation", 1),
        ),
        x_shape,
        kernel_shape,
    )
    assert_agree(found.bias, upstream.sum(axis=(0, 1, 2)), tolerance=EXACT)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_stride_and_dilation_together_are_those_of_tensorflow(padding: str) -> None:
    """Its function applies both; its processor code has no gradient for explicit padding then."""
    import tensorflow as tf

    options: dict[str, Any] = {"stride": 2, "dilation": 3, "padding": padding}
    assert_kernels_agree(
        (partial(conv.conv2d, **options), partial(conv.conv2d_gradients, **options)),
        partial(tf.nn.conv2d, strides=2, dilations=3, padding=padding.upper()),
        (2, 13, 12, 3),
        (3, 2, 3, 4),
        seed=1,
    )


def test_a_frame_of_four_widths_is_that_of_tensorflow() -> None:
    import tensorflow as tf

    generator = np.random.default_rng(2)
    x = generator.normal(size=(1, 6, 5, 2)).astype(np.float32)
    kernel = generator.normal(size=(3, 2, 2, 3)).astype(np.float32)
    frame = ((2, 0), (1, 3))

    value = conv.conv2d(x, kernel, stride=2, padding=frame)

    expected = tf.nn.conv2d(x, kernel, strides=2, padding=[[0, 0], *frame, [0, 0]])
    assert_agree(value, expected, tolerance=FLOAT32)


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
