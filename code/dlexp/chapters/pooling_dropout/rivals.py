"""Dense networks kept from overfitting in several ways, each with several strengths.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.dense import Rates
from dlexp.chapters.pooling_dropout.nets import SIDE, perceptron, with_noisy_pixels
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

INKED = 20
"""Height and width of the middle of an MNIST image, which holds nearly all of the ink."""


@dataclass(frozen=True, kw_only=True)
class Rivalling:
    """One network without anything, and one for each way and strength."""

    hidden: tuple[float, ...] = (0.2, 0.5, 0.8)  # rates of dropout on the hidden units
    pixels: tuple[float, ...] = (0.2, 0.5)  # rates of dropout on the pixels
    decay: tuple[float, ...] = (0.1, 1.0, 10.0)  # of AdamW; times the learning rate, per step
    training: Rates = field(default_factory=Rates)  # of all of them


def rival(config: Rivalling, seed: int) -> Measurement:
    """Train each; give its best validation accuracy, and what it is at that pass.

    All learn from the same images in the same order. ``plain``, ``hidden``, ``pixels`` and
    ``decay`` have ``validation``, ``test`` and ``roughness``, a list each, in the order of the
    strengths; ``untrained`` has the roughness of the first weights of ``plain``.
    """
    from keras import utils

    units = config.training.units
    mnist = data.mnist().subset(config.training.size, seed=seed)
    plain = partial(perceptron, units, 0.0)

    def asked(build: Callable[[], keras.Model], decay: float = 0.0) -> dict[str, float]:
        return _ask(build, decay, mnist, config.training, seed)

    found = {
        "plain": [asked(plain)],
        "hidden": [asked(partial(perceptron, units, rate)) for rate in config.hidden],
        "pixels": [asked(partial(with_noisy_pixels, units, rate)) for rate in config.pixels],
        "decay": [asked(plain, strength) for strength in config.decay],
    }
    numbers: dict[str, Any] = {
        way: {name: [row[name] for row in rows] for name in rows[0]} for way, rows in found.items()
    }
    utils.set_random_seed(seed)
    numbers["untrained"] = roughness(_first_weights(plain()))
    return Measurement(numbers=numbers)


def _ask(
    build: Callable[[], keras.Model], decay: float, mnist: data.Dataset, config: Rates, seed: int
) -> dict[str, float]:
    """Train one network, and look at it as it was after its best pass."""
    from keras import optimizers

    from dlexp import training

    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    # Without decay this is Adam; with it, each step first takes a share of each weight away.
    optimizer = optimizers.AdamW(weight_decay=decay)
    loop = training.Loop(build, mnist.train, optimizer=optimizer, seed=seed)
    history = training.descend(loop, mnist, plan, seed=seed)
    return {
        "validation": max(history.accuracy["validation"]),
        "test": training.score(loop.model, mnist.test),
        "roughness": roughness(_first_weights(loop.model)),
    }


def _first_weights(model: keras.Model) -> Floats:
    weights: Floats = model.get_layer("hidden").get_weights()[0]
    return weights


def roughness(weights: Floats) -> float:
    """Return how much neighbouring weights differ, as a share of the weights' own size.

    Parameters
    ----------
    weights : array of shape (784, units)
        From the pixels of an image. Only the middle counts, 20 by 20 pixels, which holds nearly
        all ink of a digit; neighbours stand side by side or one above the other.

    Examples
    --------
    >>> stripes = np.tile([1.0, -1.0], 392)  # rows are alike, columns are not
    >>> roughness(stripes[:, np.newaxis])
    1.0
    """
    frame = (SIDE - INKED) // 2
    middle = weights.reshape(SIDE, SIDE, -1)[frame:-frame, frame:-frame].astype(np.float64)
    steps = [np.abs(np.diff(middle, axis=axis)).mean() for axis in (0, 1)]
    return round(float(np.mean(steps) / np.abs(middle).mean()), 12)
