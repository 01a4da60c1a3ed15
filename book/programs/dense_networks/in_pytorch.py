"""What a hidden layer adds, and what its nonlinearity does."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = (MNIST("data", train, download=True) for train in (True, False))
(x, y), (test, truth) = ((d.data / 255, d.targets) for d in parts)
entropy = nn.CrossEntropyLoss()  # has the softmax in it


def network(activation):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 64),
        activation(),
        nn.Linear(64, 64),
        activation(),
        nn.Linear(64, 10),  # logits
    )


for name, activation in ("linear", nn.Identity), ("relu", nn.ReLU):
    torch.manual_seed(1)
    model = network(activation)
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(2):  # passes
        for rows in torch.randperm(len(x)).split(128):
            sgd.zero_grad()
            entropy(model(x[rows]), y[rows]).backward()
            sgd.step()
    with torch.no_grad():
        right = (model(test).argmax(1) == truth).float().mean()
    weights = sum(w.numel() for w in model.parameters())
    print(f"{name}: {right:.1%} right, {weights} weights")
