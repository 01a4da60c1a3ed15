"""Convolution: the size that comes out, the values, and the gradients.

Chapter: book/conv_shapes.md. Arrays are channels last, as in Keras: images (B, H, W, C), kernels
(rows, columns, C in, C out). Notation along one direction: n size, k kernel, s stride, d dilation.
"""

from typing import Literal, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]
Pair: TypeAlias = tuple[int, int]
Word: TypeAlias = Literal["same", "valid"]
Padding: TypeAlias = int | Pair | Word
"""Along one direction: zeros at each end, (before, after), or TensorFlow's words."""
Padding2D: TypeAlias = int | tuple[Pair, Pair] | Word
"""In the plane: zeros at each side, ((top, bottom), (left, right)), or TensorFlow's words."""


def effective_kernel(kernel: int, dilation: int = 1) -> int:
    """Return how many cells a dilated kernel spans: d (k - 1) + 1.

    Examples
    --------
    >>> effective_kernel(3), effective_kernel(5, dilation=8)
    (3, 33)
    """
    _require_at_least_one(kernel=kernel, dilation=dilation)
    return dilation * (kernel - 1) + 1


def split_padding(
    size: int, kernel: int, *, stride: int = 1, padding: Padding = 0, dilation: int = 1
) -> Pair:
    """Return how many zeros go before and after the input.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        In cells, each >= 1.
    padding : int, (int, int), "same" or "valid"
        ``"same"`` pads just enough for ceil(size / stride) outputs; where the total is odd, the
        extra zero goes after (right, bottom), as in TensorFlow.

    Returns
    -------
    (int, int)
        Before and after, each >= 0.

    Raises
    ------
    ValueError
        If a number is out of range or ``padding`` is another word.

    Examples
    --------
    >>> split_padding(28, 3, padding="same"), split_padding(28, 4, padding="same")
    ((1, 1), (1, 2))
    >>> split_padding(28, 3, stride=2, padding="same")
    (0, 1)
    """
    _require_at_least_one(size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if padding == "valid":
        return 0, 0
    if padding == "same":
        outputs = -(-size // stride)  # rounded up
        total = max((outputs - 1) * stride + span - size, 0)
        return total // 2, total - total // 2
    pair = (padding, padding) if isinstance(padding, int) else padding
    if isinstance(pair, str) or len(pair) != 2 or min(pair) < 0:
        raise ValueError(
            f'`padding` must be >= 0, a pair of such, "same" or "valid"; got {padding!r}'
        )
    return pair


def output_size(
    size: int, kernel: int, *, stride: int = 1, padding: Padding = 0, dilation: int = 1
) -> int:
    """Return how many outputs a convolution or a pooling has along one direction.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        In cells, each >= 1.
    padding : int, (int, int), "same" or "valid"
        Zeros at *each* end, (before, after), or a word in TensorFlow's sense.

    Returns
    -------
    int
        floor((n + padding in all - d (k - 1) - 1) / s) + 1, at least 1.

    Raises
    ------
    ValueError
        If the dilated kernel is larger than the padded input.

    References
    ----------
    Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning.

    Examples
    --------
    >>> output_size(28, 5), output_size(256, 5, stride=2, dilation=2)
    (24, 124)
    >>> output_size(11, 5, stride=2, dilation=8)
    Traceback (most recent call last):
    ValueError: the kernel must fit the padded input; got an effective kernel of 33 (kernel 5, \
dilation 8) and a padded input of 11 (size 11, padding 0 + 0)
    """
    before, after = split_padding(size, kernel, stride=stride, padding=padding, dilation=dilation)
    span, padded = effective_kernel(kernel, dilation), size + before + after
    if span > padded:
        raise ValueError(
            f"the kernel must fit the padded input; got an effective kernel of {span} "
            f"(kernel {kernel}, dilation {dilation}) and a padded input of {padded} "
            f"(size {size}, padding {before} + {after})"
        )
    return (padded - span) // stride + 1


def conv2d(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: int | Pair = 1,
    padding: Padding2D = 0,
    dilation: int | Pair = 1,
) -> Floats:
    """Convolve images with a kernel (in the sense of deep learning: without flipping it).

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    kernel : array of shape (rows, columns, C, filters)
    bias : array of shape (filters,), optional
    stride, dilation : int or (int, int)
        For both directions, or (rows, columns).
    padding : int, ((top, bottom), (left, right)), "same" or "valid"

    Returns
    -------
    array of shape (B, H', W', filters)
        H' and W' as :func:`output_size` says.

    Raises
    ------
    ValueError
        If shapes do not match, or the kernel does not fit.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
    >>> conv2d(x, np.ones((2, 2, 1, 1)), stride=2)[0, :, :, 0]
    array([[10., 18.],
           [42., 50.]])
    """
    _check_shapes(x, kernel, bias)
    windows = _windows(x, kernel.shape[:2], stride, padding, dilation)
    y: Floats = np.tensordot(windows, kernel, axes=([3, 4, 5], [2, 0, 1]))  # (B, H', W', filters)
    return y if bias is None else y + bias


def conv2d_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: int | Pair = 1,
    padding: Padding2D = 0,
    dilation: int | Pair = 1,
) -> tuple[Floats, Floats, Floats]:
    """Return the gradients of sum(upstream * conv2d(x, kernel, bias)).

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As in :func:`conv2d`.
    upstream : array of the shape of the output, (B, H', W', filters)

    Returns
    -------
    three arrays
        With respect to ``x``, ``kernel`` and the bias, in their shapes.

    Raises
    ------
    ValueError
        If shapes do not match, or the kernel does not fit.

    References
    ----------
    Dumoulin and Visin (2016), section 4: the gradient with respect to the input is a transposed
    convolution.

    Examples
    --------
    >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> for_x, for_kernel, for_bias = conv2d_gradients(x, kernel, np.ones((1, 2, 2, 1)))
    >>> for_x[0, :, :, 0]  # how many windows each cell is in
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    _check_shapes(x, kernel, None)
    windows = _windows(x, kernel.shape[:2], stride, padding, dilation)
    expected = (*windows.shape[:3], kernel.shape[3])
    if upstream.shape != expected:
        raise ValueError(
            f"`upstream` must have the output's shape {expected}; got {upstream.shape}"
        )
    for_kernel = np.tensordot(windows, upstream, axes=([0, 1, 2], [0, 1, 2]))  # (C, rows, cols, F)
    for_kernel = np.moveaxis(for_kernel, 0, 2)
    for_x = _scatter(x, kernel, upstream, stride, padding, dilation)
    return for_x, for_kernel, upstream.sum(axis=(0, 1, 2))


def pair(value: int | Pair) -> Pair:
    """Return a setting for rows and columns.

    Examples
    --------
    >>> pair(2), pair((1, 3))
    ((2, 2), (1, 3))
    """
    return (value, value) if isinstance(value, int) else value


def plane_padding(
    size: Pair, kernel: Pair, stride: Pair, padding: Padding2D, dilation: Pair
) -> tuple[Pair, Pair]:
    """Return the zeros ((top, bottom), (left, right)), after checking that the kernel fits."""
    each = padding if isinstance(padding, tuple) else (padding, padding)
    sides = []
    for n, k, s, p, d in zip(size, kernel, stride, each, dilation, strict=True):
        output_size(n, k, stride=s, padding=p, dilation=d)
        sides.append(split_padding(n, k, stride=s, padding=p, dilation=d))
    return sides[0], sides[1]


def _windows(
    x: Floats,
    kernel: tuple[int, ...],
    stride: int | Pair,
    padding: Padding2D,
    dilation: int | Pair,
) -> Floats:
    """Return what each output sees, as a view: (B, H', W', C, rows, columns)."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    rows, columns = kernel
    size = (x.shape[1], x.shape[2])
    sides = plane_padding(size, (rows, columns), (sh, sw), padding, (dh, dw))
    padded = np.pad(x, ((0, 0), *sides, (0, 0)))
    span = effective_kernel(rows, dh), effective_kernel(columns, dw)
    windows: Floats = sliding_window_view(padded, span, axis=(1, 2))
    return windows[:, ::sh, ::sw, :, ::dh, ::dw]


def _scatter(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    stride: int | Pair,
    padding: Padding2D,
    dilation: int | Pair,
) -> Floats:
    """Give each cell of the input what every output that saw it owes it."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    rows, columns = kernel.shape[:2]
    sides = plane_padding(x.shape[1:3], (rows, columns), (sh, sw), padding, (dh, dw))
    (top, _), (left, _) = sides
    padded = np.zeros_like(np.pad(x, ((0, 0), *sides, (0, 0))), dtype=upstream.dtype)
    height, width = upstream.shape[1:3]
    for i in range(rows):  # over the taps of the kernel, not over positions
        for j in range(columns):
            seen = padded[:, i * dh :: sh, j * dw :: sw][:, :height, :width]  # (B, H', W', C)
            seen += upstream @ kernel[i, j].T
    return padded[:, top : top + x.shape[1], left : left + x.shape[2]]


def _check_shapes(x: Floats, kernel: Floats, bias: Floats | None) -> None:
    if x.ndim != 4:
        raise ValueError(f"`x` must have shape (images, height, width, channels); got {x.shape}")
    if kernel.ndim != 4 or kernel.shape[2] != x.shape[3]:
        raise ValueError(
            f"`kernel` must have shape (rows, columns, {x.shape[3]}, filters) for input with "
            f"{x.shape[3]} channels; got {kernel.shape}"
        )
    if bias is not None and bias.shape != kernel.shape[3:]:
        raise ValueError(f"`bias` must have shape {kernel.shape[3:]}; got {bias.shape}")


def _require_at_least_one(**numbers: int) -> None:
    for name, value in numbers.items():
        if value < 1:
            raise ValueError(f"`{name}` must be at least 1; got {name}={value}")
