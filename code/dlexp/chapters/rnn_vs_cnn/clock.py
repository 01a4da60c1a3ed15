"""Time what nets of one size take that do the same job, in two ways to run them.

Chapter: book/rnn_vs_cnn.md. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets, seeing
from dlexp.clock import seconds
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

TIMED = ("lstm", "dilated", "undilated", "lstm_last", "strided")
"""The first three answer at each step, the others at the last one alone.

``dilated`` are convolutions whose last output sees the whole sequence: their depth grows with the
length. ``undilated`` are as many without dilation, which see less; a control. ``strided`` have the
weights of ``dilated`` and give the same last output, and no other."""

READ = ("lstm", "dilated", "strided")
"""What reads a single sequence, in both ways to run it."""

RUN = ("loop", "compiled")
"""By TensorFlow's own kernels, with a loop over the steps of an LSTM; or compiled by XLA."""

EACH = ("lstm", "dilated", "undilated")
"""What answers at each step."""

STACKED = ("dilated", "undilated", "strided")
"""Those whose depth grows with the length."""

TAPS = 2  # of a kernel of a stack whose depth grows
CLASSES = 2


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Nets of one size, timed in turn."""

    lengths: tuple[int, ...] = (16, 128, 1024)  # steps of a single sequence that is read
    batch: int = 128  # sequences of a step of training
    steps: int = 128  # of each of these sequences; one of the lengths
    rounds: int = 3  # how often each net gets its turn
    seconds: float = 0.015  # processor time of one turn, at least
    features: int = 16  # per step
    budget: int = 8_000  # parameters of each net, within a twentieth


def clock(config: Clock, seed: int) -> Measurement:
    """Time calls of nets, forward and as steps of training, in processor time.

    The times are arrays of shape (rounds, nets): no two runs agree on them, and arrays are not
    compared by value.
    """
    import keras

    keras.utils.set_random_seed(seed)
    arrays: dict[str, Floats] = {}
    counts: dict[str, list[int]] = {kind: [] for kind in TIMED}
    for steps in config.lengths:
        models = built(config, steps)
        read = [models[kind] for kind in READ]
        for run in RUN:
            compiled = run == "compiled"
            arrays[f"{run}_{steps}"] = _timed(config, read, 1, steps, "forward", compiled=compiled)
        if steps == config.steps:
            every = [*models.values()]
            arrays["train"] = _timed(config, every, config.batch, steps, "train")
        for kind, model in models.items():
            counts[kind].append(int(model.count_params()))
    return Measurement(numbers={"parameters": counts}, arrays=arrays)


def _timed(
    config: Clock, models: Sequence[keras.Model], batch: int, steps: int, way: str, **how: bool
) -> Floats:
    """Return the seconds of a call, of shape (rounds, nets)."""
    from dlexp import training

    calls = [training.calls(model, batch, steps, config.features, way, **how) for model in models]
    for call in calls:
        call()  # traces it
    return np.array(
        [[seconds(call, config.seconds) for call in calls] for _ in range(config.rounds)]
    )


def built(config: Clock, steps: int) -> Mapping[str, keras.Model]:
    """Return the nets that read sequences of so many steps, as `TIMED` lists them."""
    return {kind: _built(config, steps, kind) for kind in TIMED}


def _built(config: Clock, steps: int, kind: str) -> keras.Model:
    """Return a net with a dense layer that answers, at each step or at the last."""
    from keras import Sequential, layers

    width = width_of(config, steps, kind)
    if kind in STACKED:
        body: list[Any] = nets.convolutions(stack_of(kind, steps), width)
        body += nets._reading(stack_of(kind, steps)) if kind == "strided" else []
    else:
        body = [nets.recurrent_layer("lstm", width, return_sequences=kind == "lstm")]
    return Sequential([layers.Input((None, config.features)), *body, layers.Dense(CLASSES)])


def width_of(config: Clock, steps: int, kind: str) -> int:
    """Return the width with which a net has about as many parameters as it may."""
    if kind not in STACKED:
        return nets.width_for("lstm", (1, config.features), CLASSES, config.budget)
    hidden = partial(seeing.stack_parameters, steps, config.features, taps=TAPS, doubling=True)
    widths = range(1, 200)
    return min(widths, key=lambda w: abs(hidden(w) + CLASSES * (w + 1) - config.budget))


def stack_of(kind: str, steps: int) -> nets.Stack:
    """Return the convolutions of a net that is timed over so many steps, a power of two."""
    layers = seeing.depth(steps, TAPS, doubling=True)
    ones, doubled = (1,) * layers, tuple(2**n for n in range(layers))
    if kind == "strided":
        return nets.Stack(
            kernel=TAPS, strides=(2,) * layers, dilations=ones, padding="valid", reading="last"
        )
    return nets.Stack(
        kernel=TAPS, strides=ones, dilations=doubled if kind == "dilated" else ones,
        padding="causal", reading="last",
    )  # fmt: skip
