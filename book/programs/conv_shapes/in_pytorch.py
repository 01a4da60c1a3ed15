import torch
from torch import nn

network = nn.Sequential(
    nn.Conv2d(1, 32, 3),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3),
    nn.ReLU(),
    nn.MaxPool2d(3),
    nn.Flatten(),
    nn.Linear(576, 128),
    nn.ReLU(),
    nn.Linear(128, 10),
)
x = torch.zeros(1, 1, 28, 28)  # images, channels, rows, columns
for layer in network:
    x = layer(x)
    name, shape = type(layer).__name__, tuple(x.shape[1:])
    count = sum(p.numel() for p in layer.parameters())
    print(f"{name:13}{shape!s:>13}{count:>8,}")
print(f"{sum(p.numel() for p in network.parameters()):>34,}")

try:
    nn.Conv2d(1, 32, 3, stride=2, padding="same")
except ValueError as error:
    print("Refused:", error)
