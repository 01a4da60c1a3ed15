"""Explain your own Keras network, also a nested or frozen one."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def explain(model, layer, images, classes=None, average=False):
    """Return a map per image, of what comes out of a layer."""
    seen, call = [], layer.call

    def record(*args, **kwargs):
        seen.append(call(*args, **kwargs))
        return seen[-1]

    images = tf.convert_to_tensor(images)
    layer.call = record
    try:
        with tf.GradientTape() as tape:
            tape.watch(images)  # else a frozen network has no gradient
            logits = model(images, training=False)  # stored moments
            rows = tf.argmax(logits, 1) if classes is None else classes
            scores = tf.gather(logits, rows, batch_dims=1)
    finally:
        layer.call = call
    activations = seen[-1]
    weights = tape.gradient(scores, activations)
    if average:  # Grad-CAM; else HiResCAM
        weights = tf.reduce_mean(weights, (1, 2), keepdims=True)
    total = tf.reduce_sum(weights * activations, -1, keepdims=True)
    heat = tf.nn.relu(total)
    peaks = tf.reduce_max(heat, axis=(1, 2), keepdims=True)
    heat = tf.math.divide_no_nan(heat, peaks)  # empty stays empty
    return tf.image.resize(heat, images.shape[1:3])[..., 0].numpy()


keras.utils.set_random_seed(0)
backbone = keras.Sequential(
    [
        keras.Input((64, 64, 3)),
        layers.Conv2D(8, 3, strides=2, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(16, 3, strides=2, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(name="last"),
    ]
)
backbone.trainable = False
model = keras.Sequential(
    [
        keras.Input((64, 64, 3)),
        backbone,
        layers.Flatten(),
        layers.Dense(5, activation="softmax"),
    ]
)
model.layers[-1].activation = keras.activations.linear  # logits

images = np.random.default_rng(0).random((4, 64, 64, 3), np.float32)
maps = explain(model, backbone.get_layer("last"), images)
alone = explain(model, backbone.get_layer("last"), images[:1])
low, high = maps.min(), maps.max()
print("maps:", maps.shape, f"from {low:.1f} to {high:.1f}")
same = np.allclose(maps[0], alone[0], atol=1e-4)
print("the same alone:", same)
