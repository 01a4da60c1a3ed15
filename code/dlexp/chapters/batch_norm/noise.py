"""Dense nets whose statistics stray because few images give them, and what they learn.

Chapter: book/batch_norm.md. Looks are with the statistics of all training images: the running
variance is a mean over the parts, and that of n images is too small by one n-th, so in use the
outputs would be larger than in training, and the loss another one.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand import conv
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.by_hand import Kind, Net, losses, train
from dlexp.chapters.batch_norm.learners import anew
from dlexp.chapters.batch_norm.nets import WITHOUT
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, images_for


@dataclass(frozen=True, kw_only=True)
class Noises:
    """Dense nets of one batch size, whose statistics come from parts of the batch."""

    parts: tuple[int, ...] = (2, 4, 16, 64, 256)  # images in a part, whose mean strays
    trained: tuple[int, ...] = (2, 16, 256)  # the same for nets; each divides `batch_size`
    wrong: float = 0.2  # share of the training images that get a wrong label, in a second training
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    train_size: int = 1_024  # training images, drawn by the seed: few, so that they can be fitted
    batch_size: int = 256  # images per step
    steps: int = 300  # seventy-five epochs, for the same reason
    check_every: int = 10  # steps between two looks
    level: float = 0.1  # nats of training loss: at the first look below it, nets have fitted alike
    looked: int = images_for(CHOICE, share=0.9)  # validation images of a look
    keep: float = 0.9  # share of the old running statistics that a step keeps


def noises(config: Noises, seed: int) -> Measurement:
    """Train dense nets whose steps are all alike but for the noise of their statistics.

    They also learn from labels of which some are wrong: a net that does not fit its training
    images too closely does not learn those.
    """
    dataset = data.mnist().subset(config.train_size, seed=seed)
    spoilt = spoil(dataset.train, config.wrong, seed)
    looked = dataset.validation.sample(config.looked)
    numbers: dict[str, Any] = _noise(dataset.train, config, seed)
    for size in (*config.trained, None):
        kind = Kind(normalised=size is not None, part=size, keep=config.keep)
        net = Net(kind, seed)
        path, alike = _followed(net, dataset.train, dataset.test, looked, config, seed)
        fooled = Net(kind, seed)
        wrong_path, _ = _followed(fooled, spoilt, dataset.test, looked, config, seed)
        numbers[str(size or WITHOUT)] = {
            **_scores(_with_all(net, dataset.train), dataset),
            "in_use_loss": _loss(net, dataset.train),
            "path": path,
            "alike": alike,
            "wrong": {
                **_learnt(_with_all(fooled, spoilt), dataset, spoilt),
                "path": wrong_path,
            },
        }
    return Measurement(numbers=numbers)


def spoil(part: data.Split, share: float, seed: int) -> data.Split:
    """Return a part with a share of its labels wrong: another class, any of the nine as likely."""
    generator = np.random.RandomState(seed)
    labels = part.labels.copy()
    spoilt = generator.permutation(len(part))[: round(share * len(part))]
    labels[spoilt] = (labels[spoilt] + generator.randint(1, 10, len(spoilt))) % 10
    return replace(part, labels=labels)


def _followed(
    net: Net, part: data.Split, test: data.Split, looked: data.Split, config: Noises, seed: int
) -> tuple[list[float], dict[str, float]]:
    """Train a net; return its validation accuracy at each look, and its test at the level.

    That is of the first look at which the training loss is below the level; empty if there is none.
    """
    path: list[float] = []
    alike: dict[str, float] = {}
    for step in train(
        net, part, steps=config.steps, batch_size=config.batch_size, rate=config.learning_rate,
        seed=seed,
    ):  # fmt: skip
        if step % config.check_every == 0:
            seen = _with_all(net, part)
            path.append(seen.accuracy(looked.images, looked.labels))
            if not alike and (loss := _loss(seen, part)) < config.level:
                right = seen.accuracy(test.images, test.labels)
                alike = {"step": step, "loss": loss, "test": right}
    return path, alike


def _with_all(net: Net, part: data.Split) -> Net:
    """Return a net of the same weights, whose running statistics are those of all images."""
    if not net.kind.normalised:
        return net
    whole = copy(net)
    whole.kind = replace(net.kind, part=None)
    return anew(whole, part.images)


def _loss(net: Net, part: data.Split) -> float:
    """Return the mean cross-entropy in use, in nats."""
    return float(losses(net.logits(part.images), part.labels).mean())


def _scores(net: Net, dataset: data.Dataset) -> dict[str, float]:
    """Return accuracies and mean cross-entropies, in nats, in use."""
    found = {}
    for name in ("train", "test"):
        part = getattr(dataset, name)
        found[f"{name}_accuracy"] = net.accuracy(part.images, part.labels)
        found[f"{name}_loss"] = _loss(net, part)
    return found


def _learnt(net: Net, dataset: data.Dataset, spoilt: data.Split) -> dict[str, float]:
    """Return the share of wrong and of right labels that a net learnt, and its test accuracy.

    And the share of wrong labels that its errors would hit by chance: an eighth of its answers
    that are neither the label nor right.
    """
    answers = net.logits(spoilt.images).argmax(axis=1)
    wrong = spoilt.labels != dataset.train.labels
    neither = (answers != spoilt.labels) & (answers != dataset.train.labels)
    return {
        "learnt": float(np.mean((answers == spoilt.labels)[wrong])),
        "by_chance": float(np.mean(neither[wrong])) / 8,
        "right": float(np.mean((answers == spoilt.labels)[~wrong])),
        "test": net.accuracy(dataset.test.images, dataset.test.labels),
    }


def _noise(part: data.Split, config: Noises, seed: int) -> dict[str, list[float]]:
    """Return how far the mean of a part strays, as a share of the spread, for each part size.

    Measured before the first normalisation of an untrained dense net, and of a convolution of
    eight filters; the root mean square over the parts and the channels.
    """
    generator = np.random.RandomState(seed)
    limit = np.sqrt(6 / (9 + 72))  # as Keras draws the kernel of a convolution
    taps = generator.uniform(-limit, limit, (3, 3, 1, 8))
    flat = part.images.reshape(len(part), -1)
    before = {
        "dense_noise": (flat @ Net(Kind(), seed).first)[:, None],
        "conv_noise": conv.conv2d(part.images.astype(float), taps, stride=2, padding="same"),
    }
    return {
        name: [_strays(values.reshape(len(values), -1, values.shape[-1]), size)
               for size in config.parts]
        for name, values in before.items()
    }  # fmt: skip


def _strays(values: Floats, size: int) -> float:
    standard = (values - values.mean(axis=(0, 1))) / values.std(axis=(0, 1))
    means = standard.reshape(-1, size, *standard.shape[1:]).mean(axis=(1, 2))
    return float(np.sqrt(np.mean(means**2)))
