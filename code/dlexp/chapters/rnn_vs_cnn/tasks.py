"""Tasks over sequences: images read step by step, symbols to recall, and symbols to count.

Chapter: book/rnn_vs_cnn.md. Nothing here needs Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn.checks import _require
from dlexp.data import Dataset, Split

Ints = NDArray[np.integer]
Order = Literal["natural", "rows"]

SIDE = 28  # of an image of MNIST


# --- Images as sequences ------------------------------------------------------------------------


def by_rows(images: Floats, order: Order, *, seed: int) -> Floats:
    """Return images as sequences of their rows, which may be in another order, one for all images.

    Parameters
    ----------
    images : array of shape (n, 28, 28, 1)
    order : "natural" or "rows"
    seed : int
        Decides the other order.

    Returns
    -------
    array of shape (n, 28, 28)

    Raises
    ------
    ValueError
        If ``order`` is unknown.

    Examples
    --------
    >>> image = np.arange(784.0).reshape(1, 28, 28, 1)
    >>> moved = by_rows(image, "rows", seed=0)
    >>> moved[0, :4, 0], moved[0, 0, :4] - moved[0, 0, 0]
    (array([532., 112., 280., 308.]), array([0., 1., 2., 3.]))
    """
    _require("order", order, get_args(Order))
    rows = images[..., 0]
    return rows if order == "natural" else rows[:, np.random.default_rng(seed).permutation(SIDE)]


def pictured(dataset: Dataset, order: Order, *, seed: int) -> Dataset:
    """Return a data set of images, each part as sequences of rows in the same order."""

    def part(split: Split) -> Split:
        rows = np.ascontiguousarray(by_rows(split.images, order, seed=seed))
        return Split(rows, split.labels, split.indices)

    train, validation, test = map(part, (dataset.train, dataset.validation, dataset.test))
    return Dataset(train, validation, test, num_classes=dataset.num_classes)


# --- Tasks made of symbols ----------------------------------------------------------------------


def recall(sizes: Sequence[int], steps: int, *, symbols: int, seed: int) -> Dataset:
    """Return sequences of random symbols whose first symbol is to be named at the end.

    Parameters
    ----------
    sizes : three int
        Sequences in the parts for training, validation and test.
    steps : int
        Per sequence; the first symbol lies ``steps - 1`` steps before the end.
    symbols : int
        How many there are; chance is right in one of so many cases.
    seed : int

    Returns
    -------
    Dataset
        Its ``images`` are sequences: one-hot arrays of shape (n, steps, symbols).

    Examples
    --------
    >>> task = recall((4, 2, 2), 5, symbols=3, seed=0)
    >>> task.train.images.shape, task.train.images[:, 0].argmax(axis=1) == task.train.labels
    ((4, 5, 3), array([ True,  True,  True,  True]))
    """
    drawn = np.random.default_rng(seed).integers(symbols, size=(sum(sizes), steps))
    return _dataset(one_hot(drawn, symbols), drawn[:, 0], sizes, symbols)


def majority(
    sizes: Sequence[int], steps: int, *, symbols: int, shortest: int, longest: int, seed: int
) -> Dataset:
    """Return sequences of several lengths, padded with zeros, whose most frequent symbol counts.

    Parameters
    ----------
    sizes : three int
        As in `recall`.
    steps : int
        Of the padded sequences; >= ``longest``.
    symbols : int
    shortest, longest : int
        Lengths are equally likely between these two; what is padded comes after. Sequences with
        a tie are drawn again.
    seed : int
        The same seed gives the same sequences for all ``steps``.

    Examples
    --------
    >>> task = majority((4, 2, 2), 9, symbols=3, shortest=2, longest=6, seed=0)
    >>> counts = task.train.images.sum(axis=1).astype(int)
    >>> counts.argmax(axis=1) == task.train.labels
    array([ True,  True,  True,  True])
    """
    generator = np.random.default_rng(seed)
    wanted = sum(sizes)
    count = 4 * wanted + 100  # many are dropped for a tie
    favourite = generator.integers(symbols, size=(count, 1))
    drawn = generator.integers(symbols, size=(count, longest))
    drawn = np.where(generator.random(drawn.shape) < FAVOURED, favourite, drawn)
    mask = recurrent.mask_of(generator.integers(shortest, longest + 1, size=count), longest)
    x = np.zeros((count, steps, symbols), np.float32)
    x[:, :longest] = one_hot(drawn, symbols) * mask[:, :, np.newaxis]
    ranked = np.sort(x.sum(axis=1), axis=1)
    clear = np.flatnonzero(ranked[:, -1] > ranked[:, -2])[:wanted]
    return _dataset(x[clear], x[clear].sum(axis=1).argmax(axis=1), sizes, symbols)


FAVOURED = 0.2
"""The share of places that go to the favourite symbol of a sequence without a draw."""


def one_hot(drawn: Ints, symbols: int) -> NDArray[np.float32]:
    """Return numbers as vectors with a single one."""
    found: NDArray[np.float32] = np.eye(symbols, dtype=np.float32)[drawn]
    return found


def _dataset(x: Floats, labels: Ints, sizes: Sequence[int], classes: int) -> Dataset:
    stops = np.cumsum(sizes)
    places = [np.arange(b - n, b) for n, b in zip(sizes, stops, strict=True)]
    train, validation, test = (Split(x[p], labels[p].astype(np.int64), p) for p in places)
    return Dataset(train, validation, test, num_classes=classes)
