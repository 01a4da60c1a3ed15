"""Windows that do not share their weights, and their gradients, with NumPy alone.

Chapter: book/convolutional_networks.md. Notation: B images, H x W positions, C channels in, F
filters. It is `dlexp.byhand.conv` with a kernel and a bias for each output position.
"""

import numpy as np

from dlexp.byhand.arrays import (
    Floats,
    require,
    require_axes,
    require_images,
    require_shape,
)
from dlexp.byhand.conv import Gradients
from dlexp.byhand.patches import Padding2D, crop, fold, pad, windows
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import Pair

AXES = "rows, columns, kernel height, kernel width, channels, filters"


@keeps_precision
def locally_connected2d(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
) -> Floats:
    """Return what windows make of images, each with a kernel of its own.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    kernel : array of shape (rows, columns, kernel height, kernel width, C, F)
    bias : array of shape (rows, columns, F), optional
    stride : int or (int, int)
        For height and width, or for each; >= 1.
    padding
        As in `dlexp.byhand.conv.conv2d`.

    Returns
    -------
    array of shape (B, rows, columns, F)

    Raises
    ------
    ValueError
        If shapes do not match; there must be one kernel for each position of the windows.

    References
    ----------
    LeCun (1989), Generalization and network design strategies.

    Examples
    --------
    >>> x = np.arange(4.0).reshape(1, 1, 4, 1)  # windows 0 1, 1 2 and 2 3
    >>> kernel = np.zeros((1, 3, 1, 2, 1, 1))
    >>> kernel[0, :, 0, 0, 0, 0] = [1, 10, 100]  # of the left cell, at each position
    >>> locally_connected2d(x, kernel).ravel()
    array([  0.,  10., 200.])
    """
    patches = _patches(x, kernel, stride, padding)
    if bias is not None:
        require_shape("bias", bias, (*kernel.shape[:2], kernel.shape[5]))
    # Sum over channels c and taps i, j, at each position y, x by itself.
    result: Floats = np.einsum("byxcij,yxijcf->byxf", patches, kernel, optimize=True)
    return result if bias is None else result + bias


@keeps_precision
def locally_connected2d_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: Pair = 1,
    padding: Padding2D = 0,
) -> Gradients:
    """Return the gradients of `locally_connected2d` with respect to its input, kernel and bias.

    Parameters
    ----------
    x, kernel, stride, padding
        As in `locally_connected2d`.
    upstream : array of shape (B, rows, columns, F)
        Gradient with respect to the output.

    Returns
    -------
    dlexp.byhand.conv.Gradients
        ``x``, ``kernel`` and ``bias``, of the shapes of what they are gradients of.

    Raises
    ------
    ValueError
        If shapes do not match.

    Examples
    --------
    >>> x, kernel = np.ones((1, 1, 3, 1)), np.ones((1, 2, 1, 2, 1, 1))
    >>> found = locally_connected2d_gradients(x, kernel, np.array([1.0, 5]).reshape(1, 1, 2, 1))
    >>> found.x.ravel(), found.bias.ravel()
    (array([1., 6., 5.]), array([1., 5.]))
    """
    patches = _patches(x, kernel, stride, padding)
    taps = kernel.shape[2:4]
    require_shape("upstream", upstream, (*patches.shape[:3], kernel.shape[5]))
    by_patch = np.einsum("byxf,yxijcf->byxcij", upstream, kernel, optimize=True)
    size = pad(x, taps, stride=stride, padding=padding).shape[1:3]
    by_padded = fold(by_patch, (size[0], size[1]), stride=stride)
    return Gradients(
        x=crop(by_padded, x.shape[1:3], taps, stride=stride, padding=padding),
        kernel=np.einsum("byxcij,byxf->yxijcf", patches, upstream, optimize=True),
        bias=upstream.sum(axis=0),
    )


def _patches(x: Floats, kernel: Floats, stride: Pair, padding: Padding2D) -> Floats:
    """Return what each window sees, (B, rows, columns, C, taps, taps), if kernels match it."""
    require_images(x)
    require_axes(AXES, kernel=kernel)
    require(
        kernel.shape[4] == x.shape[3],
        f"`kernel` must have {x.shape[3]} channels, as x has",
        kernel.shape,
    )
    taps = kernel.shape[2:4]
    padded = pad(x, taps, stride=stride, padding=padding)
    patches = windows(padded, taps, stride=stride)
    require(
        kernel.shape[:2] == patches.shape[1:3],
        f"`kernel` must have one kernel for each of {patches.shape[1:3]} positions",
        kernel.shape[:2],
    )
    return patches
