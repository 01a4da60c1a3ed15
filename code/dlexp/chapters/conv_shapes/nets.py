"""The networks of the reports, and what the reports say of them."""

from __future__ import annotations

from collections.abc import Sequence

from dlexp.byhand import conv, shapes
from dlexp.byhand.shapes import Convolution, Dense, Flatten, Layer, Pooling, Row, Shape

IMAGE: Shape = (256, 256, 3)
"""What the reports' network of nine layers takes."""


def nine_layers(stride: int = 2) -> list[Layer]:
    """Return the network of nine layers, whose dilated convolutions have this stride."""
    layers: list[Layer] = []
    for plain, dilated, dilation in ((64, 32, 2), (128, 64, 4), (256, 128, 8)):
        layers += [
            Convolution(filters=plain, kernel=3, padding="same"),
            Convolution(filters=dilated, kernel=5, stride=stride, dilation=dilation),
            Pooling(window=2),
        ]
    return layers


def walk(stride: int = 2) -> list[Row]:
    """Walk the network of nine layers by hand."""
    return shapes.walk(nine_layers(stride), IMAGE)


REPORTED_FOR_PYTORCH = (256, 124, 62, 62, 24, 12, 12, -9, -4)
"""The sizes that both reports give for PyTorch."""

REPORTED_FOR_TENSORFLOW = (256, 248, 124, 124, 108, 54, 54, 22, 11)
"""The sizes that both reports give for TensorFlow, which is said to ignore the stride."""

REPORTED_PARAMETERS = (1_792, 51_232, 0, 36_992, 204_864, 0, 147_712, 819_328, 0)
"""The parameters that both reports give for each layer, in both tables."""

DIGIT: Shape = (28, 28, 1)

SEARCHED: dict[str, conv.Padding] = {"same": "same", "valid": "valid"}
"""The padding of the convolutions in the search spaces of the two reports."""

DEPTHS = (1, 2, 3, 4, 5)


def describe(layer: Layer) -> str:
    """Name a layer in a few words.

    Examples
    --------
    >>> describe(Convolution(filters=32, kernel=5, stride=2, dilation=4))
    'conv 5, 32 filters, stride 2, dilation 4'
    """
    match layer:
        case Pooling(window=window):
            return f"pool {window}"
        case Convolution():
            words = [f"conv {layer.kernel}, {layer.filters} filters"]
            words += [layer.padding] if layer.padding == "same" else []
            for name in ("stride", "dilation"):
                words += [f"{name} {getattr(layer, name)}"] if getattr(layer, name) > 1 else []
            return ", ".join(words)
        case Dense(units=units):
            return f"dense {units}"
        case _:
            return type(layer).__name__.lower()


def blocks(depth: int, padding: conv.Padding) -> list[Layer]:
    """Return so many blocks of a search space: a convolution of three, a pooling of two."""
    block: list[Layer] = [Convolution(filters=32, kernel=3, padding=padding), Pooling(window=2)]
    return [*block * depth]


POOLED_BY_THREE: list[Layer] = [
    Convolution(filters=32, kernel=3),
    Pooling(window=2),
    Convolution(filters=64, kernel=3),
    Pooling(window=3),
]
"""The convolutional part of report D's network; its last pooling takes a map of 11 x 11."""

HEAD: list[Layer] = [Flatten(), Dense(units=128), Dense(units=10)]
"""What the networks of the reports C and D have behind that part; dropout has no parameters."""

POOLED_BY_TWO: list[Layer] = [*POOLED_BY_THREE[:3], Pooling(window=2)]
"""The convolutional part of report C's network: the same but for the last window."""


def strided(filters: Sequence[int]) -> list[Layer]:
    """Return the network that is trained in `carried`, as its layers are counted.

    Examples
    --------
    >>> [row.shape for row in shapes.walk(strided([8, 16]), DIGIT)]
    [(14, 14, 8), (7, 7, 16), (784,), (10,)]
    """
    stack: list[Layer] = [
        Convolution(filters=count, kernel=3, stride=2, padding="same") for count in filters
    ]
    return [*stack, Flatten(), Dense(units=10)]
