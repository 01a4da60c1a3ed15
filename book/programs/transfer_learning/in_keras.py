"""Digits 5 to 9 from a hundred images, by a base that knows 0 to 4."""

import keras
import numpy as np
from keras import layers

(x, y), (test, truth) = keras.datasets.mnist.load_data()
x, test = x[..., None] / 255, test[..., None] / 255
first, read = y < 5, truth >= 5
twenty = [(y == digit).nonzero()[0][:20] for digit in range(5, 10)]
few = np.concatenate(twenty)
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def new_base():
    given = {"strides": 2, "padding": "same", "activation": "relu"}
    stack = [layers.Conv2D(n, 3, **given) for n in (8, 16, 32)]
    image = keras.Input((28, 28, 1))
    return keras.Sequential([image, *stack, layers.Flatten()])


def learn(base, images, labels, passes):
    network = keras.Sequential([base, layers.Dense(5)])
    adam = keras.optimizers.Adam(0.002)
    network.compile(adam, entropy, metrics=["accuracy"])
    how = {"batch_size": 20, "epochs": passes, "verbose": 0}
    network.fit(images, labels % 5, **how)
    return network


keras.utils.set_random_seed(1)
base = new_base()
learn(base, x[first][:5000], y[first][:5000], 4)
ways = ("frozen", base), ("scratch", new_base())
# add ("tuned", base): all layers go on from what they learnt
for name, start in ways:
    start.trainable = name != "frozen"  # before `learn` compiles
    network = learn(start, x[few], y[few], 60)
    right = network.evaluate(test[read], truth[read] % 5, verbose=0)[1]
    count = sum(v.numpy().size for v in network.trainable_variables)
    print(f"{name}: {count} weights learn, {right:.1%} right")
