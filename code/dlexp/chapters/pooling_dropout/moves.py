"""Shifts, zooms and rotations of images, and how far each carries the ink.

Chapter: book/pooling_dropout.md.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.nets import SIDE

MOVES: dict[str, tuple[float, ...]] = {
    "shift": (0, 1, 2, 3, 4),  # pixels
    "zoom": (0.8, 0.9, 1.1, 1.2),  # of the height and the width
    "rotation": (10, 20, 30),  # degrees
}


def moved(images: NDArray[np.float32], kind: str, amount: float) -> NDArray[np.float32]:
    """Return every image moved, by turns in each direction.

    Parameters
    ----------
    images : array of shape (n, 28, 28, 1)
    kind : "shift", "zoom" or "rotation"
        Shifts go right, down, left and up by turns, rotations left and right; a zoom keeps the
        middle. What leaves the frame is lost, and what enters is empty.
    amount : float
        Pixels, a factor of the height and the width, or degrees.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        If the kind is unknown.

    Examples
    --------
    >>> dot = np.zeros((2, 28, 28, 1), np.float32)
    >>> dot[:, 14, 14] = 1
    >>> np.argwhere(moved(dot, "shift", 3)[..., 0])  # right, and down
    array([[ 0, 14, 17],
           [ 1, 17, 14]])
    """
    if kind not in MOVES:
        raise ValueError(f"`kind` must be one of {', '.join(MOVES)}; got {kind!r}")
    ways = _ways(kind, amount)
    result = np.empty_like(images)
    for turn, (linear, offset) in enumerate(ways):
        rows = images[turn :: len(ways)]
        flat = rows.reshape(len(rows), SIDE * SIDE) @ sampling(linear, offset).T
        result[turn :: len(ways)] = flat.reshape(rows.shape)
    return result


def _ways(kind: str, amount: float) -> list[tuple[Floats, tuple[float, float]]]:
    """Return, per direction, the map from a new place to the old one: matrix and offset."""
    if kind == "shift":
        still = np.eye(2)
        return [(still, (-amount * y, -amount * x)) for y, x in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    if kind == "zoom":
        return [(np.eye(2) / amount, (0.0, 0.0))]
    angles = np.radians(amount) * np.array([1, -1])
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    return [(turn, (0.0, 0.0)) for turn in turns]


def sampling(
    linear: Floats, offset: tuple[float, float] = (0.0, 0.0), side: int = SIDE
) -> NDArray[np.float32]:
    """Return the matrix that moves an image, taken as one long row of pixels.

    Each new pixel looks up its old place and mixes the four pixels around it, the nearer the
    more (bilinear interpolation); outside the image there is nothing.

    Parameters
    ----------
    linear : array of shape (2, 2)
        Takes a place, as (row, column) from the middle of the image, to where it comes from.
    offset : (float, float)
        Added to that place, in pixels.
    side : int
        Height and width of the image, whose side * side pixels the matrix takes and gives.

    Examples
    --------
    >>> sampling(np.eye(2), (0, 0.5), side=2)  # half a pixel to the left
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5],
           [0. , 0. , 0. , 0.5]], dtype=float32)
    """
    middle = (side - 1) / 2
    places = np.stack(np.meshgrid(*[np.arange(side)] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
    old = (places - middle) @ np.asarray(linear).T + middle + np.asarray(offset)
    old = old.round(9)  # a shift by whole pixels must not mix any
    corner = np.floor(old).astype(int)
    matrix = np.zeros((side * side, side * side), np.float32)
    for step in product((0, 1), repeat=2):
        cell = corner + step
        share = (1 - np.abs(old - cell)).prod(axis=1)
        inside = ((cell >= 0) & (cell < side)).all(axis=1)
        matrix[np.flatnonzero(inside), cell[inside] @ (side, 1)] += share[inside]
    return matrix


def pushed(images: NDArray[np.float32], down: int, right: int) -> NDArray[np.float32]:
    """Return images moved by whole pixels; what leaves the frame is lost, what enters is empty.

    Parameters
    ----------
    images : array of shape (n, H, W, C)
    down, right : int
        Pixels; negative is up, or left.

    Examples
    --------
    >>> image = np.arange(1.0, 5).reshape(1, 2, 2, 1)
    >>> pushed(image, 0, 1)[0, :, :, 0]
    array([[0., 1.],
           [0., 3.]])
    """
    result = np.zeros_like(images)
    new_rows, old_rows = _overlap(down, images.shape[1])
    new_columns, old_columns = _overlap(right, images.shape[2])
    result[:, new_rows, new_columns] = images[:, old_rows, old_columns]
    return result


def _overlap(by: int, size: int) -> tuple[slice, slice]:
    """Return where what stays in the frame goes to, and where it comes from."""
    by = max(-size, min(by, size))
    return slice(max(by, 0), size + min(by, 0)), slice(max(-by, 0), size + min(-by, 0))
