"""Transposed convolution in two dimensions and its gradients, with NumPy alone.

Chapter: book/conv_shapes.md. Notation: B images, rows x columns positions, F channels in,
C channels out. A convolution takes C channels to F; its transpose, with the same kernel, goes the
other way, as gradients do.
"""

from typing import Any

import numpy as np

from dlexp.byhand.arrays import Floats, require, require_floats, require_images, require_shape
from dlexp.byhand.conv import Gradients, conv2d, conv2d_gradients
from dlexp.byhand.patches import Padding2D, fold, frame
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import Pair, counts_exactly, pair, require_at_least, require_between
from dlexp.byhand.sizes import Padding, effective_kernel, split_padding


@counts_exactly
def transposed_size(
    size: int,
    kernel: int,
    *,
    stride: int = 1,
    padding: Padding = 0,
    extra: int = 0,
    dilation: int = 1,
) -> int:
    """Return the number of output cells of a transposed convolution, along one direction.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        Input cells, kernel taps, step between two windows in the *output*, distance between taps;
        each >= 1.
    padding : int, (int, int), "same" or "valid"
        Cells that are cut off at each end; or before and after; or as many as TensorFlow cuts
        off so that ``size * stride`` cells are left (``"same"``), or none (``"valid"``).
    extra : int
        Cells added at the end, in 0 ... stride - 1; PyTorch calls it ``output_padding``.

    Returns
    -------
    int
        ``(size - 1) * stride + effective_kernel - padding + extra``; >= 1.

    Raises
    ------
    ValueError
        If nothing is left, or a number is out of its range.

    References
    ----------
    Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning.

    Examples
    --------
    >>> transposed_size(7, 3, stride=2), transposed_size(7, 3, stride=2, padding="same")
    (15, 14)
    >>> transposed_size(7, 3, stride=2, padding=1, extra=1)  # the way back from 14 to 7
    14
    """
    require_at_least(1, size=size, kernel=kernel, stride=stride, dilation=dilation)
    require_between(0, stride - 1, extra=extra)
    # The zeros of the convolution whose output has this size: it starts from size * stride cells.
    sides = split_padding(size * stride, kernel, stride=stride, padding=padding, dilation=dilation)
    full = (size - 1) * stride + effective_kernel(kernel, dilation) + extra
    require(
        sum(sides) < full,
        "`padding` must leave a cell or more",
        f"{sides[0]}+{sides[1]} of {full} cells",
    )
    return full - sum(sides)


@keeps_precision
def conv2d_transpose(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
    extra: Pair = 0,
    dilation: Pair = 1,
) -> Floats:
    """Return the transposed convolution of images: each cell lays down a copy of the kernel.

    Parameters
    ----------
    x : array of shape (B, rows, columns, F)
    kernel : array of shape (kernel height, kernel width, C, F)
        As that of the convolution from C to F channels whose transpose this is.
    bias : array of shape (C,), optional
        Added to each cell.
    stride, padding, extra, dilation
        As in `transposed_size`, for height and width, or for each.

    Returns
    -------
    array of shape (B, H, W, C)
        Where copies overlap they add up.

    Raises
    ------
    ValueError
        If shapes do not match, or nothing is left.

    Examples
    --------
    >>> x = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> kernel = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)
    >>> conv2d_transpose(x, kernel, stride=(1, 2)).ravel()  # 1 2 3, and two steps on 10 20 30
    array([ 1.,  2., 13., 20., 30.])
    """
    _require_matching(x, kernel)
    sides, size = _cut(x, kernel, stride, padding, extra, dilation)
    copies = np.tensordot(x, kernel, axes=(3, 3))  # (B, rows, columns, kh, kw, C)
    full = fold(np.moveaxis(copies, 5, 3), size, stride=stride, dilation=dilation)
    (top, bottom), (left, right) = sides
    result = full[:, top : size[0] - bottom, left : size[1] - right]
    if bias is None:
        return result
    require_shape("bias", bias, (kernel.shape[2],))
    return result + bias


@keeps_precision
def conv2d_transpose_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
    extra: Pair = 0,
    dilation: Pair = 1,
) -> Gradients:
    """Return the gradients of `conv2d_transpose` with respect to input, kernel and bias.

    The gradient for the input is a plain convolution: the transpose of a transpose.

    Parameters
    ----------
    x, kernel, stride, padding, extra, dilation
        As in `conv2d_transpose`.
    upstream : array of shape (B, H, W, C)
        Gradient with respect to the output of `conv2d_transpose`.

    Returns
    -------
    dlexp.byhand.conv.Gradients
        ``x`` (B, rows, columns, F), ``kernel`` (kernel height, kernel width, C, F), ``bias`` (C,).

    Raises
    ------
    ValueError
        If shapes do not match, or nothing is left.

    Examples
    --------
    >>> x, kernel = np.ones((1, 1, 2, 1)), np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)
    >>> upstream = np.arange(5.0).reshape(1, 1, 5, 1)
    >>> conv2d_transpose_gradients(x, kernel, upstream, stride=(1, 2)).x.ravel()
    array([ 8., 20.])
    """
    _require_matching(x, kernel)
    sides, size = _cut(x, kernel, stride, padding, extra, dilation)
    (top, bottom), (left, right) = sides
    left_over = (size[0] - top - bottom, size[1] - left - right)
    require_shape("upstream", upstream, (x.shape[0], *left_over, kernel.shape[2]))
    padded = np.pad(upstream, ((0, 0), *sides, (0, 0)))
    steps: dict[str, Any] = {"stride": stride, "dilation": dilation}
    return Gradients(
        x=conv2d(padded, kernel, **steps),
        kernel=conv2d_gradients(padded, kernel, x, **steps).kernel,
        bias=upstream.sum(axis=(0, 1, 2)),
    )


def _cut(
    x: Floats, kernel: Floats, stride: Pair, padding: Padding2D, extra: Pair, dilation: Pair
) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Return what is cut off at each end, and height and width before that."""
    steps, more, gaps = pair("stride", stride), pair("extra", extra), pair("dilation", dilation)
    cells = tuple(n * s for n, s in zip(x.shape[1:3], steps, strict=True))
    sides = frame(cells, kernel.shape[:2], stride, padding, dilation)
    rows, columns = (
        transposed_size(n, k, stride=s, padding=side, extra=e, dilation=d) + sum(side)
        for n, k, s, side, e, d in zip(
            x.shape[1:3], kernel.shape[:2], steps, sides, more, gaps, strict=True
        )
    )
    return sides, (rows, columns)


def _require_matching(x: Floats, kernel: Floats) -> None:
    require_images(x)
    require_floats(kernel=kernel)
    require(
        kernel.ndim == 4 and kernel.shape[3] == x.shape[3],
        "`kernel` must have shape (height, width, filters, channels of x) with "
        f"{x.shape[3]} channels",
        kernel.shape,
    )
