"""What a hidden layer adds, and what its nonlinearity does."""

import keras
from keras import layers

(x, y), (test, truth) = keras.datasets.mnist.load_data()
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def network(activation):
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(64, activation),
            layers.Dense(64, activation),
            layers.Dense(10),  # logits
        ]
    )


for activation in "linear", "relu":
    keras.utils.set_random_seed(1)
    model = network(activation)
    sgd = keras.optimizers.SGD(0.1)
    model.compile(sgd, entropy, metrics=["accuracy"])
    model.fit(x, y, batch_size=128, epochs=2, verbose=0)
    _, right = model.evaluate(test, truth, verbose=0)
    weights = model.count_params()
    print(f"{activation}: {right:.1%} right, {weights} weights")
