"""Functions by hand beside the same ones in Keras, as it runs them: in a graph of TensorFlow.

Chapter: book/by_hand_costs.md. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlexp.byhand import batch_norm as bn
from dlexp.byhand import conv, grad_cam, pooling, recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.by_hand_costs import inputs, loops
from dlexp.chapters.by_hand_costs.inputs import EPSILON, POOL, Turns
from dlexp.chapters.by_hand_costs.timing import Call, Contest


def convolution(config: Turns, seed: int) -> dict[str, Contest]:
    """Return the convolution that keeps the size of its images, and its gradients."""
    from keras import ops

    x, kernel, bias, upstream = given = inputs.convolving(config, seed)
    margin = (config.taps - 1) // 2
    padded = np.pad(x[0], ((margin, margin), (margin, margin), (0, 0))).tolist()
    taps, offsets = kernel.tolist(), bias.tolist()

    def in_keras(x: Any, kernel: Any, bias: Any) -> Any:
        return ops.conv(x, kernel, padding="same") + bias

    return {
        "conv2d": Contest(
            by_hand=lambda: conv.conv2d(x, kernel, bias, padding="same"),
            framework=_forward(in_keras, given[:3]),
            size=x.nbytes,
            loops=lambda: [loops.conv2d(padded, taps, offsets)],
            parts=len(x),
        ),
        "conv2d_gradients": Contest(
            by_hand=lambda: conv.conv2d_gradients(x, kernel, upstream, padding="same"),
            framework=_backward(in_keras, given[:3], upstream),
            size=x.nbytes,
        ),
    }


def poolings(config: Turns, seed: int) -> dict[str, Contest]:
    """Return max and average pooling, and their gradients."""
    from keras import ops

    x, upstream = inputs.pooling(config, seed)
    first = x[0].tolist()
    return {
        "max_pool2d": Contest(
            by_hand=lambda: pooling.max_pool2d(x, POOL),
            framework=_forward(lambda x: ops.max_pool(x, POOL), [x]),
            size=x.nbytes,
            loops=lambda: [loops.max_pool2d(first)],
            parts=len(x),
        ),
        "max_pool2d_gradient": Contest(
            by_hand=lambda: pooling.max_pool2d_gradient(x, upstream, POOL),
            framework=_backward(lambda x: ops.max_pool(x, POOL), [x], upstream),
            size=x.nbytes,
        ),
        "average_pool2d": Contest(
            by_hand=lambda: pooling.average_pool2d(x, POOL),
            framework=_forward(lambda x: ops.average_pool(x, POOL), [x]),
            size=x.nbytes,
        ),
        "average_pool2d_gradient": Contest(
            by_hand=lambda: pooling.average_pool2d_gradient(x, upstream, POOL),
            framework=_backward(lambda x: ops.average_pool(x, POOL), [x], upstream),
            size=x.nbytes,
        ),
    }


def normalisation(config: Turns, seed: int) -> dict[str, Contest]:
    """Return batch normalisation as it trains, and its gradients."""
    from keras import ops

    x, gamma, beta, upstream = inputs.normalising(config, seed)

    def in_keras(x: Any, gamma: Any, beta: Any) -> Any:
        mean, variance = ops.moments(x, axes=(0, 1, 2))
        return ops.batch_normalization(x, mean, variance, -1, beta, gamma, EPSILON)

    return {
        "batch_norm": Contest(
            by_hand=lambda: bn.batch_norm(x, gamma, beta, mode="training", epsilon=EPSILON),
            framework=_forward(in_keras, [x, gamma, beta]),
            size=x.nbytes,
        ),
        "batch_norm_gradients": Contest(
            by_hand=lambda: bn.batch_norm_gradients(
                x, gamma, upstream, mode="training", epsilon=EPSILON
            ),
            framework=_backward(in_keras, [x, gamma, beta], upstream),
            size=x.nbytes,
        ),
    }


def recurrence(config: Turns, seed: int) -> dict[str, Contest]:
    """Return an LSTM that shows all its steps, and its gradients."""
    import keras

    x, kernel, states, bias, upstream = inputs.recurring(config, seed)
    weights = recurrent.Weights(kernel, states, bias)
    layer = keras.layers.LSTM(config.units, return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(list(weights))
    variables = [variable.value for variable in layer.trainable_variables]
    lists = [array.tolist() for array in (x[0], *weights)]
    return {
        "lstm": Contest(
            by_hand=lambda: recurrent.lstm(x, weights).shown,
            framework=_forward(layer, [x]),
            size=x.nbytes,
            loops=lambda: [loops.lstm(*lists)],
            parts=len(x),
        ),
        "lstm_gradients": Contest(
            by_hand=lambda: recurrent.lstm_gradients(x, weights, upstream),
            framework=_backward(layer, [x], upstream, variables),
            size=x.nbytes,
        ),
    }


def explanation(config: Turns, seed: int) -> dict[str, Contest]:
    """Return Grad-CAM, from activations and gradients to maps as large as the images."""
    from keras import ops

    activations, gradients = inputs.explaining(config, seed)
    size = (config.size, config.size)

    def in_keras(activations: Any, gradients: Any) -> Any:
        weights = ops.mean(gradients, axis=(1, 2), keepdims=True)
        maps = ops.relu(ops.sum(activations * weights, axis=3, keepdims=True))
        largest = ops.max(maps, axis=(1, 2), keepdims=True)
        maps = maps / ops.where(largest > 0, largest, 1.0)
        return ops.image.resize(maps, size, data_format="channels_last")[..., 0]

    return {
        "grad_cam": Contest(
            by_hand=lambda: grad_cam.grad_cam(activations, gradients, size),
            framework=_forward(in_keras, [activations, gradients]),
            size=activations.nbytes + gradients.nbytes,
        )
    }


# --- Graphs of TensorFlow -----------------------------------------------------------------------


def _forward(function: Callable[..., Any], arrays: Sequence[Floats]) -> Call:
    """Return what runs a function as a graph."""
    import tensorflow as tf

    graph, tensors = tf.function(function), [tf.constant(array) for array in arrays]
    return lambda: graph(*tensors).numpy()


def _backward(
    function: Callable[..., Any],
    arrays: Sequence[Floats],
    upstream: Floats,
    variables: Sequence[Any] = (),
) -> Call:
    """Return what runs the gradients of a function as a graph, for its inputs and variables."""
    import tensorflow as tf

    tensors, arriving = [tf.constant(array) for array in arrays], tf.constant(upstream)

    def gradients(*tensors: Any) -> Any:
        with tf.GradientTape() as tape:
            for tensor in tensors:
                tape.watch(tensor)
            value = function(*tensors)
        return tape.gradient(value, [*tensors, *variables], arriving)

    graph = tf.function(gradients)
    return lambda: tuple(gradient.numpy() for gradient in graph(*tensors))
