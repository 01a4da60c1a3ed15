"""The networks of the chapter layer by layer, as Keras builds them; nothing is trained.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlexp.chapters.pooling_dropout.factorial import Factorial
from dlexp.chapters.pooling_dropout.nets import (
    ARCHITECTURES,
    REMEDIES,
    crossed,
    mended,
    network,
    perceptron,
)
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

PERCEPTRON = "perceptron"
"""What the dense network of the averages is called, beside the architectures and the crosses."""


@dataclass(frozen=True)
class Describing:
    """Nothing to set: all networks of the chapter."""

    units: int = 256  # of the dense network with dropout


def describe(config: Describing, _seed: int) -> Measurement:
    """List each layer of each network: kind, shape, parameters and multiplications."""
    networks = {name: network(name) for name in ARCHITECTURES}
    networks |= {name: mended(name) for name in REMEDIES}
    for pooling in (False, True):
        networks[cross_name(pooling)] = crossed(Factorial(pooling=pooling))
    networks[PERCEPTRON] = perceptron(config.units, 0.5)
    return Measurement(numbers={name: layers_of(model) for name, model in networks.items()})


def cross_name(pooling: bool) -> str:
    """Return what a network of the factorial is called; dropout changes no layer's size."""
    return "crossed, pooled" if pooling else "crossed, not pooled"


def layers_of(model: keras.Model) -> list[dict[str, Any]]:
    """Return a row for each layer behind the input."""
    return [
        {
            "kind": type(layer).__name__,
            "shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
            "multiplications": multiplications(layer),
        }
        for layer in model.layers[1:]
    ]


def multiplications(layer: Any) -> int:
    """Return the products that a layer with a kernel takes for one image; none for the others.

    Each weight of the kernel is used once at each place of a map.
    """
    if not hasattr(layer, "kernel"):
        return 0
    places = math.prod(layer.output.shape[1:-1])
    return int(places * math.prod(layer.kernel.shape))
