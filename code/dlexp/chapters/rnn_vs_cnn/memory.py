"""Measure over which distances nets remember, along their training, and how gradients fade.

Chapter: book/rnn_vs_cnn.md. Keras and TensorFlow are imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp.byhand import recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets
from dlexp.chapters.rnn_vs_cnn.tasks import recall
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

    from dlexp import data, training
    from dlexp.chapters.rnn_vs_cnn.further import Further

NEAR, FAR = 31, 47
"""Distances in steps: the last that the dilated stack sees, and half as far again."""

EPOCHS = {NEAR: 15, FAR: 20}
"""Passes over the sequences: over the longer distance, nets begin to learn later."""

RATES = {"simple": 0.002, "gru": 0.003, "lstm": 0.01, "lstm_open": 0.01, "dilated": 0.005}
"""Of Adam, for each kind. In trials of one other seed, over the shorter distance, 0.002 was the
best of 0.001, 0.002 and 0.005 for the simple net, 0.01 the better of 0.005 and 0.01 for the LSTM;
over the longer one, a GRU learnt nothing at 0.01 and 0.005. Others were not tried."""

LOWER = 0.003
"""A second rate for the LSTM with Keras's start, over the longer distance."""

KINDS = {
    NEAR: ("simple", "lstm", "lstm_open", "dilated"),
    FAR: ("simple", "gru", "lstm", "lstm_open"),
}
"""What is trained over each distance; the convolutions cannot see so far as the longer one."""

SEEDS, FEW_SEEDS = (0, 1, 2, 3, 4), (0, 1, 2)


@dataclass(frozen=True, kw_only=True)
class Recalls:
    """A net that names, at the end of a sequence, its first symbol."""

    kind: str  # a key of `RATES`
    distance: int  # steps from the first symbol to the last
    rate: float  # of Adam
    clip: float | None = 1.0  # largest norm of all gradients together; None clips nothing
    symbols: int = 8  # chance is right in one of so many cases
    sizes: tuple[int, int, int] = (4_000, 500, 2_000)  # sequences to train, validate and test
    epochs: int = 15  # passes over the sequences
    batch_size: int = 64  # sequences per step
    budget: int = 4_000  # parameters, within a twentieth


def recalls(config: Recalls, seed: int) -> Measurement:
    """Train a net; follow its gradients back through time, before and after."""
    width = _width(config)
    loop, task, numbers = trained(config, lambda: _built(config, width), seed)
    profiles: dict[str, Floats] = {}
    if config.kind in nets.RECURRENT:
        x = task.test.images[: config.batch_size]
        for when, weights in (("before", loop.first), ("after", loop.model.get_weights())):
            profiles[when] = gradient_profile(config.kind, weights, x)
    reach = {name: float(np.log10(p[0] / p[-1])) for name, p in profiles.items()}
    return Measurement(numbers={**numbers, "width": width, "log10_reach": reach}, arrays=profiles)


def gated(config: Recalls, seed: int) -> Measurement:
    """Train a GRU as `recalls` trains the others; its gradients are not followed."""
    width = _width(config)
    _, _, numbers = trained(config, lambda: _built(config, width), seed)
    return Measurement(numbers=numbers)


def trained(
    config: Recalls | Further, build: Callable[[], keras.Model], seed: int
) -> tuple[training.Loop, data.Dataset, dict[str, Any]]:
    """Train a net to recall; return it, its task, and how it did.

    Parameters
    ----------
    config : Recalls or Further
    build : callable
        Makes the net; called after the seed is set.
    seed : int
        Of the sequences, the first weights and the order.
    """
    import keras

    from dlexp import training

    task = recall(config.sizes, config.distance + 1, symbols=config.symbols, seed=seed)
    optimizer = keras.optimizers.Adam(config.rate, global_clipnorm=config.clip)
    loop = training.Loop(build, task.train, optimizer=optimizer, seed=seed)
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.rate
    )
    history = training.descend(loop, task, plan, seed=seed)
    numbers = {
        "validation": history.accuracy["validation"],
        "test": training.score(loop.model, task.test),
        "parameters": int(loop.model.count_params()),
    }
    return loop, task, numbers


def _width(config: Recalls) -> int:
    # To be asked for before a net is built: it builds some itself, which draws from the seed.
    return nets.width_for(config.kind, (1, config.symbols), config.symbols, config.budget)


def _built(config: Recalls, width: int) -> keras.Model:
    return nets.build(config.kind, (config.distance + 1, config.symbols), config.symbols, width)


def gradient_profile(kind: str, weights: Sequence[Floats], x: Floats) -> Floats:
    """Return how much each step of the input moves the last state: the norm of the gradient.

    Parameters
    ----------
    kind : str
        "simple", "lstm" or "lstm_open".
    weights : sequence of arrays
        Of the net; the first three are those of its recurrent layer.
    x : array of shape (B, T, D)

    Returns
    -------
    array of shape (T,)
        Mean over the batch. The gradient that starts at the last state is random, the same for
        all nets of one width.
    """
    given = recurrent.Weights(*(w.astype(np.float64) for w in weights[:3]))
    upstream = np.zeros((*x.shape[:2], len(given.recurrent)))
    upstream[:, -1] = np.random.default_rng(0).normal(size=upstream[:, -1].shape)
    back = recurrent.simple_rnn_gradients if kind == "simple" else recurrent.lstm_gradients
    norms: Floats = np.linalg.norm(back(x, given, upstream).x, axis=2).mean(axis=0)
    return norms


def published() -> list[tuple[Recalls, tuple[int, ...]]]:
    """Return what is trained, and from which seeds: three of them lie far enough apart."""
    tuned = [
        Recalls(kind=kind, distance=distance, rate=RATES[kind], epochs=EPOCHS[distance])
        for distance, kinds in KINDS.items()
        for kind in kinds
    ]
    lower = Recalls(kind="lstm", distance=FAR, rate=LOWER, epochs=EPOCHS[FAR])
    return [(tuned[0], SEEDS), *((config, FEW_SEEDS) for config in [*tuned[1:], lower])]
