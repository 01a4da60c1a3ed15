"""What comes out of a stack of layers: shapes, parameters, cost, and what one output can see.

Chapters: book/conv_shapes.md, book/pooling_dropout.md. The layers come from
`dlexp.byhand.layers`; this module offers them, too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import require
from dlexp.byhand.layers import (
    LAYERS,
    SLIDING,
    Convolution,
    Dense,
    Flatten,
    Layer,
    Pooling,
    Shape,
    Sliding,
    require_layer,
    sliding,
)
from dlexp.byhand.settings import (
    counts_exactly,
    require_all,
    require_at_least,
    require_between,
    require_sizes,
)
from dlexp.byhand.sizes import effective_kernel, output_size, require_narrow, split_padding

__all__ = [
    "Convolution",
    "Dense",
    "Flatten",
    "Layer",
    "Pooling",
    "Row",
    "Shape",
    "multiplications",
    "output_shape",
    "parameters",
    "receptive_field",
    "traced",
    "walk",
]


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one layer gives.

    A layer whose kernel does not fit has parameters, too: they depend on the channels alone.
    """

    layer: Layer
    shape: Shape | None  # of its output for one example; None if it cannot exist
    parameters: int  # kernel and bias
    reason: str = ""  # why it cannot exist, or nothing


@counts_exactly
def walk(layers: Sequence[Layer], shape: Shape) -> list[Row]:
    """Follow one example through a stack of layers, and stop where it does not fit.

    Parameters
    ----------
    layers : sequence of Layer
    shape : tuple of int
        Of one example, without the batch.

    Returns
    -------
    list of Row
        One per layer up to the first that cannot exist, whose row says why.

    Raises
    ------
    ValueError
        If these are no layers, or this is the shape of no example.

    Examples
    --------
    >>> rows = walk([Convolution(filters=8, kernel=3), Pooling(window=2)], (6, 6, 1))
    >>> [(row.shape, row.parameters) for row in rows]
    [((4, 4, 8), 80), ((2, 2, 8), 0)]
    >>> walk([Pooling(window=3)], (2, 2, 1))[0].reason  # doctest: +ELLIPSIS
    'the effective kernel must fit into the padded input; got an effective kernel of 3 ...'
    """
    require_all(LAYERS, "layers", layers=layers)
    require_sizes(1, shape=shape)
    rows: list[Row] = []
    for layer in layers:
        weights = 0
        try:
            weights = parameters(layer, shape)
            shape = output_shape(layer, shape)
        except ValueError as error:
            return [*rows, Row(layer=layer, shape=None, parameters=weights, reason=str(error))]
        rows.append(Row(layer=layer, shape=shape, parameters=weights))
    return rows


@counts_exactly
def output_shape(layer: Layer, shape: Shape) -> Shape:
    """Return the shape of a layer's output for one example.

    Raises
    ------
    ValueError
        If the layer cannot take this shape, with the reason.

    Examples
    --------
    >>> output_shape(Flatten(), (3, 3, 64))
    (576,)
    """
    require_layer(layer, shape)
    match layer:
        case Flatten():
            return (math.prod(shape),)
        case Dense(units=units):
            return (*shape[:-1], units)
        case Convolution() | Pooling():
            height, width, channels = _plane(shape)
            filters = layer.filters if isinstance(layer, Convolution) else channels
            return _along(layer, height), _along(layer, width), filters


@counts_exactly
def parameters(layer: Layer, shape: Shape) -> int:
    """Return the number of parameters of a layer that takes this shape.

    A convolution has f (k k C + 1), whatever the size of the image; a dense layer u (n + 1).

    Raises
    ------
    ValueError
        If this is no layer, or its settings or its input are out of their range.

    Examples
    --------
    >>> parameters(Convolution(filters=64, kernel=3), (256, 256, 3))
    1792
    >>> parameters(Dense(units=10), (128,)), parameters(Pooling(window=2), (8, 8, 3))
    (1290, 0)
    """
    require_layer(layer, shape)
    match layer:
        case Convolution(filters=filters, kernel=kernel):
            return filters * (kernel * kernel * _plane(shape)[2] + 1)
        case Dense(units=units):
            return units * (shape[-1] + 1)
        case _:
            return 0


