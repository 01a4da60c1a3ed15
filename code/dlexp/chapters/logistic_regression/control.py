"""Controls of report D's run: raw pixels, a cut that is moved, and the rate that the proof is for.

Chapter: book/logistic_regression.md.
"""

from dataclasses import dataclass

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.logistic_regression import methods, problem
from dlexp.chapters.logistic_regression.problem import ALL
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Controlled:
    """Report D's descent on images that the seed draws, with one thing changed at a time."""

    size: int = 6_000  # training images, drawn by the seed
    steps: int = 200  # of gradient descent with the line search


def control(config: Controlled, seed: int) -> Measurement:
    """Descend without an intercept on raw pixels; and on standardised ones, then move the cut."""
    mnist = data.mnist()
    train = mnist.subset(config.size, seed=seed).train
    raw, raw_test = problem.raw(train), problem.raw(mnist.test)
    bare, bare_test = problem.drawn(config.size, seed, intercept=False)
    weights = methods.searching(raw, config.steps).points[-1]
    held = methods.searching(bare, config.steps).points[-1]
    cut = best_cut(bare.x @ held, bare.targets)
    is_five = bare_test.x @ held > cut
    return Measurement(
        numbers={
            "base_rate": float(bare_test.targets.mean()),
            "raw": float(raw_test.wrong(weights[np.newaxis])[0]),
            "bare": float(bare_test.wrong(held[np.newaxis])[0]),
            "cut": cut,
            "moved": float((is_five != bare_test.targets).mean()),
        }
    )


def best_cut(logits: Floats, targets: Floats) -> float:
    """Return the logit above which to say five, so that the fewest of some images are wrong.

    Parameters
    ----------
    logits, targets : arrays of shape (n,)

    Examples
    --------
    >>> best_cut(np.array([0.0, 1.0, 2.0, 5.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    1.0
    """
    order = np.argsort(logits)
    fives_below = np.cumsum(targets[order])
    others_above = (1 - targets).sum() - np.cumsum(1 - targets[order])
    return float(logits[order][np.argmin(fives_below + others_above)])


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A descent at the rate that the proof is for, on report D's images."""

    size: int = ALL  # training images
    steps: int = 200  # of gradient descent at one over the bound


def fixed(config: Fixed, seed: int) -> Measurement:
    """Descend at one over the bound, without an intercept; keep the losses."""
    train = problem.drawn(config.size, seed, intercept=False).train
    losses = methods.fixed(train, 1.0, config.steps).losses
    return Measurement(numbers={"smoothness": train.smoothness()}, arrays={"losses": losses})
