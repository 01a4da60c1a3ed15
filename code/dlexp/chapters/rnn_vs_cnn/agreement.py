"""Hold hand-written layers and their gradients to layers of Keras, drawn at random.

Chapter: book/rnn_vs_cnn.md. Keras and TensorFlow are imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlexp.byhand import recurrent
from dlexp.byhand.arrays import Floats

LAYERS = ("simple", "lstm", "gru", "gru_before", "conv1d")
"""Kinds of layers; in ``gru_before``, the reset gate acts before the state is multiplied."""


def layer(kind: str, width: int, *, taps: int = 3, **options: Any) -> Any:
    """Return a layer of Keras that gives a state or an output for each step."""
    from keras import layers

    if kind == "conv1d":
        return layers.Conv1D(width, taps, **options)
    makers = {"simple": layers.SimpleRNN, "lstm": layers.LSTM}
    if kind in makers:
        return makers[kind](width, return_sequences=True, **options)
    return layers.GRU(width, return_sequences=True, reset_after=kind == "gru", **options)


def disagreements(generator: np.random.Generator, cases: int, tolerance: float) -> dict[str, int]:
    """Count random layers of Keras with other values, or other gradients, than by hand.

    The gradients are those for the input and for each weight, of a random weighing of all states.
    """
    counts = {"values": 0, "gradients": 0}
    for index in range(cases):
        value, gradients = _differences(generator, LAYERS[index % len(LAYERS)])
        counts["values"] += int(value > tolerance)
        counts["gradients"] += int(max(gradients) > tolerance)
    return counts


def _differences(generator: np.random.Generator, kind: str) -> tuple[float, list[float]]:
    """Return the largest differences, as shares of the largest value: of states, of gradients."""
    features, width = (int(n) for n in generator.integers(1, 7, 2))
    built = layer(kind, width)
    built.build((None, None, features))
    weights = [generator.normal(size=w.shape) / 2 for w in built.get_weights()]
    built.set_weights(weights)
    x = generator.normal(size=(3, 8, features))
    steps = 8 if kind != "conv1d" else 6
    upstream = generator.normal(size=(3, steps, width))
    mine, by_hand = _by_hand(kind, x, weights, upstream)
    value, theirs = in_keras(built, x, upstream, [v.value for v in built.trainable_variables])
    gradients = [_share(a, b) for a, b in zip(by_hand, theirs, strict=True)]
    return _share(mine, value), gradients


def _share(mine: Floats, theirs: Floats) -> float:
    return float(np.abs(mine - theirs).max() / np.abs(mine).max())


def _by_hand(
    kind: str, x: Floats, weights: Sequence[Floats], upstream: Floats
) -> tuple[Floats, tuple[Floats, ...]]:
    """Return the value, and the gradients for the input and for each weight."""
    if kind == "conv1d":
        value = recurrent.conv1d(x, *weights)
        return value, recurrent.conv1d_gradients(x, weights[0], upstream)
    given = recurrent.Weights(*weights)
    if kind.startswith("gru"):
        after = kind == "gru"
        gradients = recurrent.gru_gradients(x, given, upstream, reset_after=after)
        return recurrent.gru(x, given, reset_after=after), gradients
    if kind == "simple":
        back = recurrent.simple_rnn_gradients(x, given, upstream)
        return recurrent.simple_rnn(x, given), back
    return recurrent.lstm(x, given).shown, recurrent.lstm_gradients(x, given, upstream)


def in_keras(
    built: Any, x: Floats, upstream: Floats | None = None, variables: Sequence[Any] = ()
) -> tuple[Floats, list[Floats]]:
    """Return the value, and the gradients for the input and for some variables."""
    import tensorflow as tf

    inputs = tf.constant(x.astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = built(inputs)
    arrived = None if upstream is None else tf.constant(upstream.astype(np.float32))
    found = tape.gradient(value, [inputs, *variables], arrived)
    return value.numpy(), [each.numpy() for each in found]
