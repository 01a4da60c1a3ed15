"""Where did the network look? Two maps of one digit."""

import keras
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
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(True))
model.fit(images[:9600], labels[:9600], epochs=2, verbose=0)

both = keras.Model(inputs, [last, logits])
with tf.GradientTape() as tape:
    activations, scores = both(test[1:2])  # a two
    best = tf.reduce_max(scores)  # the logit of its class
slopes = tape.gradient(best, activations)
mean = tf.reduce_mean(slopes, axis=(1, 2), keepdims=True)
# The pooling by two never reads the seventh row and column.
for name, w in (("Grad-CAM", mean), ("HiResCAM", slopes)):
    heat = tf.nn.relu(tf.reduce_sum(w * activations, -1))[0]
    unread = tf.reduce_sum(heat[6]) + tf.reduce_sum(heat[:6, 6])
    share = float(unread / tf.reduce_sum(heat))
    print(name, f"puts {share:.2f} of its map on unread places")
