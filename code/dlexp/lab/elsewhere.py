"""Units on other data than MNIST: what their keys cover, and how the data take MNIST's place.

A measure asks `dlexp.data.mnist` for its data. In the process of a unit that names other data,
and in no other, it is answered with those: `mnist` itself stays as it is, but for what it looks
up, the images and how many of them are set aside. So a measure, its configuration and its seed
are the same on all data, and no published key knows of the others.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np

from dlexp.lab.fingerprint import ENGINE, Code, closure
from dlexp.lab.libraries import libraries
from dlexp.lab.units import HOME, Json, Unit

if TYPE_CHECKING:
    from dlexp.data import Split
    from dlexp.idx import Pair

FASHION = "fashion_mnist"
"""The name of the book's second data set."""

ASKED = "dlexp.data:mnist"
"""What a measure must reach if other data are to make a difference."""

_PROCESSES = frozenset({"multiprocessing", "subprocess"})


def moved(units: Iterable[Unit], data: str) -> list[Unit]:
    """Return units on other data, with all that they need.

    Parameters
    ----------
    units : iterable of Unit
    data : str
        As `Unit.data`.
    """
    return [replace(unit, data=data, needs=tuple(moved(unit.needs, data))) for unit in units]


def reads_data(unit: Unit, code: Code) -> bool:
    """Return whether a unit's measure asks for MNIST."""
    return ASKED in closure(code, unit.target, outside=ENGINE)


def covered(unit: Unit, code: Code) -> tuple[Json, dict[str, str]]:
    """Return what a unit's data add to its key: what they are, and the code that reads them.

    Returns
    -------
    tuple of Json and dict
        The name of a set of the book, whose code has the checksums; or those of a folder's files.

    Raises
    ------
    ValueError
        If other data would make no difference, or would not reach all that computes.
    """
    _require_reading(unit, code)
    loader = "fashion" if unit.data == FASHION else "load"
    reached = closure(code, f"dlexp.data:{loader}", outside=ENGINE)
    return (unit.data if unit.data == FASHION else _checksums(unit.data)), reached


def _require_reading(unit: Unit, code: Code) -> None:
    reached = closure(code, unit.target, outside=ENGINE)
    rule = f"{unit.place}: a unit on other data must"
    if ASKED not in reached:
        raise ValueError(f"{rule} read data; got {unit.measure.__name__}, which reads none")
    if starters := _PROCESSES & libraries(code, reached):
        raise ValueError(f"{rule} compute in one process; got one that uses {min(starters)}")
    for need in unit.needs:
        if need.data != unit.data and reads_data(need, code):
            raise ValueError(f"{rule} need units on the same data; got {need.place}")


def _checksums(name: str) -> dict[str, Json]:
    from dlexp.folder import existing
    from dlexp.idx import files_of

    files = (file for files in files_of(existing(name)).values() for file in files)
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@contextlib.contextmanager
def standing_in(name: str) -> Iterator[None]:
    """Have `dlexp.data.mnist` give other data, here and now.

    Parameters
    ----------
    name : str
        ``"mnist"``, for which nothing changes, ``"fashion_mnist"``, or the path of a folder.

    Raises
    ------
    dlexp.idx.DataError
        Inside, where more images are asked for than the training, validation or test part has:
        `Split.sample` would give all that there are, and the configuration say another number.
    """
    if name == HOME:
        yield
        return
    from dlexp import data

    pairs, num_validation = _given(name)
    order = data.permutation(len(pairs["train"].images))
    parts = [*np.split(order, [-num_validation]), np.arange(len(pairs["test"].images))]
    sample = data.Split.sample

    def exact_sample(part: "Split", size: int) -> "Split":
        if size > len(part) and any(np.array_equal(part.indices, whole) for whole in parts):
            rule = f"`size` must be in 1 ... {len(part)} on other data than MNIST"
            raise data.DataError(f"{rule}; got size={size!r}")
        return sample(part, size)

    with (
        mock.patch.multiple(data, pairs_of_mnist=lambda: pairs, MNIST_VALIDATION=num_validation),
        mock.patch.object(data.Split, "sample", exact_sample),
    ):
        yield


def _given(name: str) -> "tuple[dict[str, Pair], int]":
    """Return the pairs of other data, and how many training images are set aside."""
    from dlexp.data import FASHION_VALIDATION
    from dlexp.fashion import pairs_of_fashion
    from dlexp.folder import pairs_of_folder

    return (pairs_of_fashion(), FASHION_VALIDATION) if name == FASHION else pairs_of_folder(name)
