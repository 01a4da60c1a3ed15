"""A rising series, given to LSTMs in three ways, with two windows."""

import numpy as np
import torch
from torch import nn

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
        scaled = torch.tensor((values - mean) / spread).float()
        rows = scaled.unfold(0, window + 1, 1)[:, :, None]
        past, then = rows[:, :-1], rows[:, -1]
        torch.manual_seed(1)
        lstm, end = nn.LSTM(1, 8, batch_first=True), nn.Linear(8, 1)
        weights = [*lstm.parameters(), *end.parameters()]
        adam = torch.optim.Adam(weights, 0.01)
        for row in torch.randint(len(past) - 200, (300, 32)):
            adam.zero_grad()
            told = end(lstm(past[row])[0][:, -1])
            nn.functional.mse_loss(told, then[row]).backward()
            adam.step()
        with torch.no_grad():
            told = end(lstm(past[-200:])[0][:, -1])[:, 0].numpy()
        told = mean + spread * told + last
        print(f"{name}, window {window}:", end=" ")
        print(f"R2 {r_squared(series[-200:], told):.2f}")
