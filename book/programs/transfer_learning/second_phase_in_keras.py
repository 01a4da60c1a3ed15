"""Two phases: the head alone, then the base too, at a small rate."""

import keras
import numpy as np
from keras import layers

(x, y), (test, truth) = keras.datasets.mnist.load_data()
x, test = x[..., None] / 255, test[..., None] / 255
first, read = y < 5, truth >= 5
test, truth = test[read], truth[read] - 5  # labels from 0
twenty = [(y == digit).nonzero()[0][:20] for digit in range(5, 10)]
few = np.concatenate(twenty)
images, labels = x[few], y[few] - 5
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def new_base():
    given = {"strides": 2, "padding": "same", "use_bias": False}
    stack = [keras.Input((28, 28, 1))]
    for n in (8, 16, 32):
        stack += [layers.Conv2D(n, 3, **given)]
        stack += [layers.BatchNormalization(), layers.ReLU()]
    return keras.Sequential([*stack, layers.Flatten()])


def learn(network, images, labels, passes, rate):
    adam = keras.optimizers.Adam(rate)
    network.compile(adam, entropy, metrics=["accuracy"])
    how = {"batch_size": 20, "epochs": passes, "verbose": 0}
    network.fit(images, labels, **how)


def state():
    return base.weights[0].numpy(), norms[0].moving_mean.numpy()


def show(phase):
    right = network.evaluate(test, truth, verbose=0)[1]
    count = sum(v.numpy().size for v in network.trainable_variables)
    pairs = zip(state(), before, strict=True)
    kernel, mean = (abs(now - then).max() for now, then in pairs)
    print(f"{phase}: {count} weights learn, {right:.1%} right")
    print(f"  kernel moved {kernel:.4f}, running mean {mean:.4f}")


keras.utils.set_random_seed(1)
base = new_base()
norm = layers.BatchNormalization
norms = [each for each in base.layers if isinstance(each, norm)]
old = keras.Sequential([base, layers.Dense(5)])
learn(old, x[first][:2000], y[first][:2000], 3, rate=0.002)
before = state()

network = keras.Sequential([base, layers.Dense(5)])
base.trainable = False
learn(network, images, labels, 40, rate=0.002)
show("head alone")

base.trainable = True
for each in norms:
    each.trainable = False  # scale, shift and statistics stay
learn(network, images, labels, 20, rate=0.0002)  # compiles anew
show("all but normalisation")
