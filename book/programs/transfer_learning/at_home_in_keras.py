"""A new head on ResNet50, then its base too."""

import keras
import numpy as np
from keras import layers
from keras.applications import ResNet50, resnet50

weights, side = None, 64  # at home: "imagenet" (a download), 224
# Yours: (n, side, side, 3), red, green, blue, 0 to 255; labels from 0.
(x, y), _ = keras.datasets.mnist.load_data()
colours = np.repeat(x[:20, ..., None], 3, axis=-1)
images = keras.ops.image.resize(colours, (side, side))
labels, classes = y[:20], 10

prepare = resnet50.preprocess_input
base = ResNet50(weights=weights, include_top=False, pooling="avg")
norm = layers.BatchNormalization
norms = [each for each in base.layers if isinstance(each, norm)]
inputs = keras.Input((side, side, 3))
features = base(prepare(inputs), training=False)
network = keras.Model(inputs, layers.Dense(classes)(features))
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def learn(phase, passes, rate):
    watched = base.weights[0], norms[0].moving_mean
    before = [each.numpy() for each in watched]
    adam = keras.optimizers.Adam(rate)
    network.compile(adam, entropy, metrics=["accuracy"])  # anew
    how = {"batch_size": 10, "epochs": passes, "verbose": 0}
    network.fit(images, labels, **how)
    count = sum(v.numpy().size for v in network.trainable_variables)
    print(f"{phase}: {count} weights learn")
    pairs = zip(watched, before, strict=True)
    moved, drift = ((v.numpy() != was).any() for v, was in pairs)
    print("  first kernel moves", moved)
    print("  its statistics", drift)


base.trainable = False
learn("head alone", passes=2, rate=0.001)  # at home: 10 passes
base.trainable = True
for each in norms:
    each.trainable = False  # scale, shift and statistics stay
# at home: more passes, as long as validation gains
learn("all but normalisation", passes=1, rate=0.00001)
