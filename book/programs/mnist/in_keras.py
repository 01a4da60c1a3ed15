"""Learn from one part, choose by a second, report from a third."""

import keras
import numpy as np
from keras import layers

(x, y), (test, answers) = keras.datasets.mnist.load_data()
x, test = (np.float32(part[..., None]) / 255 for part in (x, test))
order = np.random.default_rng(0).permutation(len(x))
train, validation = order[:2000], order[2000:7000]  # no image in both

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
best = keras.callbacks.EarlyStopping(
    "val_accuracy",
    patience=5,
    restore_best_weights=True,
)
model.fit(
    x[train],
    y[train],
    validation_data=(x[validation], y[validation]),
    epochs=30,
    callbacks=[best],
    verbose=0,
)

print(f"always {np.bincount(y).argmax()}", end="")  # the commonest
print(f"     {np.mean(answers == np.bincount(y).argmax()):.1%}")
chosen = model.evaluate(x[validation], y[validation], verbose=0)[1]
print(f"validation {chosen:.1%}  it chose the pass")
share = model.evaluate(test, answers, verbose=0)[1]  # once, at the end
error = np.sqrt(share * (1 - share) / len(test))
print(f"test       {share:.1%}  give or take {1.96 * error:.2%}")
