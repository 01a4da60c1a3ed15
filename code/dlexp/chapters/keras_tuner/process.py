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
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlexp.byhand.arrays import Floats
from dlexp.tuning import spaces

NOISE = 1e-4
"""Variance of the noise of a score, of which all scores together have the variance one; alpha."""

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
    tried: Floats,
    scores: ArrayLike,
    places: Floats,
    *,
    length: float | None = None,
    noise: float = NOISE,
) -> Guess:
    """Fit a process to some scores, and ask it about places.

    Parameters
    ----------
    tried : array of shape (trials, hyperparameters)
    scores : array of shape (trials,)
    places : array of shape (places, hyperparameters)
    length : float, optional
        Of the kernel; by default the one of `LENGTHS` that explains the scores best.
    noise : float
        Variance of a score's noise, where the scores have the variance one; > 0.

    Examples
    --------
    >>> there = np.array([[0.2], [0.8]])
    >>> found = guess(there, [0.5, 0.7], np.array([[0.2], [0.5]]), length=0.3)
    >>> found.mean.round(2), found.deviation.round(2)
    (array([0.5, 0.6]), array([0.  , 0.07]))
    """
    values = np.asarray(scores, np.float64)
    scale = float(values.std()) or 1.0
    z = (values - values.mean()) / scale
    lengths = LENGTHS if length is None else np.array([length])
    best = max(lengths, key=lambda each: _evidence(_root(tried, each, noise), z))
    root = _root(tried, best, noise)
    towards = np.linalg.solve(root, matern(tried, places, best))  # (trials, places)
    mean = towards.T @ np.linalg.solve(root, z)
    left = np.maximum(1 - (towards**2).sum(axis=0), 0)
    return Guess(values.mean() + scale * mean, scale * np.sqrt(left), float(best))


def upper(found: Guess, boldness: float = BOLDNESS) -> Floats:
    """Return the acquisition: the guess and some error bars, (places,)."""
    bound: Floats = found.mean + boldness * found.deviation
    return bound


def propose(
    tried: Sequence[int], scores: Sequence[float], *, again: bool = False, noise: float = NOISE
) -> int:
    """Return the place in the book's space where the acquisition is highest.

    As in Keras Tuner, it is looked for in the whole cube, of which every point belongs to a
    configuration; here at the middle of each value's part of a side, and at the sides' ends, where
    error bars are widest.

    Parameters
    ----------
    tried : sequence of int
        Places of trials.
    scores : sequence of float
    again : bool
        Whether a configuration may be proposed that was tried; Keras Tuner does not forbid it.
    noise : float
        As in `guess`.
    """
    points, places = cube()
    bound = upper(guess(middles()[list(tried)], scores, points, noise=noise))
    if not again:
        bound[np.isin(places, tried)] = -np.inf
    return int(places[bound.argmax()])


def middles() -> Floats:
    """Return each configuration of the book's space as Keras Tuner's process sees it.

    A value is the middle of its part of a side: of three values, 1/6, 3/6 and 5/6.

    Returns
    -------
    array of shape (configurations, hyperparameters)

    Examples
    --------
    >>> middles()[0].round(2)
    array([0.08, 0.17, 0.17, 0.25, 0.25])
    """
    return np.array(list(product(*(_sides()))))


@cache
def cube() -> tuple[Floats, NDArray[np.intp]]:
    """Return points of the cube, and the place of the configuration that each belongs to.

    Returns
    -------
    points : array of shape (points, hyperparameters)
    places : array of shape (points,)

    Examples
    --------
    >>> points, places = cube()
    >>> points.shape, len(set(places.tolist()))
    ((3200, 5), 216)
    """
    sizes = tuple(len(choices) for choices in spaces.GRID.values())
    points = np.array(list(product(*([0.0, *side, 1.0] for side in _sides()))))
    parts = np.minimum((points * sizes).astype(int), np.array(sizes) - 1)
    return points, np.ravel_multi_index(tuple(parts.T), sizes)


def _sides() -> list[Floats]:
    return [(np.arange(len(values)) + 0.5) / len(values) for values in spaces.GRID.values()]


def _root(tried: Floats, length: float, noise: float) -> Floats:
    """Return the lower root of the kernel matrix of the trials, noise added, by Cholesky."""
    return np.linalg.cholesky(matern(tried, tried, length) + noise * np.eye(len(tried)))


def _evidence(root: Floats, z: Floats) -> float:
    """Return the logarithm of how likely the scores are under a kernel, but for a constant.

    Both terms of equation 2.30 of Rasmussen and Williams, from the root of the kernel matrix.
    """
    whitened = np.linalg.solve(root, z)
    return float(-0.5 * whitened @ whitened - np.log(np.diag(root)).sum())
