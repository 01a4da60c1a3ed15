"""Measure two controls over the longer distance: a GRU with open gates, and deeper convolutions.

Chapter: book/rnn_vs_cnn.md. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp.chapters.rnn_vs_cnn import nets, sizes
from dlexp.chapters.rnn_vs_cnn.memory import trained
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

DEEPER = nets.Stack(
    kernel=2, strides=(1,) * 6, dilations=(1, 2, 4, 8, 16, 32), padding="causal", reading="last"
)
"""The dilated stack of `nets.STACKS` with one more layer: its last output sees 64 steps."""

KINDS: dict[str, str | nets.Stack] = {"gru_open": "gru", "deeper": DEEPER}
"""In ``gru_open``, the update gates start at the bias `nets.OPEN`: they keep nearly all."""


@dataclass(frozen=True, kw_only=True)
class Further:
    """A net that names, at the end of a sequence, its first symbol; otherwise as `Recalls`."""

    kind: str  # a key of `KINDS`
    rate: float  # of Adam
    epochs: int  # passes over the sequences
    distance: int = 47  # steps from the first symbol to the last
    clip: float = 1.0  # largest norm of all gradients together
    symbols: int = 8  # chance is right in one of so many cases
    sizes: tuple[int, int, int] = (4_000, 500, 2_000)  # sequences to train, validate and test
    batch_size: int = 64  # sequences per step
    budget: int = 4_000  # parameters, within a twentieth


def furthers(config: Further, seed: int) -> Measurement:
    """Train a net as `memory.gated` trains the GRU with Keras's start."""
    _, _, numbers = trained(config, lambda: built(config), seed)
    return Measurement(numbers=numbers)


def built(config: Further) -> keras.Model:
    """Return the net of a configuration, its weights from Keras's current seed."""
    from keras import Sequential, layers

    net, shape = KINDS[config.kind], (config.distance + 1, config.symbols)
    width = sizes.nearest_width(net, shape, config.symbols, config.budget)
    if isinstance(net, nets.Stack):
        body = [*nets.convolutions(net, width), *nets._reading(net)]
    else:
        body = [nets.recurrent_layer(net, width, bias_initializer=open_update)]
    return nets._plain(Sequential([layers.Input(shape), *body, layers.Dense(config.symbols)]))


def open_update(shape: tuple[int, int], dtype: Any = None) -> NDArray[np.float32]:  # noqa: ARG001
    """Return the biases of a GRU of Keras, for the input and for the state, its gates open.

    Examples
    --------
    >>> open_update((2, 6))  # update, reset, candidate
    array([[5., 5., 0., 0., 0., 0.],
           [0., 0., 0., 0., 0., 0.]], dtype=float32)
    """
    biases = np.zeros((2, 3, shape[1] // 3), np.float32)
    biases[0, 0] = nets.OPEN
    return biases.reshape(shape)
