"""What a step of training costs, of small networks and of the reports', in processor time.

Chapter: book/convolutional_networks.md. Keras is imported inside the functions.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.chapters.convolutional_networks import nets
from dlexp.chapters.convolutional_networks.recipes import Recipe
from dlexp.clock import seconds
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

TIMED = ("ours", "C", "D", "A", "B", "ours_bfloat16", "C_bfloat16")
"""What is timed: the network of the recipe, those of the reports, and two in half the bits."""

BATCHES = {"C": 128, "D": 32, "A": 64, "B": 64}
"""Images per step, as the reports have them."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Networks that are trained in turn, for a few steps each."""

    rounds: int = 2  # how often each network gets its turn
    seconds: float = 0.1  # processor time of one turn, at least
    size: int = 1_000  # training images


def clock(config: Clock, seed: int) -> Measurement:
    """Time steps of training; the array has seconds per image, of shape (rounds, networks).

    No two runs agree on times, and arrays are not compared by value.
    """
    steps = [_step(name, config, seed) for name in TIMED]
    for step, _ in steps:
        step()  # traces it
    times = [
        [seconds(step, config.seconds) / images for step, images in steps]
        for _ in range(config.rounds)
    ]
    return Measurement(numbers={"networks": list(TIMED)}, arrays={"seconds": np.array(times)})


def _step(name: str, config: Clock, seed: int) -> tuple[Callable[[], object], int]:
    """Return what takes two steps of training, and the images that it learns from."""
    from dlexp import training

    network, _, bits = name.partition("_")
    size = BATCHES.get(network, Recipe().batch_size)
    part = data.mnist().subset(config.size, seed=seed).train
    loop = training.Loop(partial(_built, network, bits), part, optimizer="adam", seed=seed)
    rows = training.batches(loop.size, size, seed=seed)
    return lambda: loop.advance(itertools.islice(rows, 2)), 2 * size


def _built(network: str, bits: str) -> keras.Model:
    """Build a network, its layers but for the last in bfloat16 if so asked."""
    import keras

    keras.config.set_dtype_policy(f"mixed_{bits}" if bits else "float32")
    try:
        if network in nets.REPORTED:
            return nets.reported(network)
        return nets.fast(Recipe().layers, normalised=True, shift=0)
    finally:
        keras.config.set_dtype_policy("float32")
