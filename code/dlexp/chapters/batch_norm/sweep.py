"""Dense nets, trained in NumPy: from small first weights, and image by image.

Chapter: book/batch_norm.md. Each seed draws its training images; validation chooses the rate, and
a net is asked for test images once, when all is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand import batch_norm as byhand
from dlexp.chapters.batch_norm.by_hand import Kind, Net, train
from dlexp.chapters.batch_norm.nets import WITH, WITHOUT
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

SINGLE = "single"
"""The net whose examples are normalised each by itself, over the units of a layer."""

KINDS = {WITHOUT: Kind(normalised=False), WITH: Kind(), SINGLE: Kind(single=True)}


def descend(
    net: Net, dataset: data.Dataset, *, steps: int, batch_size: int, rate: float, every: int,
    seed: int,
) -> list[float]:  # fmt: skip
    """Train a net, and return its validation accuracy at each look; the last step has one."""
    path = []
    for step in train(net, dataset.train, steps=steps, batch_size=batch_size, rate=rate, seed=seed):
        if step % every == 0 or step == steps:
            path.append(net.accuracy(dataset.validation.images, dataset.validation.labels))
    return path


def reported(net: Net, dataset: data.Dataset, images: int) -> dict[str, float]:
    """Return the accuracies of a net on samples of training and of test images."""
    parts = {"train": dataset.train.sample(images), "test": dataset.test.sample(images)}
    return {name: net.accuracy(part.images, part.labels) for name, part in parts.items()}


# --- Plateaus -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Plateaus:
    """Nets from small first weights, trained for long."""

    # Each net by its epsilon, or without normalisation, and the spread of its first weights.
    starts: tuple[tuple[str, float], ...] = ((WITHOUT, 0.01), ("0.001", 1e-4), ("0.001", 1e-6))
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 6_000  # in all
    check_every: int = 200  # steps between two looks at the validation images
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look


def plateaus(config: Plateaus, seed: int) -> Measurement:
    """Follow nets that learn nothing in a few hundred steps, for many more."""
    dataset = drawn(config, seed)
    kinds = {WITHOUT: Kind(normalised=False), f"{byhand.KERAS.epsilon:g}": Kind()}
    numbers = {
        f"{name} from {scale:g}": descend(
            Net(kinds[name], seed, scale), dataset, steps=config.steps,
            batch_size=config.batch_size, rate=config.learning_rate, every=config.check_every,
            seed=seed,
        )
        for name, scale in config.starts
    }  # fmt: skip
    return Measurement(numbers=numbers)


# --- Batches of one -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ones:
    """Dense nets that learn from one image at a time."""

    rates: tuple[float, ...] = (0.003, 0.01, 0.03)  # of plain descent; validation chooses
    train_size: int = 1_200  # training images, drawn by the seed
    steps: int = 2_400  # two epochs in all
    looked: int = images_for(CHOICE, share=0.95)  # validation images that choose
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def ones(config: Ones, seed: int) -> Measurement:
    """Train dense nets in batches of one: without normalisation, over the batch, over the units."""
    dataset = drawn(config, seed)
    numbers = {name: _best(kind, dataset, config, seed) for name, kind in KINDS.items()}
    return Measurement(numbers=numbers)


def _best(kind: Kind, dataset: data.Dataset, config: Ones, seed: int) -> dict[str, Any]:
    """Return the accuracies at the rate that validation chose, and a running deviation.

    The median over the first layer's units of the root of the running variance.
    """
    nets = [Net(kind, seed) for _ in config.rates]
    ends = [
        descend(
            net, dataset, steps=config.steps, batch_size=1, rate=rate, every=config.steps, seed=seed
        )
        for net, rate in zip(nets, config.rates, strict=True)
    ]
    net = nets[ends.index(max(ends))]
    deviation = float(np.sqrt(np.median(net.layers[0].variance)))
    return {"deviation": deviation, **reported(net, dataset, config.tested)}
