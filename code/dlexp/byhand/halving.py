"""Successive halving, and Hyperband's schedule of brackets, in whole numbers.

Chapter: book/keras_tuner.md. A *bracket* is one successive halving: many configurations get few
epochs, the best share of them goes on. Hyperband runs several brackets, from the boldest (most
configurations, fewest epochs) to bracket 0, which is plain random search.

References
----------
Jamieson and Talwalkar (2016), Non-stochastic best arm identification and hyperparameter
optimization: successive halving.
Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar (2018), Hyperband: a novel bandit-based approach
to hyperparameter optimization, JMLR 18(185): Algorithm 1.
Keras Tuner 1.4.8, ``HyperbandOracle``, which rounds otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from dlexp.byhand.arrays import require, require_finite
from dlexp.byhand.settings import (
    counts_exactly,
    numbers,
    require_all,
    require_at_least,
    require_between,
    require_one_of,
)

Rule = Literal["keras", "paper"]
Direction = Literal["max", "min"]


@dataclass(frozen=True, kw_only=True)
class Round:
    """A number of configurations, trained from one epoch to another."""

    bracket: int  # how often the epochs are still multiplied after its first round, >= 0
    number: int  # of the round in its bracket, from 0
    configurations: int  # trained in this round, >= 1
    initial_epoch: int  # where its training starts, counted from the first weights, >= 0
    epochs: int  # where its training ends, >= initial_epoch
    iteration: int = 0  # of Hyperband as a whole, from 0

    def __post_init__(self) -> None:
        require_at_least(1, configurations=self.configurations)
        require_at_least(0, bracket=self.bracket, number=self.number, iteration=self.iteration)
        require_at_least(0, initial_epoch=self.initial_epoch)
        require_at_least(self.initial_epoch, epochs=self.epochs)

    @property
    def cost(self) -> int:
        """Epochs trained in this round, over all its configurations."""
        return int(self.configurations) * (int(self.epochs) - int(self.initial_epoch))


@counts_exactly
def rungs(configurations: int, max_epochs: int, factor: int, rounds: int) -> list[Round]:
    """Plan one successive halving: each round keeps one in ``factor`` and trains them longer.

    Parameters
    ----------
    configurations : int
        In the first round, >= 1.
    max_epochs : int
        Where the last round ends, >= 1. Rounds before it end at a ``factor``-th of the next
        one's epochs, rounded up.
    factor : int
        >= 2.
    rounds : int
        >= 1, and so few that one configuration is left for the last.

    Returns
    -------
    list of Round
        A round may have no epochs of its own where ``max_epochs`` is small for its rounds.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> [(r.configurations, r.initial_epoch, r.epochs) for r in rungs(9, 9, 3, 3)]
    [(9, 0, 1), (3, 1, 3), (1, 3, 9)]
    """
    _check(max_epochs, factor)
    require_at_least(1, configurations=configurations)
    require_between(1, brackets(configurations, factor), rounds=rounds)
    sizes = [configurations // factor**number for number in range(rounds)]
    return _bracket(sizes, max_epochs, factor)


@counts_exactly
def hyperband(
    max_epochs: int, factor: int = 3, iterations: int = 1, *, rule: Rule = "keras"
) -> list[Round]:
    """Plan Hyperband: its brackets from the boldest to random search, round by round.

    Parameters
    ----------
    max_epochs : int
        The most epochs for one configuration, >= 1.
    factor : int
        One in ``factor`` configurations goes on to the next round; >= 2.
    iterations : int
        How often the whole is run, >= 1.
    rule : "keras" or "paper"
        Keras Tuner rounds each round's number of configurations up, and plans for one more
        configuration at the end of a bracket unless ``max_epochs`` is a power of ``factor``. The
        paper rounds up the first round alone and cuts down from there. The paper's epochs may be
        fractions; they are rounded up here. From 15,625 epochs on (5⁶), Keras
        Tuner's logarithm in floating point may miss a power; whole numbers do not.

    Returns
    -------
    list of Round

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> [(r.bracket, r.configurations, r.epochs) for r in hyperband(9)]
    [(2, 9, 1), (2, 3, 3), (2, 1, 9), (1, 5, 3), (1, 2, 9), (0, 3, 9)]
    >>> cost(hyperband(9)), cost(hyperband(9, rule="paper"))
    (75, 69)
    """
    _check(max_epochs, factor)
    require_at_least(1, iterations=iterations)
    require_one_of(("keras", "paper"), rule=rule)
    boldest = brackets(max_epochs, factor) - 1
    return [
        each
        for iteration in range(iterations)
        for bracket in range(boldest, -1, -1)
        for each in _bracket(
            _sizes(bracket, boldest, max_epochs, factor, rule), max_epochs, factor, iteration
        )
    ]


@counts_exactly
def brackets(max_epochs: int, factor: int = 3) -> int:
    """Return how many brackets Hyperband has: one more than how often `factor` divides.

    Examples
    --------
    >>> brackets(8), brackets(9), brackets(100)
    (2, 3, 5)
    """
    _check(max_epochs, factor)
    count = 1
    while factor**count <= max_epochs:
        count += 1
    return count


@counts_exactly
def cost(schedule: Sequence[Round]) -> int:
    """Return the epochs that a schedule trains in all, if each round goes on from saved weights.

    Examples
    --------
    >>> cost(rungs(9, 9, 3, 3))  # 9·1 + 3·2 + 1·6
    21
    """
    require_all(Round, "rounds", schedule=schedule)
    return sum(each.cost for each in schedule)


def halve(scores: ArrayLike, keep: int, *, direction: Direction = "max") -> list[int]:
    """Return the places of the best scores, the best one first.

    Parameters
    ----------
    scores : array-like of shape (n,)
        Finite; of equal ones the earlier wins, as in Keras Tuner.
    keep : int
        In 1..n.
    direction : "max" or "min"
        Whether high or low scores are good.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        If an argument is out of its range, or a score is not finite.

    Examples
    --------
    >>> halve([0.2, 0.9, 0.4, 0.9], 2)
    [1, 3]
    >>> halve([0.2, 0.9, 0.4, 0.9], 2, direction="min")
    [0, 2]
    """
    values = numbers("scores", scores, 1)
    require_finite(scores=values)
    require_between(1, len(values), keep=keep)
    require_one_of(("max", "min"), direction=direction)
    order = np.argsort(-values if direction == "max" else values, kind="stable")
    return [int(place) for place in order[:keep]]


def race(
    curves: ArrayLike, schedule: Sequence[Round], *, direction: Direction = "max"
) -> list[list[int]]:
    """Run one bracket on learning curves that are already known.

    A round is scored by the best epoch that it trains, as in Keras Tuner; a round without epochs
    of its own keeps the scores of the one before.

    Parameters
    ----------
    curves : array-like of shape (n, epochs)
        A score per configuration and epoch.
    schedule : sequence of Round
        One bracket, such as `rungs` gives; its first round trains n configurations.
    direction : "max" or "min"

    Returns
    -------
    list of list of int
        Which configurations each round trains; then, as one more entry, the best one alone.

    Raises
    ------
    ValueError
        If the curves do not fit the schedule.

    Examples
    --------
    >>> late, early = [0.1, 0.2, 0.9], [0.5, 0.6, 0.6]  # the late bloomer never gets its turn
    >>> race([late, early, late], rungs(3, 3, 3, 2))
    [[0, 1, 2], [1], [1]]
    """
    require_all(Round, "rounds", schedule=schedule)
    require(len(schedule) > 0, "`schedule` must have one round or more", "none")
    require_at_least(schedule[0].initial_epoch + 1, epochs=schedule[0].epochs)
    require_one_of(("max", "min"), direction=direction)
    values = numbers("curves", curves, 2)
    num_curves, num_epochs = schedule[0].configurations, schedule[-1].epochs
    require(
        len(values) == num_curves and values.shape[1] >= num_epochs,
        f"`curves` must have {num_curves} rows of {num_epochs} epochs or more",
        f"shape {values.shape}",
    )
    best = np.max if direction == "max" else np.min
    running, trained, scores = list(range(len(values))), [], np.empty(0)
    for place, each in enumerate(schedule):
        trained.append(running)
        if each.epochs > each.initial_epoch:
            scores = best(values[:, each.initial_epoch : each.epochs], axis=1)
        keep = schedule[place + 1].configurations if place + 1 < len(schedule) else 1
        order = sorted(running)  # of equal scores the earlier configuration wins
        running = [order[i] for i in halve(scores[order], keep, direction=direction)]
    return [*trained, running]


def _bracket(sizes: Sequence[int], max_epochs: int, factor: int, iteration: int = 0) -> list[Round]:
    last = len(sizes) - 1
    ends = [0, *(_up(max_epochs, factor ** (last - number)) for number in range(last + 1))]
    return [
        Round(
            bracket=last,
            number=number,
            configurations=size,
            initial_epoch=ends[number],
            epochs=ends[number + 1],
            iteration=iteration,
        )
        for number, size in enumerate(sizes)
    ]


def _sizes(bracket: int, boldest: int, max_epochs: int, factor: int, rule: Rule) -> list[int]:
    if rule == "paper":
        first = _up((boldest + 1) * factor**bracket, bracket + 1)
        return [first // factor**number for number in range(bracket + 1)]
    budget = boldest + 1 + (factor**boldest != max_epochs)
    return [_up(budget * factor ** (bracket - n), bracket + 1) for n in range(bracket + 1)]


def _up(numerator: int, denominator: int) -> int:
    """Divide and round up, in whole numbers: no power of the factor is lost to rounding."""
    return -(-numerator // denominator)


def _check(max_epochs: int, factor: int) -> None:
    require_at_least(1, max_epochs=max_epochs)
    require_at_least(2, factor=factor)
