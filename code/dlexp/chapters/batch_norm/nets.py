"""The nets of the chapter on batch normalisation, and what their trainings share.

Chapter: book/batch_norm.md. Keras is imported inside the functions that build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand import batch_norm as byhand
from dlexp.byhand.arrays import Floats

if TYPE_CHECKING:
    import keras

    from dlexp import training

KINDS = ("dense", "conv")
WITHOUT, WITH = "without", "with"
"""Batch normalisation: the two nets of each comparison."""

EPSILON = byhand.KERAS.epsilon
IMAGE = (28, 28, 1)  # of MNIST
WIDTH = 64  # units of a dense hidden layer


def network(
    kind: str, normalisation: Callable[[], Any] | None = None, *, bias: bool = True
) -> keras.Model:
    """Return a net of three hidden layers for MNIST, its weights from Keras's current seed.

    Parameters
    ----------
    kind : "dense" or "conv"
        Three dense layers of 64, or three convolutions of 8, 16 and 16 filters with stride two.
    normalisation : callable, optional
        Makes the layer that stands between each hidden layer and its ReLU.
    bias : bool
        Whether the hidden layers have one.

    Raises
    ------
    ValueError
        If ``kind`` is unknown.
    """
    from keras import Sequential, layers

    if kind not in KINDS:
        raise ValueError(f'`kind` must be "dense" or "conv"; got {kind!r}')
    dense = kind == "dense"
    model = Sequential([layers.Input(IMAGE), *([layers.Flatten()] if dense else [])])
    for width in (64, 64, 64) if dense else (8, 16, 16):
        model.add(
            layers.Dense(width, use_bias=bias)
            if dense
            else layers.Conv2D(width, 3, strides=2, padding="same", use_bias=bias)
        )
        if normalisation is not None:
            model.add(normalisation())
        model.add(layers.ReLU())
    if not dense:
        model.add(layers.Flatten())
    model.add(layers.Dense(10))
    return model


def normal(epsilon: float = EPSILON, momentum: float = byhand.KERAS.keep) -> Callable[[], Any]:
    """Return what makes Keras's layer of batch normalisation."""
    from keras import layers

    return lambda: layers.BatchNormalization(epsilon=epsilon, momentum=momentum)


def nets(kind: str) -> dict[str, Callable[[], keras.Model]]:
    """Return what builds a net without and with batch normalisation."""
    return {WITHOUT: partial(network, kind), WITH: partial(network, kind, normal())}


def scaled(weights: Sequence[Floats], scale: float, seed: int) -> list[Floats]:
    """Return weights whose kernels are normal numbers of this spread; the rest as it is.

    Parameters
    ----------
    weights : sequence of arrays
        A net's. Arrays with two axes or more are kernels.
    scale : float
        Standard deviation, the same for all layers.
    seed : int
        Of the numbers: two nets whose kernels have the same shapes get the same ones.
    """
    generator = np.random.RandomState(seed)
    return [
        (scale * generator.normal(size=each.shape)).astype(np.float32) if each.ndim > 1 else each
        for each in weights
    ]


def best_test(
    loop: training.Loop, dataset: data.Dataset, history: training.History, images: int
) -> dict[str, Any]:
    """Return the accuracies of the weights that validation chose, in inference mode.

    Those on training and test images are of samples of so many images, or of all.
    """
    from dlexp import training

    return {
        "validation": history.accuracy["validation"][history.chosen],
        "train": training.score(loop.model, dataset.train.sample(images)),
        "test": training.score(loop.model, dataset.test.sample(images)),
    }


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: [row[name] for row in rows] for name in rows[0]}
