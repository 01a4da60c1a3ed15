"""What an output sees, measured by gradients in Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlexp.byhand import shapes
from dlexp.byhand.arrays import Floats
from dlexp.byhand.shapes import Convolution, Layer, Pooling
from dlexp.lab.units import Json


def compare_receptive_fields(generator: np.random.Generator, count: int) -> dict[str, Json]:
    """Measure what one output sees, by gradients, and compare it with the formula."""
    stacks = [_draw_stack(generator) for _ in range(count)]
    formula = [shapes.receptive_field(stack) for stack in stacks]
    measured = [_seen(stack, field + 3) for stack, field in zip(stacks, formula, strict=True)]
    return {
        "stacks": count,
        "differ": int(np.sum(np.array(formula) != measured)),
        "largest": max(formula),
    }


def _draw_stack(generator: np.random.Generator) -> list[Convolution | Pooling]:
    """Draw one to four layers, none with both stride and dilation, which Keras refuses."""
    stack: list[Convolution | Pooling] = []
    for _ in range(generator.integers(1, 5)):
        kernel, step, dilates = (int(n) for n in generator.integers([1, 1, 0], [5, 3, 2]))
        if generator.integers(3) == 0:
            stack.append(Pooling(window=kernel, stride=step))
        else:
            stride, dilation = (1, step) if dilates else (step, 1)
            stack.append(Convolution(filters=1, kernel=kernel, stride=stride, dilation=dilation))
    return stack


def _seen(stack: Sequence[Convolution | Pooling], size: int) -> int:
    """Return how many rows lie between the first and the last that the first output depends on."""
    rows = np.flatnonzero(sensitivity(stack, size, first_only=True).any(axis=1))
    return int(rows[-1] - rows[0] + 1)


def sensitivity(stack: Sequence[Layer], size: int, *, first_only: bool = False) -> Floats:
    """Return the gradient of the outputs with respect to the image, (size, size), in Keras.

    All weights are one and poolings take means, so that nothing cancels and nothing is hidden.
    """
    import tensorflow as tf

    x = tf.ones((1, size, size, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for layer in stack:
            y = keras_layer(layer)(y)
        outputs = y[:, 0, 0] if first_only else y
    gradient: Floats = tape.gradient(outputs, x).numpy()[0, :, :, 0]
    return gradient


def keras_layer(layer: Layer) -> Any:
    """Return the layer of Keras, with weights of one; poolings take means."""
    from keras import layers

    match layer:
        case Convolution():
            return layers.Conv2D(
                layer.filters,
                layer.kernel,
                strides=layer.stride,
                padding=layer.padding,
                dilation_rate=layer.dilation,
                kernel_initializer="ones",
            )
        case Pooling():
            return layers.AveragePooling2D(
                layer.window, strides=layer.stride, padding=layer.padding
            )
        case _:
            raise TypeError(f"only convolutions and poolings are compared; got {layer}")
