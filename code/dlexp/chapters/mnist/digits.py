"""What is in the files: counts, means, and images of two classes that look alike.

Chapter: book/mnist.md.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.data import Split


class Pair(NamedTuple):
    """Two images of two classes.

    Attributes
    ----------
    images : array of shape (2, height, width, 1)
    labels : tuple of int
    distance : float
        The root of the sum of squared differences of their pixels, which are in [0, 1].
    """

    images: Floats
    labels: tuple[int, int]
    distance: float


def class_means(part: Split, classes: int = 10) -> Floats:
    """Return the mean image of each class, of shape (classes, height, width).

    Examples
    --------
    >>> from dlexp import data
    >>> class_means(data.mnist().train.sample(1_000)).shape
    (10, 28, 28)
    """
    groups = [part.images[part.labels == label, :, :, 0] for label in range(classes)]
    return np.stack([group.mean(axis=0) for group in groups])


def look_alikes(part: Split, count: int) -> list[Pair]:
    """Return the closest images of two different classes, each pair of classes once.

    Parameters
    ----------
    part : Split
        All pairs of its images are compared, so a few thousand are many.
    count : int
        Of pairs, the closest first.

    Examples
    --------
    >>> from dlexp import data
    >>> pair = look_alikes(data.mnist().train.sample(300), 1)[0]
    >>> len(set(pair.labels)), pair.distance > 0
    (2, True)
    """
    flat = part.images.reshape(len(part), -1).astype(np.float64)
    square = (flat**2).sum(axis=1)
    distances = square[:, None] + square[None] - 2 * flat @ flat.T
    distances[part.labels[:, None] >= part.labels[None]] = np.inf  # each pair of classes once
    chosen: list[Pair] = []
    for place in np.argsort(distances, axis=None):
        one, other = np.unravel_index(place, distances.shape)
        labels = (int(part.labels[one]), int(part.labels[other]))
        if labels not in {pair.labels for pair in chosen}:
            images = part.images[[one, other]]
            distance = float(np.sqrt(max(distances[one, other], 0.0)))
            chosen.append(Pair(images, labels, distance))
        if len(chosen) == count:
            break
    return chosen
