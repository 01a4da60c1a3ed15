"""Folders of a reader's own data: four IDX files in MNIST's layout, refused where they deceive.

Chapter: every one of them, by `dlexp.data.load`.
"""

import os
import reprlib
from collections.abc import Mapping
from pathlib import Path

from dlexp.idx import DataError, Pair, files_of, read_pairs

MOST_SHARED = 0.01
"""Share of a folder's test images that may be training images too; Fashion-MNIST has a few."""


def pairs_of_folder(name: object) -> tuple[dict[str, Pair], int]:
    """Return the training and the test pair of a folder, and how many images are to choose by.

    Parameters
    ----------
    name : str or Path
        Of an existing folder.

    Returns
    -------
    tuple of dict and int
        A tenth of the training images are the validation part.

    Raises
    ------
    DataError
        As `dlexp.data.load` says.
    """
    folder = existing(name)
    pairs = read_pairs(files_of(folder), {})
    num_validation = len(pairs["train"].images) // 10
    if not num_validation:
        raise DataError(
            f"{folder.name}: there must be ten training images at least, for a tenth of them is "
            f"the validation part; got {len(pairs['train'].images)}"
        )
    _require_unseen(folder.name, pairs)
    return pairs, num_validation


def existing(name: object) -> Path:
    """Return the folder that a name stands for, by a path that has a name of its own.

    Raises
    ------
    DataError
        If there is none.
    """
    text = os.fspath(name) if isinstance(name, os.PathLike) else name
    try:
        exists = isinstance(text, str) and text != "" and Path(text).is_dir()
    except (OSError, ValueError):  # no system takes such a path
        exists = False
    if not exists:
        shown = reprlib.Repr()
        shown.maxstring = shown.maxother = 100
        rule = '`name` must be "mnist", "fashion_mnist" or an existing folder'
        raise DataError(f"{rule}; got {shown.repr(text)}")
    return Path(os.path.realpath(str(text)))


def _require_unseen(name: str, pairs: Mapping[str, Pair]) -> None:
    """Refuse a folder whose test images are training images."""
    trained = {image.tobytes() for image in pairs["train"].images}
    tested = pairs["test"].images
    shared = sum(image.tobytes() in trained for image in tested)
    if shared > MOST_SHARED * len(tested):
        raise DataError(
            f"{name}: at most one in {round(1 / MOST_SHARED)} test images may be a training image "
            f"too; got {shared} of {len(tested)}"
        )
