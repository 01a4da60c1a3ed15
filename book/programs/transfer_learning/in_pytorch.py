"""Digits 5 to 9 from a hundred images, by a base that knows 0 to 4."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = [MNIST("data", train, download=True) for train in (True, False)]
x, test = (part.data[:, None] / 255 for part in parts)
y, truth = (part.targets for part in parts)
first, read = y < 5, truth >= 5
twenty = [(y == digit).nonzero()[:20, 0] for digit in range(5, 10)]
few = torch.cat(twenty)
entropy = nn.CrossEntropyLoss()


def new_base():
    stack = []
    for old, new in ((1, 8), (8, 16), (16, 32)):
        conv = nn.Conv2d(old, new, 3, stride=2, padding=1)
        stack += [conv, nn.ReLU()]
    return nn.Sequential(*stack, nn.Flatten())


def learn(base, images, labels, passes):
    network = nn.Sequential(base, nn.Linear(512, 5))
    weights = [p for p in network.parameters() if p.requires_grad]
    adam = torch.optim.Adam(weights, 0.002)
    for _ in range(passes):
        for rows in torch.randperm(len(images)).split(20):
            adam.zero_grad()
            entropy(network(images[rows]), labels[rows] % 5).backward()
            adam.step()
    return network


torch.manual_seed(1)
base = new_base()
learn(base, x[first][:5000], y[first][:5000], 4)
ways = ("frozen", base), ("scratch", new_base()), ("tuned", base)
for name, start in ways:
    start.requires_grad_(name != "frozen")
    start.train(name != "frozen")  # for batch normalisation
    network = learn(start, x[few], y[few], 60)
    with torch.no_grad():
        said = network(test[read]).argmax(1)
    right = (said == truth[read] % 5).float().mean().item()
    learning = [p for p in network.parameters() if p.requires_grad]
    count = sum(p.numel() for p in learning)
    print(f"{name}: {count} weights learn, {right:.1%} right")
