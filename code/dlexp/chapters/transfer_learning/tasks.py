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
from dlexp.data import DataError, Dataset, Split

HALF = 5
"""Classes of a task: 0 to 4 are learnt first, 5 to 9 then."""


def half(dataset: Dataset, *, upper: bool) -> Dataset:
    """Return what has the lower or the upper five labels, which become 0 to 4."""

    def kept(part: Split) -> Split:
        rows = part.take(np.flatnonzero((part.labels >= HALF) == upper))
        return replace(rows, labels=rows.labels % HALF)

    parts = kept(dataset.train), kept(dataset.validation), kept(dataset.test)
    return Dataset(*parts, HALF)


def first(part: Split, size: int, seed: int) -> Split:
    """Return the first images of one order of a part, in which its classes take turns.

    The order is the seed's, whatever the size: a few images are the first of many.

    Raises
    ------
    DataError
        If there are not so many.

    Examples
    --------
    >>> labels = np.array([1, 1, 0, 0, 1])
    >>> part = Split(np.zeros((5, 1, 1, 1), np.float32), labels, np.arange(5))
    >>> first(part, 3, seed=1).indices.tolist(), first(part, 4, seed=1).indices.tolist()
    ([2, 1, 3], [2, 1, 3, 4])
    """
    if not 1 <= size <= len(part):
        raise DataError(f"`size` must be in 1 ... {len(part)}; got size={size!r}")
    order = np.random.RandomState(seed).permutation(len(part))
    labels = part.labels[order]
    turns = np.zeros(len(part), np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        turns[rows] = np.arange(len(rows))
    return part.take(order[np.lexsort((labels, turns))[:size]])


# --- What a base learns first -------------------------------------------------------------------


def source(kind: str, size: int, seed: int) -> Dataset:
    """Return the lower half of MNIST or of Fashion-MNIST, spoilt if the kind says so.

    Parameters
    ----------
    kind : str
        ``"digits"``, ``"fashion"`` or ``"labels"`` (digits whose labels are shuffled).
    size : int
        Training images.
    seed : int
        Which images, and the order of the labels.
    """
    whole = data.fashion() if kind == "fashion" else data.mnist()
    part = half(whole, upper=False).subset(size, seed=seed)
    if kind != "labels":
        return part
    shuffled = np.random.RandomState(seed).permutation(part.train.labels)
    return replace(part, train=replace(part.train, labels=shuffled))


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
