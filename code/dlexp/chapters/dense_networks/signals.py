"""How large numbers are on their way through a deep network that has learnt nothing yet.

Chapter: book/dense_networks.md. By hand: `dlexp.byhand.dense`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dlexp import data
from dlexp.byhand.activations import Activation
from dlexp.byhand.arrays import Floats
from dlexp.byhand.dense import DenseLayer, dense_backward, dense_forward
from dlexp.byhand.softmax import cross_entropy_gradient
from dlexp.chapters.dense_networks.nets import CLASSES, PIXELS, SMALL
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Untrained:
    """A deep network and its first weights."""

    first: str = "glorot_uniform"  # how they are drawn
    activation: Activation = "relu"  # of the hidden layers
    depth: int = 16  # hidden layers
    units: int = 64  # of each
    images: int = 500  # training images that are sent through


def pass_through(config: Untrained, seed: int) -> Measurement:
    """Send images forward and the gradient back; give the size of sums and gradients by layer."""
    part = data.mnist().train.sample(config.images)
    sizes = (PIXELS, *[config.units] * config.depth, CLASSES)
    layers = first_layers(sizes, config.first, config.activation, np.random.default_rng(seed))
    tape = dense_forward(part.images.reshape(len(part), -1).astype(np.float64), layers)
    upstream = cross_entropy_gradient(tape.output, part.labels)
    gradients = dense_backward(tape, layers, upstream).layers
    return Measurement(
        numbers={
            "sums": [size(sums) for sums in tape.sums],
            "gradients": [size(gradient.kernel) for gradient in gradients],
        }
    )


def first_layers(
    sizes: Sequence[int], first: str, activation: Activation, generator: np.random.Generator
) -> list[DenseLayer]:
    """Return layers before the first step; the last one is linear, and biases are zero.

    Parameters
    ----------
    sizes : sequence of int
        Features, then the units of each layer.
    first : "glorot_uniform", "he_normal" or "small"
    activation : str
        Of all but the last layer.
    generator : numpy.random.Generator
    """
    kinds: list[Activation] = [activation] * (len(sizes) - 2) + ["linear"]
    return [
        DenseLayer(
            spread(first, features, units) * generator.normal(size=(features, units)),
            np.zeros(units),
            kind,
        )
        for (features, units), kind in zip(pairwise(sizes), kinds, strict=True)
    ]


def spread(first: str, features: int, units: int) -> float:
    """Return the standard deviation of first weights; what counts is that, not the shape.

    References
    ----------
    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks, equation 12; He, Zhang, Ren and Sun (2015), Delving deep into rectifiers, equation 10.

    Examples
    --------
    >>> spread("glorot_uniform", 64, 64), spread("he_normal", 32, 64), spread("small", 9, 9)
    (0.125, 0.25, 0.01)
    """
    variances = {
        "glorot_uniform": 2 / (features + units),
        "he_normal": 2 / features,
        "small": SMALL**2,
    }
    return float(np.sqrt(variances[first]))


def size(values: Floats) -> float:
    """Return the root of the mean of the squares.

    Examples
    --------
    >>> size(np.array([3.0, -4.0, 0.0, 0.0]))
    2.5
    """
    return float(np.sqrt(np.mean(values**2)))
