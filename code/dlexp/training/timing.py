"""Calls of a net, forward or as steps of gradient descent, whose time is to be taken."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np


def calls(
    model: keras.Model, batch: int, steps: int, features: int, way: str, *, compiled: bool = False
) -> Callable[[], Any]:
    """Return what runs a net once: forward, or a step of gradient descent.

    Where the net answers at each step, the loss is a mean over all of them.

    Parameters
    ----------
    model : keras.Model
        Its output are logits of shape (batch, classes) or (batch, steps, classes).
    batch, steps, features : int
        The shape of what it reads.
    way : "forward" or "train"
    compiled : bool
        Whether XLA compiles the call.
    """
    import tensorflow as tf

    generator = np.random.default_rng(0)
    x = tf.constant(generator.normal(size=(batch, steps, features)).astype(np.float32))
    if way == "forward":
        infer = tf.function(lambda x: model(x, training=False), jit_compile=compiled)
        return lambda: infer(x).numpy()
    labels = tf.zeros(model(x[:1]).shape[1:-1], tf.int64)
    labels = tf.repeat(labels[tf.newaxis], batch, axis=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    variables = [variable.value for variable in model.trainable_variables]

    @tf.function(jit_compile=compiled)  # type: ignore[untyped-decorator]
    def advance(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(labels, model(x, training=True))
        for variable, gradient in zip(variables, tape.gradient(value, variables), strict=True):
            variable.assign_sub(1e-6 * gradient)
        return value

    return lambda: advance(x, labels).numpy()
