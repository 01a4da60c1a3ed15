"""A small network and a recipe, one step at a time; and the recipes of the reports, begun.

Chapter: book/convolutional_networks.md. Keras is imported inside the functions.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.chapters.convolutional_networks import nets
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, images_for

if TYPE_CHECKING:
    from dlexp import training

SNAPSHOTS = 20
"""Moments of the second half of a training whose weights are averaged."""

WARM = 0.2
"""Share of the steps in which the rate rises, where it does."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A small network without pooling, and how it is trained."""

    layers: tuple[tuple[int, int, int], ...] = ((16, 5, 2), (32, 3, 2), (64, 3, 1))  # as in nets
    rate: float = 0.001  # of Adam: its largest
    schedule: str = "constant"  # or "falling" along a cosine, or "warm": it rises first
    normalised: bool = False  # whether there is batch normalisation
    batch_size: int = 64  # images per step
    images: int = 19_200  # that are learnt from, all in all; 55,000 are a pass
    averaged: bool = False  # whether the weights of the second half are averaged
    shift: int = 0  # largest shift of the images in training, in pixels
    looked: int = images_for(CHOICE, share=0.95)  # validation images, at the end


def follow(config: Recipe, seed: int) -> Measurement:
    """Follow a recipe to its end and read the test images there."""
    from dlexp import training

    mnist = data.mnist()
    loop = training.Loop(
        lambda: nets.fast(config.layers, normalised=config.normalised, shift=config.shift),
        mnist.train,
        optimizer=_adam(config),
        seed=seed,
    )
    loop.begin()
    weights = [*_advanced(loop, config, seed)]
    if config.averaged:
        loop.model.set_weights([np.mean(each, axis=0) for each in zip(*weights, strict=True)])
    kernel = loop.model.get_weights()[0]
    return Measurement(
        numbers={
            "parameters": int(loop.model.count_params()),
            "validation": training.score(loop.model, mnist.validation.sample(config.looked)),
            "test": training.score(loop.model, mnist.test),
        },
        arrays={"kernel": kernel[:, :, 0]},
    )


def _advanced(loop: training.Loop, config: Recipe, seed: int) -> Iterator[list[Any]]:
    """Train, and yield the weights at some moments of the second half."""
    from dlexp import training

    steps = config.images // config.batch_size
    rows = training.batches(loop.size, config.batch_size, seed=seed)
    stops = np.linspace(steps // 2, steps, (SNAPSHOTS if config.averaged else 1) + 1).astype(int)
    loop.advance(itertools.islice(rows, steps // 2))
    for start, stop in itertools.pairwise(stops.tolist()):
        loop.advance(itertools.islice(rows, stop - start))
        yield loop.model.get_weights()


def _adam(config: Recipe) -> Any:
    from keras import optimizers

    steps = config.images // config.batch_size
    schedule = optimizers.schedules.CosineDecay
    warm = int(WARM * steps)
    rate: Any = {
        "constant": config.rate,
        "falling": schedule(config.rate, steps),
        "warm": schedule(0.0, steps - warm, warmup_target=config.rate, warmup_steps=warm),
    }[config.schedule]
    return optimizers.Adam(rate)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The network of a report, trained as it says, but for a shorter time."""

    report: str = "C"  # whose network: a name of `nets.REPORTED`
    optimizer: str = "adam"  # by Keras's name, with its defaults
    rate: float = 0.001  # of each step
    batch_size: int = 128  # images per step
    steps: int = 150  # 430 are a pass over 55,000 images in steps of 128
    looks: int = 3  # at validation images, evenly spread over the steps
    looked: int = images_for(CHOICE, share=0.95)  # validation images per look


def begin(config: Report, seed: int) -> Measurement:
    """Follow a report's recipe for some steps, watch validation images, and read the test images.

    ``running`` is what Keras prints: each step's accuracy before the step, with dropout.
    """
    from dlexp import training

    mnist = data.mnist()
    watched = mnist.validation.sample(config.looked)
    build = lambda: nets.reported(config.report)  # noqa: E731
    loop = training.Loop(build, mnist.train, optimizer=config.optimizer, seed=seed)
    loop.begin(learning_rate=config.rate)
    rows = training.batches(loop.size, config.batch_size, seed=seed)
    running, validation = [], []
    stops = np.linspace(0, config.steps, config.looks + 1).astype(int)
    for start, stop in itertools.pairwise(stops.tolist()):
        running.append(loop.advance(itertools.islice(rows, stop - start))[1])
        validation.append(training.score(loop.model, watched))
    test = training.score(loop.model, mnist.test)
    return Measurement(numbers={"running": running, "validation": validation, "test": test})
