"""A rising series, given to LSTMs in three ways, with two windows."""

import keras
import numpy as np
from keras import layers

steps = np.random.default_rng(1).normal(size=1000)
swing = np.zeros(1000)
for t in range(2, 1000):
    swing[t] = 1.6 * swing[t - 1] - 0.9 * swing[t - 2] + steps[t]
series = 100 + 0.08 * np.arange(1000) + 2.4 * swing
known = series[:800]  # the last 200 values are foretold
changes, size = np.diff(series), np.diff(known).std()


def r_squared(truth, told):
    around = truth - truth.mean()
    return 1 - ((truth - told) ** 2).sum() / (around**2).sum()


given = {  # what the net sees: series, mean, spread, what is added
    "raw": (series, 0, 1, 0),
    "scaled": (series, known.mean(), known.std(), 0),
    "changes": (changes, 0, size, series[-201:-1]),
}
for name, (values, mean, spread, last) in given.items():
    for window in (1, 4):
        scaled = (values - mean) / spread
        view = np.lib.stride_tricks.sliding_window_view
        rows = view(scaled, window + 1)[:, :, None]
        past, then = rows[:, :-1], rows[:, -1]
        keras.utils.set_random_seed(1)
        body = [layers.LSTM(8), layers.Dense(1)]
        model = keras.Sequential([keras.Input((window, 1)), *body])
        model.compile(keras.optimizers.Adam(0.01), "mse")
        model.fit(past[:-200], then[:-200], epochs=12, verbose=0)
        told = model.predict(past[-200:], verbose=0)[:, 0]
        told = mean + spread * told + last
        print(f"{name}, window {window}:", end=" ")
        print(f"R2 {r_squared(series[-200:], told):.2f}")
