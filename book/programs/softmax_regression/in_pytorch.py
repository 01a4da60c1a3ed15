"""Ten digits, one layer: softmax regression."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = (MNIST("data", train, download=True) for train in (True, False))
(x, y), (test, truth) = ((d.data / 255, d.targets) for d in parts)
torch.manual_seed(1)
network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))  # logits
entropy = nn.CrossEntropyLoss()  # has the softmax in it
sgd = torch.optim.SGD(network.parameters(), lr=0.01)


def report(when):
    with torch.no_grad():
        logits = network(test)
    loss = entropy(logits, truth).item()
    right = (logits.argmax(1) == truth).float().mean().item()
    print(f"{when}: loss {loss:.2f}, {right:.1%} right")


report("at the start")
for _ in range(2):  # passes
    for rows in torch.randperm(len(x)).split(32):
        sgd.zero_grad()
        entropy(network(x[rows]), y[rows]).backward()
        sgd.step()
report("after two passes")
print(sum(w.numel() for w in network.parameters()), "parameters")
