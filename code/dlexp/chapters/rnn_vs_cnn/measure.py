"""Measure what recurrent layers and convolutions cost, remember and assume about a sequence.

Chapter: book/rnn_vs_cnn.md. Cost: about five minutes per seed on one core, in units of a minute or
less. Keras and TensorFlow are imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand import recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import nets
from dlexp.chapters.rnn_vs_cnn.clock import Clock, clock
from dlexp.chapters.rnn_vs_cnn.laws import Laws, laws
from dlexp.chapters.rnn_vs_cnn.tasks import Form, Order, majority, pictured, recall
from dlexp.lab.units import Measurement, Unit

if TYPE_CHECKING:
    import keras

    from dlexp import training

SEEDS = (0, 1, 2, 3, 4)


# --- The same task both ways --------------------------------------------------------------------

PICTURE_NETS: dict[str, tuple[str, Form]] = {
    "lstm_rows": ("lstm", "rows"),
    "gru_rows": ("gru", "rows"),
    "conv1d_rows": ("conv1d", "rows"),
    "lstm_blocks": ("lstm", "blocks"),
    "conv1d_blocks": ("conv1d", "blocks"),
    "conv2d": ("conv2d", "image"),
    "dense": ("dense", "image"),
}
"""Each net and the form in which it reads an image."""

ORDERS: tuple[Order, ...] = ("natural", "rows", "pixels")
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Nets of one size that name digits."""

    order: Order  # "natural"; or "rows" or "pixels" are permuted, in one way for all images
    train_size: int = 5_000  # images to learn from
    validation_size: int = 1_000  # images to choose the epoch by; the test images are read whole
    epochs: int = 5  # passes over the images
    batch_size: int = 64  # images per step
    # Of Adam, for all nets: in a trial, all six that were tried preferred it to a quarter of it.
    rate: float = 0.004
    budget: int = 20_000  # parameters of each net, within a twentieth


def pictures(config: Pictures, seed: int) -> Measurement:
    """Train every net on the same digits in the same order, for the same number of steps."""
    digits = data.mnist().subset(config.train_size, seed=seed)
    few = digits.validation.take(np.arange(config.validation_size))
    digits = replace(digits, validation=few)
    numbers: dict[str, Any] = {}
    for name, (kind, form) in PICTURE_NETS.items():
        dataset = pictured(digits, form, config.order, seed=seed)
        shape = dataset.train.images.shape[1:]
        width = nets.width_for(kind, shape, CLASSES, config.budget)
        numbers[name] = _trained(kind, dataset, width, config, seed) | {"width": width}
    return Measurement(numbers=numbers)


def _trained(
    kind: str, dataset: data.Dataset, width: int, config: Pictures, seed: int
) -> dict[str, Any]:
    """Return the accuracies of the weights that validation chose."""
    from dlexp import training

    shape = dataset.train.images.shape[1:]
    fitted = training.fit(
        lambda: nets.build(kind, shape, CLASSES, width), dataset, _plan(config), seed=seed
    )
    return {
        "validation": fitted.history.accuracy["validation"],
        "test": training.score(fitted.model, dataset.test),
        "parameters": int(fitted.model.count_params()),
    }


def _plan(config: Pictures | Recalls | Lengths) -> training.Plan:
    from dlexp import training

    return training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.rate
    )


# --- Memory -------------------------------------------------------------------------------------

MEMORIES = ("simple", "lstm", "lstm_open", "dilated")


@dataclass(frozen=True, kw_only=True)
class Recalls:
    """A net that names, at the end of a sequence, its first symbol."""

    kind: str  # one of `MEMORIES`
    distances: tuple[int, ...] = (7, 15, 31, 63)  # steps from the first symbol to the last
    symbols: int = 8  # chance is right in one of so many cases
    sizes: tuple[int, int, int] = (4_000, 500, 2_000)  # sequences to train, validate and test
    epochs: int = 6  # passes over the sequences
    batch_size: int = 64  # sequences per step
    rate: float = 0.005  # of Adam
    budget: int = 4_000  # parameters, within a twentieth
    profile: int = 31  # the distance, in steps, at which gradients are followed back


def recalls(config: Recalls, seed: int) -> Measurement:
    """Train a net anew for each distance; follow its gradients back, before and after."""
    from dlexp import training

    tests, arrays = [], {}
    shape = (1, config.symbols)
    width = nets.width_for(config.kind, shape, config.symbols, config.budget)
    for distance in config.distances:
        task = recall(config.sizes, distance + 1, symbols=config.symbols, seed=seed)
        model, first = _fitted(config, task, width, seed)
        tests.append(training.score(model, task.test))
        if distance == config.profile and config.kind != "dilated":
            x = task.test.images[: config.batch_size]
            arrays["before"] = gradient_profile(config.kind, first, x)
            arrays["after"] = gradient_profile(config.kind, model.get_weights(), x)
    reach = {name: float(np.log10(p[0] / p[-1])) for name, p in arrays.items()}
    return Measurement(numbers={"test": tests, "width": width, "log10_reach": reach}, arrays=arrays)


def _fitted(
    config: Recalls, task: data.Dataset, width: int, seed: int
) -> tuple[keras.Model, list[Floats]]:
    """Return a trained net, and its first weights."""
    from dlexp import training

    first: list[Floats] = []

    def make() -> keras.Model:
        shape = task.train.images.shape[1:]
        model = nets.build(config.kind, shape, task.num_classes, width)
        first[:] = model.get_weights()
        return model

    return training.fit(make, task, _plan(config), seed=seed).model, first


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


# --- What is published --------------------------------------------------------------------------


def units() -> list[Unit]:
    """Return every run of the chapter."""
    configs: list[tuple[Callable[..., Measurement], Any]] = [
        (laws, Laws()),
        *((pictures, Pictures(order=order)) for order in ORDERS),
        *((recalls, Recalls(kind=kind)) for kind in MEMORIES),
        (lengths, Lengths()),
        (clock, Clock()),
    ]
    return [
        Unit(measure=measure, config=config, seed=seed, timed=measure is clock)
        for measure, config in configs
        for seed in SEEDS
    ]
