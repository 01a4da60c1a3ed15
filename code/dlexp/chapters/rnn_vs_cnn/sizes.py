"""Parameters and multiplications of the chapter's nets, by formula; the tests hold them to Keras.

Chapter: book/rnn_vs_cnn.md. Nothing here needs Keras.
"""

from __future__ import annotations

from math import prod

from dlexp.byhand import recurrent
from dlexp.chapters.rnn_vs_cnn import nets
from dlexp.chapters.rnn_vs_cnn.nets import Stack

Shape = tuple[int, ...]


def stack_of(kind: str | Stack) -> Stack | None:
    """Return the convolutions of a kind of net, or None."""
    return kind if isinstance(kind, Stack) else nets.STACKS.get(kind)


def parameters(kind: str | Stack, shape: Shape, classes: int, width: int) -> int:
    """Return the parameters of a net of `nets.build`, or of a stack of convolutions.

    Parameters
    ----------
    kind : str or Stack
        As in `nets.build`, or the convolutions themselves.
    shape : tuple of int
        Of one input: (steps, features), or (height, width, channels).
    classes, width : int

    Examples
    --------
    >>> parameters("lstm", (28, 28), 10, 53), parameters("dense", (28, 28, 1), 10, 25)
    (17924, 19885)
    """
    stack = stack_of(kind)
    if kind == "dense":
        return (prod(shape) + 1) * width + (width + 1) * classes
    if stack is None:
        name = nets.RECURRENT[str(kind)]
        biases = 2 if name == "gru" else 1
        hidden = recurrent.recurrent_parameters(name, shape[1], width, biases=biases)
        return hidden + (width + 1) * classes
    taps: int = stack.kernel**stack.directions
    channels = [shape[-1]] + [width] * (len(stack.strides) - 1)
    hidden = sum((taps * into + 1) * width for into in channels)
    return hidden + (_read(stack, shape, width) + 1) * classes


def multiplications(kind: str | Stack, shape: Shape, classes: int, width: int) -> int:
    """Return how many products with weights it takes to read one input.

    Every layer is computed at all its places, as frameworks do, also where one of them is read.

    Examples
    --------
    >>> multiplications("simple", (10, 3), 2, 4)  # ten steps of 4 times 7, and 4 times 2
    288
    """
    stack = stack_of(kind)
    if kind == "dense":
        return prod(shape) * width + width * classes
    if stack is None:
        blocks = recurrent.GATES[nets.RECURRENT[str(kind)]]
        return shape[0] * blocks * width * (shape[1] + width) + width * classes
    taps: int = stack.kernel**stack.directions
    channels = [shape[-1]] + [width] * (len(stack.strides) - 1)
    each = zip(_places(stack, shape), channels, strict=True)
    return sum(n * taps * into * width for n, into in each) + _read(stack, shape, width) * classes


def nearest_width(kind: str | Stack, shape: Shape, classes: int, budget: int) -> int:
    """Return the width whose parameters are closest to a budget, as `nets.width_for` does.

    Examples
    --------
    >>> nearest_width("dense", (28, 28, 1), 10, 20_000)
    25
    """
    return min(
        range(1, budget), key=lambda width: abs(parameters(kind, shape, classes, width) - budget)
    )


def words(kind: str | Stack, width: int) -> str:
    """Return the layers of a net as the page writes them.

    Examples
    --------
    >>> words("conv1d", 24), words("lstm", 50)
    ('3 × Conv1D(24, 3)/2, flatten', 'LSTM(50)')
    """
    stack = stack_of(kind)
    if kind == "dense":
        return f"flatten, Dense({width})"
    if stack is None:
        names = {"simple": "SimpleRNN", "lstm": "LSTM", "lstm_open": "LSTM", "gru": "GRU"}
        return f"{names[str(kind)]}({width})"
    layer = f"{len(stack.strides)} × Conv{stack.directions}D({width}, {stack.kernel})"
    stride = f"/{stack.strides[0]}" if stack.strides[0] > 1 else ""
    spread = max(stack.dilations)
    dilation = f", d 1 to {spread}" if spread > 1 else ""
    ends = {"flatten": "flatten", "mean": "mean over time", "last": "last step"}
    return f"{layer}{stride}{dilation}, {ends[stack.reading]}"


def _places(stack: Stack, shape: Shape) -> list[int]:
    """Return the places of each layer's output; padding keeps them all, up to the stride."""
    sides, found = list(shape[: stack.directions]), []
    for stride in stack.strides:
        sides = [-(-side // stride) for side in sides]
        found.append(prod(sides))
    return found


def _read(stack: Stack, shape: Shape, width: int) -> int:
    """Return how many numbers the last layer reads."""
    return width * _places(stack, shape)[-1] if stack.reading == "flatten" else width
