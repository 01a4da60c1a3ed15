"""The same digits, row by row: a recurrent net and convolutions."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = (MNIST("data", train, download=True) for train in (True, False))
(x, y), (test, truth) = ((d.data / 255, d.targets) for d in parts)
torch.manual_seed(0)
recurrent = nn.LSTM(28, 60, batch_first=True)
window = nn.Sequential(
    nn.Conv1d(28, 68, 5), nn.ReLU(),
    nn.Conv1d(68, 36, 5), nn.ReLU(), nn.AdaptiveMaxPool1d(1),
)  # fmt: skip
last, every = nn.Linear(60, 10), nn.Linear(36, 10)
nets = {  # images (n, 28 steps, 28 features); Conv1d wants steps last
    "LSTM": lambda x: last(recurrent(x)[0][:, -1]),
    "convolutions": lambda x: every(window(x.mT)[:, :, 0]),
}
layers = {"LSTM": (recurrent, last), "convolutions": (window, every)}
for name, net in nets.items():
    weights = [p for layer in layers[name] for p in layer.parameters()]
    adam = torch.optim.Adam(weights)
    for row in torch.randint(10000, (939, 32)):  # three epochs
        adam.zero_grad()
        nn.functional.cross_entropy(net(x[row]), y[row]).backward()
        adam.step()
    with torch.no_grad():
        right = (net(test).argmax(1) == truth).float().mean()
    count = sum(p.numel() for p in weights)
    print(name, count, "parameters,", f"{right:.1%}")
