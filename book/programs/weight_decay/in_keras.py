"""A penalty on large weights, and the loss that contains it."""

import keras
from keras import layers, ops

(x, y), (test, truth) = keras.datasets.mnist.load_data()
x, y = x[:5000], y[:5000]
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train(strength):
    keras.utils.set_random_seed(1)
    penalty = keras.regularizers.L2(strength)
    network = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(500, "relu", kernel_regularizer=penalty),
            layers.Dense(300, "relu", kernel_regularizer=penalty),
            layers.Dense(10),  # scores: logits
        ]
    )
    sgd = keras.optimizers.SGD(0.1)
    network.compile(sgd, entropy, metrics=["accuracy"])
    network.fit(x, y, batch_size=128, epochs=20, verbose=0)
    return network


for strength in (0.0, 1e-4):
    network = train(strength)
    loss, right = network.evaluate(test, truth, verbose=0)
    penalty = sum(float(ops.sum(each)) for each in network.losses)
    print(f"strength {strength}: {right:.1%} right, loss {loss:.3f}")
    print(f"  of it penalty {penalty:.3f}, data {loss - penalty:.3f}")
