"""One training, watched: what is reported, what leaks, and what a choice of the pass costs.

Chapter: book/mnist.md.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import cross_entropy, softmax
from dlexp.calibration import reliability
from dlexp.chapters.mnist import chance
from dlexp.chapters.mnist.nets import draw, perceptron
from dlexp.data import Split
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Watching:
    """A training that is looked at after every pass."""

    size: int = 2_000  # training images; which ones, the seed draws
    dropout: float = 0.0  # share of the hidden units dropped in training
    passes: int = 40  # over the training images
    batch_size: int = 32  # images per step
    learning_rate: float = 1e-3  # of Adam
    validation: int = 2_500  # unseen images to choose by
    judges: int = 2_500  # further unseen images, by which nothing is chosen
    leaked: int = 1_000  # training images, at most, that play the validation part
    choosers: tuple[int, ...] = (100, 500, 2_500)  # images by which a pass is chosen
    budgets: tuple[int, ...] = (2, 5, 10, 20, 40)  # first passes among which is chosen
    draws: int = 100  # pairs of sets of images to choose by
    bins: int = 10  # equal steps of confidence


def watch(config: Watching, seed: int) -> Measurement:
    """Train the network once, and write down after each pass what each part says of it."""
    drawn = draw(config.size, config.validation + config.judges, seed)
    parts = {
        "leaked": drawn.train.take(np.arange(min(config.leaked, config.size))),
        "validation": drawn.unseen.take(np.arange(config.validation)),
        "judges": drawn.unseen.take(np.arange(config.validation, len(drawn.unseen))),
    }
    running, looks, tested = _trained(config, drawn.train, parts, seed)
    told = {name: _told(looks[name], part.labels) for name, part in parts.items()}
    chosen = {
        "accuracy": int(np.argmax(told["validation"]["accuracy"])),
        "loss": int(np.argmin(told["validation"]["loss"])),
    }
    last = config.passes - 1
    return Measurement(
        numbers={
            "running": running,
            **told,
            "chosen": chosen,
            "test": tested,
            "reliability": {
                name: _reliability(looks["judges"][look], parts["judges"].labels, config.bins)
                for name, look in (("chosen", chosen["loss"]), ("last", last))
            },
            "optimism": _optimism(config, looks, parts, seed),
        }
    )


def _trained(
    config: Watching, train: Split, parts: dict[str, Split], seed: int
) -> tuple[dict[str, list[float]], dict[str, Floats], float]:
    """Train; return what is reported, all logits, and the test accuracy of the chosen pass."""
    from dlexp import training

    loop = training.Loop(lambda: perceptron(config.dropout), train, optimizer="adam", seed=seed)
    loop.begin(learning_rate=config.learning_rate)
    rows = training.batches(config.size, config.batch_size, seed=seed)
    steps = config.size // config.batch_size
    running: dict[str, list[float]] = {"loss": [], "accuracy": []}
    looks: dict[str, list[Floats]] = {name: [] for name in parts}
    best, weights = -1.0, loop.first
    for _ in range(config.passes):
        loss, share = loop.advance(itertools.islice(rows, steps))
        running["loss"].append(loss)
        running["accuracy"].append(share)
        for name, part in parts.items():
            looks[name].append(training.predict(loop.model, part.images))
        validated = training.accuracy(looks["validation"][-1], parts["validation"].labels)
        if validated > best:
            best, weights = validated, loop.model.get_weights()
    loop.model.set_weights(weights)
    tested = training.score(loop.model, data.mnist().test)  # the one look at it
    return running, {name: np.stack(look) for name, look in looks.items()}, tested


def _told(logits: Floats, labels: NDArray[np.int64]) -> dict[str, list[float]]:
    """Return the accuracy, the loss and the mean confidence of each pass."""
    told: dict[str, list[float]] = {"accuracy": [], "loss": [], "confidence": []}
    for look in logits.astype(np.float64):
        told["accuracy"].append(float((look.argmax(axis=1) == labels).mean()))
        told["loss"].append(cross_entropy(look, labels))
        told["confidence"].append(float(softmax(look).max(axis=1).mean()))
    return told


def _reliability(logits: Floats, labels: NDArray[np.int64], bins: int) -> dict[str, list[float]]:
    confidence = softmax(logits.astype(np.float64)).max(axis=1)
    sums = reliability(confidence, logits.argmax(axis=1) == labels, bins)
    return {name: array.tolist() for name, array in sums._asdict().items()}


def _optimism(
    config: Watching, looks: dict[str, Floats], parts: dict[str, Split], seed: int
) -> list[list[float]]:
    """Return what the choice of a pass adds to its score, by images and passes to choose from."""
    logits = np.concatenate([looks["validation"], looks["judges"]], axis=1)
    labels = np.concatenate([parts["validation"].labels, parts["judges"].labels])
    right = logits.argmax(axis=2) == labels
    return [
        chance.optimism(right, images, config.budgets, draws=config.draws, seed=seed)
        for images in config.choosers
    ]
