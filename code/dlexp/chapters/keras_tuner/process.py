"""A Gaussian process by hand, and the search that asks it where to go on.

Chapter: book/keras_tuner.md. The model is that of Keras Tuner's Bayesian optimisation: a Matérn
kernel of one length scale, scores of mean zero and variance one, a little noise. NumPy alone.

References
----------
Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, algorithm 2.1 and
equation 4.17.
Keras Tuner 1.4.8, ``BayesianOptimizationOracle``, for the noise, the kernel and the acquisition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dlexp.byhand.arrays import Floats
from dlexp.tuning import spaces

NOISE = 1e-4
"""Variance of the noise of a score, of which all scores together have the variance one."""

BOLDNESS = 2.6
"""Error bars that are added to the guess, where Keras Tuner is asked for nothing else."""

LENGTHS = np.geomspace(1e-2, 1e2, 41)
"""Length scales to choose among, in sides of the unit cube."""


class Guess(NamedTuple):
    """What a process says of places that have no score yet.

    Attributes
    ----------
    mean, deviation : arrays of shape (places,)
        The guess, and its error bar, in the unit of the scores.
    length : float
        The length scale that explains the scores best.
    """

    mean: Floats
    deviation: Floats
    length: float


def matern(first: Floats, second: Floats, length: float) -> Floats:
    """Return how alike the scores of two sets of places are: Matérn's kernel of 5/2.

    Parameters
    ----------
    first, second : arrays of shape (n, hyperparameters) and (m, hyperparameters)
    length : float
        At this distance they are half alike, about; > 0.

    Returns
    -------
    array of shape (n, m)
        In (0, 1]; 1 where two places are one.

    Examples
    --------
    >>> matern(np.array([[0.0]]), np.array([[0.0], [1.0]]), 1.0).round(3)
    array([[1.   , 0.524]])
    """
    apart = np.sqrt(((first[:, np.newaxis] - second) ** 2).sum(axis=2))  # (n, m)
    far = np.sqrt(5) * apart / length
    alike: Floats = (1 + far + far**2 / 3) * np.exp(-far)
    return alike


def guess(
    tried: Floats, scores: ArrayLike, places: Floats, *, length: float | None = None
) -> Guess:
    """Fit a process to some scores, and ask it about places.

    Parameters
    ----------
    tried : array of shape (trials, hyperparameters)
    scores : array of shape (trials,)
    places : array of shape (places, hyperparameters)
    length : float, optional
        Of the kernel; by default the one of `LENGTHS` that explains the scores best.

    Examples
    --------
    >>> there = np.array([[0.2], [0.8]])
    >>> found = guess(there, [0.5, 0.7], np.array([[0.2], [0.5]]), length=0.3)
    >>> found.mean.round(2), found.deviation.round(2)
    (array([0.5, 0.6]), array([0.  , 0.08]))
    """
    values = np.asarray(scores, np.float64)
    scale = float(values.std()) or 1.0
    z = (values - values.mean()) / scale
    lengths = LENGTHS if length is None else np.array([length])
    best = max(lengths, key=lambda each: _evidence(tried, z, each))
    root = _root(tried, best)
    towards = np.linalg.solve(root, matern(tried, places, best))  # (trials, places)
    mean = towards.T @ np.linalg.solve(root, z)
    left = np.maximum(1 - (towards**2).sum(axis=0), 0)
    return Guess(values.mean() + scale * mean, scale * np.sqrt(left), float(best))


def upper(found: Guess, boldness: float = BOLDNESS) -> Floats:
    """Return the acquisition: the guess and some error bars, (places,)."""
    bound: Floats = found.mean + boldness * found.deviation
    return bound


def propose(tried: Sequence[int], scores: Sequence[float], *, again: bool = False) -> int:
    """Return the place in the book's space where the acquisition is highest.

    Parameters
    ----------
    tried : sequence of int
        Places of trials.
    scores : sequence of float
    again : bool
        Whether a configuration may be proposed that was tried; Keras Tuner does that.
    """
    cube = unit_cube()
    bound = upper(guess(cube[list(tried)], scores, cube))
    if not again:
        bound[list(tried)] = -np.inf
    return int(bound.argmax())


def unit_cube() -> Floats:
    """Return each configuration of the book's space as Keras Tuner's process sees it.

    A value is the middle of its part of a side: of three values, 1/6, 3/6 and 5/6.

    Returns
    -------
    array of shape (configurations, hyperparameters)

    Examples
    --------
    >>> unit_cube()[0].round(2)
    array([0.08, 0.17, 0.17, 0.25, 0.25])
    """
    return np.array(
        [
            [
                (choices.index(values[name]) + 0.5) / len(choices)
                for name, choices in spaces.GRID.items()
            ]
            for values in spaces.configurations()
        ]
    )


def _root(tried: Floats, length: float) -> Floats:
    """Return the lower root of the kernel matrix of the trials, noise added, by Cholesky."""
    return np.linalg.cholesky(matern(tried, tried, length) + NOISE * np.eye(len(tried)))


def _evidence(tried: Floats, z: Floats, length: float) -> float:
    """Return the logarithm of how likely the scores are under a length scale, but for a constant.

    Both terms of equation 2.30 of Rasmussen and Williams.
    """
    root = _root(tried, length)
    whitened = np.linalg.solve(root, z)
    return float(-0.5 * whitened @ whitened - np.log(np.diag(root)).sum())
