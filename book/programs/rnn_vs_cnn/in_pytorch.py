"""The same digits, row by row: a recurrent net and convolutions."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = (MNIST("data", train, download=True) for train in (True, False))
(x, y), (test, truth) = ((d.data / 255, d.targets) for d in parts)
torch.manual_seed(0)
lstm = nn.LSTM(28, 60, batch_first=True)
low, high = nn.Conv1d(28, 68, 5), nn.Conv1d(68, 36, 5)
window = nn.Sequential(low, nn.ReLU(), high, nn.ReLU())
last, any_place = nn.Linear(60, 10), nn.Linear(36, 10)
nets = {  # images have shape (n, 28 steps, 28); Conv1d wants steps last
    "LSTM": (lstm, last, lambda x: lstm(x)[0][:, -1]),
    "convolutions": (window, any_place, lambda x: window(x.mT).amax(2)),
}
for name, (body, end, read) in nets.items():
    weights = [*body.parameters(), *end.parameters()]
    adam = torch.optim.Adam(weights)
    for row in torch.randint(10000, (939, 32)):  # three epochs' worth
        adam.zero_grad()
        scores = end(read(x[row]))
        nn.functional.cross_entropy(scores, y[row]).backward()
        adam.step()
    with torch.no_grad():
        right = (end(read(test)).argmax(1) == truth).float().mean()
    count = sum(weight.numel() for weight in weights)
    print(name, count, "parameters,", f"{right:.1%}")
