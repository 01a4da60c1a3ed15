"""Neither pooling nor dropout, then both: digits in place and moved."""

import keras
import numpy as np
from keras import layers

(x, y), (test, answers) = keras.datasets.mnist.load_data()
x, y, test = x[:1000] / 255, y[:1000], test / 255
# Two pixels to the right: empty ones come in, the last ones go.
moved = np.pad(test, ((0, 0), (0, 0), (2, 0)))[:, :, :-2]
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

for pool, rate in ((1, 0), (2, 0.5)):  # windows of one pool nothing
    keras.utils.set_random_seed(0)
    convolution = {"kernel_size": 3, "padding": "same"}
    model = keras.Sequential()
    for _ in range(2):
        model.add(layers.Conv2D(8, **convolution, activation="relu"))
        model.add(layers.MaxPooling2D(pool))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dropout(rate))
    model.add(layers.Dense(10))
    model.compile("adam", loss, metrics=["accuracy"])
    model.fit(x[..., None], y, batch_size=64, epochs=25, verbose=0)
    print(f"pooling by {pool}, dropout of {rate}:", end=" ")
    print(f"{model.count_params():,} parameters")
    for name, images in ("in place", test), ("moved", moved):
        right = model.evaluate(images[..., None], answers, verbose=0)
        print(f"  {name:10}{right[1]:.1%}")
