"""Draws the book's part of Fashion-MNIST from the official files.

``PYTHONPATH=code python tests/draw_fashion.py FOLDER`` reads the four files of FOLDER, such as
``/usr/share/datasets/fashion-mnist`` of Debian's ``dataset-fashion-mnist``, and writes
``data/fashion_mnist/``. The same zlib writes the same bytes.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dlexp import data, paths
from dlexp.idx import PARTS, Pair, files_of, read_pairs, unpacked

SIZES = {"train": 14_000, "test": 3_000}
"""Images that are kept of each official part, as many of each class."""


def drawn(labels: NDArray[np.uint8], size: int) -> NDArray[np.int64]:
    """Return the positions that are kept: of each class the first, in the book's fixed order.

    They come in the order of the official file.

    Examples
    --------
    >>> drawn(np.array([0, 1, 0, 1, 0, 1], np.uint8), 4)
    array([0, 1, 2, 5])
    """
    order = data.permutation(len(labels))
    classes = np.unique(labels)
    kept = [order[labels[order] == label][: size // len(classes)] for label in classes]
    return np.sort(np.concatenate(kept))


def parts(folder: Path) -> dict[str, Pair]:
    """Return the training and the test images that the book keeps, with their labels."""
    pairs = read_pairs(files_of(folder), {})
    kept = {part: drawn(pairs[part].labels, size) for part, size in SIZES.items()}
    return {part: Pair(*(array[kept[part]] for array in pairs[part])) for part in SIZES}


def main(folder: Path) -> None:
    """Write the four files."""
    place = paths.DATA / "fashion_mnist"
    place.mkdir(exist_ok=True)
    for part, pair in parts(folder).items():
        for kind, array in zip(("images-idx3", "labels-idx1"), pair, strict=True):
            content = gzip.compress(unpacked(array), compresslevel=9, mtime=0)
            (place / f"{PARTS[part]}-{kind}-ubyte.gz").write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
