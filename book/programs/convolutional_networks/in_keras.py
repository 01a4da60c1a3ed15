"""A convolutional network, a dense one, and pixels in disorder."""

import keras
import numpy as np
from keras import layers

(x, y), (test, truth) = keras.datasets.mnist.load_data()
x, y = x[:2000, :, :, None] / 255, y[:2000]
test = test[:, :, :, None] / 255
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def convolutional():
    return [
        layers.Conv2D(8, 3, strides=2, activation="relu"),
        layers.Conv2D(16, 3, strides=2, activation="relu"),
        layers.Flatten(),
    ]


def dense():
    return [layers.Flatten(), layers.Dense(9, "relu")]


def accuracy(body, order):
    keras.utils.set_random_seed(1)
    parts = [keras.Input((28, 28, 1)), *body(), layers.Dense(10)]
    network = keras.Sequential(parts)

    def arranged(images):
        flat = images.reshape(-1, 784)[:, order]
        return flat.reshape(-1, 28, 28, 1)

    adam = keras.optimizers.Adam(0.003)
    network.compile(adam, entropy, metrics=["accuracy"])
    network.fit(arranged(x), y, batch_size=50, epochs=10, verbose=0)
    right = network.evaluate(arranged(test), truth, verbose=0)[1]
    return network.count_params(), right


in_place = np.arange(784)
permuted = np.random.default_rng(1).permutation(784)
for name, body in (("conv", convolutional), ("dense", dense)):
    count, right = accuracy(body, in_place)
    _, disordered = accuracy(body, permuted)
    print(f"{name}: {count} parameters, {right:.1%} right,")
    print(f"  {disordered:.1%} with the pixels permuted")
