"""The recipes of reports C and D, as they give them, watched from pass to pass.

Chapter: book/dense_networks.md.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from dlexp import data
from dlexp.chapters.dense_networks.nets import CLASSES, dense
from dlexp.lab.units import Measurement
from dlexp.looks import REPORT, images_for


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a report trains; the defaults are report C's, without its weight decay."""

    hidden: tuple[int, ...] = (64, 64)  # units of each hidden layer
    activation: str = "relu"  # of the hidden layers
    rate: float = 0.1  # of SGD
    batch_size: int = 128  # images per step
    epochs: int = 10  # passes over the training images
    size: int = 55_000  # training images
    looked: int = images_for(REPORT, share=0.95)  # training images per look, after each pass


REPORT_D = Recipe(hidden=(128, 64), rate=0.01, batch_size=32)
REPORT_D_LINEAR = Recipe(hidden=(128, 64), activation="linear", rate=0.01, batch_size=32)


def follow(config: Recipe, seed: int) -> Measurement:
    """Follow a recipe to its end; ``running`` is what Keras prints, all else is measured."""
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    loop = training.Loop(
        lambda: dense(config.hidden, config.activation, "glorot_uniform"), mnist.train, seed=seed
    )
    loop.begin(learning_rate=config.rate)
    rows = training.batches(loop.size, config.batch_size, seed=seed, keep_rest=True)
    steps = -(-loop.size // config.batch_size)
    looked = mnist.train.sample(config.looked)
    running, losses, train, validation = [], [], [], []
    for _ in range(config.epochs):
        loss, accuracy = loop.advance(itertools.islice(rows, steps))
        losses.append(loss)
        running.append(accuracy)
        train.append(training.score(loop.model, looked))
        validation.append(training.score(loop.model, mnist.validation))
    guesses = training.predict(loop.model, mnist.test.images).argmax(axis=1)
    right = guesses == mnist.test.labels
    return Measurement(
        numbers={
            "running": running,
            "running_loss": losses,
            "train": train,
            "validation": validation,
            "test": float(right.mean()),
            "recalls": [float(right[mnist.test.labels == k].mean()) for k in range(CLASSES)],
            "weights": int(np.sum([weights.size for weights in loop.first])),
        }
    )
