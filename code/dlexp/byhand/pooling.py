"""Pooling in two dimensions, its gradients, and the cells that it never looks at.

Chapters: book/conv_shapes.md, book/pooling_dropout.md.
Notation: B images, H x W positions, C channels.
Pooling over the whole image comes from `dlexp.byhand.global_pooling`; this module offers it, too.
"""

import functools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import conv
from dlexp.byhand.arrays import Floats, require_images, require_shape
from dlexp.byhand.conv import Padding2D
from dlexp.byhand.global_pooling import (
    global_average_pool2d,
    global_average_pool2d_gradient,
    global_max_pool2d,
    global_max_pool2d_gradient,
)
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import Pair, pair, require_at_least
from dlexp.byhand.sizes import require_narrow

__all__ = [
    "average_pool2d",
    "average_pool2d_gradient",
    "coverage",
    "global_average_pool2d",
    "global_average_pool2d_gradient",
    "global_max_pool2d",
    "global_max_pool2d_gradient",
    "max_pool2d",
    "max_pool2d_gradient",
]


@keeps_precision
def max_pool2d(
    x: Floats, pool: Pair = 2, *, stride: Pair | None = None, padding: Padding2D = "valid"
) -> Floats:
    """Return the largest value of each window, channel by channel.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    pool : int or (int, int)
        Height and width of the windows; >= 1.
    stride : int or (int, int), optional
        Step between windows; ``pool`` unless given.
    padding : int, "same", "valid", or a pair of these
        As in `conv.conv2d`; a padded cell never wins. ``"valid"`` drops rows and columns that
        fill no window; see `coverage`.

    Returns
    -------
    array of shape (B, rows, columns, C)

    Raises
    ------
    ValueError
        If no window fits, or a window could see nothing but padding.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> max_pool2d(x)[0, :, :, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    # The padding must lose against everything.
    patches = _patches(x, pool, stride, padding, value=-np.inf)
    largest: Floats = patches.max(axis=(4, 5))
    return largest


@keeps_precision
def max_pool2d_gradient(
    x: Floats,
    upstream: Floats,
    pool: Pair = 2,
    *,
    stride: Pair | None = None,
    padding: Padding2D = "valid",
) -> Floats:
    """Return the gradient of `max_pool2d` with respect to its input.

    Where several cells of a window share the largest value, the first one, row by row, gets the
    whole gradient, as in Keras on TensorFlow and in PyTorch.

    Parameters
    ----------
    x, pool, stride, padding
        As in `max_pool2d`.
    upstream : array of shape (B, rows, columns, C)
        Gradient with respect to the output.

    Returns
    -------
    array of shape (B, H, W, C)

    Examples
    --------
    >>> x = np.array([[1.0, 3.0], [3.0, 2.0]]).reshape(1, 2, 2, 1)
    >>> max_pool2d_gradient(x, np.ones((1, 1, 1, 1)))[0, :, :, 0]
    array([[0., 1.],
           [0., 0.]])
    """
    padded = _padded(x, pool, stride, padding, value=-np.inf)
    taps, steps = pair("pool", pool), pair("stride", pool if stride is None else stride)
    patches = conv.windows(padded, taps, stride=steps)
    require_shape("upstream", upstream, patches.shape[:4])
    inside = _patches(np.ones((1, *x.shape[1:3], 1)), pool, stride, padding, value=0) > 0
    rows, columns = upstream.shape[1:3]
    cells = np.zeros(padded.shape, upstream.dtype)
    for (i, j), wins in _winners(patches, inside):
        ys = slice(i, i + rows * steps[0], steps[0])
        xs = slice(j, j + columns * steps[1], steps[1])
        cells[:, ys, xs] += _kept(upstream, wins)
    return conv.crop(cells, x.shape[1:3], taps, stride=steps, padding=padding)


@keeps_precision
def average_pool2d(
    x: Floats, pool: Pair = 2, *, stride: Pair | None = None, padding: Padding2D = "valid"
) -> Floats:
    """Return the mean of each window, channel by channel.

    Parameters
    ----------
    x, pool, stride, padding
        As in `max_pool2d`. The mean is over the cells of the image alone, as in Keras; PyTorch
        counts the padded zeros unless told otherwise.

    Returns
    -------
    array of shape (B, rows, columns, C)

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> average_pool2d(x)[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    >>> average_pool2d(np.ones((1, 3, 3, 1)), padding="same").ravel()
    array([1., 1., 1., 1.])
    """
    patches = _patches(x, pool, stride, padding, value=0)
    mean: Floats = patches.sum(axis=(4, 5)) / _cells(x, pool, stride, padding)
    return mean


@keeps_precision
def average_pool2d_gradient(
    x: Floats,
    upstream: Floats,
    pool: Pair = 2,
    *,
    stride: Pair | None = None,
    padding: Padding2D = "valid",
) -> Floats:
    """Return the gradient of `average_pool2d` with respect to its input.

    Parameters
    ----------
    x, pool, stride, padding
        As in `average_pool2d`; of ``x`` only the shape matters.
    upstream : array of shape (B, rows, columns, C)
        Gradient with respect to the output.

    Returns
    -------
    array of shape (B, H, W, C)

    Examples
    --------
    >>> x = np.zeros((1, 2, 2, 1))
    >>> average_pool2d_gradient(x, np.ones((1, 1, 1, 1))).ravel()
    array([0.25, 0.25, 0.25, 0.25])
    """
    patches = _patches(x, pool, stride, padding, value=0)
    require_shape("upstream", upstream, patches.shape[:4])
    share = (upstream / _cells(x, pool, stride, padding))[..., np.newaxis, np.newaxis]
    return _unpool(np.broadcast_to(share, patches.shape), x, pool, stride, padding)


def coverage(size: Pair, pool: Pair, stride: Pair | None = None) -> NDArray[np.bool_]:
    """Return which cells a pooling without padding looks at.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the input.
    pool, stride
        As in `max_pool2d`.

    Returns
    -------
    bool array of shape (height, width)
        False where no window reaches.

    Raises
    ------
    ValueError
        If no window fits.

    Examples
    --------
    >>> coverage((1, 5), (1, 2))
    array([[ True,  True,  True,  True, False]])
    >>> int((~coverage(11, 3)).sum())
    40
    """
    height, width = pair("size", size)
    require_at_least(1, size=min(height, width))
    x = np.zeros((1, height, width, 1))
    patches = _patches(x, pool, stride, "valid", value=0)
    seen: NDArray[np.bool_] = _unpool(np.ones(patches.shape), x, pool, stride, "valid") > 0
    return seen[0, :, :, 0]


def _patches(
    x: Floats, pool: Pair, stride: Pair | None, padding: Padding2D, value: float
) -> Floats:
    """Return what each window sees, (B, rows, columns, C, pool height, pool width)."""
    padded = _padded(x, pool, stride, padding, value)
    return conv.windows(padded, pool, stride=pool if stride is None else stride)


def _padded(x: Floats, pool: Pair, stride: Pair | None, padding: Padding2D, value: float) -> Floats:
    """Return images in their frame; no window may lie in the frame alone."""
    require_images(x)
    taps, step = pair("pool", pool), pool if stride is None else stride
    require_at_least(1, pool=min(taps))
    for size, sides in zip(taps, conv.frame(x.shape[1:3], taps, step, padding, 1), strict=True):
        require_narrow(sides, size)
    return conv.pad(x, taps, stride=step, padding=padding, value=value)


def _winners(
    patches: Floats, inside: NDArray[np.bool_]
) -> Iterator[tuple[tuple[int, int], NDArray[np.bool_]]]:
    """Yield each tap, row by row, and which windows have their first largest value there.

    Padding, which is not ``inside``, never wins, not even against -inf; what is not a number
    counts as the largest. The windows, (B, rows, columns, C), are asked all at once.
    """
    views = {(i, j): patches[..., i, j] for i, j in np.ndindex(*patches.shape[4:])}
    largest = functools.reduce(np.maximum, views.values())
    waiting = np.ones(largest.shape, bool)  # their winner is not found yet
    for (i, j), seen in views.items():
        wins = waiting & inside[..., i, j] & ((seen == largest) | np.isnan(seen))
        waiting ^= wins
        yield (i, j), wins


def _kept(values: Floats, wanted: NDArray[np.bool_]) -> Floats:
    """Return ``np.where(wanted, values, 0)``, in a fifth of its time if all are finite."""
    return values * wanted if np.isfinite(values).all() else np.where(wanted, values, 0)


def _unpool(
    patches: Floats, x: Floats, pool: Pair, stride: Pair | None, padding: Padding2D
) -> Floats:
    """Add up what the windows say of each cell of the image, (B, H, W, C)."""
    taps, step = pair("pool", pool), pool if stride is None else stride
    padded = conv.pad(x, taps, stride=step, padding=padding)
    cells = conv.fold(patches, padded.shape[1:3], stride=step)
    return conv.crop(cells, x.shape[1:3], taps, stride=step, padding=padding)


def _cells(x: Floats, pool: Pair, stride: Pair | None, padding: Padding2D) -> Floats:
    """Return how many cells of the image each window holds, (1, rows, columns, 1)."""
    ones = np.ones((1, *x.shape[1:3], 1), x.dtype)
    count: Floats = _patches(ones, pool, stride, padding, value=0).sum(axis=(4, 5))
    return count
