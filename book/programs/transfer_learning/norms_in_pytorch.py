"""What moves in a frozen base with batch normalisation."""

import torch
from torch import nn

x = torch.linspace(0, 8, 40).reshape(10, 4)


def what_moves(prepare):
    torch.manual_seed(1)
    base = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    network = nn.Sequential(base, nn.Linear(3, 1))
    network.train()
    prepare(base)
    weights = base[0].weight.clone()
    mean = base[1].running_mean.clone()
    sgd = torch.optim.SGD(network.parameters(), 0.1)
    for _ in range(5):
        sgd.zero_grad()
        network(x).square().mean().backward()
        sgd.step()
    moved = (base[0].weight - weights).abs().max().item()
    drift = (base[1].running_mean - mean).abs().max().item()
    return f"weights {moved:.2f}, running mean {drift:.2f}"


def frozen(base):
    base.requires_grad_(False)


def frozen_and_eval(base):
    base.requires_grad_(False)
    base.eval()


for prepare in (frozen, frozen_and_eval):
    print(f"{prepare.__name__}: {what_moves(prepare)}")
