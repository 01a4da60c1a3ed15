"""Layers that are asked whether a shift before them is a shift after them; nothing is trained.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.nets import CANVAS, SIDE, blurred
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Commuting:
    """How layers are asked whether they commute with a shift."""

    images: int = 200  # of the test set; each seed has others
    filters: int = 4  # of each convolution; whole numbers in its kernel keep sums exact
    shifts: tuple[int, ...] = (1, 2, 3, 4)  # pixels to the right


def commute(config: Commuting, seed: int) -> Measurement:
    """Count the images for which a shift before a layer is no shift after it; nothing is rounded.

    ``another`` counts images whose new map is not the old one moved as far as the image,
    ``no_shift`` those where it is not the old one moved by any whole number of cells up to that,
    ``changed`` those where it is not the old one as it was.
    """
    from keras import utils

    utils.set_random_seed(seed)
    rows = slice(seed * config.images, (seed + 1) * config.images)  # no digit has two seeds
    digits = np.rint(255 * data.mnist().test.sample(rows.stop).images[rows])
    margin = (CANVAS - SIDE) // 2
    canvas = np.pad(digits, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    found: dict[str, Any] = {}
    for name, steps in _stacks(config.filters).items():
        still = _through(steps, canvas)
        shifted = [_through(steps, np.roll(canvas, by, axis=2)) for by in config.shifts]
        found[name] = {
            "another": [
                _count_changed(np.roll(still, by, axis=2), other)
                for other, by in zip(shifted, config.shifts, strict=True)
            ],
            "no_shift": [
                _count_no_shift(still, other, by)
                for other, by in zip(shifted, config.shifts, strict=True)
            ],
            "changed": [_count_changed(still, other) for other in shifted],
        }
    return Measurement(numbers={"images": len(canvas), "layers": found})


def _stacks(filters: int) -> dict[str, list[Any]]:
    """Return the layers that are asked, with kernels of whole numbers from -2 to 2."""
    from keras import layers

    def convolution(stride: int = 1) -> Any:
        return layers.Conv2D(
            filters,
            3,
            strides=stride,
            padding="same",
            activation="relu",
            kernel_initializer=_whole_numbers,
        )

    two_blocks = [convolution(), layers.MaxPooling2D(2), convolution(), layers.MaxPooling2D(2)]
    return {
        "convolution": [convolution()],
        "convolution, stride 2": [convolution(stride=2)],
        "average pooling": [layers.AveragePooling2D(2)],
        "max pooling": [layers.MaxPooling2D(2)],
        "max pooling, blurred": blurred(),
        "two blocks": two_blocks,
        "two blocks, global max": [*two_blocks, layers.GlobalMaxPooling2D(keepdims=True)],
        "three convolutions, global max": [
            *two_blocks,
            convolution(),
            layers.GlobalMaxPooling2D(keepdims=True),
        ],
    }


def _whole_numbers(shape: Sequence[int], dtype: str | None = None) -> Any:
    from keras import ops, random

    return ops.cast(random.randint(shape, -2, 3), dtype or "float32")


def _through(steps: Sequence[Any], x: Floats) -> Floats:
    values: Any = x
    for step in steps:
        values = step(values)
    return np.asarray(values)


def _count_no_shift(still: Floats, shifted: Floats, most: int) -> int:
    """Count the images for which no number of cells, up to the pixels, explains the new map."""
    explained = np.zeros(len(still), bool)
    for cells in range(most + 1):
        explained |= (np.roll(still, cells, axis=2) == shifted).all(axis=(1, 2, 3))
    return int((~explained).sum())


def _count_changed(still: Floats, shifted: Floats) -> int:
    return int((still != shifted).any(axis=(1, 2, 3)).sum())
