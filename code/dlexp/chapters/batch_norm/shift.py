"""Dense nets followed through a longer training: what they reach, and how their inside moves.

Chapter: book/batch_norm.md. About the internal covariate shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.by_hand import Kind, Net, train
from dlexp.chapters.batch_norm.nets import WITH, WITHOUT
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, images_for

AFTER, UNSTEADY = "after", "unsteady"
"""Nets: normalised behind the ReLU; normalised, and given other means and spreads each step."""


@dataclass(frozen=True, kw_only=True)
class Courses:
    """Dense nets that are followed through a longer training."""

    learning_rate: float = 0.3  # of plain descent
    most: float = 1.0  # the largest random shift of a channel, in spreads
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 1_560  # ten epochs in all
    check_every: int = 78  # steps between two looks
    fixed: int = 500  # training images whose inner values are followed
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look


def courses(config: Courses, seed: int) -> Measurement:
    """Follow dense nets without normalisation, with it, with it moved, and with it disturbed."""
    kinds = {
        WITH: Kind(),
        WITHOUT: Kind(normalised=False),
        AFTER: Kind(behind=True),
        UNSTEADY: Kind(most=config.most),
    }
    return Measurement(numbers={name: _course(kind, config, seed) for name, kind in kinds.items()})


def _course(kind: Kind, config: Courses, seed: int) -> dict[str, Any]:
    """Return the accuracy and the shift at each look, and what the net reached in the end."""
    dataset = drawn(config, seed)
    net, looked = Net(kind, seed), dataset.validation
    fixed = dataset.train.images[: config.fixed]
    accuracies, shifts = [], []
    for step in train(
        net, dataset.train, steps=config.steps, batch_size=config.batch_size,
        rate=config.learning_rate, seed=seed,
    ):  # fmt: skip
        if (step + 1) % config.check_every == 0:
            before = net.hidden(fixed)
        if step % config.check_every == 0:
            accuracies.append(net.accuracy(looked.images, looked.labels))
            shifts.append(_shift(before, net.hidden(fixed)))
    parts = {"train": dataset.train, "test": dataset.test}
    ends = {name: net.accuracy(part.images, part.labels) for name, part in parts.items()}
    return {"validation": accuracies, "shift": shifts, **ends}


def _shift(before: Floats, after: Floats) -> float:
    """Return how far the means of the channels moved, as a share of their spreads.

    The root of the mean square over the channels that are not always zero.
    """
    spread = before.std(axis=0)
    alive = spread > 0
    moved = (after.mean(axis=0) - before.mean(axis=0))[alive] / spread[alive]
    return float(np.sqrt(np.mean(moved.astype(np.float64) ** 2)))
