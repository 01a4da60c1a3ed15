"""Measure what recurrent layers and convolutions cost, remember and assume about a sequence.

Chapter: book/rnn_vs_cnn.md. Cost: less than twelve minutes of one core, in units of less than
half a minute. Keras and TensorFlow are imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import memory, nets
from dlexp.chapters.rnn_vs_cnn.clock import Clock, clock
from dlexp.chapters.rnn_vs_cnn.counting import Counts, counts
from dlexp.chapters.rnn_vs_cnn.further import Further, furthers
from dlexp.chapters.rnn_vs_cnn.laws import Laws, laws
from dlexp.chapters.rnn_vs_cnn.memory import gated, recalls
from dlexp.chapters.rnn_vs_cnn.reaching import Reaches, reaches
from dlexp.chapters.rnn_vs_cnn.tasks import Order, majority, pictured
from dlexp.lab.units import Measurement, Unit

if TYPE_CHECKING:
    from dlexp import training

SEEDS = memory.SEEDS
REPEATS = tuple(range(6))
"""Of the clock: each in a process of its own. They are seeds of weights, which cost no time."""


# --- The same task both ways --------------------------------------------------------------------

PICTURE_NETS = {"lstm": ("lstm", 0.008), "places": ("conv1d", 0.004), "mean": ("pooled", 0.008)}
"""Each net that reads an image row by row: its kind, and its rate of Adam.

``places`` are convolutions that a dense layer reads place by place, ``mean`` are read by their mean
over time. In a trial of one other seed, 0.008 was the best of 0.002, 0.004 and 0.008 for the LSTM
and the better of 0.008 and 0.016 for ``mean``; for ``places``, 0.004 was as good as 0.002 and
0.008."""

ORDERS: tuple[Order, ...] = ("natural", "rows")
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Nets of one size that name digits, row by row."""

    order: Order  # "natural"; or "rows" are permuted, in one way for all images
    train_size: int = 5_000  # images to learn from
    validation_size: int = 1_000  # images to choose the epoch by; the test images are read whole
    epochs: int = 15  # passes over the images
    batch_size: int = 64  # images per step
    clip: float = 1.0  # largest norm of all gradients together
    budget: int = 20_000  # parameters of each net, within a twentieth


def pictures(config: Pictures, seed: int) -> Measurement:
    """Train every net on the same digits in the same order, for the same number of steps."""
    digits = data.mnist().subset(config.train_size, seed=seed)
    few = digits.validation.take(np.arange(config.validation_size))
    dataset = pictured(replace(digits, validation=few), config.order, seed=seed)
    return Measurement(numbers={name: _named(name, dataset, config, seed) for name in PICTURE_NETS})


def _named(name: str, dataset: data.Dataset, config: Pictures, seed: int) -> dict[str, Any]:
    """Return the accuracies of the weights that validation chose."""
    import keras

    from dlexp import training

    kind, rate = PICTURE_NETS[name]
    shape = dataset.train.images.shape[1:]
    width = nets.width_for(kind, shape, CLASSES, config.budget)
    plan = training.Plan(epochs=config.epochs, batch_size=config.batch_size, learning_rate=rate)
    loop = training.Loop(
        lambda: nets.build(kind, shape, CLASSES, width), dataset.train,
        optimizer=keras.optimizers.Adam(rate, global_clipnorm=config.clip), seed=seed,
    )  # fmt: skip
    history = training.descend(loop, dataset, plan, seed=seed)
    return {
        "validation": history.accuracy["validation"],
        "test": training.score(loop.model, dataset.test),
        "parameters": int(loop.model.count_params()),
        "width": width,
    }


def _plan(config: Lengths) -> training.Plan:
    from dlexp import training

    return training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.rate
    )


# --- Several lengths ----------------------------------------------------------------------------

LENGTH_NETS: dict[str, tuple[str, nets.Masked]] = {
    "lstm": ("lstm", "no"),
    "lstm_masked": ("lstm", "each"),
    "mean": ("pooled", "no"),
    "mean_masked": ("pooled", "each"),
}


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """Nets that name the most frequent symbol of sequences of several lengths."""

    shortest: int = 5  # steps of a sequence
    longest: int = 50  # steps of a sequence
    padded: tuple[int, ...] = (50, 100, 200)  # steps with padding: the first to train, all to test
    symbols: int = 4  # how many there are
    sizes: tuple[int, int, int] = (4_000, 500, 2_000)  # sequences to train, validate and test
    epochs: int = 8  # passes over the sequences
    batch_size: int = 64  # sequences per step
    rate: float = 0.003  # of Adam
    budget: int = 2_000  # parameters, within a twentieth


def lengths(config: Lengths, seed: int) -> Measurement:
    """Train nets with and without masks; test them on the same sequences, padded further."""
    tasks = [
        majority(
            config.sizes, steps, symbols=config.symbols,
            shortest=config.shortest, longest=config.longest, seed=seed,
        )
        for steps in config.padded
    ]  # fmt: skip
    return Measurement(
        numbers={
            name: _padded_further(kind, masked, tasks, config, seed)
            for name, (kind, masked) in LENGTH_NETS.items()
        }
    )


def _padded_further(
    kind: str, masked: nets.Masked, tasks: Sequence[data.Dataset], config: Lengths, seed: int
) -> dict[str, Any]:
    """Return accuracies by padding, and how many answers are not those of the first padding."""
    from dlexp import training

    symbols = config.symbols
    width = nets.width_for(kind, (1, symbols), symbols, config.budget)
    model = training.fit(
        lambda: nets.reader(kind, symbols, symbols, width, masked=masked),
        tasks[0], _plan(config), seed=seed,
    ).model  # fmt: skip
    logits = [training.predict(model, task.test.images) for task in tasks]
    labels = tasks[0].test.labels
    changed = [int((each.argmax(1) != logits[0].argmax(1)).sum()) for each in logits]
    return {"test": [training.accuracy(each, labels) for each in logits], "changed": changed}


# --- Two controls over the longer distance ------------------------------------------------------

FURTHER = (
    Further(kind="gru_open", rate=memory.RATES["gru"], epochs=memory.EPOCHS[memory.FAR]),
    Further(kind="deeper", rate=memory.RATES["dilated"], epochs=memory.EPOCHS[memory.NEAR]),
)
"""Each has the rate of the net that it is compared with, and the deeper stack its epochs, too. In
trials of one other seed, the open GRU learnt at this rate; one with Keras's start learnt nothing at
0.001 either."""


# --- What is published --------------------------------------------------------------------------


def units() -> list[Unit]:
    """Return every run of the chapter."""
    configs: list[tuple[Callable[..., Measurement], Any, tuple[int, ...]]] = [
        (laws, Laws(), SEEDS),
        (counts, Counts(), (0,)),
        *((pictures, Pictures(order=order), SEEDS) for order in ORDERS),
        *(
            (gated if config.kind == "gru" else recalls, config, seeds)
            for config, seeds in memory.published()
        ),
        *((furthers, config, memory.FEW_SEEDS) for config in FURTHER),
        (reaches, Reaches(), SEEDS),
        (lengths, Lengths(), SEEDS),
        (clock, Clock(), REPEATS),
    ]
    return [
        Unit(measure=measure, config=config, seed=seed, timed=measure is clock)
        for measure, config, seeds in configs
        for seed in seeds
    ]
