"""One network with and without pooling, with and without dropout.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dlexp import data
from dlexp.chapters.pooling_dropout.nets import crossed
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, images_for


@dataclass(frozen=True, kw_only=True)
class Factorial:
    """One network, with or without pooling, with or without dropout."""

    pooling: bool = True  # whether a max pooling by two follows each of the two convolutions
    rate: float = 0.5  # share of the 64 dense units that are dropped in training; 0 for none
    size: int = 1_000  # training images; which ones is drawn by the seed
    epochs: int = 25  # passes over them
    batch_size: int = 64  # images per step
    learning_rate: float = 1e-3  # of Adam
    looked: int = images_for(CHOICE, share=0.9)  # validation and training images of a look


def cross(config: Factorial, seed: int) -> Measurement:
    """Train one of the four; the training images are also looked at in inference mode."""
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    watch = {"train": mnist.train.sample(config.looked)}
    mnist = replace(mnist, validation=mnist.validation.sample(config.looked))
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    fitted = training.fit(lambda: crossed(config), mnist, plan, seed=seed, watch=watch)
    history = fitted.history
    test = training.predict(fitted.model, mnist.test.images)
    return Measurement(
        numbers={
            "parameters": int(fitted.model.count_params()),
            "reported": history.running_accuracy,
            "train": history.accuracy["train"],
            "validation": history.accuracy["validation"],
            "test": training.accuracy(test, mnist.test.labels),
        }
    )
