"""What it looks like when a network does not learn: one task of two classes, one fault at a time.

Chapter: book/transfer_learning.md.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.data import Split
from dlexp.lab.units import Measurement

REPORTED = (10_803, 16_261), (2_747, 4_066)
"""Right answers and images of report B's two networks: training, test."""

NONE = "none"

HALF = 0.5
"""An output above it is an answer "odd"."""

FAULTS = (NONE, "softmax", "hidden_softmax", "frozen", "high_rate", "labels", "twice", "bytes")
"""Nothing wrong; softmax over one logit, last or with a layer behind it; no trainable weight; a
high rate; labels shuffled; images divided by 255 twice, or never."""


@dataclass(frozen=True, kw_only=True)
class Collapse:
    """Odd or even, with report B's share of the larger class, and one thing wrong."""

    fault: str = NONE  # one of `FAULTS`
    size: int = 2_000  # training images
    tested: int = 1_000  # test images
    passes: int = 3  # over the training images
    batch_size: int = 32  # images per step
    rate: float = 0.002  # of Adam
    high: float = 0.5  # the rate, where it is too high


Pair = tuple[NDArray[np.float32], NDArray[np.float32]]


def collapse(config: Collapse, seed: int) -> Measurement:
    """Train with a fault, and write down what one could have looked at.

    ``loss`` has the training loss before the first step, then that of each pass as Keras shows
    it; ``gradient`` the length of the whole gradient before and after; ``positive`` the share of
    test images that are said to be odd, ``spread`` the standard deviation of what is put out;
    ``rescued`` the test accuracy by the sign of the logit, whatever is made of it.
    """
    import keras

    keras.utils.set_random_seed(seed)
    (x, y), test = task(config, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras warns of a softmax over one logit
        model = _model(config)
        first, before = model.get_weights(), _loss_and_gradient(model, x[:500], y[:500])
        fitted = model.fit(x, y, config.batch_size, config.passes, verbose=0)
        after = _loss_and_gradient(model, x[:500], y[:500])
        learnt, put_out = (model(images).numpy()[:, 0] for images in (x, test[0]))
        logits = keras.Model(model.input, model.get_layer("logit").output)(test[0]).numpy()[:, 0]
    return Measurement(
        numbers={
            "loss": [before[0], *fitted.history["loss"]],
            "train": _right(learnt > HALF, y),
            "test": _right(put_out > HALF, test[1]),
            "rescued": _right(logits > 0, test[1]),
            "most": [float(part.mean()) for part in (y, test[1])],
            "positive": float(np.mean(put_out > HALF)),
            "spread": float(put_out.astype(np.float64).std()),
            "gradient": [before[1], after[1]],
            "moved": _moved(first, model.get_weights()),
            "trainable": len(model.trainable_variables),
        }
    )


def _right(said: NDArray[np.bool_], labels: NDArray[np.float32]) -> float:
    return float(np.mean(said == labels))


def task(config: Collapse, seed: int) -> tuple[Pair, Pair]:
    """Return training and test images with their labels, one for odd, spoilt by the fault."""
    mnist = data.mnist()
    parts = zip((mnist.train, mnist.test), REPORTED, (config.size, config.tested), strict=True)
    generator = np.random.RandomState(seed)
    train, test = (
        _drawn(part, round(size * right / images), size, generator)
        for part, (right, images), size in parts
    )
    times = {"twice": 1 / 255, "bytes": 255.0}.get(config.fault, 1.0)
    y = generator.permutation(train[1]) if config.fault == "labels" else train[1]
    return (np.float32(times) * train[0], y), (np.float32(times) * test[0], test[1])


def _drawn(part: Split, odd: int, size: int, generator: np.random.RandomState) -> Pair:
    rows = [
        generator.permutation(np.flatnonzero(part.labels % 2 == rest))[:count]
        for rest, count in ((1, odd), (0, size - odd))
    ]
    chosen = part.take(generator.permutation(np.concatenate(rows)))
    return chosen.images, (chosen.labels % 2).astype(np.float32)


def _model(config: Collapse) -> Any:
    import keras

    from dlexp.chapters.transfer_learning import nets

    image = keras.Input((28, 28, 1))
    logit = keras.layers.Dense(1, name="logit")(nets.base()(image))
    name = "softmax" if config.fault.endswith("softmax") else "sigmoid"
    said = keras.layers.Activation(name)(logit)
    if config.fault == "hidden_softmax":
        said = keras.layers.Flatten()(said)  # changes no number, but Keras's loss looks no further
    model = keras.Model(image, said)
    model.trainable = config.fault != "frozen"
    rate = config.high if config.fault == "high_rate" else config.rate
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", jit_compile=False)
    return model


def _loss_and_gradient(
    model: Any, x: NDArray[np.float32], y: NDArray[np.float32]
) -> tuple[float, float]:
    """Return the loss, and the length of its gradient by all variables that are trained."""
    import keras
    import tensorflow as tf

    variables = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        said = model(x, training=True)
        loss = tf.reduce_mean(keras.losses.binary_crossentropy(y[:, np.newaxis], said))
    gradient = tape.gradient(loss, variables)
    return float(loss), float(tf.linalg.global_norm(gradient)) if variables else 0.0


def _moved(before: list[NDArray[Any]], after: list[NDArray[Any]]) -> float:
    """Return how far all weights went, as a share of their length."""
    way = sum(float(((b - a) ** 2).sum()) for a, b in zip(before, after, strict=True))
    return float(np.sqrt(way / sum(float((a**2).sum()) for a in before)))
