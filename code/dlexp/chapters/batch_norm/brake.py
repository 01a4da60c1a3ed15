"""Dense nets whose kernels may grow, or may not, at learning rates that are high.

Chapter: book/batch_norm.md. Before a normalisation, the length of a unit's weights does not change
what comes out; it divides the gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.by_hand import Kind, Net, train
from dlexp.chapters.batch_norm.learners import anew
from dlexp.chapters.batch_norm.trainings import drawn
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, images_for

FREE, HELD = "free", "held"
"""Nets: as they are; each unit's weights brought back to their first length after each step."""


@dataclass(frozen=True, kw_only=True)
class Brakes:
    """Normalised dense nets at high rates."""

    rates: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0)  # of plain descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    statistics_size: int = 1_000  # training images that give the statistics computed anew
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look


def brakes(config: Brakes, seed: int) -> Measurement:
    """Train at each rate a net whose weights may grow, and one whose weights keep their length."""
    dataset = drawn(config, seed)
    numbers: dict[str, Any] = {}
    for name in (FREE, HELD):
        rows = [_trained(dataset, config, rate, seed, held=name == HELD) for rate in config.rates]
        numbers[name] = {key: [row[key] for row in rows] for key in rows[0]}
    return Measurement(numbers=numbers)


def _trained(
    dataset: data.Dataset, config: Brakes, rate: float, seed: int, *, held: bool
) -> dict[str, float]:
    """Return the validation accuracy with statistics computed anew, and how weights have grown.

    The growth is the length of a hidden unit's weights at the end, as a multiple of the first one,
    median over the units.
    """
    net = Net(Kind(), seed)
    first = [_lengths(layer.kernel) for layer in net.layers[:-1]]
    for _ in train(
        net, dataset.train, steps=config.steps, batch_size=config.batch_size, rate=rate, seed=seed
    ):
        if held:
            for layer, length in zip(net.layers, first, strict=False):
                layer.kernel *= length / _lengths(layer.kernel)
    growth = [
        _lengths(layer.kernel) / length for layer, length in zip(net.layers, first, strict=False)
    ]
    twin = anew(net, dataset.train.images[: config.statistics_size])
    looked = dataset.validation
    return {
        "validation": twin.accuracy(looked.images, looked.labels),
        "growth": float(np.median(growth)),
    }


def _lengths(kernel: Floats) -> Floats:
    """Return the length of the weights of each unit, of shape (units,)."""
    lengths: Floats = np.sqrt((kernel**2).sum(axis=0))
    return lengths
