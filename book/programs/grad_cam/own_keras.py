"""Explain your own Keras network, also a nested or frozen one."""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers


def explain(model, layer, images, classes=None, average=False, mask=1):
    """Return a map of a layer's output per image, and all logits."""
    seen, call, last = [], layer.call, model.layers[-1]

    def record(*args, **kwargs):
        seen.append(call(*args, **kwargs) * mask)  # zero: blanked
        return seen[-1]

    images = tf.convert_to_tensor(images)
    layer.call, softmax = record, last.activation
    last.activation = keras.activations.linear  # logits
    try:
        with tf.GradientTape() as tape:
            tape.watch(images)  # else a frozen network has no gradient
            logits = model(images, training=False)  # stored moments
            rows = tf.argmax(logits, 1) if classes is None else classes
            scores = tf.gather(logits, rows, batch_dims=1)
    finally:
        layer.call, last.activation = call, softmax
    activations = seen[-1]
    weights = tape.gradient(scores, activations)
    if average:  # Grad-CAM; else HiResCAM
        weights = tf.reduce_mean(weights, (1, 2), keepdims=True)
    total = tf.reduce_sum(weights * activations, -1, keepdims=True)
    heat = tf.nn.relu(total)
    peaks = tf.reduce_max(heat, axis=(1, 2), keepdims=True)
    heat = tf.math.divide_no_nan(heat, peaks)  # empty stays empty
    maps = tf.image.resize(heat, images.shape[1:3])[..., 0]
    return maps.numpy(), logits.numpy()


keras.utils.set_random_seed(0)
(images, labels), (test, _) = keras.datasets.mnist.load_data()
images = images[:9600, ..., None].astype("float32") / 255
test = test[:4, ..., None].astype("float32") / 255
backbone = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(name="last"),
    ]
)
dense = layers.Dense(10, activation="softmax")
model = keras.Sequential([backbone, layers.Flatten(), dense])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(images, labels[:9600], epochs=2, verbose=0)
backbone.trainable = False  # as if it came from somebody else

last = backbone.get_layer("last")
maps, logits = explain(model, last, test)
alone, _ = explain(model, last, test[:1])
low, high = maps.min(), maps.max()
print("maps:", maps.shape, f"from {low:.1f} to {high:.1f}")
same = np.allclose(maps[0], alone[0], atol=1e-4)
print("the same alone:", same)
sums = model.predict(test, verbose=0).sum(axis=1)
print("still a softmax:", np.allclose(sums, 1))
mask = np.ones((14, 14, 1), "float32")
mask[4:10, 4:10] = 0  # blank the places in the middle
_, blanked = explain(model, last, test, mask=mask)
of = np.arange(4), logits.argmax(axis=1)
share = 1 - blanked[of].sum() / logits[of].sum()
print(f"blanking the middle costs {share:.0%} of the logits")

figure, panels = plt.subplots(1, 4, figsize=(10, 3))
for panel, image, heat in zip(panels, test, maps, strict=True):
    panel.imshow(image[..., 0], cmap="gray_r")
    panel.imshow(heat, alpha=0.5)  # both 28 x 28
figure.savefig("own_maps.png")
