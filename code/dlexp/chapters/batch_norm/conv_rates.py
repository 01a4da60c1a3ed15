"""Convolutional nets at each learning rate, trained by Keras.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.chapters.batch_norm.nets import WITH, nets, network, normal
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class ConvRates:
    """Convolutional nets at each learning rate."""

    rates: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0, 3.0)  # of plain descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    check_every: int = 12  # steps between two looks at the validation images
    statistics_size: int = 1_000  # training images that give the statistics computed anew
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def conv_rates(config: ConvRates, seed: int) -> Measurement:
    """Train convolutional nets with and without normalisation at every rate."""
    dataset = drawn(config, seed)
    return Measurement(
        numbers={
            f"conv_{name}": _swept(build, dataset, config, seed, normalised=name == WITH)
            for name, build in nets("conv").items()
        }
    )


def _swept(
    build: Callable[[], keras.Model],
    dataset: data.Dataset,
    config: ConvRates,
    seed: int,
    *,
    normalised: bool,
) -> dict[str, Any]:
    """Return the validation accuracies at each rate and look, and the others at the best end."""
    from dlexp import training

    loop = training.Loop(build, dataset.train, seed=seed)
    anew = _anew(dataset, config) if normalised else None
    numbers: dict[str, Any] = {"path": []} | ({"anew": []} if normalised else {})
    ends, weights = [], []
    for rate in config.rates:
        loop.begin(learning_rate=rate)
        rows = training.batches(len(dataset.train), config.batch_size, seed=seed)
        path, fresh = [], []
        for start, stop in pairwise((*range(0, config.steps, config.check_every), config.steps)):
            loop.advance(islice(rows, stop - start))
            path.append(training.score(loop.model, dataset.validation))
            if anew is not None:
                fresh.append(training.score(anew(loop.model), dataset.validation))
        numbers["path"].append([round(value, 4) for value in path])
        if normalised:
            numbers["anew"].append([round(value, 4) for value in fresh])
        ends.append(path[-1])
        weights.append(loop.model.get_weights())
    best = int(np.argmax(ends))
    loop.model.set_weights(weights[best])
    parts = {name: getattr(dataset, name).sample(config.tested) for name in ("train", "test")}
    scores = {name: training.score(loop.model, part) for name, part in parts.items()}
    return {"validation": ends, "rate": config.rates[best], **numbers, **scores}


def _anew(dataset: data.Dataset, config: ConvRates) -> Callable[[keras.Model], keras.Model]:
    """Return what gives a net's twin: the same weights, with statistics of training images."""
    import tensorflow as tf

    twin = network("conv", normal(momentum=0.0))  # it keeps nothing of older statistics
    see = tf.function(lambda images: twin(images, training=True))
    images = tf.constant(dataset.train.images[: config.statistics_size])

    def of(model: keras.Model) -> keras.Model:
        twin.set_weights(model.get_weights())
        see(images)
        return twin

    return of
