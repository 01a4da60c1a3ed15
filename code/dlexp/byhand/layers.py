"""Layers as their settings, for counting what comes out: nothing is computed with them.

Chapters: book/conv_shapes.md, book/pooling_dropout.md.
"""

from dataclasses import dataclass
from typing import TypeAlias

from dlexp.byhand.arrays import require
from dlexp.byhand.settings import require_at_least, require_instance, require_sizes
from dlexp.byhand.sizes import Padding

Shape: TypeAlias = tuple[int, ...]
"""Of one example: (height, width, channels), or (features,)."""


@dataclass(frozen=True, kw_only=True)
class Convolution:
    """A square convolution with a bias; settings as in `dlexp.byhand.conv.output_size`."""

    filters: int
    kernel: int
    stride: int = 1
    padding: Padding = "valid"
    dilation: int = 1


@dataclass(frozen=True, kw_only=True)
class Pooling:
    """A square pooling, with its window as its stride unless another is given."""

    window: int
    stride: int | None = None
    padding: Padding = "valid"


@dataclass(frozen=True)
class Flatten:
    """All cells in a row."""


@dataclass(frozen=True, kw_only=True)
class Dense:
    """A dense layer with a bias."""

    units: int


Layer: TypeAlias = Convolution | Pooling | Flatten | Dense
Sliding: TypeAlias = Convolution | Pooling

LAYERS, SLIDING = (Convolution, Pooling, Flatten, Dense), (Convolution, Pooling)
"""All kinds of layers, and those whose outputs look at a window each."""


def require_layer(layer: Layer, shape: Shape) -> None:
    """Raise a ValueError unless this is a layer, within its range, and a shape."""
    require_instance(LAYERS, "a layer", layer=layer)
    require_sizes(1, shape=shape)
    require(len(shape) > 0, "`shape` must have one axis or more", shape)
    match layer:
        case Dense(units=units):
            require_at_least(1, units=units)
        case Convolution(filters=filters):
            require_at_least(1, filters=filters)
            sliding(layer)
        case Pooling():
            sliding(layer)


def sliding(layer: Sliding) -> tuple[int, int, int]:
    """Return the kernel, the stride and the dilation of a layer, each >= 1."""
    require_instance(SLIDING, "a convolution or a pooling", layer=layer)
    if isinstance(layer, Pooling):
        require_at_least(1, window=layer.window)
        stride = layer.window if layer.stride is None else layer.stride
        require_at_least(1, stride=stride)
        return layer.window, stride, 1
    require_at_least(1, kernel=layer.kernel, stride=layer.stride, dilation=layer.dilation)
    return layer.kernel, layer.stride, layer.dilation
