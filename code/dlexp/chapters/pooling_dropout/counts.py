"""What pooling saves in the reports' networks: parameters and multiplications, counted.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from dlexp.byhand import shapes
from dlexp.byhand.shapes import Convolution, Dense, Flatten, Layer, Pooling
from dlexp.chapters.pooling_dropout.nets import SIDE
from dlexp.lab.units import Measurement

REPORTED = ("one convolution", "two convolutions")
IMAGE: shapes.Shape = (SIDE, SIDE, 1)


def reported(name: str, *, pooled: bool = True) -> list[Layer]:
    """Return one of the reports' networks for digits, with or without its poolings.

    Parameters
    ----------
    name : "one convolution" or "two convolutions"
    pooled : bool

    Examples
    --------
    >>> len(reported("two convolutions")), len(reported("two convolutions", pooled=False))
    (7, 5)
    """
    pool: list[Layer] = [Pooling(window=2)] if pooled else []
    if name == "one convolution":
        first = Convolution(filters=128, kernel=3, padding="same")
        return [first, *pool, Flatten(), *(Dense(units=n) for n in (96, 256, 192, 32, 10))]
    convolutions = [Convolution(filters=filters, kernel=3) for filters in (32, 64)]
    return [
        *(layer for convolution in convolutions for layer in (convolution, *pool)),
        Flatten(),
        Dense(units=128),
        Dense(units=10),
    ]


def counted_by_hand(name: str, *, pooled: bool) -> list[dict[str, int]]:
    """Return the parameters and multiplications of each layer of a report's network."""
    layers, shape, counts = reported(name, pooled=pooled), IMAGE, []
    for layer in layers:
        counts.append(
            {
                "parameters": shapes.parameters(layer, shape),
                "multiplications": shapes.multiplications(layer, shape),
            }
        )
        shape = shapes.output_shape(layer, shape)
    return counts


@dataclass(frozen=True)
class Counting:
    """Nothing to set: the networks are those of the reports."""


def count(_config: Counting, _seed: int) -> Measurement:
    """Ask Keras for the parameters, and TensorFlow for the operations, of each layer."""
    return Measurement(
        numbers={
            f"{name}, {'with' if pooled else 'without'}": _count_layers(name, pooled)
            for name, pooled in product(REPORTED, (True, False))
        }
    )


def _count_layers(name: str, pooled: bool) -> list[dict[str, int]]:
    from keras import Input

    rows, x = [], Input(IMAGE)
    for layer in reported(name, pooled=pooled):
        built = _keras_layer(layer)
        shape, x = x.shape[1:], built(x)
        operations = _operations(built, shape)
        rows.append({"parameters": built.count_params(), "operations": operations})
    return rows


def _keras_layer(layer: Layer) -> Any:
    from keras import layers

    match layer:
        case Convolution():
            return layers.Conv2D(layer.filters, layer.kernel, padding=layer.padding)
        case Pooling():
            return layers.MaxPooling2D(layer.window)
        case Dense():
            return layers.Dense(layer.units)
        case _:
            return layers.Flatten()


def _operations(layer: Any, shape: Sequence[int]) -> int:
    """Return the floating-point operations in a layer's products, as TensorFlow counts them."""
    import tensorflow as tf

    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder.float_operation() | {"output": "none"}
    graph = tf.function(lambda x: layer(x)).get_concrete_function(tf.TensorSpec((1, *shape))).graph
    found = profiler.profile(graph, options=options, cmd="op")
    return sum(node.float_ops for node in _nodes(found) if node.name in ("Conv2D", "MatMul"))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from _nodes(child)
