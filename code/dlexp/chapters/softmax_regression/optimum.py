"""To the end of the descent: where the loss is least, if it is least anywhere.

Chapter: book/softmax_regression.md. Everything is in double precision.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import softmax
from dlexp.chapters.softmax_regression.linear import (
    CLASSES,
    PIXELS,
    LinearWeights,
    answers,
    objective,
    pixels,
)
from dlexp.data import Dataset, Split
from dlexp.lab.units import Measurement

Look = Callable[[LinearWeights], None]
"""What is done with the weights behind each step."""

MEMORY = 20
"""Steps from which L-BFGS guesses the curvature."""


@dataclass(frozen=True, kw_only=True)
class Settling:
    """How far L-BFGS goes, with which penalty."""

    l2: float = 0.0  # strength of the penalty, l2 / 2 times the squared weights
    size: int = 5_000  # training images, drawn anew for each seed
    steps: int = 600  # at most
    gradient: float = 1e-7  # the largest component at which the descent ends


def settle(config: Settling, seed: int) -> Measurement:
    """Descend as far as it goes, look on the way, and read the test images at the end.

    They are read once more at the first step of best validation accuracy: there whoever stops
    early would have stopped.
    """
    dataset = data.mnist().subset(config.size, seed=seed)
    x, labels = pixels(dataset.train).astype(np.float64), dataset.train.labels
    looks: list[tuple[float, float, float]] = []
    best = start(seed)

    def look(weights: LinearWeights) -> None:
        nonlocal best
        seen = answers(weights, dataset.validation)
        if seen.accuracy > max((accuracy for *_, accuracy in looks), default=0.0):
            best = weights
        looks.append((objective(weights, x, labels)[0], seen.loss, seen.accuracy))

    weights = descended(start(seed), dataset.train, config, look)
    early = {f"early_{name}": value for name, value in _judged(best, dataset).items()}
    taken = len(looks)
    looks += [looks[-1]] * (config.steps - taken)  # where it has ended, it stays
    losses, validation_losses, validation = zip(*looks, strict=True)
    numbers = {
        "loss": [*losses],
        "validation_loss": [*validation_losses],
        "validation": [*validation],
        "steps": taken,
        **_judged(weights, dataset),
        **early,
    }
    return Measurement(numbers=numbers, arrays={"bins": answers(weights, dataset.test).bins})


def shuffle(config: Settling, seed: int) -> Measurement:
    """Descend on labels that are dealt out anew: there nothing is to be learnt but by heart."""
    part = data.mnist().subset(config.size, seed=seed).train
    dealt = replace(part, labels=np.random.default_rng(seed).permutation(part.labels))
    learnt = answers(descended(start(seed), dealt, config), dealt)
    return Measurement(numbers={"train": learnt.accuracy, "loss": learnt.loss})


def restart(config: Settling, seed: int) -> Measurement:
    """Descend twice over the same images, from two places, and say how far the ends differ."""
    dataset = data.mnist().subset(config.size, seed=seed)
    x, labels = pixels(dataset.train).astype(np.float64), dataset.train.labels
    first, second = start(2 * seed), start(2 * seed + 1)
    ends = [descended(each, dataset.train, config) for each in (first, second)]
    losses = [objective(end, x, labels, config.l2)[0] for end in ends]
    validation = pixels(dataset.validation).astype(np.float64)
    one, other = (softmax(end.logits(validation)) for end in ends)
    numbers = {
        "losses": losses,
        "apart_before": float(np.linalg.norm(first.kernel - second.kernel)),
        "apart": float(np.linalg.norm(ends[0].kernel - ends[1].kernel)),
        "length": float(np.linalg.norm(ends[0].kernel)),
        "probability": float(np.abs(one - other).max()),
    }
    return Measurement(numbers=numbers)


def start(seed: int) -> LinearWeights:
    """Return a place to begin at, in double precision."""
    drawn = np.random.default_rng(seed).normal(0, 0.05, (PIXELS, CLASSES))
    return LinearWeights(drawn, np.zeros(CLASSES))


def descended(
    first: LinearWeights, part: Split, config: Settling, look: Look | None = None
) -> LinearWeights:
    """Follow L-BFGS from some weights; ``look`` at those behind each step.

    References
    ----------
    Liu and Nocedal (1989), On the limited memory BFGS method for large scale optimization.
    """
    from scipy import optimize

    x, labels = pixels(part).astype(np.float64), part.labels

    def fall(point: Floats) -> tuple[float, Floats]:
        loss, gradient = objective(_weights(point), x, labels, config.l2)
        return loss, _point(gradient)

    found: Any = optimize.minimize(
        fall,
        _point(first),
        jac=True,
        method="L-BFGS-B",
        callback=(lambda point: look(_weights(point))) if look else None,
        options={
            "maxiter": config.steps, "maxfun": 10 * config.steps, "maxcor": MEMORY,
            "ftol": 0.0, "gtol": config.gradient,
        },
    )  # fmt: skip
    return _weights(found.x)


def _judged(weights: LinearWeights, dataset: Dataset) -> dict[str, float]:
    tested = answers(weights, dataset.test)
    return {
        "train": answers(weights, dataset.train).accuracy,
        "test": tested.accuracy,
        "test_loss": tested.loss,
        "confidence": tested.confidence,
        "length": float(np.linalg.norm(weights.kernel)),
    }


def _weights(point: Floats) -> LinearWeights:
    return LinearWeights(point[:-CLASSES].reshape(PIXELS, CLASSES), point[-CLASSES:])


def _point(weights: LinearWeights) -> Floats:
    return np.concatenate([weights.kernel.ravel(), weights.bias])
