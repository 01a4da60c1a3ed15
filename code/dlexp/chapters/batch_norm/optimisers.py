"""Dense nets at each learning rate, under optimisers that are more than plain descent.

Chapter: book/batch_norm.md. Each seed draws the training images that it draws for plain descent
in rates.py; validation chooses the rate, and the net at that rate is asked for test images once.
A pilot of one other seed placed the rates. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.chapters.batch_norm.nets import WITH, nets, network, normal
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    import keras

ADAM, MOMENTUM = "adam", "momentum"


@dataclass(frozen=True, kw_only=True)
class Optimisers:
    """Dense nets at each rate of two optimisers."""

    adam: tuple[float, ...] = (3e-4, 1e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0)  # rates
    momentum: tuple[float, ...] = (0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 1.0, 3.0)  # rates
    kept: float = 0.9  # share of the last step that momentum repeats
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    statistics_size: int = 1_000  # training images that give the statistics computed anew
    looked: int = images_for(CHOICE, share=0.95)  # validation images that choose
    tested: int = images_for(REPORT, share=0.95)  # test images


def optimisers(config: Optimisers, seed: int) -> Measurement:
    """Train dense nets with and without normalisation at every rate of both optimisers."""
    import keras

    dataset = drawn(config, seed)
    makers: dict[str, tuple[Callable[[], Any], tuple[float, ...]]] = {
        ADAM: (keras.optimizers.Adam, config.adam),
        MOMENTUM: (lambda: keras.optimizers.SGD(momentum=config.kept), config.momentum),
    }
    return Measurement(
        numbers={
            f"{optimiser}_{net}": _swept(build, make(), rates, dataset, config, seed, net == WITH)
            for optimiser, (make, rates) in makers.items()
            for net, build in nets("dense").items()
        }
    )


def _swept(
    build: Callable[[], keras.Model], optimiser: Any, rates: tuple[float, ...],
    dataset: data.Dataset, config: Optimisers, seed: int, normalised: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return, for each kind of statistics, the ends at each rate, the best rate and its test."""
    from dlexp import training

    loop = training.Loop(build, dataset.train, optimizer=optimiser, seed=seed)
    scores: dict[str, Callable[[data.Split], float]] = {
        "in_use": lambda part: training.score(loop.model, part)
    }
    if normalised:
        scores["anew"] = _anew(loop.model, dataset.train.images[: config.statistics_size])
    ends: dict[str, list[float]] = {name: [] for name in scores}
    states = []
    for rate in rates:
        loop.begin(learning_rate=rate)
        loop.advance(
            islice(training.batches(loop.size, config.batch_size, seed=seed), config.steps)
        )
        states.append(loop.model.get_weights())
        for name, score in scores.items():
            ends[name].append(round(score(dataset.validation), 4))
    numbers: dict[str, Any] = {}
    for name, score in scores.items():
        best = int(np.argmax(ends[name]))
        loop.model.set_weights(states[best])
        test = score(dataset.test.sample(config.tested))
        numbers[name] = {"validation": ends[name], "rate": rates[best], "test": test}
    return numbers


def _anew(model: keras.Model, images: Any) -> Callable[[data.Split], float]:
    """Return what scores a model with the statistics of these images for the running ones."""
    import tensorflow as tf

    from dlexp import training

    twin = network("dense", normal(momentum=0.0))  # it keeps nothing of older statistics
    see = tf.function(lambda seen: twin(seen, training=True))

    def score(part: data.Split) -> float:
        twin.set_weights(model.get_weights())
        see(tf.constant(images))
        return training.score(twin, part)

    return score
