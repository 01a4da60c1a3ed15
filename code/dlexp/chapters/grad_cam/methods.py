"""Seven ways to say where a network looked, each from the same network and the same class.

Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import grad_cam as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.nets import Network, coarse_map, gradients

if TYPE_CHECKING:
    import keras

STEPS = 16
"""Images on the way from black to the image, of integrated gradients."""

PATCH = 4
"""Pixels of the patch that occlusion covers, each way: one cell of the coarse map."""


@dataclass(frozen=True)
class Question:
    """Images, and the class of each that is to be explained.

    ``activations`` are those of the last convolution, ``slopes`` the gradients of the class's
    logit with respect to them; both have shape (B, H, W, C).
    """

    images: Floats
    classes: NDArray[np.integer]
    activations: Floats
    slopes: Floats


def ask(net: Network, images: Floats, classes: NDArray[np.integer]) -> Question:
    """Run a network on images, and differentiate the logit of one class of each."""
    activations = np.asarray(net.trunk(images, training=False))
    return Question(images, classes, activations, gradients(net.head, activations, classes))


def grad_cam(net: Network, asked: Question) -> Floats:  # noqa: ARG001
    """Return Grad-CAM's maps: gradients are averaged, then multiplied with the activations."""
    return coarse_map(asked.activations, asked.slopes)


def hires_cam(net: Network, asked: Question) -> Floats:  # noqa: ARG001
    """Return HiResCAM's maps: gradients and activations are multiplied cell by cell."""
    return byhand.hires_map(asked.activations, asked.slopes)


def grad_cam_plus(net: Network, asked: Question) -> Floats:  # noqa: ARG001
    """Return Grad-CAM++'s maps: an average of positive gradients that favours rare ones.

    References
    ----------
    Chattopadhay et al. (2018), Grad-CAM++, equations 5 and 19, for the exponential of the logit.
    """
    squares, cubes = asked.slopes**2, asked.slopes**3
    below = 2 * squares + asked.activations.sum(axis=(1, 2), keepdims=True) * cubes
    shares = np.divide(squares, below, out=np.zeros_like(squares), where=below != 0)
    weights = (shares * np.maximum(asked.slopes, 0)).sum(axis=(1, 2))  # (B, C)
    return byhand.class_activation_map(asked.activations, weights)


def input_gradient(net: Network, asked: Question) -> Floats:
    """Return the size of the gradient at each pixel.

    References
    ----------
    Simonyan, Vedaldi and Zisserman (2014), Deep Inside Convolutional Networks, section 3.
    """
    return np.abs(gradients(net.model, asked.images, asked.classes))[..., 0]


def integrated_gradients(net: Network, asked: Question) -> Floats:
    """Return each pixel times its mean gradient on the way from an empty image; the positive part.

    References
    ----------
    Sundararajan, Taly and Yan (2017), Axiomatic Attribution for Deep Networks, equation 3.
    """
    total = np.zeros_like(asked.images)
    for step in range(STEPS):
        total += gradients(net.model, asked.images * ((step + 0.5) / STEPS), asked.classes)
    return np.maximum((asked.images * total / STEPS)[..., 0], 0)


def occlusion(net: Network, asked: Question) -> Floats:
    """Return how much the class's logit falls when a patch is made empty, patch by patch.

    References
    ----------
    Zeiler and Fergus (2014), Visualizing and Understanding Convolutional Networks, section 4.2.
    """
    side = asked.images.shape[1] // PATCH
    whole = _logits(net.model, asked.images, asked.classes)
    falls = np.zeros((len(asked.images), side, side), np.float32)
    for row, column in np.ndindex(side, side):
        covered = asked.images.copy()
        rows, columns = (slice(PATCH * at, PATCH * (at + 1)) for at in (row, column))
        covered[:, rows, columns] = 0
        falls[:, row, column] = whole - _logits(net.model, covered, asked.classes)
    return np.maximum(falls, 0)


def blanking(net: Network, asked: Question) -> Floats:
    """Return how much the class's logit falls when one cell of the last activations is zero.

    This is no map for readers but the truth that maps are held against: it says, cell by cell,
    what the head makes of a position. Its sign is kept.
    """
    _, height, width, _ = asked.activations.shape
    whole = _logits(net.head, asked.activations, asked.classes)
    falls = np.zeros((len(asked.images), height, width), np.float32)
    for row, column in np.ndindex(height, width):
        blank = asked.activations.copy()
        blank[:, row, column] = 0
        falls[:, row, column] = whole - _logits(net.head, blank, asked.classes)
    return falls


def _logits(model: keras.Model, x: Floats, classes: NDArray[np.integer]) -> Floats:
    from dlexp import training

    logits: Floats = training.predict(model, x)[np.arange(len(x)), classes]
    return logits


METHODS: dict[str, Callable[[Network, Question], Floats]] = {
    "grad_cam": grad_cam,
    "hires_cam": hires_cam,
    "grad_cam_plus": grad_cam_plus,
    "gradient": input_gradient,
    "integrated": integrated_gradients,
    "occlusion": occlusion,
}
"""By name. Each map has at least one value per image cell of 4 x 4 pixels, none negative."""
