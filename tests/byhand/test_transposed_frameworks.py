"""Transposed convolution by hand against Keras and PyTorch: values and gradients."""

from functools import partial
from typing import Any

import pytest

from dlexp.byhand import transposed
from helpers import FLOAT64, assert_agree, assert_kernels_agree
from parity import record_transposed

KERAS = [
    ((2, 4, 5, 3), (3, 3, 2, 3), {"stride": 2, "padding": "same"}),
    ((2, 4, 5, 3), (4, 4, 2, 3), {"stride": 2, "padding": "valid"}),
    ((1, 5, 4, 2), (2, 5, 3, 2), {"stride": 1, "padding": "same"}),
    ((1, 3, 3, 1), (3, 5, 1, 1), {"stride": (3, 2), "padding": "valid"}),
]


@pytest.mark.parametrize(("x_shape", "kernel_shape", "options"), KERAS)
def test_values_and_gradients_are_those_of_keras(
    x_shape: tuple[int, ...], kernel_shape: tuple[int, ...], options: dict[str, Any]
) -> None:
    from keras import ops

    assert_kernels_agree(
        (
            partial(transposed.conv2d_transpose, **options),
            partial(transposed.conv2d_transpose_gradients, **options),
        ),
        partial(ops.conv_transpose, strides=options["stride"], padding=options["padding"]),
        x_shape,
        kernel_shape,
    )


# `make parity` compares the records with PyTorch itself.


@pytest.mark.parametrize("case", record_transposed.recorded(), ids=lambda case: case["name"])
def test_values_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    x, kernel, bias, upstream = record_transposed.inputs(case)
    options = {name: case[name] for name in ("stride", "padding", "extra", "dilation")}

    found = transposed.conv2d_transpose_gradients(x, kernel, upstream, **options)

    value = transposed.conv2d_transpose(x, kernel, bias, **options)
    assert_agree(value, case["value"], tolerance=FLOAT64)
    assert_agree(found.x, case["for_x"], tolerance=FLOAT64)
    assert_agree(found.kernel, case["for_kernel"], tolerance=FLOAT64)
    assert_agree(found.bias, case["for_bias"], tolerance=FLOAT64)
