"""What choosing does to a number: luck, noise, and the optimism of the best of many.

Chapter: book/keras_tuner.md. NumPy alone, and SciPy for ranks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dlexp.byhand.arrays import Floats
from dlexp.tuning import spaces


def chance_of_top(share: float, count: int) -> float:
    """Return the chance that the best of ``count`` random guesses is in the top ``share``.

    Parameters
    ----------
    share : float
        In [0, 1]: 0.05 is the best twentieth of all configurations.
    count : int
        Of independent guesses, >= 0.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> round(chance_of_top(0.05, 3), 3), round(chance_of_top(0.05, 59), 3)
    (0.143, 0.952)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"`share` must be in [0, 1]; got {share}")
    if count < 0:
        raise ValueError(f"`count` must be >= 0; got {count}")
    return float(1 - (1 - share) ** count)


def optimism(
    hits: NDArray[np.integer], counts: Sequence[int], *, splits: int, generator: np.random.Generator
) -> Floats:
    """Return by how much the chosen one's accuracy flatters, for so many candidates.

    A random half of the blocks chooses and the other half reports, and then the other way round:
    so one candidate, which leaves nothing to choose, is flattered by exactly nothing. Each
    candidate is first stopped at the epoch that is best on the choosing half, then the best
    candidate is taken.

    Parameters
    ----------
    hits : array of shape (candidates, epochs, blocks), or (candidates, blocks)
        Shares of right answers on blocks of images of equal size.
    counts : sequence of int
        How many candidates are looked at, each in 1 ... candidates.
    splits : int
        Random halves to average over; each draws the candidates in a new order.
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (len(counts),)
        Accuracy on the half that chose, minus that on the half that did not.

    Raises
    ------
    ValueError
        If a count is out of range.

    Examples
    --------
    >>> right = np.ones((3, 4))  # nothing to choose
    >>> optimism(right, [1, 3], splits=2, generator=np.random.default_rng(0))
    array([0., 0.])
    """
    found = np.asarray(hits, np.float64)
    found = found[:, np.newaxis] if found.ndim == 2 else found
    candidates, _, blocks = found.shape
    if not all(1 <= count <= candidates for count in counts):
        raise ValueError(f"`counts` must be in 1 ... {candidates}; got {tuple(counts)}")
    total = np.zeros(len(counts))
    for _ in range(splits):
        halves = np.array_split(generator.permutation(blocks), 2)
        shuffled = found[generator.permutation(candidates)]
        first, second = (shuffled[:, :, half].mean(axis=2) for half in halves)
        total += flattered(first, second, counts) + flattered(second, first, counts)
    result: Floats = total / (2 * splits)
    return result


def flattered(chooses: Floats, reports: Floats, counts: Sequence[int]) -> Floats:
    """Return how much better what one half of the images chose is on that half, per count.

    Parameters
    ----------
    chooses, reports : arrays of shape (candidates, epochs)
        Accuracies on the half that chooses epoch and candidate, and on the other.
    counts : sequence of int
        How many candidates are looked at, from the first on.
    """
    epoch = chooses.argmax(axis=1)[:, np.newaxis]
    chosen, reported = (np.take_along_axis(half, epoch, 1)[:, 0] for half in (chooses, reports))
    best = [int(chosen[:count].argmax()) for count in counts]
    return np.array([chosen[place] - reported[place] for place in best])


def noise_share(scores: ArrayLike) -> float:
    """Return which share of the variance of single scores is noise of the seed.

    One-way analysis of variance with random effects: a score is that of its configuration, plus
    noise of the same variance everywhere.

    Parameters
    ----------
    scores : array of shape (seeds, configurations)
        Two or more of each.

    Returns
    -------
    float
        In [0, 1]: 0 where the seed changes nothing, 1 where the configurations do not differ.

    Raises
    ------
    ValueError
        If there are too few of either.

    Examples
    --------
    >>> noise_share([[1.0, 2.0], [1.0, 2.0]])
    0.0
    """
    array = np.asarray(scores, np.float64)
    if array.ndim != 2 or min(array.shape) < 2:
        raise ValueError(f"`scores` must be of shape (seeds, configurations); got {array.shape}")
    within = float(array.var(axis=0, ddof=1).mean())
    between = max(float(array.mean(axis=0).var(ddof=1)) - within / len(array), 0.0)
    return within / (within + between) if within else 0.0


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Return Spearman's correlation of two rankings of the same configurations, in [-1, 1].

    Examples
    --------
    >>> rank_correlation([0.1, 0.5, 0.9], [2.0, 3.0, 4.0])
    1.0
    """
    from scipy.stats import rankdata

    ranks = [rankdata(np.asarray(each)) for each in (first, second)]
    return float(np.round(np.corrcoef(ranks)[0, 1], 12))


def main_effects(score: ArrayLike) -> dict[str, float]:
    """Return which share of a score's variance over the book's space each hyperparameter explains.

    Parameters
    ----------
    score : array of shape (configurations,)

    Returns
    -------
    dict
        Hyperparameter to share; what is missing to 1 is due to their interplay.
    """
    grid = np.asarray(score, np.float64).reshape([len(each) for each in spaces.GRID.values()])
    axes = range(grid.ndim)
    return {
        name: float(grid.mean(axis=tuple(a for a in axes if a != axis)).var() / grid.var())
        for axis, name in enumerate(spaces.GRID)
    }


def toy_bests(
    matter: int, dimensions: int, repetitions: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the best that a grid and a random search find of a function made for the purpose.

    The function falls with the squared distance from a peak, drawn anew each time, along those
    directions of the unit cube that matter. The grid has two values per direction, at 1/4 and
    3/4; the random search has as many trials.

    Parameters
    ----------
    matter, dimensions : int
        How many directions count, and how many there are.
    repetitions : int
    generator : numpy.random.Generator

    Returns
    -------
    grid, random : arrays of shape (repetitions,)
        The least squared distance from the peak, in the directions that matter.

    References
    ----------
    Bergstra and Bengio (2012), Random search for hyper-parameter optimization.
    """
    if not 1 <= matter <= dimensions:
        raise ValueError(f"`matter` must be in 1 ... {dimensions}; got {matter}")
    peak = generator.random((repetitions, 1, matter))
    # Along what matters, the grid repeats its two values over and over.
    corners = np.stack(np.meshgrid(*[(0.25, 0.75)] * matter), axis=-1).reshape(1, -1, matter)
    random = generator.random((repetitions, 2**dimensions, matter))
    grid, drawn = (((each - peak) ** 2).sum(axis=2).min(axis=1) for each in (corners, random))
    return grid, drawn
