"""Convolution in two dimensions and its gradients, with NumPy alone.

Chapter: book/conv_shapes.md. Notation: B images, H x W positions, C channels in, F filters.
The sizes come from `dlexp.byhand.sizes`, the windows and the frame around images from
`dlexp.byhand.patches`; this module offers them, too.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats, require_images, require_kernel, require_shape
from dlexp.byhand.patches import Padding2D, crop, fold, frame, pad, windows
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import Pair, pair
from dlexp.byhand.sizes import Padding, effective_kernel, output_size, split_padding

__all__ = [
    "Floats",
    "Gradients",
    "Padding",
    "Padding2D",
    "Pair",
    "conv2d",
    "conv2d_gradients",
    "crop",
    "effective_kernel",
    "fold",
    "frame",
    "output_size",
    "pad",
    "pair",
    "require_images",
    "require_shape",
    "split_padding",
    "windows",
]


class Gradients(NamedTuple):
    """What a convolution hands back to its input, its kernel and its bias."""

    x: Floats
    kernel: Floats
    bias: Floats


@keeps_precision
def conv2d(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
    dilation: Pair = 1,
) -> Floats:
    """Return the convolution of images with a kernel, as deep learning means it (no flip).

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    kernel : array of shape (kernel height, kernel width, C, F)
    bias : array of shape (F,), optional
        Added to each position.
    stride, dilation : int or (int, int)
        For height and width, or for each; >= 1.
    padding : int, "same", "valid", or a pair of these
        Zeros at each end, or a rule of TensorFlow; a pair is for height and width, and each of
        the two may itself be (before, after). See `split_padding`.

    Returns
    -------
    array of shape (B, rows, columns, F)

    Raises
    ------
    ValueError
        If shapes do not match, or the effective kernel does not fit into the padded input.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> conv2d(x, np.ones((2, 2, 1, 1)))[0, :, :, 0]
    array([[ 8., 12.],
           [20., 24.]])
    >>> conv2d(x, np.ones((3, 3, 1, 5)), stride=2, padding="same").shape
    (1, 2, 2, 5)
    """
    _require_matching(x, kernel, bias)
    padded = pad(x, kernel.shape[:2], stride=stride, padding=padding, dilation=dilation)
    patches = windows(padded, kernel.shape[:2], stride=stride, dilation=dilation)
    # Sum over channels c and taps i, j of patch[b, y, x, c, i, j] * kernel[i, j, c, f].
    result: Floats = np.tensordot(
        patches, kernel, axes=((3, 4, 5), (2, 0, 1))
    )  # (B, rows, cols, F)
    return result if bias is None else result + bias


@keeps_precision
def conv2d_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
    dilation: Pair = 1,
) -> Gradients:
    """Return the gradients of `conv2d` with respect to its input, its kernel and its bias.

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As in `conv2d`.
    upstream : array of shape (B, rows, columns, F)
        Gradient with respect to the output of `conv2d`.

    Returns
    -------
    Gradients
        ``x`` (B, H, W, C), ``kernel`` (kernel height, kernel width, C, F), ``bias`` (F,).

    Raises
    ------
    ValueError
        If shapes do not match, or the effective kernel does not fit into the padded input.

    Examples
    --------
    >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
    >>> conv2d_gradients(x, kernel, np.ones((1, 2, 2, 1))).x[0, :, :, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    _require_matching(x, kernel, None)
    taps = kernel.shape[:2]
    padded = pad(x, taps, stride=stride, padding=padding, dilation=dilation)
    patches = windows(padded, taps, stride=stride, dilation=dilation)
    require_shape("upstream", upstream, (*patches.shape[:3], kernel.shape[3]))
    by_kernel = np.tensordot(patches, upstream, axes=((0, 1, 2), (0, 1, 2)))  # (C, kh, kw, F)
    by_patch = np.tensordot(upstream, kernel, axes=(3, 3))  # (B, rows, columns, kh, kw, C)
    by_padded = fold(
        np.moveaxis(by_patch, 5, 3), padded.shape[1:3], stride=stride, dilation=dilation
    )
    return Gradients(
        x=crop(by_padded, x.shape[1:3], taps, stride=stride, padding=padding, dilation=dilation),
        kernel=np.moveaxis(by_kernel, 0, 2),
        bias=upstream.sum(axis=(0, 1, 2)),
    )


def _require_matching(x: Floats, kernel: Floats, bias: Floats | None) -> None:
    require_images(x)
    require_kernel(kernel, x)
    if bias is not None:
        require_shape("bias", bias, (kernel.shape[3],))
