"""Many networks of one recipe, or of several: what the best of them is worth, and why they differ.

Chapter: book/mnist.md.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.mnist import chance
from dlexp.chapters.mnist.chance import Answers
from dlexp.chapters.mnist.nets import draw, perceptron
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Competing:
    """Networks that learn from the same images, each from weights and an order of its own."""

    rates: tuple[float, float] = (1e-3, 1e-3)  # of Adam: least and largest, drawn evenly by power
    networks: int = 32
    size: int = 1_000  # training images; which ones, the seed draws
    passes: int = 10  # over them
    batch_size: int = 32  # images per step
    unseen: int = 5_000  # images on which all are scored
    choosers: tuple[int, ...] = (100, 500, 2_500)  # images by which the best is chosen
    counts: tuple[int, ...] = (2, 4, 8, 16, 32)  # networks among which it is chosen
    draws: int = 200  # pairs of sets of these images
    asked: tuple[int, ...] = (500, 5_000)  # images of a test of McNemar
    shown: int = 12  # of the images that all networks get wrong, at most


def compete(config: Competing, seed: int) -> Measurement:
    """Train all networks, and score them on the same unseen images."""
    drawn = draw(config.size, config.unseen, seed)
    rates = _rates(config, seed)
    answers = _answers(config, rates, seed)
    labels = drawn.unseen.labels
    right = answers == labels
    parts = chance.sources(right)
    return Measurement(
        numbers={
            "rates": rates.tolist(),
            "accuracy": right.mean(axis=1).tolist(),
            "optimism": [
                chance.optimism(right, images, config.counts, draws=config.draws, seed=seed)
                for images in config.choosers
            ],
            "sources": {"networks": parts.networks, "images": parts.images, "rest": parts.rest},
            "alarms": [_alarms(right[:, :asked]) for asked in config.asked],
            "apart": _apart(right),
            **_hardest(answers, labels, drawn.unseen.indices, config.shown),
        }
    )


def _rates(config: Competing, seed: int) -> Floats:
    least, largest = config.rates
    drawn = np.random.default_rng(seed).random(config.networks)
    return np.asarray(least * (largest / least) ** drawn)


def _answers(config: Competing, rates: Floats, seed: int) -> NDArray[np.int64]:
    """Return the class that each network names for each unseen image: (networks, images)."""
    from dlexp import training

    drawn = draw(config.size, config.unseen, seed)
    loop = training.Loop(perceptron, drawn.train, optimizer="adam", seed=seed)
    steps = config.passes * (config.size // config.batch_size)
    answers = []
    for number, rate in enumerate(rates):
        own = config.networks * seed + number
        loop.begin(seed=own, learning_rate=float(rate))
        rows = training.batches(config.size, config.batch_size, seed=own)
        loop.advance(itertools.islice(rows, steps))
        answers.append(training.predict(loop.model, drawn.unseen.images).argmax(axis=1))
    return np.stack(answers)


def _alarms(right: Answers) -> float:
    """Return for which share of pairs McNemar's test says that the two networks differ."""
    pairs = zip(right[::2], right[1::2], strict=True)
    return float(np.mean([chance.mcnemar(*pair) < chance.SIGNIFICANT for pair in pairs]))


def _apart(right: Answers) -> dict[str, float]:
    """Return, of pairs of networks, the images on which one is right, and their difference."""
    one, other = right[::2], right[1::2]
    return {
        "discordant": float((one != other).sum(axis=1).mean()),
        "wrong": float((~right).sum(axis=1).mean()),
        "difference": float(np.abs(one.sum(axis=1) - other.sum(axis=1)).mean()),
    }


def _hardest(
    answers: NDArray[np.int64], labels: NDArray[np.int64], indices: NDArray[np.int64], shown: int
) -> dict[str, Any]:
    """Return how many images no network gets right, and the first of them on which all agree."""
    missed = (answers != labels).all(axis=0)
    agreed = missed & (answers == answers[0]).all(axis=0)
    places = np.flatnonzero(agreed)[:shown]
    return {
        "missed_by_all": int(missed.sum()),
        "agreed_by_all": int(agreed.sum()),
        "hardest": {
            "indices": indices[places].tolist(),
            "labels": labels[places].tolist(),
            "answers": answers[0, places].tolist(),
        },
    }
