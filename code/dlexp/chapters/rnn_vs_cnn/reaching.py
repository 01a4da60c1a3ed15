"""Measure how far back the gradient of an untrained recurrent layer reaches, by which way.

Chapter: book/rnn_vs_cnn.md. Keras is imported inside the functions that build layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dlexp.byhand import recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets
from dlexp.chapters.rnn_vs_cnn.memory import NEAR
from dlexp.chapters.rnn_vs_cnn.tasks import one_hot
from dlexp.lab.units import Measurement

INPUTS = ("symbols", "numbers")
"""One-hot symbols, or as many features that are normally distributed, of spread one."""

LAYERS = ("simple", "simple_glorot", "lstm", "lstm_cell", "lstm_open")
"""``simple_glorot`` starts with Glorot's uniform matrix in the place of an orthogonal one;
``lstm_cell`` is ``lstm``, followed back from cell to cell alone."""


@dataclass(frozen=True, kw_only=True)
class Reaches:
    """How many layers are drawn anew, and what they read."""

    starts: int = 4  # layers of each kind, for each seed
    distance: int = NEAR  # steps from the first step to the last
    features: int = 8  # per step; also the number of symbols
    sequences: int = 64  # over which a mean is taken
    budget: int = 4_000  # parameters of the whole net, within a twentieth: as in `Recalls`


def reaches(config: Reaches, seed: int) -> Measurement:
    """Follow the gradient of the last state back to every step, for layers that learnt nothing.

    The arrays have shape (starts, steps): the mean norm of the gradient for each step's input.
    """
    import keras

    keras.utils.set_random_seed(seed)
    generator = np.random.default_rng(seed)
    shape = (config.sequences, config.distance + 1)
    found: dict[str, list[Floats]] = {f"{i}_{k}": [] for i in INPUTS for k in LAYERS}
    for _ in range(config.starts):
        x: dict[str, Floats] = {
            "symbols": one_hot(generator.integers(config.features, size=shape), config.features),
            "numbers": generator.normal(size=(*shape, config.features)),
        }
        for kind, weights in _drawn(config):
            for name in INPUTS:
                found[f"{name}_{kind}"].append(profile(kind, weights, x[name], generator))
    arrays = {name: np.array(profiles) for name, profiles in found.items()}
    reach = {name: np.log10(p[:, 0] / p[:, -1]).tolist() for name, p in arrays.items()}
    return Measurement(numbers={"log10_reach": reach}, arrays=arrays)


def _drawn(config: Reaches) -> Iterator[tuple[str, recurrent.Weights]]:
    """Yield each layer of `LAYERS` with weights from Keras; the two ``lstm`` share theirs."""
    lstm = None
    for kind in LAYERS:
        if kind == "lstm_cell" and lstm is not None:
            yield kind, lstm
            continue
        known, other_start, _ = kind.partition("_glorot")
        width = nets.width_for(known, (1, config.features), config.features, config.budget)
        options = {"recurrent_initializer": "glorot_uniform"} if other_start else {}
        layer = nets.recurrent_layer(known, width, **options)
        layer.build((None, None, config.features))
        weights = recurrent.Weights(*(w.astype(np.float64) for w in layer.get_weights()))
        lstm = weights if kind == "lstm" else lstm
        yield kind, weights


def profile(
    kind: str, weights: recurrent.Weights, x: Floats, generator: np.random.Generator
) -> Floats:
    """Return how much each step of the input moves the last state: the norm of the gradient.

    Parameters
    ----------
    kind : str
        One of `LAYERS`.
    weights : Weights
    x : array of shape (B, T, D)
    generator : numpy.random.Generator
        Draws the gradient that starts at the last state.

    Returns
    -------
    array of shape (T,)
        Mean over the batch.
    """
    features = x.shape[2]
    back = recurrent.lstm_gradients if kind.startswith("lstm") else recurrent.simple_rnn_gradients
    if kind == "lstm_cell":
        x, weights = cut(x, weights)
    upstream = np.zeros((*x.shape[:2], len(weights.recurrent)))
    upstream[:, -1] = generator.normal(size=upstream[:, -1].shape)
    gradient = back(x, weights, upstream).x[:, :, :features]
    norms: Floats = np.linalg.norm(gradient, axis=2).mean(axis=0)
    return norms


def cut(x: Floats, weights: recurrent.Weights) -> tuple[Floats, recurrent.Weights]:
    """Return an LSTM with the same states that has one way back, from cell to cell.

    What it showed a step before is handed to it as a part of the input; so it has nothing to look
    back at but its cell.

    Examples
    --------
    >>> given = recurrent.Weights(np.ones((1, 8)), np.ones((2, 8)), np.zeros(8))
    >>> x, alone = cut(np.ones((1, 4, 1)), given)
    >>> x.shape, alone.kernel.shape, alone.recurrent.any()
    ((1, 4, 3), (3, 8), np.False_)
    """
    shown = recurrent.lstm(x, weights).shown
    before = np.concatenate([np.zeros_like(shown[:, :1]), shown[:, :-1]], axis=1)
    kernel = np.concatenate([weights.kernel, weights.recurrent])
    alone = recurrent.Weights(kernel, np.zeros_like(weights.recurrent), weights.bias)
    return np.concatenate([x, before], axis=2), alone
