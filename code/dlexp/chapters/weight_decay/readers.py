"""What claims and pages read in the records of the chapter, by the names that they use.

Chapter: book/weight_decay.md. Arrays have the seeds first.
"""

from dataclasses import replace

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.weight_decay import measure
from dlexp.chapters.weight_decay.adaptive import adapt
from dlexp.chapters.weight_decay.trainings import Training, train
from dlexp.lab.runs import Runs

HELD = 3e-3
"""The strength where images are few; a pilot on two seeds had the lowest validation loss there."""

DROPPED = 0.5
"""The dropout that it is compared with."""

IMAGES, LOOKS = measure.FEW.size, measure.FEW.looks
"""Training images where they are few, and how often validation is looked at."""

CHANGES = {
    "activation": "tanh, not ReLU",
    "size": "60,000 images",
    "falls": "the rate stays",
    "batch_size": "256 images a step",
    "output_too": "penalty on logits too",
    "initializer": "He's first weights",
}
"""The factors by the setting that they change, in the words of the page."""

ONLY_DRAWN = "output_too"
"""A factor that the figure shows, and no claim asks about."""


def alike(runs: Runs, config: Training) -> Runs:
    """Return the trainings of one configuration."""
    return runs.of(train, config)


def recipe(runs: Runs) -> Runs:
    """Return the trainings by report C's recipe."""
    return alike(runs, measure.RECIPE)


def swept(runs: Runs, l2: float) -> Runs:
    """Return the trainings on all images with so strong a penalty."""
    return alike(runs, replace(measure.BASE, l2=l2))


def changed(runs: Runs) -> dict[str, Runs]:
    """Return the trainings in which one thing is changed, by the setting that is."""
    return {
        name: alike(runs, config) for name, config in zip(CHANGES, measure.FACTORS, strict=True)
    }


def few(runs: Runs, *, l2: float = 0.0, dropout: float = 0.0) -> Runs:
    """Return the trainings on few images."""
    return alike(runs, replace(measure.FEW, l2=l2, dropout=dropout))


def adaptive(runs: Runs) -> Runs:
    """Return the trainings with Adam, each of which has a row for each strength."""
    return runs.of(adapt, measure.ADAPTIVE)


def best_of_adam(trained: Runs) -> tuple[int, int]:
    """Return which rows have the penalty and the decay of the lowest validation loss."""
    ends = trained.numbers("loss")[:, :, -1].mean(axis=0)
    split = 1 + len(measure.ADAPTIVE.penalties)
    return 1 + int(ends[1:split].argmin()), split + int(ends[split:].argmin())


def base(runs: Runs) -> Runs:
    """Return the trainings that each factor changes in one thing."""
    return alike(runs, measure.BASE)


def slope_free(config: Training) -> float:
    """Return what share of itself a weight keeps that has no slope but the penalty's.

    Examples
    --------
    >>> round(slope_free(Training(size=100, batch_size=10, passes=1, rate=0.5, l2=0.1)), 3)
    0.565
    """
    steps = config.passes * (config.size // config.batch_size)
    falling = 1 - np.arange(steps) / steps
    rates = config.rate * (falling if config.falls else np.ones(steps))
    return float(np.prod(1 - 2 * rates * config.l2))


def gain(runs: Runs, other: Runs) -> Floats:
    """Return how much more of the test images are right than in the base, seed by seed."""
    before = base(runs).numbers("last", "accuracy")
    return np.asarray(other.numbers("last", "accuracy") - before)


def penalty(trained: Runs, *where: str) -> Floats:
    """Return the penalty that the loss had, by the sum of squares that is found there."""
    return np.asarray(trained.config["l2"] * trained.numbers(*where, "squares"))
