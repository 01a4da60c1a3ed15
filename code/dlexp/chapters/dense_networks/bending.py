"""A network of one hidden layer on points of a plane, trained by hand.

Chapter: book/dense_networks.md. By hand: `dlexp.byhand.dense`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlexp.byhand.activations import Activation
from dlexp.byhand.arrays import Floats
from dlexp.byhand.dense import DenseLayer, dense_backward, dense_forward
from dlexp.byhand.softmax import Labels, cross_entropy, cross_entropy_gradient
from dlexp.chapters.dense_networks.signals import first_layers
from dlexp.lab.units import Measurement

RADIUS = 0.6
"""Points within it are of the one class, all others of the other."""


@dataclass(frozen=True, kw_only=True)
class Bending:
    """A small network, and the points that it learns from."""

    units: int = 3  # of the hidden layer
    activation: Activation = "relu"  # of the hidden layer
    points: int = 200  # to learn from; as many judge, which it never saw
    rate: float = 0.3  # of plain gradient descent, on all points at once
    steps: int = 2_000


class Points(NamedTuple):
    """Points of the plane (n, 2), and the class of each (n,)."""

    x: Floats
    labels: Labels


def disc(count: int, generator: np.random.Generator) -> Points:
    """Return points of a square, half of which lie in a disc.

    Examples
    --------
    >>> points = disc(10, np.random.default_rng(0))
    >>> points.x.shape, int(points.labels.sum())
    ((10, 2), 5)
    """
    x = generator.uniform(-1, 1, size=(20 * count, 2))
    inside = np.hypot(*x.T) < RADIUS
    half = count // 2
    kept = np.concatenate([np.flatnonzero(inside)[:half], np.flatnonzero(~inside)[: count - half]])
    return Points(x[kept], inside[kept].astype(np.int64))


def bend(config: Bending, seed: int) -> Measurement:
    """Train, and judge by points that were not learnt from."""
    generator = np.random.default_rng(seed)
    learnt, judges = (disc(config.points, generator) for _ in range(2))
    layers = first_layers((2, config.units, 2), "he_normal", config.activation, generator)
    for _ in range(config.steps):
        layers = step(learnt, layers, config.rate)
    logits = dense_forward(judges.x, layers).output
    return Measurement(
        numbers={
            "loss": cross_entropy(dense_forward(learnt.x, layers).output, learnt.labels),
            "right": float((logits.argmax(axis=1) == judges.labels).mean()),
        },
        arrays={
            "x": learnt.x,
            "labels": learnt.labels,
            "hidden": np.vstack([layers[0].kernel, layers[0].bias]),
            "output": np.vstack([layers[1].kernel, layers[1].bias]),
        },
    )


def step(points: Points, layers: list[DenseLayer], rate: float) -> list[DenseLayer]:
    """Return layers after one step of gradient descent on all points."""
    tape = dense_forward(points.x, layers)
    upstream = cross_entropy_gradient(tape.output, points.labels)
    gradients = dense_backward(tape, layers, upstream).layers
    return [
        layer._replace(
            kernel=layer.kernel - rate * gradient.kernel, bias=layer.bias - rate * gradient.bias
        )
        for layer, gradient in zip(layers, gradients, strict=True)
    ]
