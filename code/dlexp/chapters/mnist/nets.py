"""The network of the chapter on measuring, and the images that a seed draws for it.

Chapter: book/mnist.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.data import Split

if TYPE_CHECKING:
    import keras

SEEDS = (0, 1, 2, 3, 4, 5, 6, 7)
"""Each draws its own images, too."""

UNITS = 128
"""Of the one hidden layer."""


@dataclass(frozen=True)
class Drawn:
    """Disjoint images of MNIST's training file, as one seed draws them.

    Attributes
    ----------
    train : Split
        To learn from.
    unseen : Split
        Never learnt from.
    """

    train: Split
    unseen: Split


def draw(size: int, unseen: int, seed: int) -> Drawn:
    """Draw images to learn from and others to judge by, without regard to class or order.

    MNIST's own test images have no part in it: they are read once, by the report of the end.

    Parameters
    ----------
    size, unseen : int
        Images of each part, >= 1; together at most those of `dlexp.data.mnist`'s training part.
    seed : int
        Which images.

    Raises
    ------
    ValueError
        If there are too few images.

    Examples
    --------
    >>> drawn = draw(1_000, 500, seed=0)
    >>> len(drawn.train), len(drawn.unseen)
    (1000, 500)
    """
    whole = data.mnist().train
    if size + unseen > len(whole):
        raise ValueError(f"there must be {size + unseen} images to draw; got {len(whole)}")
    order = np.random.RandomState(seed).permutation(len(whole))
    return Drawn(whole.take(order[:size]), whole.take(order[size : size + unseen]))


def perceptron(rate: float = 0.0) -> keras.Model:
    """Build the dense network with fresh weights from Keras's current seed.

    Parameters
    ----------
    rate : float
        Share of the hidden units that dropout drops in training, in [0, 1).
    """
    import random

    from keras import Input, Model, layers

    images = Input((28, 28, 1))
    hidden = layers.Dense(UNITS, activation="relu")(layers.Flatten()(images))
    # Dropout draws a seed at any rate, so that what follows starts alike.
    kept = layers.Dropout(rate, seed=random.randrange(2**31))(hidden)
    return Model(images, layers.Dense(10)(kept))
