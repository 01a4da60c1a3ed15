"""The tasks of the chapter, each of five classes: what a base learns first, and what then.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.data import Dataset, Split

HALF = 5
"""Classes of a task: 0 to 4 are learnt first, 5 to 9 then."""


def half(dataset: Dataset, *, upper: bool) -> Dataset:
    """Return what has the lower or the upper five labels, which become 0 to 4."""

    def kept(part: Split) -> Split:
        rows = part.take(np.flatnonzero((part.labels >= HALF) == upper))
        return replace(rows, labels=rows.labels % HALF)

    parts = kept(dataset.train), kept(dataset.validation), kept(dataset.test)
    return Dataset(*parts, HALF)


def nested(part: Split) -> Split:
    """Return a part with its classes taking turns, so that its first images are a fair few.

    Examples
    --------
    >>> labels = np.array([1, 1, 0, 0, 1])
    >>> part = Split(np.zeros((5, 1, 1, 1), np.float32), labels, np.arange(5))
    >>> nested(part).labels.tolist(), nested(part).indices.tolist()
    ([0, 1, 0, 1, 1], [2, 0, 3, 1, 4])
    """
    turns = np.zeros(len(part), np.int64)
    for label in np.unique(part.labels):
        rows = np.flatnonzero(part.labels == label)
        turns[rows] = np.arange(len(rows))
    return part.take(np.lexsort((part.labels, turns)))


# --- What a base learns first -------------------------------------------------------------------


def source(kind: str, size: int, seed: int) -> Dataset:
    """Return the lower half of MNIST or of Fashion-MNIST, spoilt if the kind says so.

    Parameters
    ----------
    kind : str
        ``"digits"``, ``"fashion"``, ``"labels"`` (digits whose labels are shuffled) or
        ``"pixels"`` (digits whose pixels are, in one order for all images).
    size : int
        Training images.
    seed : int
        Which images, and the orders.
    """
    whole = data.fashion() if kind == "fashion" else data.mnist()
    part = half(whole, upper=False).subset(size, seed=seed)
    generator = np.random.RandomState(seed)
    if kind == "labels":
        shuffled = generator.permutation(part.train.labels)
        return replace(part, train=replace(part.train, labels=shuffled))
    if kind == "pixels":
        return _each(part, _permuted(generator.permutation(28 * 28)))
    return part


def _permuted(order: NDArray[np.int64]) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    return lambda images: images.reshape(len(images), -1)[:, order].reshape(images.shape)


def _each(
    dataset: Dataset, change: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Dataset:
    def changed(part: Split) -> Split:
        return replace(part, images=change(part.images))

    parts = changed(dataset.train), changed(dataset.validation), changed(dataset.test)
    return Dataset(*parts, dataset.num_classes)


# --- What it is taken to ------------------------------------------------------------------------

SHOWN: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "as_learnt": (1.0, 0.0),
        "centred": (2.0, -1.0),
        "inverted": (-1.0, 1.0),
        "bytes": (255.0, 0.0),
        "twice": (1 / 255, 0.0),
    }
)
"""How images are shown to the base, which learnt values in [0, 1]: times, and plus."""


def target(kind: str, shown: str = "as_learnt") -> Dataset:
    """Return the upper half of MNIST or of Fashion-MNIST, its values as `SHOWN` has them.

    Parameters
    ----------
    kind : str
        ``"digits"`` or ``"fashion"``.
    shown : str
        A key of `SHOWN`.
    """
    times, plus = SHOWN[shown]
    upper = half(data.fashion() if kind == "fashion" else data.mnist(), upper=True)
    if shown == "as_learnt":
        return upper
    return _each(upper, lambda images: np.float32(times) * images + np.float32(plus))
