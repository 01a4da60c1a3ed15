"""Write random networks with what Keras computes of them, one JSON value per line.

Run as a program, in a process of its own and with ``TF_ENABLE_ONEDNN_OPTS=0``: TensorFlow 2.21
with oneDNN dies of some gradients.
Arguments: the first seed and the one after the last; each line is written at once.
"""

import json
import sys
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from dlexp.byhand import grad_cam
from dlexp.chapters.grad_cam import browser_network

CLASSES = 4
Random = np.random.Generator


def pair(random: Random, low: int, high: int) -> tuple[int, int]:
    """Return two whole numbers from low to high."""
    first, second = random.integers(low, high + 1, 2)
    return int(first), int(second)


def convolution(random: Random, name: str) -> Any:
    """Return a convolution; Keras refuses strides together with dilation."""
    dilated = random.random() < 0.3
    return layers.Conv2D(
        int(random.integers(2, 6)),
        pair(random, 1, 5),
        strides=1 if dilated else pair(random, 1, 3),
        dilation_rate=pair(random, 1, 3) if dilated else 1,
        padding=random.choice(["same", "same", "valid"]),
        activation=random.choice(["relu", "relu", "linear", "tanh"]),
        use_bias=bool(random.random() < 0.8),
        bias_initializer="random_normal",
        name=name,
    )


def pooling(random: Random) -> Any:
    """Return a pooling layer."""
    kind = random.choice([layers.MaxPooling2D, layers.AveragePooling2D])
    return kind(pair(random, 1, 3), strides=pair(random, 1, 3),
                padding=random.choice(["same", "valid"]))  # fmt: skip


def chain(random: Random) -> list[Any]:
    """Return layers one after another, from convolutions to class scores."""
    chosen = []
    for place in range(int(random.integers(1, 4))):
        chosen.append(convolution(random, f"conv_{place}"))
        for make in (layers.BatchNormalization, lambda: pooling(random),
                     lambda: layers.Activation(random.choice(["relu", "tanh"])),
                     lambda: layers.Dropout(0.5)):  # fmt: skip
            if random.random() < 0.3:
                chosen.append(make())
    way = random.integers(3)
    if way == 0:
        chosen += [layers.Flatten(), layers.Dense(7, activation=random.choice(["relu", "tanh"]))]
    else:
        kind = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)[way - 1]
        chosen.append(kind())
    end = random.choice(["linear", "linear", "softmax"])
    return [*chosen, layers.Dense(CLASSES, activation=end, bias_initializer="random_normal")]


def network(random: Random) -> keras.Model | None:
    """Return a random network with random weights, or None if some window does not fit."""
    size = (*(int(n) for n in random.integers(7, 15, 2)), int(random.integers(1, 4)))
    try:
        model = keras.Sequential([keras.Input(size), *chain(random)])
    except ValueError:
        return None
    if any(0 in layer.output.shape[1:] for layer in model.layers):
        return None
    for layer in model.layers:  # moments that a training would have left
        if isinstance(layer, layers.BatchNormalization):
            old = layer.get_weights()
            layer.set_weights([random.uniform(0.5, 2, each.shape) for each in old])
    return model


def reference(model: keras.Model, random: Random) -> dict[str, Any]:
    """Return what Keras computes: outputs, an input gradient, and Grad-CAM at a convolution."""
    x = random.normal(size=(1, *model.input_shape[1:])).astype(np.float32)
    upstream = random.normal(size=(1, CLASSES)).astype(np.float32)
    names = [layer.name for layer in model.layers if layer.name.startswith("conv")]
    cut = str(random.choice(names))
    at = [layer.name for layer in model.layers].index(cut)
    with tf.GradientTape(persistent=True) as tape:
        inputs = value = tf.convert_to_tensor(x)
        tape.watch(inputs)
        for layer in model.layers[: at + 1]:
            value = layer(value, training=False)
        activations = value
        for layer in model.layers[at + 1 :]:
            value = layer(value, training=False)
        scores = [value[0, label] for label in range(CLASSES)]
    gradients = [tape.gradient(score, activations).numpy() for score in scores]
    maps = [
        grad_cam.class_activation_map(activations.numpy(), grad_cam.channel_weights(g))
        for g in gradients
    ]
    slope = tape.gradient(value, inputs, output_gradients=tf.convert_to_tensor(upstream))
    found = {"x": x, "output": value, "upstream": upstream, "gradient": slope,
             "gradients": gradients, "maps": maps}  # fmt: skip
    return {"cut": cut} | {name: np.ravel(each).tolist() for name, each in found.items()}


def case(seed: int) -> dict[str, Any] | None:
    """Return one network with its reference; half of them are quantised first."""
    random = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    model = network(random)
    if model is None:
        return None
    exact = [weight.astype(np.float32) for weight in model.get_weights()]
    weights = browser_network.quantise_all(exact) if seed % 2 else exact
    model.set_weights(browser_network.values(weights))
    packed = browser_network.pack(model.input_shape[1:], browser_network.describe(model), weights)
    return {"seed": seed, "network": packed, **reference(model, random)}


if __name__ == "__main__":
    for each in range(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps({"seed": each, "case": case(each)}), flush=True)
