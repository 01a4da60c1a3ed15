"""Images with a frame around them, cut into what each output position sees, and put together.

Chapter: book/conv_shapes.md. Notation: B images, H x W positions, C channels.
"""

from typing import TypeAlias

import numpy as np

from dlexp.byhand.arrays import Floats, require, require_axes, require_images
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import Pair, pair, require_number, require_sizes
from dlexp.byhand.sizes import Padding, effective_kernel, output_size, split_padding

Padding2D: TypeAlias = Padding | tuple[Padding, Padding]
"""One `Padding` for height and width, or one for each; two integers are one for each."""


# --- Windows --------------------------------------------------------------------------------------


@keeps_precision
def windows(x: Floats, kernel: Pair, *, stride: Pair = 1, dilation: Pair = 1) -> Floats:
    """Return what each output position sees, as a read-only view that copies nothing.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
        Already padded.
    kernel, stride, dilation : int or (int, int)
        For height and width, or for each; >= 1.

    Returns
    -------
    array of shape (B, rows, columns, C, kernel height, kernel width)

    Raises
    ------
    ValueError
        If the effective kernel does not fit.

    Examples
    --------
    >>> x = np.arange(4.0).reshape(1, 1, 4, 1)
    >>> windows(x, (1, 2)).reshape(3, 2)
    array([[0., 1.],
           [1., 2.],
           [2., 3.]])
    """
    require_images(x)
    taps, steps, gaps = pair("kernel", kernel), pair("stride", stride), pair("dilation", dilation)
    for size, k, s, d in zip(x.shape[1:3], taps, steps, gaps, strict=True):
        output_size(size, k, stride=s, dilation=d)
    spans = tuple(map(effective_kernel, taps, gaps))
    every = np.lib.stride_tricks.sliding_window_view(x, spans, axis=(1, 2))
    # Stride drops positions, dilation drops cells within each window.
    return every[:, :: steps[0], :: steps[1], :, :: gaps[0], :: gaps[1]]


@keeps_precision
def fold(patches: Floats, size: tuple[int, int], *, stride: Pair = 1, dilation: Pair = 1) -> Floats:
    """Add up what each window says of its cells: the adjoint of `windows`.

    Parameters
    ----------
    patches : array of shape (B, rows, columns, C, kernel height, kernel width)
    size : (int, int)
        Height and width of the padded input that the windows came from.
    stride, dilation : int or (int, int)
        As in `windows`.

    Returns
    -------
    array of shape (B, *size, C)
        Cells that no window saw are zero.

    Examples
    --------
    >>> fold(np.ones((1, 1, 3, 1, 1, 2)), (1, 4)).ravel()  # how often each cell is seen
    array([1., 2., 2., 1.])
    """
    require_axes("images, rows, columns, channels, kernel height, kernel width", patches=patches)
    batch, rows, columns, channels, *taps = patches.shape
    (step_y, step_x), (gap_y, gap_x) = pair("stride", stride), pair("dilation", dilation)
    size = pair("size", size)
    for n, k, s, d, count in zip(
        size, taps, (step_y, step_x), (gap_y, gap_x), (rows, columns), strict=True
    ):
        fitting = output_size(n, k, stride=s, dilation=d)
        require(count == fitting, f"`patches` must have {fitting} positions on {n} cells", count)
    cells = np.zeros((batch, *size, channels), patches.dtype)
    for i, j in np.ndindex(*taps):  # over the taps, few; positions go all at once
        ys = slice(i * gap_y, i * gap_y + (rows - 1) * step_y + 1, step_y)
        xs = slice(j * gap_x, j * gap_x + (columns - 1) * step_x + 1, step_x)
        cells[:, ys, xs] += patches[..., i, j]
    return cells


# --- Padding --------------------------------------------------------------------------------------


@keeps_precision
def pad(
    x: Floats,
    kernel: tuple[int, ...],
    *,
    stride: Pair,
    padding: Padding2D,
    dilation: Pair = 1,
    value: float = 0.0,
) -> Floats:
    """Return images with a frame of ``value`` as wide as ``padding`` asks for.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    kernel : (int, int)
    stride, padding, dilation
        As in `conv2d`.
    value : float
        What the frame is filled with.

    Examples
    --------
    >>> pad(np.ones((1, 1, 2, 1)), (1, 2), stride=1, padding="same").ravel()
    array([1., 1., 0.])
    """
    require_images(x)
    require_number(value=value)
    sides = frame(x.shape[1:3], kernel, stride, padding, dilation)
    if not any(map(any, sides)):
        return x
    return np.pad(x, ((0, 0), *sides, (0, 0)), constant_values=value)


@keeps_precision
def crop(
    padded: Floats,
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    *,
    stride: Pair,
    padding: Padding2D,
    dilation: Pair = 1,
) -> Floats:
    """Take off the frame that `pad` put around images of ``size``."""
    require_images(padded, "padded")
    (top, bottom), (left, right) = frame(size, kernel, stride, padding, dilation)
    framed = (top + size[0] + bottom, left + size[1] + right)
    require(padded.shape[1:3] == framed, f"`padded` must have {framed} cells", padded.shape[1:3])
    return padded[:, top : top + size[0], left : left + size[1]]


def frame(
    size: tuple[int, ...], kernel: tuple[int, ...], stride: Pair, padding: Padding2D, dilation: Pair
) -> list[tuple[int, int]]:
    """Return the widths of the frame that a padding asks for: [(top, bottom), (left, right)].

    Examples
    --------
    >>> frame((28, 28), (3, 4), 1, "same", 1)
    [(1, 1), (1, 2)]
    """
    require_sizes(1, size=size, kernel=kernel)
    require(len(size) == len(kernel) == 2, "`size` and `kernel` must be pairs", (size, kernel))
    paddings = padding if isinstance(padding, tuple) else (padding, padding)
    require(len(paddings) == 2, "`padding` must be one for height and one for width", repr(padding))
    directions = zip(
        size, kernel, pair("stride", stride), paddings, pair("dilation", dilation), strict=True
    )
    return [split_padding(n, k, stride=s, padding=p, dilation=d) for n, k, s, p, d in directions]
