"""Scores of pixels: how alike two maps are, and what an order of pixels deletes or inserts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats

if TYPE_CHECKING:
    pass


def mean_correlation(first: Floats, second: Floats) -> dict[str, float]:
    """Return the mean Pearson correlation of pairs of maps, over pairs where both vary.

    Parameters
    ----------
    first, second : arrays of shape (n, H, W)

    Returns
    -------
    dict
        ``mean`` in [-1, 1], and ``share``: of pairs that could be compared, in [0, 1].

    Examples
    --------
    >>> ramp = np.arange(4.0).reshape(1, 2, 2)
    >>> found = mean_correlation(ramp, 10 - ramp)
    >>> round(found["mean"], 6), found["share"]
    (-1.0, 1.0)
    """
    a, b = (maps.reshape(len(maps), -1).astype(np.float64) for maps in (first, second))
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (a, b))
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    usable = norms > 0
    if not usable.any():
        return {"mean": 0.0, "share": 0.0}
    values = np.sum(a[usable] * b[usable], axis=1) / norms[usable]
    return {"mean": float(values.mean()), "share": float(usable.mean())}


def mean_rank_correlation(first: Floats, second: Floats) -> float:
    """Return the mean correlation of pairs of maps by the ranks of their cells (Spearman).

    Equal values share the mean of their ranks, as a map's many zeros do.

    Parameters
    ----------
    first, second : arrays of shape (n, H, W)

    Returns
    -------
    float
        In [-1, 1]; 1 where one map grows whenever the other does.

    Examples
    --------
    >>> ramp = np.arange(4.0).reshape(1, 2, 2)
    >>> round(mean_rank_correlation(ramp, np.exp(ramp)), 6)
    1.0
    """
    from scipy.stats import rankdata

    a, b = (
        rankdata(maps.reshape(len(maps), -1), axis=1).reshape(maps.shape)
        for maps in (first, second)
    )
    return mean_correlation(a, b)["mean"]


def ranks(scores: Floats, *, seed: int = 0) -> NDArray[np.int64]:
    """Return the place of each pixel in the order of falling score, ties broken by chance.

    Parameters
    ----------
    scores : array of shape (n, H, W)

    Returns
    -------
    int array of shape (n, H * W)
        0 for the pixel with the largest score.

    Examples
    --------
    >>> ranks(np.array([[[0.1, 0.9], [0.5, 0.3]]]))
    array([[3, 0, 1, 2]])
    """
    flat = scores.reshape(len(scores), -1)
    generator = np.random.RandomState(seed)  # its stream never changes
    shuffled = generator.rand(*flat.shape).argsort(axis=1)
    order = np.take_along_axis(flat, shuffled, axis=1).argsort(axis=1, kind="stable")[:, ::-1]
    best_first = np.take_along_axis(shuffled, order, axis=1)
    return best_first.argsort(axis=1)


def deleted(images: Floats, rank: NDArray[np.int64], fraction: float) -> Floats:
    """Return images without the best share of their pixels."""
    return np.where(rank < fraction * rank.shape[1], 0, images)


def inserted(images: Floats, rank: NDArray[np.int64], fraction: float) -> Floats:
    """Return images with only the best share of their pixels."""
    return np.where(rank < fraction * rank.shape[1], images, 0)


def ink_deleted(images: Floats, rank: NDArray[np.int64], fraction: float) -> Floats:
    """Delete a share of each image's inked pixels, in the order of their rank among them."""
    inked = images > 0
    among_ink = np.where(inked, rank, rank.shape[1]).argsort(axis=1).argsort(axis=1)
    return np.where(among_ink < fraction * inked.sum(axis=1, keepdims=True), 0, images)
