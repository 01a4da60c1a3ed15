"""Datasets and their splits: verified before use, never half read.

Chapter: every one of them. ``load("mnist")`` is the book's data, ``"fashion_mnist"`` its second
set; ``load(folder)`` reads any folder of four IDX files in MNIST's layout (LeCun et al., 1998).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dlexp.fashion import FASHION_SHA256, pairs_of_fashion
from dlexp.folder import pairs_of_folder
from dlexp.idx import DataError, Pair
from dlexp.mnist import MNIST_SHA256, pairs_of_mnist

__all__ = [
    "FASHION_SHA256",
    "FASHION_VALIDATION",
    "MNIST_SHA256",
    "MNIST_VALIDATION",
    "DataError",
    "Dataset",
    "Split",
    "fashion",
    "load",
    "mnist",
    "permutation",
]

MNIST_VALIDATION = 5_000
"""Training images of MNIST that are set aside for every choice the book makes."""

FASHION_VALIDATION = 2_000
"""Training images of the part of Fashion-MNIST that are set aside for choices."""


@dataclass(frozen=True)
class Split:
    """Images with their labels.

    Attributes
    ----------
    images : float32 array of shape (n, height, width, 1), in [0, 1], read-only
    labels : int64 array of shape (n,), read-only
    indices : int64 array of shape (n,)
        The position of each image in the file that it came from.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]

    def __post_init__(self) -> None:
        for array in (self.images, self.labels, self.indices):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, positions: NDArray[np.integer]) -> "Split":
        """Return the examples at these positions, in this order."""
        return Split(self.images[positions], self.labels[positions], self.indices[positions])

    def sample(self, size: int) -> "Split":
        """Return ``size`` examples, or all, the same at each call, drawn without regard to order.

        The order in a file may mean something: the first half of MNIST's test images is the
        easier one.

        Raises
        ------
        DataError
            If ``size`` is below one.

        Examples
        --------
        >>> test = load("mnist").test
        >>> test.sample(3).indices
        array([9953, 3850, 4962])
        """
        if size < 1:
            raise DataError(f"`size` must be >= 1; got size={size!r}")
        return self.take(np.random.RandomState(1).permutation(len(self))[:size])


@dataclass(frozen=True)
class Dataset:
    """Three disjoint parts: to learn from, to choose by, and to report, read once.

    Examples
    --------
    >>> mnist = load("mnist")
    >>> len(mnist.train), len(mnist.validation), len(mnist.test), mnist.num_classes
    (55000, 5000, 10000, 10)
    """

    train: Split
    validation: Split
    test: Split
    num_classes: int

    def subset(self, size: int, *, seed: int = 0) -> "Dataset":
        """Return the dataset with ``size`` training images, classes in their proportions.

        Parameters
        ----------
        size : int
            Training images to keep, in 1 ... ``len(self.train)``.
        seed : int
            Which images: equal seeds give equal subsets.

        Raises
        ------
        DataError
            If ``size`` is out of range.

        Examples
        --------
        >>> small = load("mnist").subset(1000)
        >>> len(small.train), len(small.test)
        (1000, 10000)
        """
        whole = isinstance(size, int | np.integer)
        if not whole or not 1 <= size <= len(self.train):
            raise DataError(f"`size` must be in 1 ... {len(self.train)}; got size={size!r}")
        generator = np.random.RandomState(seed)
        counts = _shares(np.bincount(self.train.labels, minlength=self.num_classes), size)
        chosen = [
            generator.permutation(np.flatnonzero(self.train.labels == label))[:count]
            for label, count in enumerate(counts)
        ]
        return replace(self, train=self.train.take(generator.permutation(np.concatenate(chosen))))


def mnist() -> Dataset:
    """Return the book's data, as ``load("mnist")`` does.

    Measures call this, so that what reads a folder has no part in their keys.

    Examples
    --------
    >>> mnist().test.labels[:5]
    array([7, 2, 1, 0, 4])
    """
    return _dataset(pairs_of_mnist(), MNIST_VALIDATION)


