"""Pooling over the whole image, and its gradients.

Chapter: book/pooling_dropout.md. Notation: B images, H x W positions, C channels.
"""

from typing import Literal

import numpy as np

from dlexp.byhand.arrays import Floats, require_positions, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_one_of


@keeps_precision
def global_max_pool2d(x: Floats) -> Floats:
    """Return the largest value of each channel; where it stood is forgotten.

    Parameters
    ----------
    x : array of shape (B, H, W, C)

    Returns
    -------
    array of shape (B, C)

    Raises
    ------
    ValueError
        If ``x`` has another number of axes, or no position.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(1, 2, 2, 2)
    >>> global_max_pool2d(x)
    array([[6., 7.]])
    """
    require_positions(x)
    largest: Floats = x.max(axis=(1, 2))
    return largest


@keeps_precision
def global_max_pool2d_gradient(
    x: Floats, upstream: Floats, *, ties: Literal["shared", "first"] = "shared"
) -> Floats:
    """Return the gradient of `global_max_pool2d` with respect to its input.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
    upstream : array of shape (B, C)
        Gradient with respect to the output.
    ties : "shared" or "first"
        Who gets the gradient where several positions are largest: all of them in equal parts, as
        in Keras's ``GlobalMaxPooling2D`` on TensorFlow and in PyTorch's ``amax``; or the first
        one, row by row, as in PyTorch's ``adaptive_max_pool2d`` and in `max_pool2d_gradient`.

    Returns
    -------
    array of shape (B, H, W, C)

    Raises
    ------
    ValueError
        If a shape does not fit, or ``ties`` is neither of the two words.

    Examples
    --------
    >>> x = np.array([[5.0, 5.0], [1.0, 2.0]]).reshape(1, 2, 2, 1)
    >>> global_max_pool2d_gradient(x, np.ones((1, 1)))[0, :, :, 0]
    array([[0.5, 0.5],
           [0. , 0. ]])
    >>> global_max_pool2d_gradient(x, np.ones((1, 1)), ties="first")[0, :, :, 0]
    array([[1., 0.],
           [0., 0.]])
    """
    require_one_of(("shared", "first"), ties=ties)
    require_positions(x)
    require_shape("upstream", upstream, (x.shape[0], x.shape[3]))
    flat = x.reshape(x.shape[0], -1, x.shape[3])  # (B, positions, C)
    # Not a number counts as the largest, as in `max_pool2d_gradient`.
    winners = (flat == flat.max(axis=1, keepdims=True)) | np.isnan(flat)
    if ties == "first":
        winners &= winners.cumsum(axis=1) == 1
    shares = np.where(winners, (upstream / winners.sum(axis=1))[:, np.newaxis, :], 0)
    gradient: Floats = shares.reshape(x.shape)
    return gradient


@keeps_precision
def global_average_pool2d(x: Floats) -> Floats:
    """Return the mean of each channel.

    Parameters
    ----------
    x : array of shape (B, H, W, C)

    Returns
    -------
    array of shape (B, C)

    Raises
    ------
    ValueError
        If ``x`` has another number of axes, or no position.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(1, 2, 2, 2)
    >>> global_average_pool2d(x)
    array([[3., 4.]])
    """
    require_positions(x)
    mean: Floats = x.mean(axis=(1, 2))
    return mean


@keeps_precision
def global_average_pool2d_gradient(x: Floats, upstream: Floats) -> Floats:
    """Return the gradient of `global_average_pool2d`: equal parts for all positions.

    Parameters
    ----------
    x : array of shape (B, H, W, C)
        Only its shape matters.
    upstream : array of shape (B, C)
        Gradient with respect to the output.

    Returns
    -------
    array of shape (B, H, W, C)

    Raises
    ------
    ValueError
        If a shape does not fit.

    Examples
    --------
    >>> global_average_pool2d_gradient(np.zeros((1, 2, 2, 1)), np.ones((1, 1)))[0, :, :, 0]
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    require_positions(x)
    require_shape("upstream", upstream, (x.shape[0], x.shape[3]))
    share = upstream / (x.shape[1] * x.shape[2])
    gradient: Floats = np.broadcast_to(share[:, np.newaxis, np.newaxis, :], x.shape).copy()
    return gradient