@counts_exactly
def multiplications(layer: Layer, shape: Shape) -> int:
    """Return how often a layer multiplies for one example, biases and activations left out.

    A convolution multiplies once per tap, channel and output; taps on padding are counted too,
    as frameworks do. TensorFlow's count of *floating-point operations* is twice this: each
    product is also added.

    Parameters
    ----------
    layer : Layer
    shape : tuple of int
        Of one example that comes in, without the batch.

    Raises
    ------
    ValueError
        If the layer cannot take this shape, with the reason.

    Examples
    --------
    >>> multiplications(Convolution(filters=8, kernel=3), (6, 6, 2))  # 16 places, 8 filters
    2304
    >>> multiplications(Dense(units=10), (128,)), multiplications(Pooling(window=2), (8, 8, 3))
    (1280, 0)
    """
    require_layer(layer, shape)
    match layer:
        case Convolution(kernel=kernel):
            return math.prod(output_shape(layer, shape)) * kernel * kernel * _plane(shape)[2]
        case Dense(units=units):
            return units * math.prod(shape)
        case _:
            return 0


@counts_exactly
def receptive_field(layers: Sequence[Sliding]) -> int:
    """Return how many input cells one output can see along one direction.

    Each layer adds (its effective kernel minus one) times the product of the strides before it.

    Raises
    ------
    ValueError
        If these are no such layers, or a setting is out of its range.

    References
    ----------
    Araujo, Norris and Sim (2019), Computing receptive fields of convolutional neural networks.

    Examples
    --------
    >>> three = Convolution(filters=1, kernel=3)
    >>> receptive_field([three] * 2), receptive_field([three] * 3)
    (5, 7)
    """
    require_all(SLIDING, "convolutions and poolings", layers=layers)
    field, jump = 1, 1
    for layer in layers:
        kernel, stride, dilation = sliding(layer)
        field += (effective_kernel(kernel, dilation) - 1) * jump
        jump *= stride
    return field


@counts_exactly
def traced(
    layers: Sequence[Sliding], size: int, outputs: Sequence[int] | None = None
) -> list[NDArray[np.bool_]]:
    """Return which cells of each map some outputs of the last one depend on, along one direction.

    Parameters
    ----------
    layers : sequence of Convolution or Pooling
    size : int
        Cells of the input.
    outputs : sequence of int, optional
        Cells of the last map; all of them unless given.

    Returns
    -------
    list of bool arrays
        For the input, and for what each layer gives; padding is left out.

    Raises
    ------
    ValueError
        If a layer does not fit, or there is no such output.

    Examples
    --------
    >>> [level.astype(int).tolist() for level in traced([Pooling(window=2)] * 2, 5, [0])]
    [[1, 1, 1, 1, 0], [1, 1], [1]]
    """
    require_all(SLIDING, "convolutions and poolings", layers=layers)
    require_at_least(1, size=size)
    sizes = [size]
    for layer in layers:
        sizes.append(_along(layer, sizes[-1]))
    if outputs is not None:
        require_sizes(0, outputs=outputs)
        require_between(0, sizes[-1] - 1, **{"outputs": max(outputs, default=0)})
    chosen = np.zeros(sizes[-1], bool)
    chosen[slice(None) if outputs is None else list(outputs)] = True
    levels = [chosen]
    for layer, cells in zip(reversed(layers), reversed(sizes[:-1]), strict=True):
        levels.insert(0, _looked_at(layer, cells, levels[0]))
    return levels


def _looked_at(layer: Sliding, size: int, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells of a layer's input its chosen outputs look at."""
    kernel, stride, dilation = sliding(layer)
    before, after = split_padding(
        size, kernel, stride=stride, padding=layer.padding, dilation=dilation
    )
    cells = np.zeros(before + size + after, bool)
    for start in np.flatnonzero(chosen) * stride:
        cells[start : start + dilation * (kernel - 1) + 1 : dilation] = True
    return cells[before : before + size]


def _along(layer: Sliding, size: int) -> int:
    kernel, stride, dilation = sliding(layer)
    if isinstance(layer, Pooling):
        require_narrow(split_padding(size, kernel, stride=stride, padding=layer.padding), kernel)
    return output_size(size, kernel, stride=stride, padding=layer.padding, dilation=dilation)


def _plane(shape: Shape) -> tuple[int, int, int]:
    require(len(shape) == 3, "the layer takes (height, width, channels)", shape)
    return shape[0], shape[1], shape[2]
