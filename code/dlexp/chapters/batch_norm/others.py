"""Dense nets whose normalisation stands elsewhere, or is disturbed.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlexp.byhand import batch_norm as byhand
from dlexp.chapters.batch_norm.nets import EPSILON, IMAGE, WIDTH, normal

if TYPE_CHECKING:
    import keras

AFTER, UNSTEADY = "after", "unsteady"
"""Nets: normalised behind the ReLU; normalised, and given other means and spreads each step."""


def behind() -> keras.Model:
    """Return the dense net of `nets.network` with its normalisations behind the ReLUs."""
    from keras import Sequential, layers

    model = Sequential([layers.Input(IMAGE), layers.Flatten()])
    for _ in range(3):
        model.add(layers.Dense(WIDTH))
        model.add(layers.ReLU())
        model.add(normal()())
    model.add(layers.Dense(10))
    return model


def unsteady(most: float) -> Callable[[], Any]:
    """Return what makes a batch normalisation whose output jumps from step to step.

    In training mode each channel is multiplied by up to ``1 + most``, or divided by it, and
    shifted by up to ``most``, by other numbers at each step. In use it is steady.

    References
    ----------
    Santurkar, Tsipras, Ilyas and Mądry (2018), How does batch normalization help optimization?,
    section 2.1. Their noise differs from example to example, too.
    """
    from keras import layers, ops, random

    class Unsteady(layers.BatchNormalization):  # type: ignore[misc]  # Keras is untyped
        """Batch normalisation, scaled and shifted at random in training mode."""

        def __init__(self) -> None:
            super().__init__(epsilon=EPSILON, momentum=byhand.KERAS.keep)
            self.generator = random.SeedGenerator()

        def call(self, inputs: Any, training: bool | None = None) -> Any:
            value = super().call(inputs, training=training)
            if not training:
                return value
            shape = (1,) * (len(inputs.shape) - 1) + (inputs.shape[-1],)
            power, shift = (random.uniform(shape, -1.0, 1.0, seed=self.generator) for _ in range(2))
            return value * ops.power(1 + most, power) + most * shift

    return Unsteady
