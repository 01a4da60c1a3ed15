"""Datasets and their splits: verified before use, never half read.

Chapter: every one of them. ``load("mnist")`` is the book's data; ``load(folder)``
reads any folder of four IDX files in MNIST's layout (LeCun et al., 1998).
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dlexp import paths

MNIST_VALIDATION = 5_000
"""Training images of MNIST that are set aside for every choice the book makes."""

MNIST_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte.gz": (
            "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971"
        ),
        "train-labels-idx1-ubyte.gz": (
            "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203"
        ),
        "t10k-images-idx3-ubyte.gz": (
            "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be"
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b"
        ),
    }
)
"""What the embedded files must hash to. A key of a result covers its data through these."""

_IMAGES, _LABELS = 0x803, 0x801  # IDX magic numbers: unsigned bytes in 3 and in 1 dimensions
_FILE_NAME = re.compile(r"(?:.*-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?")


class DataError(ValueError):
    """A dataset that cannot be used; the message is one line that names the file and the rule."""


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
        if not 1 <= size <= len(self.train):
            raise DataError(f"`size` must be in 1 ... {len(self.train)}; got size={size}")
        generator = np.random.RandomState(seed)
        counts = _shares(np.bincount(self.train.labels, minlength=self.num_classes), size)
        chosen = [
            generator.permutation(np.flatnonzero(self.train.labels == label))[:count]
            for label, count in enumerate(counts)
        ]
        return replace(self, train=self.train.take(generator.permutation(np.concatenate(chosen))))


def load(name: str | Path) -> Dataset:
    """Load a dataset by name or from a folder of four IDX files.

    Parameters
    ----------
    name : str or Path
        ``"mnist"``, or the path of a folder in MNIST's layout: images and labels, for
        training and for testing, plain or ``.gz`` (Fashion-MNIST, KMNIST, EMNIST).

    Returns
    -------
    Dataset
        Training images are put in one fixed random order; the last of them are the
        validation part: 5,000 for MNIST, a tenth for a folder.

    Raises
    ------
    DataError
        If a file is missing, ambiguous, damaged, or does not fit its partner.

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
    dlexp.data.DataError: `name` must be "mnist" or an existing folder; got 'minst'
    """
    if name == "mnist":
        return _from_folder(paths.DATA / "mnist", MNIST_SHA256, num_validation=MNIST_VALIDATION)
    folder = Path(name)
    if not folder.is_dir():
        raise DataError(f'`name` must be "mnist" or an existing folder; got {str(name)!r}')
    return _from_folder(folder, {}, num_validation=None)


def permutation(size: int) -> NDArray[np.int64]:
    """Return the one fixed order in which ``size`` training images are dealt out.

    Examples
    --------
    >>> permutation(5)
    array([2, 0, 1, 3, 4])
    """
    # RandomState, not Generator: NumPy promises that its stream never changes.
    return np.random.RandomState(0).permutation(size).astype(np.int64)


def _from_folder(
    folder: Path, checksums: Mapping[str, str], *, num_validation: int | None
) -> Dataset:
    files = _find(folder)
    for name, sha256 in checksums.items():
        _verify(folder / name, sha256)
    images, labels = _read_pair(files["train", "images"], files["train", "labels"])
    test = _split(*_read_pair(files["test", "images"], files["test", "labels"]))
    if images.shape[1:] != test.images.shape[1:3]:
        raise DataError(
            f"{files['test', 'images'].name}: images must be {images.shape[1:]} like the training "
            f"images; got {test.images.shape[1:3]}"
        )
    size = len(images)
    order = permutation(size)
    first = size - (size // 10 if num_validation is None else num_validation)
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


def _find(folder: Path) -> dict[tuple[str, str], Path]:
    """Return the four files of a folder by part and kind; a plain file goes before its .gz."""
    if not folder.is_dir():
        raise DataError(f"{folder.name}: the data folder must exist; it is missing")
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.iterdir(), reverse=True):  # "a.gz" comes before "a", so "a" wins
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            continue
        key = ("train" if match[1] == "train" else "test", match[2])
        if key in found and found[key].name.removesuffix(".gz") != path.name:
            raise DataError(
                f"{folder.name}: there must be one file of {key[0]} {key[1]}; "
                f"got {path.name} and {found[key].name}"
            )
        found[key] = path
    for part, word in (("train", "train"), ("test", "t10k")):
        for kind, dimensions in (("images", 3), ("labels", 1)):
            if (part, kind) not in found:
                raise DataError(
                    f"{folder.name}/{word}-{kind}-idx{dimensions}-ubyte: the file must exist, "
                    "plain or .gz; it is missing"
                )
    return found


def _verify(path: Path, expected: str) -> None:
    try:
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise DataError(f"{path.name}: the file must exist; it is missing") from None
    if actual != expected:
        raise DataError(
            f"{path.name}: SHA-256 must be {expected[:12]}...; got {actual[:12]}... "
            "(restore it with `git checkout data`)"
        )


def _read_pair(images: Path, labels: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    pixels, digits = _read_idx(images, _IMAGES), _read_idx(labels, _LABELS)
    if len(pixels) != len(digits):
        raise DataError(
            f"{labels.name}: there must be one label for each of the {len(pixels)} images in "
            f"{images.name}; got {len(digits)}"
        )
    if not len(pixels):
        raise DataError(f"{images.name}: there must be one image at least; got none")
    return pixels, digits


def _read_idx(path: Path, magic: int) -> NDArray[np.uint8]:
    """Return the array of an IDX file: magic, sizes (all big-endian uint32), then bytes."""
    content = _bytes_of(path)
    num_dimensions = magic & 0xFF
    header = 4 * (1 + num_dimensions)
    if len(content) < header:
        raise DataError(f"{path.name}: an IDX header takes {header} bytes; got {len(content)}")
    found, *shape = (int(n) for n in np.frombuffer(content[:header], ">u4"))
    if found != magic:
        raise DataError(f"{path.name}: the magic number must be {magic:#x}; got {found:#x}")
    expected = header + int(np.prod(shape, dtype=np.int64))
    if len(content) != expected:
        raise DataError(
            f"{path.name}: shape {tuple(shape)} takes {expected} bytes; got {len(content)}"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _bytes_of(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path.name}: must be a whole gzip file; got: {error}") from None


def _shares(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Deal ``size`` places out in proportion to ``counts``, by the largest remainder."""
    exact = counts * size / counts.sum()
    shares: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    # Sorted stably, so that equal remainders go to the lower class, on every machine.
    neediest = np.argsort(shares - exact, kind="stable")
    shares[neediest[: size - shares.sum()]] += 1
    return shares
