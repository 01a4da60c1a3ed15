"""Networks trained on digits in their place and tested on moved ones.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from dlexp import data
from dlexp.chapters.pooling_dropout.moves import MOVES, moved, pushed
from dlexp.chapters.pooling_dropout.nets import network
from dlexp.chapters.pooling_dropout.predictions import softmax
from dlexp.lab.units import Measurement
from dlexp.looks import CURVE, images_for


@dataclass(frozen=True, kw_only=True)
class Moving:
    """One network, trained on digits in their place and tested on moved ones."""

    architecture: str = "max"  # one of `ARCHITECTURES`
    size: int = 10_000  # training images; which ones is drawn by the seed
    epochs: int = 4  # passes over them
    batch_size: int = 64  # images per step
    learning_rate: float = 1e-3  # of Adam
    tested: int = images_for(CURVE, share=0.5)  # test images, moved in every way


def move(config: Moving, seed: int) -> Measurement:
    """Train one network and measure its accuracy on test images moved in every way."""
    from dlexp import training

    mnist = data.mnist().subset(config.size, seed=seed)
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    model = training.fit(lambda: network(config.architecture), mnist, plan, seed=seed).model
    test = mnist.test.sample(config.tested)
    accuracy = {
        kind: [
            training.accuracy(
                training.predict(model, moved(test.images, kind, amount)), test.labels
            )
            for amount in amounts
        ]
        for kind, amounts in MOVES.items()
    }
    return Measurement(numbers={"parameters": int(model.count_params()), "accuracy": accuracy})


@dataclass(frozen=True, kw_only=True)
class Watching:
    """Networks of the moves, asked about a few digits at every place nearby."""

    architectures: tuple[str, ...] = ("average", "max", "global_max")  # some of `ARCHITECTURES`
    images: tuple[int, ...] = (0, 1, 3, 4)  # places in the test set
    reach: int = 4  # largest shift to each side, in pixels
    training: Moving = Moving()  # of each network; its architecture does not matter here


def watch(config: Watching, seed: int) -> Measurement:
    """Train networks and record what each makes of each digit at each place.

    The probabilities have the axes networks, images, rows and columns of the shift, classes.
    """
    from dlexp import training

    how = config.training
    mnist = data.mnist().subset(how.size, seed=seed)
    plan = training.Plan(
        epochs=how.epochs, batch_size=how.batch_size, learning_rate=how.learning_rate
    )
    places = list(product(range(-config.reach, config.reach + 1), repeat=2))
    digits = mnist.test.take(np.array(config.images)).images
    asked = np.concatenate([pushed(digits, down, right) for down, right in places])
    found = []
    for name in config.architectures:
        model = training.fit(partial(network, name), mnist, plan, seed=seed).model
        logits = training.predict(model, asked).reshape(len(places), len(digits), -1)
        found.append(softmax(logits.swapaxes(0, 1)))
    sides = 2 * config.reach + 1
    probabilities = np.array(found).reshape(len(found), len(digits), sides, sides, -1)
    return Measurement(
        numbers={"labels": [int(n) for n in mnist.test.labels[list(config.images)]]},
        arrays={"probabilities": probabilities.astype(np.float32)},
    )
