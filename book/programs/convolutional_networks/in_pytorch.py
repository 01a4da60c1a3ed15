"""A convolutional network, a dense one, and pixels in disorder."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = (MNIST("data", train, download=True) for train in (True, False))
(x, y), (test, truth) = ((d.data / 255, d.targets) for d in parts)
x, y = x[:2000, None], y[:2000]  # one channel, before the rows
test = test[:, None]


def convolutional():
    return [
        nn.Conv2d(1, 8, 3, stride=2),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, stride=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(16 * 6 * 6, 10),
    ]


def dense():
    hidden = [nn.Flatten(), nn.Linear(784, 9), nn.ReLU()]
    return [*hidden, nn.Linear(9, 10)]


def accuracy(body, order):
    def arranged(images):
        return images.flatten(1)[:, order].view(-1, 1, 28, 28)

    torch.manual_seed(1)
    network = nn.Sequential(*body())
    adam = torch.optim.Adam(network.parameters(), lr=0.003)
    images = arranged(x)
    for _ in range(10):  # passes
        for rows in torch.randperm(len(x)).split(50):
            adam.zero_grad()
            logits = network(images[rows])
            nn.functional.cross_entropy(logits, y[rows]).backward()
            adam.step()
    with torch.no_grad():
        right = network(arranged(test)).argmax(1) == truth
    count = sum(p.numel() for p in network.parameters())
    return count, right.float().mean().item()


in_place = torch.arange(784)
torch.manual_seed(1)
permuted = torch.randperm(784)
for name, body in (("conv", convolutional), ("dense", dense)):
    count, right = accuracy(body, in_place)
    _, disordered = accuracy(body, permuted)
    print(f"{name}: {count} parameters, {right:.1%} right,")
    print(f"  {disordered:.1%} with the pixels permuted")
