"""What pooling and dropout buy, on digits in place and moved."""

import keras
import numpy as np
from keras import layers

(x, y), (test, answers) = keras.datasets.mnist.load_data()
x, y, test = x[:1000] / 255, y[:1000], test / 255
# Two pixels to the right: empty ones come in, the last ones go.
moved = np.pad(test, ((0, 0), (0, 0), (2, 0)))[:, :, :-2]
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
networks = {  # stride, window of the pooling, rate of dropout
    "neither": (1, 1, 0),  # windows of one pool nothing
    "strides": (2, 1, 0),
    "pooling": (1, 2, 0),
    "both": (1, 2, 0.5),
}
convolution = {"padding": "same", "activation": "relu"}
quietly = {"batch_size": 1000, "verbose": 0}
for name, (stride, pool, rate) in networks.items():
    right = {"in place": [], "moved": []}
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential()
        for _ in range(2):
            model.add(layers.Conv2D(8, 3, stride, **convolution))
            model.add(layers.MaxPooling2D(pool))
        model.add(layers.Flatten())
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dropout(rate))
        model.add(layers.Dense(10))
        model.compile("adam", loss, metrics=["accuracy"])
        model.fit(x[..., None], y, batch_size=64, epochs=25, verbose=0)
        for place, images in ("in place", test), ("moved", moved):
            got = model.evaluate(images[..., None], answers, **quietly)
            right[place].append(f"{got[1]:.1%}")
    print(f"{name}: {model.count_params():,} parameters")
    for place, shares in right.items():
        print(f"  {place:10}", *shares)
