"""A new head on ResNet50, then its base too."""

import torch
from torch import nn
from torchvision.datasets import MNIST
from torchvision.models import ResNet50_Weights, resnet50

weights = None  # at home: ResNet50_Weights.DEFAULT (a download)
# Yours: bytes (n, 3, height, width), red, green, blue; labels from 0.
digits = MNIST("data", download=True)
colours = digits.data[:20, None].repeat(1, 3, 1, 1)
labels, classes = digits.targets[:20], 10

prepare = ResNet50_Weights.DEFAULT.transforms()
images = prepare(colours)  # to 224 x 224, and normalised
network = resnet50(weights=weights)
features = network.fc.in_features
norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
entropy = nn.CrossEntropyLoss()


def learn(phase, passes, rate):
    kernel = network.conv1.weight.detach().clone()
    mean = norms[0].running_mean.clone()
    learning = [p for p in network.parameters() if p.requires_grad]
    adam = torch.optim.Adam(learning, rate)
    network.train()
    for each in norms:
        each.eval()  # statistics stay; after train()
    for _ in range(passes):
        for rows in torch.randperm(len(images)).split(10):
            adam.zero_grad()
            entropy(network(images[rows]), labels[rows]).backward()
            adam.step()
    network.eval()  # in use
    count = sum(p.numel() for p in learning)
    moved = (network.conv1.weight != kernel).any().item()
    drift = (norms[0].running_mean != mean).any().item()
    print(f"{phase}: {count} weights learn")
    print("  first kernel moves", moved)
    print("  its statistics", drift)


network.requires_grad_(False)
network.fc = nn.Linear(features, classes)  # the new head learns
learn("head alone", passes=2, rate=0.001)  # at home: 10 passes
network.requires_grad_(True)
for each in norms:
    each.requires_grad_(False)  # scale and shift stay
# at home: more passes, as long as validation gains
learn("all but normalisation", passes=1, rate=0.00001)
