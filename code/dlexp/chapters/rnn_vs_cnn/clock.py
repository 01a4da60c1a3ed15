"""Time what nets of one size take for sequences of several lengths.

Chapter: book/rnn_vs_cnn.md. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets, seeing
from dlexp.clock import seconds
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

TIMED = ("simple", "lstm", "all", "strided", "pooled")
"""``all`` are dilated convolutions whose last output sees the whole sequence: their depth grows
with the length. ``strided`` have the same weights and give the same last output, and no other.
``pooled`` are two that see five steps, and a mean of all."""

STACKED = ("all", "strided")
"""Those whose depth grows with the length."""

TAPS = 2  # of a kernel of a stack whose depth grows
CLASSES = 2


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Nets of one size, timed in turn; a call is of so many sequences, of so many steps each."""

    forward: tuple[tuple[int, int], ...] = tuple((1, steps) for steps in (16, 64, 256, 1024))
    train: tuple[tuple[int, int], ...] = (
        *((32, steps) for steps in (16, 64, 256, 1024)),
        *((batch, 256) for batch in (1, 128)),
    )
    rounds: int = 3  # how often each net gets its turn
    seconds: float = 0.015  # processor time of one turn, at least
    features: int = 16  # per step
    budget: int = 8_000  # parameters of each net, within a twentieth


def clock(config: Clock, seed: int) -> Measurement:
    """Time calls of nets, forward and as steps of training, in processor time.

    The times are arrays: no two runs agree on them, and arrays are not compared by value.
    """
    import keras

    keras.utils.set_random_seed(seed)
    models = {steps: built(config, steps) for steps in sorted({n for _, n in config.train})}
    arrays = {
        f"{way}_{batch}_{steps}": _timed(config, models[steps], batch, steps, way)
        for way, settings in (("forward", config.forward), ("train", config.train))
        for batch, steps in settings
    }
    counts = {
        kind: [int(of_length[kind].count_params()) for of_length in models.values()]
        for kind in TIMED
    }
    return Measurement(numbers={"parameters": counts}, arrays=arrays)


def _timed(
    config: Clock, models: dict[str, keras.Model], batch: int, steps: int, way: str
) -> Floats:
    """Return the seconds of a call, of shape (rounds, nets)."""
    from dlexp import training

    calls = [training.calls(model, batch, steps, config.features, way) for model in models.values()]
    for call in calls:
        call()  # traces it
    return np.array(
        [[seconds(call, config.seconds) for call in calls] for _ in range(config.rounds)]
    )


def built(config: Clock, steps: int) -> dict[str, keras.Model]:
    """Return the nets that read sequences of so many steps."""
    found = {}
    for kind in TIMED:
        if kind in STACKED:
            found[kind] = seeing_all(config, steps, kind)
        else:
            width = nets.width_for(kind, (1, config.features), CLASSES, config.budget)
            found[kind] = nets.build(kind, (None, config.features), CLASSES, width)
    return found


def stack_of(kind: str, steps: int) -> nets.Stack:
    """Return the convolutions whose last output sees so many steps, a power of two.

    Either dilated, with an output at each step, or strided, with the last output alone.
    """
    layers = seeing.depth(steps, TAPS, doubling=True)
    ones, doubled = (1,) * layers, tuple(2**n for n in range(layers))
    if kind == "all":
        return nets.Stack(
            kernel=TAPS, strides=ones, dilations=doubled, padding="causal", reading="last"
        )
    return nets.Stack(
        kernel=TAPS, strides=(2,) * layers, dilations=ones, padding="valid", reading="last"
    )


def seeing_all(config: Clock, steps: int, kind: str) -> keras.Model:
    """Return a net of such convolutions, and a dense layer that reads the last step."""
    from keras import Sequential, layers

    def parameters(width: int) -> int:
        stacked = seeing.stack_parameters(steps, config.features, width, TAPS, doubling=True)
        return stacked + CLASSES * (width + 1)

    width = min(range(1, 200), key=lambda width: abs(parameters(width) - config.budget))
    stack = stack_of(kind, steps)
    body = [*nets.convolutions(stack, width), *nets._reading(stack)]
    model = Sequential([layers.Input((None, config.features)), *body, layers.Dense(CLASSES)])
    model.supports_jit = False  # to compile it would take longer than to run it
    return model
