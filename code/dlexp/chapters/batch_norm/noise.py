"""Dense nets whose statistics stray because few images give them, and what they learn.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.chapters.batch_norm.nets import KINDS, WITHOUT, ghost, network
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

    from dlexp import training


@dataclass(frozen=True, kw_only=True)
class Noises:
    """Dense nets of one batch size, whose statistics come from parts of the batch."""

    parts: tuple[int, ...] = (2, 4, 16, 64, 256)  # images in a part, whose mean strays
    ghosts: tuple[int, ...] = (2, 16, 256)  # the same for training; each divides `batch_size`
    wrong: float = 0.2  # share of the training images that get a wrong label, in a second training
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    train_size: int = 1_024  # training images, drawn by the seed: few, so that they can be fitted
    batch_size: int = 256  # images per step
    steps: int = 200  # fifty epochs, for the same reason
    momentum: float = 0.9  # share of the old running statistics that a step keeps


def noises(config: Noises, seed: int) -> Measurement:
    """Train dense nets whose steps are all alike but for the noise of their statistics.

    They also learn from labels of which some are wrong: a net that does not fit its training
    images too closely does not learn those.
    """
    from dlexp import training

    dataset = data.mnist().subset(config.train_size, seed=seed)
    spoilt = spoil(dataset.train, config.wrong, seed)
    numbers: dict[str, Any] = {f"{k}_noise": _noise(k, dataset, config, seed) for k in KINDS}
    for size in (*config.ghosts, None):
        layer = ghost(size, config.momentum) if size else None
        both = _both(dataset.train, spoilt)
        loop = training.Loop(partial(network, "dense", layer), both, seed=seed)
        _train(loop, config, seed, from_image=0)
        scores = _scores(loop.model, dataset)
        _train(loop, config, seed, from_image=config.train_size)
        numbers[str(size or WITHOUT)] = {**scores, "wrong": _learnt(loop.model, dataset, spoilt)}
    return Measurement(numbers=numbers)


def spoil(part: data.Split, share: float, seed: int) -> data.Split:
    """Return a part with a share of its labels wrong: another class, any of the nine as likely."""
    generator = np.random.RandomState(seed)
    labels = part.labels.copy()
    spoilt = generator.permutation(len(part))[: round(share * len(part))]
    labels[spoilt] = (labels[spoilt] + generator.randint(1, 10, len(spoilt))) % 10
    return replace(part, labels=labels)


def _both(one: data.Split, other: data.Split) -> data.Split:
    """Return two parts behind each other, so that one loop can learn from either."""
    fields = ("images", "labels", "indices")
    pairs = ([getattr(part, name) for part in (one, other)] for name in fields)
    return data.Split(*(np.concatenate(pair) for pair in pairs))


def _train(loop: training.Loop, config: Noises, seed: int, *, from_image: int) -> None:
    """Train afresh on as many images as the configuration has, from a place onwards."""
    from dlexp import training

    loop.begin(weights=loop.first, learning_rate=config.learning_rate)
    rows = training.batches(config.train_size, config.batch_size, seed=seed)
    loop.advance(from_image + row for row in islice(rows, config.steps))


def _learnt(model: keras.Model, dataset: data.Dataset, spoilt: data.Split) -> dict[str, float]:
    """Return the share of wrong and of right labels that a net learnt, and its test accuracy."""
    from dlexp import training

    answers = training.predict(model, spoilt.images).argmax(axis=1)
    wrong = spoilt.labels != dataset.train.labels
    return {
        "learnt": float(np.mean((answers == spoilt.labels)[wrong])),
        "right": float(np.mean((answers == spoilt.labels)[~wrong])),
        "test": training.score(model, dataset.test),
    }


def _scores(model: keras.Model, dataset: data.Dataset) -> dict[str, float]:
    """Return accuracies and mean cross-entropies, in nats, in inference mode."""
    from dlexp import training

    found = {}
    for name in ("train", "test"):
        part = getattr(dataset, name)
        logits = training.predict(model, part.images)
        found[f"{name}_accuracy"] = training.accuracy(logits, part.labels)
        found[f"{name}_loss"] = float(np.mean(_losses(logits, part.labels)))
    return found


def _losses(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cross-entropy of each row, in nats."""
    wide = logits.astype(np.float64)
    largest = wide.max(axis=1, keepdims=True)
    partition = np.log(np.exp(wide - largest).sum(axis=1)) + largest[:, 0]
    losses: NDArray[np.float64] = partition - wide[np.arange(len(labels)), labels]
    return losses


def _noise(kind: str, dataset: data.Dataset, config: Noises, seed: int) -> list[float]:
    """Return how far the mean of a part strays, as a share of the spread, for each part size.

    Measured before the first normalisation of an untrained net; the root mean square over the
    parts and the channels.
    """
    from keras import Model, utils

    utils.set_random_seed(seed)
    model = network(kind)
    hidden = model.layers[1 if kind == "dense" else 0]
    before = np.asarray(Model(model.inputs, hidden.output)([dataset.train.images]))
    before = before.reshape(len(before), -1, before.shape[-1])
    standard = (before - before.mean(axis=(0, 1))) / before.std(axis=(0, 1))
    return [
        float(np.sqrt(np.mean(standard.reshape(-1, size, *standard.shape[1:]).mean((1, 2)) ** 2)))
        for size in config.parts
    ]