def fashion() -> Dataset:
    """Return the book's second data set, as ``load("fashion_mnist")`` does.

    A part of Fashion-MNIST (Xiao et al., 2017; MIT licence): pictures of ten kinds of clothes, in
    MNIST's format. Of the 60,000 official training images 14,000 are kept, 2,000 of them the
    validation part, and of the 10,000 official test images 3,000, which stay test images. Of
    each class as many, those that come first in the order of `permutation`, which is random and
    fixed; ``tests/draw_fashion.py`` draws them again from the official files.

    Raises
    ------
    DataError
        If a file is missing or changed.

    Examples
    --------
    >>> clothes = fashion()
    >>> len(clothes.train), len(clothes.validation), len(clothes.test), clothes.num_classes
    (12000, 2000, 3000, 10)
    """
    return _dataset(pairs_of_fashion(), FASHION_VALIDATION)


def load(name: str | Path) -> Dataset:
    """Load a dataset by name or from a folder of four IDX files.

    Parameters
    ----------
    name : str or Path
        ``"mnist"``, ``"fashion_mnist"``, or the path of a folder in MNIST's layout: images and
        labels, for training and for testing, plain or ``.gz`` (all of Fashion-MNIST, KMNIST,
        EMNIST), of one dataset. What else lies in the folder does not matter.

    Returns
    -------
    Dataset
        Training images are put in one fixed random order; the last of them are the
        validation part: 5,000 for MNIST, 2,000 for Fashion-MNIST, a tenth for a folder. Images
        and labels are as in the files. EMNIST's images lie on their sides there: rows are
        columns. Its letters are labelled from 1 to 26: there are 27 classes, class 0 is empty.

    Raises
    ------
    DataError
        If ``name`` is neither; if a file is missing, ambiguous, damaged, larger than 1 GiB, or
        does not fit its partner; or if there are fewer than ten images to learn from.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document
    recognition.

    Examples
    --------
    >>> load("mnist").train.images.shape
    (55000, 28, 28, 1)
    >>> load("minst")
    Traceback (most recent call last):
    dlexp.idx.DataError: `name` must be "mnist", "fashion_mnist" or an existing folder; got 'minst'
    """
    if isinstance(name, str) and name == "mnist":
        return mnist()
    if isinstance(name, str) and name == "fashion_mnist":
        return fashion()
    return _dataset(*pairs_of_folder(name))


def permutation(size: int) -> NDArray[np.int64]:
    """Return the one fixed order in which ``size`` training images are dealt out.

    Examples
    --------
    >>> permutation(5)
    array([2, 0, 1, 3, 4])
    """
    # RandomState, not Generator: NumPy promises that its stream never changes.
    return np.random.RandomState(0).permutation(size).astype(np.int64)


def _dataset(pairs: Mapping[str, Pair], num_validation: int) -> Dataset:
    images, labels = pairs["train"]
    test = _split(*pairs["test"])
    size = len(images)
    order = permutation(size)
    first = size - num_validation
    return Dataset(
        train=_split(images, labels, order[:first]),
        validation=_split(images, labels, order[first:]),
        test=test,
        num_classes=int(max(labels.max(), test.labels.max())) + 1,
    )


def _split(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], order: NDArray[np.int64] | None = None
) -> Split:
    order = np.arange(len(images)) if order is None else order
    scaled = images[order, :, :, np.newaxis].astype(np.float32) / np.float32(255)
    return Split(scaled, labels[order].astype(np.int64), order)


def _shares(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Deal ``size`` places out in proportion to ``counts``, by the largest remainder."""
    exact = counts * size / counts.sum()
    shares: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    # Sorted stably, so that equal remainders go to the lower class, on every machine.
    neediest = np.argsort(shares - exact, kind="stable")
    shares[neediest[: size - shares.sum()]] += 1
    return shares
