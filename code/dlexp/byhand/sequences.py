"""Sequences of several lengths in one batch: their masks, and pooling over their steps.

Chapter: book/rnn_vs_cnn.md. Notation: B sequences of T steps with C channels.
"""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats, require, require_integers, require_mask, require_sequences
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_at_least, require_one_of

Mask: TypeAlias = NDArray[np.bool_]


def mask_of(lengths: NDArray[np.integer], steps: int) -> Mask:
    """Return which steps of padded sequences are real, of shape (B, steps).

    Parameters
    ----------
    lengths : int array of shape (B,)
        Each in 1 ... ``steps``; what is padded comes after.
    steps : int

    Raises
    ------
    ValueError
        If a length is out of its range.

    Examples
    --------
    >>> mask_of(np.array([1, 3]), 3).astype(int)
    array([[1, 0, 0],
           [1, 1, 1]])
    """
    require_integers(lengths=lengths)
    require_at_least(1, steps=steps)
    require(lengths.ndim == 1, "`lengths` must have shape (sequences,)", lengths.shape)
    outside = lengths[(lengths < 1) | (lengths > steps)]
    require(not outside.size, f"`lengths` must be in 1 ... {steps}", next(iter(outside), None))
    result: Mask = np.arange(steps) < lengths[:, np.newaxis]
    return result


@keeps_precision
def pooled(x: Floats, *, how: Literal["mean", "max"], mask: Mask | None = None) -> Floats:
    """Return mean or maximum over time, of shape (B, C); with a mask, over the real steps alone.

    Parameters
    ----------
    x : array of shape (B, T, C)
    how : "mean" or "max"
    mask : bool array of shape (B, T), optional
        At least one real step per sequence.

    Returns
    -------
    array of shape (B, C)

    Raises
    ------
    ValueError
        If shapes do not match, ``how`` is unknown, or a sequence has no real step.

    Examples
    --------
    >>> x, mask = np.array([[[2.0], [4.0], [0.0]]]), mask_of(np.array([2]), 3)
    >>> pooled(x, how="mean"), pooled(x, how="mean", mask=mask)
    (array([[2.]]), array([[3.]]))
    """
    require_sequences(x)
    require_one_of(("mean", "max"), how=how)
    keep = _steps_kept(x, mask)
    require(
        bool(keep.any(axis=1).all()), "`mask` must leave a step of each sequence", "one without"
    )
    if how == "max":
        largest: Floats = np.where(keep, x, -np.inf).max(axis=1)
        return largest
    mean: Floats = np.where(keep, x, 0).sum(axis=1) / keep.sum(axis=1)
    return mean


def _steps_kept(x: Floats, mask: Mask | None) -> Mask:
    if mask is None:
        return np.ones((*x.shape[:2], 1), bool)
    require_mask("mask", mask, x.shape[:2])
    return mask[:, :, np.newaxis]
