"""Where did the network look? Two maps of one digit."""

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(0)
(images, labels), (test, _) = keras.datasets.mnist.load_data()
inputs = keras.Input((28, 28))
x = layers.Reshape((28, 28, 1))(inputs / 255)
for filters in (16, 32, 64):
    last = layers.Conv2D(filters, 3, 1, "same", activation="relu")(x)
    x = layers.MaxPooling2D()(last)
logits = layers.Dense(10)(layers.Flatten()(x))
model = keras.Model(inputs, logits)
loss = keras.losses.SparseCategoricalCrossentropy
model.compile("adam", loss(from_logits=True))
model.fit(images[:9600], labels[:9600], epochs=2, verbose=0)

both = keras.Model(inputs, [last, logits])
with tf.GradientTape() as tape:
    activations, scores = both(test[1:2])  # a two
    best = tf.reduce_max(scores)  # the logit of its class
slopes = tape.gradient(best, activations)
mean = tf.reduce_mean(slopes, axis=(1, 2), keepdims=True)
figure, panels = plt.subplots(1, 2)
read = np.zeros((7, 7), bool)
read[:6, :6] = True  # the last pooling takes places two by two
print(f"{(~read).mean():.2f} of the places are unread")
weights = {"Grad-CAM": mean, "HiResCAM": slopes}
for panel, name in zip(panels, weights, strict=True):
    heat = tf.nn.relu(tf.reduce_sum(weights[name] * activations, -1))
    heat = heat[0].numpy()
    share = heat[~read].sum() / heat.sum()
    print(name, f"puts {share:.2f} of its map on unread places")
    panel.set_title(name)
    panel.imshow(test[1], cmap="gray_r")
    edges = (-0.5, 27.5, 27.5, -0.5)  # 7 x 7 over 28 x 28
    panel.imshow(heat, alpha=0.5, extent=edges)
figure.savefig("maps.png")
