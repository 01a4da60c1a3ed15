"""Pictures that the chapter shows, and what Keras says to faults that concern it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.nets import Network, gradients, trained
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Which test images the chapter shows."""

    num_first: int = 10  # the first test images, which the reports explained
    num_errors: int = 10  # errors that the network is surest of


def gallery(config: Gallery, seed: int, network_record: Record) -> Measurement:  # noqa: ARG001
    """Store activations and gradients of a few images, so that pages draw maps without Keras."""
    from dlexp import training

    net, test = trained(network_record), data.mnist().test
    logits = training.predict(net.model, test.images)
    first = np.arange(config.num_first)
    wrong = hardest_errors(logits, test.labels, config.num_errors)
    doubtful = most_doubtful(logits, test.labels)
    arrays = {
        **_pictures("first", net, test.images, first, logits),
        **_pictures("errors", net, test.images, wrong, logits),
        **_pictures("doubtful", net, test.images, np.full(10, doubtful), logits),
    }
    arrays["first_zero"] = _gradients_at(net, test.images[first], logits[[0] * len(first)])
    arrays["first_zero_probability"] = _gradients_at(
        net, test.images[first], logits[[0] * len(first)], of="probability"
    )
    arrays["errors_true"] = _gradients_at(
        net, test.images[wrong], np.eye(10, dtype=np.float32)[test.labels[wrong]]
    )
    arrays["doubtful_classes"] = _gradients_at(
        net, test.images[np.full(10, doubtful)], np.eye(10, dtype=np.float32)
    )
    return Measurement(numbers=_framework_faults(), arrays=arrays)


def _pictures(
    name: str, net: Network, images: Floats, chosen: NDArray[np.integer], logits: Floats
) -> dict[str, NDArray[Any]]:
    picked = images[chosen]
    return {
        f"{name}_indices": chosen,
        f"{name}_activations": np.asarray(net.trunk(picked, training=False)),
        f"{name}_logit": _gradients_at(net, picked, logits[chosen]),
        f"{name}_probability": _gradients_at(net, picked, logits[chosen], of="probability"),
    }


def _gradients_at(net: Network, images: Floats, scores: Floats, *, of: str = "logit") -> Floats:
    """Return the gradients of the class with the largest of ``scores``, image by image."""
    activations = np.asarray(net.trunk(images, training=False))
    return gradients(net.head, activations, scores.argmax(axis=1), of=of)


def hardest_errors(logits: Floats, labels: NDArray[np.integer], count: int) -> NDArray[np.integer]:
    """Return the positions of the wrong predictions with the largest logit margin, worst first.

    Examples
    --------
    >>> hardest_errors(np.array([[3.0, 0.0], [1.0, 0.0], [5.0, 0.0]]), np.array([1, 1, 0]), 1)
    array([0])
    """
    own = logits[np.arange(len(labels)), labels]
    return np.argsort(own - logits.max(axis=1), kind="stable")[:count]


def most_doubtful(logits: Floats, labels: NDArray[np.integer]) -> int:
    """Return the position of the right prediction with the smallest margin over the second.

    Examples
    --------
    >>> most_doubtful(np.array([[3.0, 0.0], [1.0, 0.0], [0.0, 0.1]]), np.array([0, 0, 0]))
    1
    """
    second, best = np.sort(logits, axis=1)[:, -2:].T
    margins = np.where(logits.argmax(axis=1) == labels, best - second, np.inf)
    return int(margins.argmin())


def _framework_faults() -> dict[str, Any]:
    """Return what Keras 3 says to the lines of report A that concern Keras itself."""
    import warnings

    from tensorflow.keras import backend as tf_backend

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras asks for an Input instead of `input_shape`
        listed, added = _in_a_list(), _one_by_one()
    return {
        "sequential_output": _message_of_output(listed),
        "added_output": _message_of_output(added),
        "listed_gradient": _has_gradient(listed),
        "added_gradient": _has_gradient(added),
        "mean_exists": _backend_has_mean(),
        "tf_mean_exists": hasattr(tf_backend, "mean"),
        "gradient_inside_tape_differs_by": _gradient_inside_tape(),
    }


def _in_a_list() -> keras.Sequential:
    """Build a network from a list of layers, with an Input."""
    from keras import Input, Sequential, layers

    stack = [Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)]
    return Sequential(stack, name="sequential")


def _one_by_one() -> keras.Sequential:
    """Build it as report A did: layer by layer, the first with the shape of the image."""
    from keras import Sequential, layers

    model = Sequential(name="sequential")
    for layer in (layers.Conv2D(2, 3, input_shape=(8, 8, 1)), layers.Flatten(), layers.Dense(2)):
        model.add(layer)
    return model


def _message_of_output(model: keras.Sequential) -> str:
    """Ask a Sequential that was called for its output, as older recipes do."""
    model(np.zeros((1, 8, 8, 1), np.float32))
    try:
        model.output  # noqa: B018 - the access is the experiment
    except AttributeError as error:
        return str(error)
    return ""


def _has_gradient(model: keras.Sequential) -> bool:
    """Cut a Sequential at its convolution by ``layer.output``, and differentiate the rest."""
    import tensorflow as tf
    from keras import Model

    both = Model(model.inputs[0], [model.layers[0].output, model.outputs[0]])
    with tf.GradientTape() as tape:
        activations, logits = both(np.ones((1, 8, 8, 1), np.float32))
    return tape.gradient(logits, activations) is not None


def _backend_has_mean() -> bool:
    from keras import backend

    return hasattr(backend, "mean")


def _gradient_inside_tape() -> float:
    """Return how far a gradient taken inside the tape's block is from one taken after it."""
    import tensorflow as tf

    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.sin(x) * x)
        inside = tape.gradient(y, x)
    return float(tf.reduce_max(tf.abs(inside - tape.gradient(y, x))))
