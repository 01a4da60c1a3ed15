"""Dense and convolutional nets at each learning rate.

Chapter: book/batch_norm.md. Each seed draws its training images; validation chooses the rate, and
the net at that rate is asked for test images once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from dlexp import data
from dlexp.chapters.batch_norm.learners import Convolutional, Dense, Learner
from dlexp.chapters.batch_norm.nets import WITH, WITHOUT, nets
from dlexp.chapters.batch_norm.sweep import KINDS
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Nets at each learning rate."""

    rates: tuple[float, ...] = (0.03, 0.1, 0.3, 0.5, 0.7, 1.0, 3.0, 10.0)  # of plain descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    check_every: int = 12  # steps between two looks at the validation images
    statistics_size: int = 1_000  # training images that give the statistics computed anew
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test images


@dataclass(frozen=True, kw_only=True)
class ConvRates(Rates):
    """The same of convolutional nets, which take five times as long."""

    rates: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 1.0)  # of plain descent


def dense_rates(config: Rates, seed: int) -> Measurement:
    """Train dense nets with and without normalisation at every rate."""
    dataset = drawn(config, seed)
    learners = {
        f"dense_{name}": Dense(KINDS[name], dataset.train, seed) for name in (WITHOUT, WITH)
    }
    return Measurement(
        numbers={name: _swept(learner, dataset, config) for name, learner in learners.items()}
    )


def conv_rates(config: ConvRates, seed: int) -> Measurement:
    """Train convolutional nets with and without normalisation at every rate."""
    dataset = drawn(config, seed)
    learners = {
        f"conv_{name}": Convolutional(build, dataset.train, seed)
        for name, build in nets("conv").items()
    }
    return Measurement(
        numbers={name: _swept(learner, dataset, config) for name, learner in learners.items()}
    )


def _swept(learner: Learner, dataset: data.Dataset, config: Rates) -> dict[str, Any]:
    """Return, for each kind of statistics, the paths at each rate, the best rate and its test."""
    images = dataset.train.images[: config.statistics_size]
    scores: dict[str, Callable[[data.Split], float]] = {"in_use": learner.accuracy}
    if learner.normalised:
        scores["anew"] = lambda part: learner.accuracy_anew(part, images)
    paths: dict[str, list[list[float]]] = {name: [] for name in scores}
    states = []
    for rate in config.rates:
        learner.begin(rate, config.batch_size, config.steps)
        for path in paths.values():
            path.append([])
        for start, stop in pairwise((*range(0, config.steps, config.check_every), config.steps)):
            learner.advance(stop - start)
            for name, score in scores.items():
                paths[name][-1].append(round(score(dataset.validation), 4))
        states.append(learner.state())
    numbers: dict[str, Any] = {}
    for name, score in scores.items():
        best = int(np.argmax([path[-1] for path in paths[name]]))
        learner.restore(states[best])
        test = score(dataset.test.sample(config.tested))
        numbers[name] = {"path": paths[name], "rate": config.rates[best], "test": test}
    return numbers
