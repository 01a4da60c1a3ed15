"""Dense networks that learn from labels of which some are wrong.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlexp import data
from dlexp.chapters.pooling_dropout.nets import perceptron
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Memorising:
    """Two dense networks, without and with dropout, and labels of which a share is wrong."""

    rates: tuple[float, ...] = (0.0, 0.5)  # shares of the hidden units dropped; a network each
    wrong: float = 0.2  # share of the training images that get the label of another class
    size: int = 2_000  # training images; which ones, and which are mislabelled, the seed draws
    epochs: int = 30  # passes over them
    units: int = 256  # in the one hidden layer
    batch_size: int = 32  # images per step
    learning_rate: float = 1e-3  # of Adam


def memorise(config: Memorising, seed: int) -> Measurement:
    """Train both, and see after each pass how many wrong labels they know by heart."""
    mnist = data.mnist().subset(config.size, seed=seed)
    taught, mislabelled = with_wrong_labels(mnist.train, config.wrong, seed)
    watch = {
        "memorised": taught.take(mislabelled),  # against the label that was taught
        "seen_through": mnist.train.take(mislabelled),  # against the true one
    }
    return Measurement(
        numbers={
            f"{rate:g}": _memorise_one(config, replace(mnist, train=taught), watch, rate, seed)
            for rate in config.rates
        }
    )


def _memorise_one(
    config: Memorising, mnist: data.Dataset, watch: dict[str, data.Split], rate: float, seed: int
) -> dict[str, Any]:
    from dlexp import training

    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    fitted = training.fit(
        lambda: perceptron(config.units, rate), mnist, plan, seed=seed, watch=watch
    )
    return {**fitted.history.accuracy, "chosen": fitted.history.chosen}


def with_wrong_labels(
    part: data.Split, share: float, seed: int
) -> tuple[data.Split, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return a part in which some images have the label of another class, and which those are.

    Parameters
    ----------
    part : Split
    share : float
        Of the images, in [0, 1].
    seed : int
        Which images, and which other class each gets.
    """
    generator = np.random.default_rng(seed)
    positions = generator.permutation(len(part))[: round(share * len(part))]
    labels = part.labels.copy()
    labels[positions] = (labels[positions] + generator.integers(1, 10, len(positions))) % 10
    return replace(part, labels=labels), positions
