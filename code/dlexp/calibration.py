"""Whether probabilities are kept: how often answers are right that are said to be as probable.

Chapters: book/mnist.md, book/pooling_dropout.md, book/softmax_regression.md.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Reliability(NamedTuple):
    """Sums over the answers in each of some equal steps of confidence, of shape (bins,)."""

    images: NDArray[np.int64]
    """How many there are."""
    confidence: NDArray[np.float64]
    """What they were said to be right with, added up."""
    right: NDArray[np.int64]
    """How many of them are."""


def reliability(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int
) -> Reliability:
    """Sort answers by their confidence, and add up in each bin what was said and what was right.

    Parameters
    ----------
    confidence : array of shape (images,), in [0, 1]
        The probability that a network gives to its own answer.
    right : bool array of shape (images,)
    bins : int
        Equally wide, from 0 to 1; what is on an edge belongs above it, but for one.

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks.

    Examples
    --------
    >>> sums = reliability(np.array([0.6, 0.9, 1.0]), np.array([True, False, True]), 2)
    >>> sums.images, sums.confidence, sums.right
    (array([0, 3]), array([0. , 2.5]), array([0, 2]))
    """
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    return Reliability(
        np.bincount(place, minlength=bins),
        np.bincount(place, confidence, minlength=bins).astype(np.float64),
        np.bincount(place, right, minlength=bins).astype(np.int64),
    )
