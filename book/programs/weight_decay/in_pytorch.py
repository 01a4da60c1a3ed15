"""A penalty on large weights, as a decay that the optimiser does."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = (MNIST("data", train, download=True) for train in (True, False))
(x, y), (test, truth) = ((d.data / 255, d.targets) for d in parts)
x, y = x[:5000], y[:5000]
entropy = nn.CrossEntropyLoss()


def train(strength):
    torch.manual_seed(1)
    hidden = [nn.Linear(784, 500), nn.Linear(500, 300)]
    for layer in hidden:
        nn.init.xavier_uniform_(layer.weight)  # these two as in Keras
        nn.init.zeros_(layer.bias)
    network = nn.Sequential(
        nn.Flatten(),
        hidden[0],
        nn.ReLU(),
        hidden[1],
        nn.ReLU(),
        nn.Linear(300, 10),
    )
    kernels = [layer.weight for layer in hidden]
    chosen = {id(kernel) for kernel in kernels}
    others = [p for p in network.parameters() if id(p) not in chosen]
    # Twice the strength of Keras: a square has the slope of two.
    decayed = {"params": kernels, "weight_decay": 2 * strength}
    sgd = torch.optim.SGD([decayed, {"params": others}], lr=0.1)
    for _ in range(20):  # passes
        for rows in torch.randperm(len(x)).split(128):
            sgd.zero_grad()
            entropy(network(x[rows]), y[rows]).backward()
            sgd.step()
    return network, sum((kernel**2).sum().item() for kernel in kernels)


for strength in (0.0, 1e-4):
    network, squares = train(strength)
    with torch.no_grad():
        logits = network(test)
    data = entropy(logits, truth).item()
    right = (logits.argmax(1) == truth).float().mean().item()
    print(f"strength {strength}: {right:.1%} right, data {data:.3f}")
    print(f"  a penalty in the loss would be {strength * squares:.3f}")
