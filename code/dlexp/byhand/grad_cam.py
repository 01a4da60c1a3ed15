"""Grad-CAM from activations and gradients, in five steps that fit on a page.

Chapter: book/grad_cam.md. Notation: B images, H x W positions, C channels.
"""

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import (
    Floats,
    require_finite,
    require_images,
    require_maps,
    require_not_negative,
    require_positions,
    require_shape,
)
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import Pair, pair, require_at_least


@keeps_precision
def channel_weights(gradients: Floats) -> Floats:
    """Return how strongly each channel pulls the class score up, image by image.

    Parameters
    ----------
    gradients : array of shape (B, H, W, C)
        Gradient of one class logit per image with respect to the activations.

    Returns
    -------
    array of shape (B, C)
        The mean over the positions of each image: never over the images.

    References
    ----------
    Selvaraju et al. (2017), Grad-CAM, equation 1.

    Examples
    --------
    >>> channel_weights(np.ones((2, 7, 7, 3))).shape
    (2, 3)
    """
    require_positions(gradients, "gradients")
    require_finite(gradients=gradients)
    weights: Floats = gradients.mean(axis=(1, 2))
    return weights


@keeps_precision
def class_activation_map(activations: Floats, weights: Floats) -> Floats:
    """Return the positive part of the weighted sum over the channels.

    Parameters
    ----------
    activations : array of shape (B, H, W, C)
    weights : array of shape (B, C)

    Returns
    -------
    array of shape (B, H, W), each value >= 0

    References
    ----------
    Selvaraju et al. (2017), Grad-CAM, equation 2.

    Examples
    --------
    >>> activations = np.array([1.0, 2.0]).reshape(1, 1, 1, 2)
    >>> class_activation_map(activations, np.array([[3.0, -1.0]]))
    array([[[1.]]])
    """
    require_images(activations, "activations")
    batch, channels = activations.shape[0], activations.shape[3]
    require_shape("weights", weights, (batch, channels))
    require_finite(activations=activations, weights=weights)
    # For each image b: sum over channels c of activation[b, i, j, c] * weight[b, c].
    maps: Floats = np.einsum("bijc,bc->bij", activations, weights)  # (B, H, W)
    return np.maximum(maps, 0)


@keeps_precision
def hires_map(activations: Floats, gradients: Floats) -> Floats:
    """Return the positive part of gradient times activation, summed over the channels.

    Grad-CAM averages the gradient over the positions first, and so forgets where it was large.
    Here each position keeps its own.

    Parameters
    ----------
    activations, gradients : arrays of shape (B, H, W, C)
        Of the last convolution, and of one class logit per image with respect to them.

    Returns
    -------
    array of shape (B, H, W), each value >= 0
        Equal to ``class_activation_map(activations, channel_weights(gradients))`` where the
        gradient is the same at all positions, as it is under global average pooling.

    References
    ----------
    Draelos and Carin (2020), HiResCAM, arXiv:2011.08891.

    Examples
    --------
    >>> activations = np.array([3.0, 1.0, 1.0, 2.0]).reshape(1, 1, 2, 2)
    >>> gradients = np.array([2.0, -2.0, 0.0, 0.0]).reshape(1, 1, 2, 2)
    >>> hires_map(activations, gradients)
    array([[[4., 0.]]])
    """
    require_positions(activations, "activations")
    require_shape("gradients", gradients, activations.shape)
    require_finite(activations=activations, gradients=gradients)
    # Position by position: sum over channels c of activation[b, i, j, c] * gradient[b, i, j, c].
    maps: Floats = np.einsum("bijc,bijc->bij", activations, gradients)  # (B, H, W)
    return np.maximum(maps, 0)


@keeps_precision
def normalise(maps: Floats) -> Floats:
    """Scale each map by its own largest value; an empty map stays empty.

    Parameters
    ----------
    maps : array of shape (B, H, W), each value >= 0

    Returns
    -------
    array of shape (B, H, W), in [0, 1]
        No NaN: a map without evidence is all zeros, not 0/0.

    Examples
    --------
    >>> normalise(np.array([[[0.0, 4.0]], [[0.0, 0.0]]]))
    array([[[0., 1.]],
    <BLANKLINE>
           [[0., 0.]]])
    """
    require_maps(maps)
    require_not_negative(maps=maps)
    largest = maps.max(axis=(1, 2), keepdims=True)
    return maps / np.where(largest > 0, largest, 1)


@keeps_precision
def upsample(maps: Floats, size: Pair) -> Floats:
    """Enlarge maps to the size of the image, by bilinear interpolation.

    Parameters
    ----------
    maps : array of shape (B, H, W)
    size : int or (int, int)
        Height and width of the result, or both; >= 1.

    Returns
    -------
    array of shape (B, height, width)
        Pixel centres are aligned (half-pixel rule), as in Keras's ``ops.image.resize``
        and in PyTorch's ``interpolate(align_corners=False)``.

    Examples
    --------
    >>> upsample(np.array([[[0.0, 4.0]]]), (1, 4))
    array([[[0., 1., 3., 4.]]])
    """
    require_maps(maps)
    size = pair("size", size)
    require_at_least(1, size=min(size))
    rows = _interpolation(maps.shape[1], size[0])  # (height, H)
    columns = _interpolation(maps.shape[2], size[1])  # (width, W)
    large: Floats = np.einsum("yi,bij,xj->byx", rows, maps, columns, optimize=True)
    return large.astype(maps.dtype)


@keeps_precision
def grad_cam(activations: Floats, gradients: Floats, size: tuple[int, int]) -> Floats:
    """Return one Grad-CAM map per image, normalised and as large as the image.

    Parameters
    ----------
    activations, gradients : arrays of shape (B, H, W, C)
        Of the last convolution, and of one class logit per image with respect to them.
    size : (int, int)
        Height and width of the images.

    Returns
    -------
    array of shape (B, *size), in [0, 1]
        The map of an image depends on that image alone.

    References
    ----------
    Selvaraju et al. (2017), Grad-CAM: Visual Explanations from Deep Networks.

    Examples
    --------
    >>> grad_cam(np.ones((1, 7, 7, 2)), np.ones((1, 7, 7, 2)), (28, 28)).max()
    np.float64(1.0)
    """
    require_positions(activations, "activations")
    require_shape("gradients", gradients, activations.shape)
    coarse = class_activation_map(activations, channel_weights(gradients))
    return upsample(normalise(coarse), size)


def _interpolation(source: int, target: int) -> NDArray[np.float64]:
    """Return the (target, source) matrix of bilinear interpolation in one direction."""
    centres = (np.arange(target) + 0.5) * source / target - 0.5
    distances = np.abs(np.clip(centres, 0, source - 1)[:, np.newaxis] - np.arange(source))
    weights: NDArray[np.float64] = np.maximum(1 - distances, 0)
    return weights
