"""Who sees what in a stack of layers: laws by gradients, coverage, refusals."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import conv, pooling
from dlexp.byhand.shapes import Convolution, Pooling, receptive_field, traced


@st.composite
def stacks(draw: st.DrawFn) -> tuple[list[Convolution | Pooling], int]:
    """Draw up to three layers, and a size that they fit on."""
    layers: list[Convolution | Pooling] = []
    for _ in range(draw(st.integers(1, 3))):
        kernel, stride = draw(strategies.kernels), draw(strategies.strides)
        if draw(st.booleans()):
            layers.append(Pooling(window=kernel, stride=stride))
        else:
            gap, padding = draw(strategies.dilations), draw(strategies.paddings)
            layers.append(
                Convolution(filters=1, kernel=kernel, stride=stride, dilation=gap, padding=padding)
            )
    return layers, draw(st.integers(1, 60))


@given(stacks())
def test_traced_cells_are_those_with_a_gradient(
    case: tuple[list[Convolution | Pooling], int],
) -> None:
    layers, size = case
    maps = [np.ones((1, 1, size, 1))]
    for layer in layers:
        options = _one_row(layer)
        assume(_fits(maps[-1].shape[2], options))
        maps.append(conv.conv2d(maps[-1], np.ones((1, options["kernel"], 1, 1)), **options["how"]))
    outputs = [0, maps[-1].shape[2] // 2]
    gradient = np.zeros(maps[-1].shape)
    gradient[0, 0, outputs] = 1
    levels = traced(layers, size, outputs)
    assert np.array_equal(levels[-1], gradient.ravel() > 0)
    for layer, x, level in zip(
        reversed(layers), reversed(maps[:-1]), reversed(levels[:-1]), strict=True
    ):
        options = _one_row(layer)
        kernel = np.ones((1, options["kernel"], 1, 1))
        gradient = conv.conv2d_gradients(x, kernel, gradient, **options["how"]).x
        assert np.array_equal(level, gradient.ravel() > 0)


def _one_row(layer: Convolution | Pooling) -> dict[str, Any]:
    """Return a layer as a convolution along the width alone."""
    if isinstance(layer, Pooling):
        layer = Convolution(filters=1, kernel=layer.window, stride=layer.stride or layer.window)
    return {
        "kernel": layer.kernel,
        "how": {
            "stride": (1, layer.stride),
            "dilation": (1, layer.dilation),
            "padding": (0, layer.padding),
        },
    }


def _fits(size: int, options: dict[str, Any]) -> bool:
    how = {name: value[1] for name, value in options["how"].items()}
    try:
        conv.output_size(size, options["kernel"], **how)
    except ValueError:
        return False
    return True


def test_traced_without_outputs_is_what_a_pooling_covers() -> None:
    covered = pooling.coverage((1, 11), (1, 3))[0]
    assert np.array_equal(traced([Pooling(window=3)], 11)[0], covered)


def test_a_receptive_field_and_a_trace_refuse_what_is_out_of_range() -> None:
    with pytest.raises(ValueError, match="`stride` must be an integer >= 1; got stride=0"):
        receptive_field([Pooling(window=2, stride=0)])
    with pytest.raises(ValueError, match="`size` must be an integer >= 1; got size=0"):
        traced([], 0)


def test_traced_refuses_a_layer_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="must fit into the padded input"):
        traced([Pooling(window=3)], 2)
