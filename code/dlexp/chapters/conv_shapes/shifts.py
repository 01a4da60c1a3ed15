"""Where the windows of strided stacks start, with the zeros of TensorFlow and with half a kernel.

Chapter: book/conv_shapes.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.lab.units import Measurement

STRIDE = 2


@dataclass(frozen=True, kw_only=True)
class Shifting:
    """Random stacks of convolutions with stride two, on images of one column."""

    stacks: int = 30  # of each seed
    deepest: int = 5  # layers, from one up to these
    widest: int = 9  # taps: odd numbers, from three up to these
    cells: tuple[int, int] = (512, 768)  # rows of an image: no field of these stacks is larger


def shift_windows(config: Shifting, seed: int) -> Measurement:
    """Measure by how many rows half a kernel starts earlier, and compare it with the rule.

    Every second stack has an image that can be halved without a rest at each of its layers.
    """
    generator = np.random.default_rng(seed)
    stacks = [_draw(generator, config, even=bool(i % 2)) for i in range(config.stacks)]
    measured = [_start("same", *each) - _start("half", *each) for each in stacks]
    rule = [shift_of(rows, len(kernels)) for rows, kernels in stacks]
    even = [rows % STRIDE ** len(kernels) == 0 for rows, kernels in stacks]
    return Measurement(
        numbers={
            "stacks": len(stacks),
            "differ": sum(a != b for a, b in zip(measured, rule, strict=True)),
            "even": sum(even),
            "even_differ": sum(
                found != STRIDE ** len(kernels) - 1
                for found, (_, kernels), halves in zip(measured, stacks, even, strict=True)
                if halves
            ),
        }
    )


def shift_of(rows: int, layers: int) -> int:
    """Return by how many rows half a kernel starts earlier after some layers with stride two.

    A layer whose map is even starts one cell earlier; a cell is as wide as the strides before it.

    Examples
    --------
    >>> shift_of(28, 1), shift_of(28, 2), shift_of(28, 3), shift_of(224, 5)
    (1, 3, 3, 31)
    """
    total = 0
    for layer in range(layers):
        total += 0 if rows % STRIDE else STRIDE**layer
        rows = -(-rows // STRIDE)
    return total


Stack = tuple[int, Sequence[int]]
"""Rows of the image, and the taps of each layer."""


def _draw(generator: np.random.Generator, config: Shifting, *, even: bool) -> Stack:
    layers = int(generator.integers(1, config.deepest + 1))
    kernels = 2 * generator.integers(1, config.widest // 2 + 1, layers) + 1
    rows = int(generator.integers(*config.cells))
    return rows - rows % STRIDE**layers if even else rows, kernels.tolist()


def _start(padding: str, rows: int, kernels: Sequence[int]) -> int:
    """Return the first row that the middle output depends on, by its gradient; weights are one."""
    import tensorflow as tf

    x = tf.ones((1, rows, 1, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y: Any = x
        for taps in kernels:
            y = _layer(padding, taps)(y)
        middle = y[:, y.shape[1] // 2]
    return int(np.flatnonzero(tape.gradient(middle, x).numpy())[0])


def _layer(padding: str, taps: int) -> Any:
    from keras import Sequential, layers

    rule = "same" if padding == "same" else "valid"
    strided = layers.Conv2D(
        1, (taps, 1), strides=(STRIDE, 1), padding=rule, kernel_initializer="ones"
    )
    zeros = layers.ZeroPadding2D((taps // 2, 0))
    return strided if padding == "same" else Sequential([zeros, strided])
