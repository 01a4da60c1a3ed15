"""Dense nets followed through a longer training: what they reach, and how their inside moves.

Chapter: book/batch_norm.md. About the internal covariate shift.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.nets import _columns, nets, network
from dlexp.chapters.batch_norm.others import AFTER, UNSTEADY, behind, unsteady
from dlexp.chapters.batch_norm.trainings import drawn, reported
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Courses:
    """Dense nets that are followed through a longer training."""

    learning_rate: float = 0.3  # of plain descent; what validation chose most often in `Rates`
    most: float = 1.0  # the largest random shift of a channel, in spreads; see `unsteady`
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 1_560  # ten epochs in all
    check_every: int = 78  # steps between two looks
    fixed: int = 500  # training images whose inner values are followed
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def courses(config: Courses, seed: int) -> Measurement:
    """Follow dense nets without normalisation, with it, with it moved, and with it disturbed."""
    builds = {
        **nets("dense"),
        AFTER: behind,
        UNSTEADY: partial(network, "dense", unsteady(config.most)),
    }
    return Measurement(numbers={name: _course(each, config, seed) for name, each in builds.items()})


def _course(build: Callable[[], keras.Model], config: Courses, seed: int) -> dict[str, Any]:
    """Return the accuracies and the shift at each look, and the accuracies at the end."""
    from dlexp import training

    dataset = drawn(config, seed)
    loop = training.Loop(build, dataset.train, seed=seed)
    loop.begin(learning_rate=config.learning_rate)
    rows = training.batches(loop.size, config.batch_size, seed=seed)
    watch = _Watch(loop.model, dataset.train.images[: config.fixed])
    looks = []
    for _ in range(config.steps // config.check_every):
        loss, _ = loop.advance(islice(rows, config.check_every - 1))
        before = watch.inner()
        loop.advance(islice(rows, 1))
        looks.append(
            {
                "validation": training.score(loop.model, dataset.validation),
                "loss": loss,
                "shift": _shift(before, watch.inner()),
            }
        )
    return {**_columns(looks), "end": reported(loop, dataset, config.tested)}


class _Watch:
    """The values that reach the last hidden layer, in training mode, for the same images."""

    def __init__(self, model: keras.Model, images: NDArray[np.float32]) -> None:
        from keras import Model, layers

        hidden = [layer for layer in model.layers if isinstance(layer, layers.ReLU)]
        self._model, self._images = model, images
        self._inner = Model(model.inputs, hidden[-2].output)

    def inner(self) -> Floats:
        """Return them, of shape (values, channels), and leave the running statistics alone."""
        weights = self._model.get_weights()
        values = np.asarray(self._inner(self._images, training=True))
        self._model.set_weights(weights)
        return values.reshape(-1, values.shape[-1])


def _shift(before: Floats, after: Floats) -> float:
    """Return how far the means of the channels moved, as a share of their spreads.

    The root of the mean square over the channels that are not always zero.
    """
    spread = before.std(axis=0)
    alive = spread > 0
    moved = (after.mean(axis=0) - before.mean(axis=0))[alive] / spread[alive]
    return float(np.sqrt(np.mean(moved**2)))
