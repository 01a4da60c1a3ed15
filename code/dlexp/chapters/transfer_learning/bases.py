"""How large the two networks of report B are, by Keras's own applications, without weights.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Bases:
    """Two networks of Keras, built without weights and without their heads."""

    names: tuple[str, ...] = ("VGG16", "ResNet50")  # as `keras.applications` has them
    side: int = 32  # of the images, in pixels
    hidden: int = 128  # units of the head's hidden layer


def count(config: Bases, _: int) -> Measurement:
    """Return the parameters of each base, and of a head with a hidden layer and one unit."""
    return Measurement(numbers={name: _counted(name, config) for name in config.names})


def _counted(name: str, config: Bases) -> dict[str, Any]:
    import keras

    build = getattr(keras.applications, name)
    base = build(weights=None, include_top=False, input_shape=(config.side, config.side, 3))
    hidden = keras.layers.Dense(config.hidden, "relu")(keras.layers.Flatten()(base.output))
    whole = keras.Model(base.input, keras.layers.Dense(1, "sigmoid")(hidden))
    everything = whole.count_params()
    base.trainable = False
    return {
        "base": base.count_params(),
        "map": list(base.output.shape[1:]),
        "whole": everything,
        "trainable": sum(math.prod(each.shape) for each in whole.trainable_variables),
        "norms": sum(type(layer).__name__ == "BatchNormalization" for layer in base.layers),
    }
