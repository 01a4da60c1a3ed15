"""Pixels as they are, divided by 255, or standardised: which learning rates work for which.

Chapter: book/mnist.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlexp.chapters.mnist.nets import Drawn, draw, perceptron
from dlexp.data import Split
from dlexp.lab.units import Measurement

SCALES = ("divided", "raw", "standardised")
"""Pixels in [0, 1], in [0, 255], and of mean zero and spread one."""

LARGEST_PIXEL = 255

OVERFLOWED = 1e12
"""What stands for a loss that is no finite number, or larger."""


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """One network, three scales of its pixels, and many learning rates."""

    optimizer: str = "sgd"  # by Keras's name
    rates: tuple[float, ...] = tuple(10 ** (k / 2) for k in range(-10, 2))  # half powers of ten
    size: int = 1_000  # training images; which ones, the seed draws
    passes: int = 20  # over them
    batch_size: int = 32  # images per step
    unseen: int = 2_000  # images on which all are scored


def scale(config: Scaling, seed: int) -> Measurement:
    """Train the network with each scale and each rate, from the same first weights."""
    drawn = draw(config.size, config.unseen, seed)
    return Measurement(
        numbers={name: _by_rate(config, scaled(drawn, name), seed) for name in SCALES}
    )


def scaled(drawn: Drawn, name: str) -> Drawn:
    """Return the images with their pixels on one of `SCALES`.

    The mean and the spread are those of all pixels of the images to learn from.

    Raises
    ------
    ValueError
        If the scale is unknown.
    """
    match name:
        case "divided":
            shift, factor = 0.0, 1.0
        case "raw":
            shift, factor = 0.0, float(LARGEST_PIXEL)
        case "standardised":
            pixels = drawn.train.images.astype(np.float64)
            shift, factor = float(pixels.mean()), 1 / float(pixels.std())
        case _:
            raise ValueError(f"`name` must be one of {', '.join(SCALES)}; got {name!r}")

    def moved(part: Split) -> Split:
        return replace(part, images=((part.images - shift) * factor).astype(np.float32))

    return Drawn(moved(drawn.train), moved(drawn.unseen))


def _by_rate(config: Scaling, drawn: Drawn, seed: int) -> dict[str, list[float]]:
    from dlexp import training

    loop = training.Loop(perceptron, drawn.train, optimizer=config.optimizer, seed=seed)
    steps, half = config.size // config.batch_size, config.passes // 2
    names = ("first_loss", "last_loss", "halfway", "accuracy")
    told: dict[str, list[float]] = {name: [] for name in names}
    for rate in config.rates:
        loop.begin(learning_rate=rate)
        rows = training.batches(config.size, config.batch_size, seed=seed)
        losses = []
        for number in range(config.passes):
            losses.append(loop.advance(itertools.islice(rows, steps))[0])
            if number + 1 == half:
                told["halfway"].append(training.score(loop.model, drawn.unseen))
        told["first_loss"].append(losses[0])
        told["last_loss"].append(losses[-1])
        told["accuracy"].append(training.score(loop.model, drawn.unseen))
    return {name: finite(values) for name, values in told.items()}


def finite(values: Sequence[float]) -> list[float]:
    """Return losses with `OVERFLOWED` in place of those that are larger or no number.

    Examples
    --------
    >>> finite([0.5, float("nan")])
    [0.5, 1000000000000.0]
    """
    array: Any = np.nan_to_num(np.array(values), nan=OVERFLOWED, posinf=OVERFLOWED)
    return [float(value) for value in np.minimum(array, OVERFLOWED)]
