"""Two phases: the head alone, then the base too, at a small rate."""

import torch
from torch import nn
from torchvision.datasets import MNIST

parts = [MNIST("data", train, download=True) for train in (True, False)]
x, test = (part.data[:, None] / 255 for part in parts)
y, truth = (part.targets for part in parts)
first, read = y < 5, truth >= 5
test, truth = test[read], truth[read] - 5  # labels from 0
twenty = [(y == digit).nonzero()[:20, 0] for digit in range(5, 10)]
few = torch.cat(twenty)
images, labels = x[few], y[few] - 5
entropy = nn.CrossEntropyLoss()


def new_base():
    stack = []
    given = {"stride": 2, "padding": 1, "bias": False}
    for old, new in ((1, 8), (8, 16), (16, 32)):
        stack += [nn.Conv2d(old, new, 3, **given)]
        stack += [nn.BatchNorm2d(new), nn.ReLU()]
    return nn.Sequential(*stack, nn.Flatten())


def learn(network, images, labels, passes, rate, still=()):
    learning = [p for p in network.parameters() if p.requires_grad]
    adam = torch.optim.Adam(learning, rate)
    network.train()
    for norm in still:
        norm.eval()  # behind train(), which would undo it
    for _ in range(passes):
        for rows in torch.randperm(len(images)).split(20):
            adam.zero_grad()
            entropy(network(images[rows]), labels[rows]).backward()
            adam.step()
    network.eval()


def state():
    kernel = next(base.parameters()).detach()  # the first
    return kernel.clone(), norms[0].running_mean.clone()


def show(phase):
    with torch.no_grad():
        said = network(test).argmax(1)
    right = (said == truth).float().mean().item()
    learning = [p for p in network.parameters() if p.requires_grad]
    count = sum(p.numel() for p in learning)
    pairs = zip(state(), before, strict=True)
    kernel, mean = ((now - then).abs().max() for now, then in pairs)
    print(f"{phase}: {count} weights learn, {right:.1%} right")
    print(f"  kernel moved {kernel:.4f}, running mean {mean:.4f}")


torch.manual_seed(1)
base = new_base()
norms = [m for m in base.modules() if isinstance(m, nn.BatchNorm2d)]
old = nn.Sequential(base, nn.Linear(512, 5))
learn(old, x[first][:2000], y[first][:2000], 3, rate=0.002)
before = state()

network = nn.Sequential(base, nn.Linear(512, 5))
base.requires_grad_(False)
learn(network, images, labels, 40, rate=0.002, still=norms)
show("head alone")

base.requires_grad_(True)
for each in norms:
    each.requires_grad_(False)  # scale and shift stay
learn(network, images, labels, 20, rate=0.0002, still=norms)
show("all but normalisation")
