"""Train many nets of one kind at once, each on a series of its own, and keep the best moment.

Chapter: book/lstm_windows.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dlexp.chapters.lstm_windows import nets
from dlexp.chapters.lstm_windows.nets import Array, Weights
from dlexp.chapters.lstm_windows.tasks import Part, Problem


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long nets are trained, and how often somebody looks."""

    units: int
    steps: int
    batch_size: int
    looks: int


class Fitted(NamedTuple):
    """Nets at the look at which each was best, and how they came there.

    ``errors`` (M, looks) are mean squared errors on the validation part, in the scale of the
    answers; ``best`` (M,) is the look of the least one.
    """

    kind: str
    weights: Weights
    first: Weights
    errors: NDArray[np.float64]
    best: NDArray[np.int64]


def fit(
    kind: str, problems: Sequence[Problem], rates: Sequence[float], plan: Plan, *, seed: int
) -> Fitted:
    """Train a net for each problem, at its rate; all start from the same weights.

    Parameters
    ----------
    kind : "lstm", "gru" or "dense"
    problems : sequence of M problems
        Of one window length.
    rates : sequence of M numbers
        Of Adam.
    plan : Plan
    seed : int
        Of the first weights, and of the windows that a step takes: drawn anew for each step, at
        the same places of each training part.
    """
    generator = np.random.default_rng(seed)
    train = stacked([problem.train for problem in problems])
    validation = stacked([problem.validation for problem in problems])
    weights = started(kind, problems[0], plan.units, len(problems), generator)
    first = [each.copy() for each in weights]
    best = [each.copy() for each in weights]
    errors = np.empty((len(problems), plan.looks))
    adam = nets.Adam(weights, np.array(rates))
    members = np.arange(len(problems))[:, np.newaxis]
    for look in range(plan.looks):
        for _ in range(plan.steps // plan.looks):
            rows = (generator.random(plan.batch_size) * train.counts[:, np.newaxis]).astype(int)
            adam.step(nets.gradients(kind, weights, train.past[members, rows],
                                     train.then[members, rows]))  # fmt: skip
        errors[:, look] = mean_squares(kind, weights, validation)
        better = errors[:, look] <= errors[:, : look + 1].min(axis=1)
        for kept, now in zip(best, weights, strict=True):
            kept[better] = now[better]
    return Fitted(kind, best, first, errors, errors.argmin(axis=1))


def started(
    kind: str, problem: Problem, units: int, members: int, generator: np.random.Generator
) -> Weights:
    """Return the first weights, the same for each member."""
    window, outputs = problem.train.past.shape[1], problem.train.then.shape[1]
    one = nets.first_weights(kind, window, units, outputs, generator)
    return [np.repeat(each[np.newaxis], members, axis=0) for each in one]


class Stacked(NamedTuple):
    """Parts in one array, the shorter ones filled up with zeros, and how long each is."""

    past: Array
    then: Array
    counts: NDArray[np.int64]


def stacked(parts: Sequence[Part]) -> Stacked:
    """Return parts of one window length as arrays (M, n, w) and (M, n, K)."""
    counts = np.array([len(part.past) for part in parts])
    longest = int(counts.max())

    def filled(arrays: Sequence[Array]) -> Array:
        rest = [((0, longest - len(each)), (0, 0)) for each in arrays]
        return np.stack([np.pad(each, pad) for each, pad in zip(arrays, rest, strict=True)])

    return Stacked(filled([p.past for p in parts]), filled([p.then for p in parts]), counts)


def mean_squares(kind: str, weights: Weights, part: Stacked) -> NDArray[np.float64]:
    """Return each net's mean squared error over its part, (M,)."""
    wrong = (nets.outputs(kind, weights, part.past) - part.then).astype(np.float64)
    inside = np.arange(wrong.shape[1]) < part.counts[:, np.newaxis]
    squares = np.where(inside, (wrong**2).mean(axis=2), 0.0)  # (M, n)
    return np.asarray(squares.sum(axis=1) / part.counts, np.float64)


def forecast(fitted: Fitted, member: int, part: Part, scale: float) -> NDArray[np.float64]:
    """Return what one of the nets foretells, (n, K), in the unit of its series."""
    own = [each[member : member + 1] for each in fitted.weights]
    answers = nets.outputs(fitted.kind, own, part.past[np.newaxis])[0]
    return np.asarray(part.origin + scale * answers.astype(np.float64))
