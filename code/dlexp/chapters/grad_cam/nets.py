"""The network of the reports, cut in two, and its maps.

Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import grad_cam as byhand
from dlexp.byhand.arrays import Floats
from dlexp.lab.records import Record

if TYPE_CHECKING:
    import keras


FILTERS = (128, 64)
"""Of the last convolution: one report used 128, the other 64."""

SIZE = (28, 28)  # of an MNIST image


@dataclass(frozen=True)
class Network:
    """One network, cut in two at the activations of its last convolution.

    ``model`` maps images to logits, ``trunk`` images to activations (B, 7, 7, filters), and
    ``head`` activations to logits. All three share their layers.
    """

    model: keras.Model
    trunk: keras.Model
    head: keras.Model


def network(filters: int) -> Network:
    """Build the reports' network with fresh weights from Keras's current seed."""
    from keras import Input, Model, layers

    last = layers.Conv2D(filters, 3, padding="same", activation="relu", name="conv_3")
    tail = [
        layers.MaxPooling2D(name="pool_3"),
        layers.Flatten(name="flatten"),
        layers.Dense(128, activation="relu", name="dense"),
        layers.Dense(10, name="logits"),
    ]
    images = Input((*SIZE, 1), name="images")
    x = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_1")(images)
    x = layers.MaxPooling2D(name="pool_1")(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu", name="conv_2")(x)
    activations = last(layers.MaxPooling2D(name="pool_2")(x))
    cut = Input(activations.shape[1:], name="activations")
    trunk = Model(images, activations)
    return Network(Model(images, chain(tail, activations)), trunk, Model(cut, chain(tail, cut)))


def chain(layers: Sequence[Any], x: Any) -> Any:
    """Return what layers make of x, one after another."""
    for layer in layers:
        x = layer(x)
    return x


def trained(record: Record) -> Network:
    """Rebuild a network by our own code and give it its stored weights."""
    result = network(record.config["filters"])
    count = len(result.model.get_weights())
    result.model.set_weights(
        [record.arrays[f"weight_{i}"].astype(np.float32) for i in range(count)]
    )
    return result


def gradients(
    head: keras.Model,
    activations: Floats,
    classes: NDArray[np.integer],
    *,
    of: str = "logit",
) -> Floats:
    """Return the gradient of one class score per image with respect to the activations.

    Parameters
    ----------
    head : keras.Model
        Maps activations to logits.
    activations : array of shape (B, H, W, C)
    classes : int array of shape (B,)
        Whose score to differentiate, image by image.
    of : "logit" or "probability"
        The score: before the softmax, or after it.

    Returns
    -------
    array of shape (B, H, W, C)
    """
    import tensorflow as tf

    if of not in ("logit", "probability"):
        raise ValueError(f'`of` must be "logit" or "probability"; got {of!r}')
    inputs = tf.convert_to_tensor(activations)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        scores = head(inputs, training=False)
        scores = tf.nn.softmax(scores) if of == "probability" else scores
        # Each image's score depends on that image alone,
        # so the gradient of the sum is the gradient of each.
        chosen = tf.reduce_sum(tf.gather(scores, classes, batch_dims=1))
    result: Floats = tape.gradient(chosen, inputs).numpy()
    return result


def coarse_map(activations: Floats, gradient: Floats) -> Floats:
    """Return Grad-CAM maps as they come, (B, 7, 7), neither normalised nor enlarged."""
    return byhand.class_activation_map(activations, byhand.channel_weights(gradient))


def reported_map(head: keras.Model, activations: Floats) -> Floats:
    """Return the maps of one report's code for a batch of images, (B, 7, 7).

    Its class is that of the first image, its score the probability, and its channel weights
    are averaged over the batch.
    """
    logits = np.asarray(head(activations, training=False))
    first = np.full(len(activations), logits[0].argmax())
    gradient = gradients(head, activations, first, of="probability")
    pooled = byhand.channel_weights(gradient).mean(axis=0, keepdims=True)
    return byhand.class_activation_map(activations, np.repeat(pooled, len(activations), axis=0))


def maps_of(net: Network, images: Floats, classes: NDArray[np.integer]) -> Floats:
    """Return the map of one class of each image, (B, 7, 7)."""
    activations = np.asarray(net.trunk(images, training=False))
    return coarse_map(activations, gradients(net.head, activations, classes))
