"""What is handed to all who are timed, in single precision.

Chapter: book/by_hand_costs.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats

EPSILON = 1e-3  # of batch normalisation, everywhere
POOL = 2  # cells that a window is high and wide, and that it moves


@dataclass(frozen=True, kw_only=True)
class Turns:
    """What is computed, and how often it gets its turn at the clock."""

    images: int = 64  # per batch, and sequences per batch
    size: int = 28  # height and width of an image, and steps of a sequence
    channels: int = 8  # of an image
    filters: int = 16  # of the convolution, and channels of what is normalised
    pooled: int = 32  # channels of what is pooled
    taps: int = 3  # height and width of the kernel
    features: int = 28  # of each step
    units: int = 56  # of the LSTM
    maps: int = 64  # channels of what Grad-CAM explains
    coarse: int = 7  # height and width of those
    rounds: int = 5  # turns of each
    seconds: float = 0.008  # processor time of a turn, at least
    tolerance: float = 1e-4  # what is rounding, as a share of the largest value


class Convolving(NamedTuple):
    """Images, kernel, bias, and the gradient that arrives."""

    x: Floats
    kernel: Floats
    bias: Floats
    upstream: Floats


class Recurring(NamedTuple):
    """Sequences, the weights as Keras keeps them, and the gradient that arrives."""

    x: Floats
    kernel: Floats
    recurrent: Floats
    bias: Floats
    upstream: Floats


def convolving(config: Turns, seed: int) -> Convolving:
    """Return images and what else a convolution that keeps their size takes."""
    batch, n, c, f, k = config.images, config.size, config.channels, config.filters, config.taps
    shapes = ((batch, n, n, c), (k, k, c, f), (f,), (batch, n, n, f))
    return Convolving(*_drawn(seed, *shapes))


def pooling(config: Turns, seed: int) -> tuple[Floats, Floats]:
    """Return images and the gradient for what is pooled of them."""
    batch, n, f = config.images, config.size, config.pooled
    x, upstream = _drawn(seed, (batch, n, n, f), (batch, n // POOL, n // POOL, f))
    return x, upstream


def normalising(config: Turns, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return images, scale, shift, and the gradient that arrives."""
    shape, f = (config.images, config.size, config.size, config.filters), config.filters
    x, gamma, beta, upstream = _drawn(seed, shape, (f,), (f,), shape)
    return x, gamma, beta, upstream


def recurring(config: Turns, seed: int) -> Recurring:
    """Return sequences, and weights that are small enough for the gates to move."""
    batch, steps, d, n = config.images, config.size, config.features, config.units
    shapes = ((batch, steps, d), (d, 4 * n), (n, 4 * n), (4 * n,), (batch, steps, n))
    x, kernel, recurrent, bias, upstream = _drawn(seed, *shapes)
    return Recurring(x, kernel / 10, recurrent / 10, bias, upstream)


def explaining(config: Turns, seed: int) -> tuple[Floats, Floats]:
    """Return what the last convolution of a net gives, and a logit's gradients for it."""
    shape = (config.images, config.coarse, config.coarse, config.maps)
    activations, gradients = _drawn(seed, shape, shape)
    return np.abs(activations), gradients


def _drawn(seed: int, *shapes: tuple[int, ...]) -> list[Floats]:
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape).astype(np.float32) for shape in shapes]
