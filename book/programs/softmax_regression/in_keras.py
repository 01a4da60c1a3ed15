"""Ten digits, one layer: softmax regression."""

import keras
from keras import layers

(x, y), (test, truth) = keras.datasets.mnist.load_data()
keras.utils.set_random_seed(1)
network = keras.Sequential(
    [
        keras.Input((28, 28)),
        layers.Rescaling(1 / 255),
        layers.Flatten(),
        layers.Dense(10),  # logits: the softmax is in the loss
    ]
)
network.compile(
    keras.optimizers.SGD(0.01),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
loss, right = network.evaluate(test, truth, verbose=0)
print(f"at the start: loss {loss:.2f}, {right:.1%} right")
network.fit(x, y, batch_size=32, epochs=2, verbose=0)
loss, right = network.evaluate(test, truth, verbose=0)
print(f"after two passes: loss {loss:.2f}, {right:.1%} right")
print(network.count_params(), "parameters")
