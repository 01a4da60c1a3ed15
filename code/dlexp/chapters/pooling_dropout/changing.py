"""How far layers are from following a shift by one pixel; nothing is trained.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout import commuting
from dlexp.chapters.pooling_dropout.nets import CANVAS, SIDE
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Changing:
    """How layers are asked what a shift by one pixel, to the right, leaves unexplained."""

    images: int = 200  # of the test set; each seed has others
    filters: int = 4  # of each convolution


def change(config: Changing, seed: int) -> Measurement:
    """Compare the map of a shifted digit with the old map, moved, for each layer of `commute`.

    ``whole`` moves the old map by no cell or by one, whichever fits an image better; ``part``
    moves it by the part of a cell that a pixel is, see `moved_by_part`. Both are mean absolute
    differences, as shares of the old map's mean.
    """
    from keras import utils

    utils.set_random_seed(seed)
    rows = slice(seed * config.images, (seed + 1) * config.images)  # no digit has two seeds
    digits = np.rint(255 * data.mnist().test.sample(rows.stop).images[rows])
    margin = (CANVAS - SIDE) // 2
    canvas = np.pad(digits, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    left = {}
    for name, steps in commuting._stacks(config.filters).items():
        maps = (commuting._through(steps, x) for x in (canvas, np.roll(canvas, 1, axis=2)))
        old, new = (values.astype(np.float64) for values in maps)
        gaps = [np.abs(np.roll(old, by, axis=2) - new).mean(axis=(1, 2, 3)) for by in (0, 1)]
        step = CANVAS // old.shape[2]
        shares = {
            "whole": np.minimum(*gaps).mean() / old.mean(),
            "part": np.abs(moved_by_part(old, step) - new).mean() / old.mean(),
        }
        left[name] = {key: round(float(value), 12) for key, value in shares.items()}
    return Measurement(numbers={"images": len(canvas), "left": left})


def moved_by_part(maps: Floats, step: int) -> Floats:
    """Return maps moved to the right by one ``step``-th of a cell, by mixing neighbours.

    Parameters
    ----------
    maps : array of shape (n, H, W, C)
        A map of one cell has nowhere to go, and stays.
    step : int
        Pixels from one cell to the next.

    Examples
    --------
    >>> moved_by_part(np.array([4.0, 0, 0]).reshape(1, 1, 3, 1), 2).ravel()
    array([2., 2., 0.])
    """
    return np.asarray(maps + (np.roll(maps, 1, axis=2) - maps) / step)
