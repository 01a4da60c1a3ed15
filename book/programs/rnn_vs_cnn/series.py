"""A series made from a law, forecast ten steps ahead at each step."""

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
cut = len(view) * 82 // 100
train, test = slice(None, cut - 20), slice(cut, None)
causal = {"padding": "causal", "activation": "relu"}
nets = {
    "LSTM": lambda: [layers.LSTM(32, return_sequences=True)],
    "convolutions": lambda: [
        layers.Conv1D(23, 2, dilation_rate=2**n, **causal)  # looks back
        for n in range(5)
    ],
}


def off(told):
    difference = told[:, -1] - then[test, -1]
    return f"off by {np.sqrt(np.mean(difference**2)):.3f}"


print("as now:", off(now[test]))
print("the mean:", off(now[train].mean() + 0 * now[test]))
rows = windows(series, 42)  # 32 steps, and ten steps later
past = np.insert(rows[:, :32], 0, 1, axis=1)  # a constant, too
fitted, judged = slice(None, 4 * cut - 51), slice(4 * cut + 32, None, 4)
fit = np.linalg.lstsq(past[fitted], rows[fitted, -1])[0]
told = past[judged] @ fit  # as the nets: at the end of a piece
print("linear:", off(told[:, None, None]))
told = list(rows[judged, 14:32].T)  # the last 18 values
for _ in range(10):
    late = told[-18]
    told.append(0.9 * told[-1] + 0.2 * late / (1 + late**10))
print("the law itself:", off(told[-1][:, None, None]))
for name, body in nets.items():
    for seed in range(2):
        keras.utils.set_random_seed(seed)
        ends = keras.Input((None, 1)), layers.Dense(1)
        model = keras.Sequential([ends[0], *body(), ends[1]])
        model.compile(keras.optimizers.Adam(0.003), "mse")
        model.fit(now[train], then[train], epochs=20, verbose=0)
        told = model.predict(now[test], verbose=0)
        print(f"{name}, seed {seed}:", off(told))
