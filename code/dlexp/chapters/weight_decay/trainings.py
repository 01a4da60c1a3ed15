"""One training of report C's network, whatever of it is varied.

Chapter: book/weight_decay.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlexp import data
from dlexp.byhand.softmax import cross_entropy, softmax
from dlexp.data import Dataset, Split
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

    from dlexp import training


@dataclass(frozen=True, kw_only=True)
class Training:
    """A dense network with a penalty, and how it is trained."""

    l2: float = 1e-4  # times the sum of the squared kernels, added to the loss
    output_too: bool = False  # whether the kernel of the logits is penalised too
    dropout: float = 0.0  # share of the hidden units dropped in training
    hidden: tuple[int, ...] = (500, 300)  # units of the hidden layers
    activation: str = "relu"  # of the hidden layers
    initializer: str = "glorot_uniform"  # of the hidden kernels
    size: int = 55_000  # training images; 60,000: those for validation are learnt from too
    batch_size: int = 128  # images per step
    passes: int = 10  # over the training images
    rate: float = 0.5  # of the first step
    falls: bool = True  # whether the rate falls in a straight line to zero
    looks: int = 10  # at the validation images, evenly spread over the passes


def train(config: Training, seed: int) -> Measurement:
    """Train once, look at the validation images on the way, and read the test images at the end.

    The test images are read with two sets of weights: the last ones, and those of the look at
    which the loss on the validation images was lowest. No loss has the penalty in it.
    """
    dataset = drawn(config.size, seed)
    loop = _loop(config, dataset.train, seed)
    looks: list[dict[str, float]] = []
    chosen = loop.first
    for running in _advanced(loop, config, seed):
        looks.append({"training_loss": running, **look(loop.model, dataset.validation)})
        if looks[-1]["loss"] == min(each["loss"] for each in looks):
            chosen = loop.model.get_weights()
    last = look(loop.model, dataset.test)
    loop.model.set_weights(chosen)
    curves = {name: [each[name] for each in looks] for name in looks[0]}
    return Measurement(numbers={**curves, "last": last, "chosen": look(loop.model, dataset.test)})


def drawn(size: int, seed: int) -> Dataset:
    """Return the data with so many training images, the validation part's among them if need be.

    Raises
    ------
    dlexp.data.DataError
        If ``size`` is neither that of a subset nor that of both parts together.
    """
    mnist = data.mnist()
    if size != len(mnist.train) + len(mnist.validation):
        return mnist.subset(size, seed=seed)
    names = ("images", "labels", "indices")
    both = [
        np.concatenate([getattr(mnist.train, name), getattr(mnist.validation, name)])
        for name in names
    ]
    return Dataset(Split(*both), mnist.validation, mnist.test, mnist.num_classes)


def look(model: keras.Model, part: Split) -> dict[str, float]:
    """Return what a network makes of a part, and the sum of its squared weights.

    ``loss`` is the cross-entropy alone, ``confidence`` the mean probability of the answers.
    """
    from dlexp import training
    from dlexp.chapters.weight_decay import nets

    logits = training.predict(model, part.images).astype(np.float64)
    return {
        "accuracy": training.accuracy(logits, part.labels),
        "loss": cross_entropy(logits, part.labels),
        "confidence": float(softmax(logits).max(axis=1).mean()),
        "squares": nets.squares(model),
    }


def _loop(config: Training, part: Split, seed: int) -> training.Loop:
    """Return the network with its optimiser, ready to learn from a part."""
    from keras import optimizers

    from dlexp import training
    from dlexp.chapters.weight_decay import nets

    rate: object = config.rate
    if config.falls:
        rate = optimizers.schedules.PolynomialDecay(config.rate, _steps(config, len(part)), 0.0)
    optimizer = nets.Penalised(rate, l2=config.l2, output_too=config.output_too)

    def build() -> keras.Model:
        return nets.network(
            config.hidden,
            activation=config.activation,
            initializer=config.initializer,
            dropout=config.dropout,
        )

    return training.Loop(build, part, optimizer=optimizer, seed=seed)


def _advanced(loop: training.Loop, config: Training, seed: int) -> Iterator[float]:
    """Train, and yield at each look the mean loss of the images since the last one."""
    from dlexp import training

    loop.begin()
    rows = training.batches(loop.size, config.batch_size, seed=seed)
    stops = np.linspace(0, _steps(config, loop.size), config.looks + 1).astype(int)
    for start, stop in itertools.pairwise(stops.tolist()):
        loss, _ = loop.advance(itertools.islice(rows, stop - start))
        yield loss


def _steps(config: Training, size: int) -> int:
    return config.passes * (size // min(config.batch_size, size))
