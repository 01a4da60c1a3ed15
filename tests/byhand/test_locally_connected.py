"""Windows with weights of their own: a case on paper, laws, frameworks, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import strategies
from dlexp.byhand import conv
from dlexp.byhand.locally_connected import locally_connected2d, locally_connected2d_gradients
from dlexp.byhand.shapes import Convolution, parameters
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, by_tape, numeric_gradient, random
from parity import record_locally_connected

X, KERNELS = random(0, 2, 5, 4, 2), random(1, 4, 3, 2, 2, 2, 3)


def tiled(kernel: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return one kernel for all positions, written out."""
    return np.broadcast_to(kernel, (rows, columns, *kernel.shape)).copy()


def test_a_case_computed_by_hand() -> None:
    x = np.array([[1.0, 2, 0], [0, 1, 3]]).reshape(1, 2, 3, 1)
    kernel = np.array([[[[1.0, -1], [2, 0]], [[0, 3], [1, 1]]]]).reshape(1, 2, 2, 2, 1, 1)

    value = locally_connected2d(x, kernel, np.array([[[10.0], [20.0]]]))

    # Left: 1*1 - 1*2 + 2*0 + 0*1 + 10 = 9; right: 0*2 + 3*0 + 1*1 + 1*3 + 20 = 24.
    assert value.ravel().tolist() == [9.0, 24.0]


@given(strategies.convolutions())
def test_equal_kernels_are_a_convolution(case: strategies.Convolution) -> None:
    if any(gap > 1 for gap in case.options["dilation"]):
        return  # this layer has none
    options = {name: case.options[name] for name in ("stride", "padding")}
    shared = conv.conv2d(case.x, case.kernel, case.bias, **options)
    rows, columns = shared.shape[1:3]
    bias = np.broadcast_to(case.bias, (rows, columns, *case.bias.shape)).copy()

    own = locally_connected2d(case.x, tiled(case.kernel, rows, columns), bias, **options)

    assert_agree(own, shared, tolerance=EXACT)


def test_the_gradient_of_a_shared_kernel_is_the_sum_over_positions() -> None:
    kernel, upstream = random(2, 2, 2, 2, 3), random(3, 2, 4, 3, 3)

    own = locally_connected2d_gradients(X, tiled(kernel, 4, 3), upstream)
    shared = conv.conv2d_gradients(X, kernel, upstream)

    assert_agree(own.kernel.sum(axis=(0, 1)), shared.kernel, tolerance=FLOAT64)
    assert_agree(own.bias.sum(axis=(0, 1)), shared.bias, tolerance=FLOAT64)
    assert_agree(own.x, shared.x, tolerance=FLOAT64)


def test_gradients_are_numeric_ones() -> None:
    upstream = random(4, 2, 4, 3, 3)

    found = locally_connected2d_gradients(X, KERNELS, upstream)

    by_x = numeric_gradient(lambda x: locally_connected2d(x, KERNELS), X, upstream, step=1.0)
    by_kernel = numeric_gradient(lambda k: locally_connected2d(X, k), KERNELS, upstream, step=1.0)
    assert_agree(found.x, by_x, tolerance=FLOAT64)
    assert_agree(found.kernel, by_kernel, tolerance=FLOAT64)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 2), (2, 2), (3, 1), (5, 2)])
def test_values_and_gradients_are_those_of_the_layer_of_keras(kernel: int, stride: int) -> None:
    from dlexp.chapters.convolutional_networks.local import LocallyConnected2D

    layer = LocallyConnected2D(3, kernel, stride)
    x = random(0, 2, 7, 6, 2).astype(np.float32)
    rows, columns = layer(x).shape[1:3]
    own = np.asarray(layer.kernel).reshape(rows, columns, kernel, kernel, 2, 3)
    upstream = random(1, 2, rows, columns, 3).astype(np.float32)

    value, (by_x,) = by_tape(layer, x, upstream=upstream)

    sums = locally_connected2d(x, own, stride=stride, padding="same")
    passed = upstream * (sums > 0)
    found = locally_connected2d_gradients(x, own, passed, stride=stride, padding="same")
    assert_agree(value, np.maximum(sums, 0), tolerance=FLOAT32)
    assert_agree(by_x, found.x, tolerance=FLOAT32)


def test_the_layer_has_a_kernel_and_a_bias_for_each_position() -> None:
    from dlexp.chapters.convolutional_networks.local import LocallyConnected2D

    layer = LocallyConnected2D(8, 3, 2)
    layer.build((1, 28, 28, 1))

    shared = parameters(Convolution(filters=8, kernel=3, stride=2, padding="same"), (28, 28, 1))
    assert layer.count_params() == 14 * 14 * shared


@pytest.mark.parametrize("case", record_locally_connected.recorded(), ids=lambda case: case["name"])
def test_values_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    x, kernel, bias, upstream = record_locally_connected.inputs(case)
    options = {name: case[name] for name in ("stride", "padding")}

    found = locally_connected2d_gradients(x, kernel, upstream, **options)

    value = locally_connected2d(x, kernel, bias, **options)
    assert_agree(value, np.array(case["value"]), tolerance=FLOAT64)
    assert_agree(found.x, np.array(case["for_x"]), tolerance=FLOAT64)
    assert_agree(found.kernel, np.array(case["for_kernel"]), tolerance=FLOAT64)
    assert_agree(found.bias, np.array(case["for_bias"]), tolerance=FLOAT64)


def test_a_kernel_is_missing() -> None:
    with pytest.raises(ValueError, match=r"one kernel for each of \(4, 3\) positions; got \(3, 3"):
        locally_connected2d(X, KERNELS[:3])


def test_channels_differ() -> None:
    with pytest.raises(ValueError, match="must have 2 channels, as x has"):
        locally_connected2d(X, KERNELS[..., :1, :])


def test_an_axis_is_missing() -> None:
    with pytest.raises(ValueError, match=r"`kernel` must have shape \(rows, columns, kernel he"):
        locally_connected2d(X, KERNELS[0])
