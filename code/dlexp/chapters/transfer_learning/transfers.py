"""What becomes of a second task with few images, by what is taken along and how it is trained.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.softmax import cross_entropy
from dlexp.chapters.transfer_learning import tasks
from dlexp.data import Dataset, Split
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    from dlexp import training

FROZEN = "frozen"
"""The way in which only the head learns, from features that are computed once."""

SHARES: Mapping[str, Sequence[Sequence[float]]] = MappingProxyType(
    {
        "tuned": [(1, 1, 1, 1)],
        "layered": [(1 / 27, 1 / 9, 1 / 3, 1)],
        "gradual": [(0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1), (1, 1, 1, 1)],
    }
)
"""Of the rate, for each layer, the head last; in phases of equally many steps."""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A second task with few images, and how base and head learn it: by descent with momentum."""

    source: str = "digits"  # what the base has learnt; "nothing": its first weights
    way: str = "tuned"  # FROZEN, or a key of `SHARES`
    target: str = "digits"  # whose upper half is learnt
    shown: str = "as_learnt"  # a key of `tasks.SHOWN`
    sizes: tuple[int, ...] = (10, 100, 1_000)  # training images
    rates: tuple[float, ...] = (0.003, 0.01, 0.03)  # of which validation chooses one
    steps: int = 300  # of one training
    batch_size: int = 20  # images per step
    looks: int = 3  # at the validation images, evenly spread over the steps
    looked: int = 1_000  # validation images
    read: int = 2_000  # test images


def transfer(config: Transfer, seed: int, *pretrained: Record) -> Measurement:
    """Train with each rate on each number of images; read the test images at the chosen rate.

    A rate is chosen by the validation accuracy at its last look; of equals, by the loss.
    ``moved`` is how far the base's kernels went, as a share of their own length.
    """
    who = learner(config, seed, *pretrained)
    found = [tuned(config, who, size, seed) for size in config.sizes]
    return Measurement(numbers={name: [each[name] for each in found] for name in found[0]})


def drawn(config: Transfer, seed: int) -> Dataset:
    """Return the second task, with as many training images as the largest size asks for.

    So many images of a seed are the same ones for every way, whatever its other sizes.
    """
    whole = tasks.target(config.target, config.shown)
    return Dataset(
        tasks.first(whole.train, max(config.sizes), seed),
        whole.validation.sample(config.looked),
        whole.test.sample(config.read),
        whole.num_classes,
    )


@dataclass(frozen=True)
class Learner:
    """What trains, what it begins with, and what it is looked at with."""

    loop: training.Loop
    first: list[NDArray[Any]]
    task: Dataset
    share: Callable[[Sequence[float]], None]


def begun(first: list[NDArray[Any]], *pretrained: Record) -> list[NDArray[Any]]:
    """Return first weights, those of the base replaced by what was learnt before, if it was."""
    kept = [each for record in pretrained for _, each in sorted(record.arrays.items())]
    return [*kept, *first[len(kept) :]]


def learner(config: Transfer, seed: int, *pretrained: Record) -> Learner:
    """Return what is to train: the whole network, or its head alone."""
    from dlexp import training
    from dlexp.chapters.transfer_learning import nets

    task, optimizer = drawn(config, seed), nets.Layered()
    whole = training.Loop(nets.network, task.train, optimizer=optimizer, seed=seed)
    first = begun(whole.first, *pretrained)
    if config.way != FROZEN:
        return Learner(whole, first, task, optimizer.share)
    whole.model.set_weights(first)
    seen = _features(whole.model.get_layer("base"), task)
    build = functools.partial(nets.head, seen.train.images.shape[1])
    loop = training.Loop(build, seen.train, optimizer=nets.Layered(), seed=seed)
    return Learner(loop, first[-2:], seen, lambda _: None)


def _features(base: Any, task: Dataset) -> Dataset:
    from dlexp import training

    def seen(part: Split) -> Split:
        return replace(part, images=training.predict(base, part.images))

    return Dataset(seen(task.train), seen(task.validation), seen(task.test), task.num_classes)


def tuned(config: Transfer, learner: Learner, size: int, seed: int) -> dict[str, Any]:
    """Return what comes of a number of images, and leave the model so trained.

    Of the rates, validation chooses one.
    """
    from dlexp import training

    trained = [_trained(config, learner, size, rate, seed) for rate in config.rates]
    best = max(range(len(trained)), key=lambda place: trained[place]["score"])
    model, first = learner.loop.model, learner.first
    model.set_weights(trained[best]["weights"])
    return {
        "rate": config.rates[best],
        "validation": [each["score"][0] for each in trained],
        "curve": trained[best]["curve"],
        "loss": trained[best]["loss"],
        "train": training.score(model, learner.task.train.take(np.arange(size))),
        "test": training.score(model, learner.task.test),
        "moved": _moved(first[:-2], trained[best]["weights"][:-2]),
    }


def _trained(
    config: Transfer, learner: Learner, size: int, rate: float, seed: int
) -> dict[str, Any]:
    """Train once; what overflowed is the worst there is."""
    from dlexp import training

    phases = SHARES.get(config.way, [(1.0,)])
    if config.looks % len(phases):
        rule = f"`looks` must be a multiple of {len(phases)}, the phases of {config.way!r}"
        raise ValueError(f"{rule}; got looks={config.looks}")
    rows = training.batches(size, config.batch_size, seed=seed, keep_rest=True)
    learner.loop.begin(weights=learner.first, learning_rate=rate)
    curve, losses, loss = [], [], float("inf")
    stops = np.linspace(0, config.steps, config.looks + 1).astype(int)
    for look, (start, stop) in enumerate(itertools.pairwise(stops.tolist())):
        learner.share(phases[look * len(phases) // config.looks])
        running, _ = learner.loop.advance(itertools.islice(rows, stop - start))
        logits = training.predict(learner.loop.model, learner.task.validation.images)
        curve.append(training.accuracy(logits, learner.task.validation.labels))
        losses.append(running if np.isfinite(running) else -1.0)
        if np.isfinite(logits).all():
            loss = cross_entropy(logits.astype(np.float64), learner.task.validation.labels)
    return {
        "score": (curve[-1], -loss),
        "curve": curve,
        "loss": losses,
        "weights": learner.loop.model.get_weights(),
    }


def _moved(before: Sequence[NDArray[Any]], after: Sequence[NDArray[Any]]) -> float:
    """Return how far kernels went, as a share of their length; 0 without kernels."""
    kernels = [(a, b) for a, b in zip(before, after, strict=True) if a.ndim > 1]
    if not kernels:
        return 0.0
    way = sum(float(((b - a) ** 2).sum()) for a, b in kernels)
    return float(np.sqrt(way / sum(float((a**2).sum()) for a, _ in kernels)))
