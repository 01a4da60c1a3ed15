"""The networks of the chapter: a base of three convolutions and a head, and a descent by layers.

Chapter: book/transfer_learning.md. Keras is imported here: import this module inside what trains.
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

WIDTHS = (8, 16, 32)
"""Filters of the base's convolutions, each of stride two."""

LAYERS = len(WIDTHS) + 1
"""Of the network, its head included."""

CLASSES = 5
"""Of every task: one half of ten."""


def base(*, normed: bool = False) -> keras.Model:
    """Return the part that is taken along: (28, 28, 1) in, 512 features out.

    Parameters
    ----------
    normed : bool
        Whether batch normalisation stands behind each convolution.
    """
    image = x = keras.Input((28, 28, 1))
    for width in WIDTHS:
        x = layers.Conv2D(width, 3, strides=2, padding="same", use_bias=not normed)(x)
        if normed:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    return keras.Model(image, layers.Flatten()(x), name="base")


def network(*, normed: bool = False, keeps_statistics: bool = False) -> keras.Model:
    """Return a base with a head of one logit a class.

    Parameters
    ----------
    normed : bool
        As in `base`.
    keeps_statistics : bool
        Whether the layers of batch normalisation are frozen: their statistics, scales and shifts.
    """
    image, below = keras.Input((28, 28, 1)), base(normed=normed)
    for layer in below.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = not keeps_statistics
    return keras.Model(image, layers.Dense(CLASSES, name="head")(below(image)))


def head(features: int) -> keras.Model:
    """Return the head alone, for features that were computed before."""
    return keras.Sequential([keras.Input((features,)), layers.Dense(CLASSES, name="head")])


class Layered(keras.optimizers.SGD):  # type: ignore[misc]  # Keras has no types
    """Descent with momentum, in which each variable has a share of the rate: zero freezes it.

    Attributes
    ----------
    shares : tf.Variable of shape (variables,)
        All ones, until `share` says otherwise.
    """

    def __init__(self) -> None:
        super().__init__(0.01, momentum=0.9)

    def build(self, variables: Sequence[Any]) -> None:
        """Make the velocities, and a share for each variable."""
        super().build(variables)
        self.shares = tf.Variable(tf.ones(len(variables)), trainable=False)

    def share(self, of_layers: Sequence[float]) -> None:
        """Give each layer its share; all layers have equally many variables."""
        each = self.shares.shape[0] // len(of_layers)
        self.shares.assign(tf.repeat(tf.constant(of_layers, tf.float32), each))

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any]) -> None:
        """Take each gradient times its share, and take the step."""
        shares = tf.unstack(self.shares, len(grads))
        scaled = [share * gradient for share, gradient in zip(shares, grads, strict=True)]
        super().apply(scaled, trainable_variables)
