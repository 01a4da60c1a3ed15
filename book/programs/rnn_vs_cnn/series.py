"""A series made from a law, foretold ten steps ahead at each step."""

import keras
import numpy as np
from keras import layers

law = [1.2] * 18  # Mackey and Glass, delay 17
while len(law) < 5200:
    late = law[-18]
    law.append(0.9 * law[-1] + 0.2 * late / (1 + late**10))
series = np.array(law[200:], "float32")
windows = np.lib.stride_tricks.sliding_window_view
view = windows(series, 74)[::4, :, None]
now, then = view[:, :64], view[:, 10:]  # each step, and ten later
train, test = slice(None, 990), slice(1010, None)
causal = {"padding": "causal", "activation": "relu"}
nets = {
    "LSTM": [layers.LSTM(32, return_sequences=True)],
    "convolutions": [
        layers.Conv1D(23, 2, dilation_rate=2**n, **causal)  # looks back
        for n in range(5)
    ],
}
mean = now[train].mean()
told = {"as now": now[test], "the mean": mean + 0 * now[test]}
for name, body in nets.items():
    keras.utils.set_random_seed(0)
    end = layers.Dense(1)
    model = keras.Sequential([keras.Input((None, 1)), *body, end])
    model.compile(keras.optimizers.Adam(0.003), "mse")
    model.fit(now[train], then[train], epochs=20, verbose=0)
    told[name] = model.predict(now[test], verbose=0)
past = now[:, 32:, 0]  # the last 32 steps tell the last target
fit = np.linalg.lstsq(past[train], then[train, -1, 0])[0]
told["linear"] = (past[test] @ fit)[:, None, None]
for name, values in told.items():
    off = values[:, -1] - then[test, -1]
    print(f"{name}: off by {np.sqrt(np.mean(off**2)):.3f}")
