"""Where did the network look? Two maps of one digit."""

import matplotlib.pyplot as plt
import torch
from torch import nn
from torchvision.datasets import MNIST

torch.manual_seed(0)
digits = MNIST("data", download=True)
test = MNIST("data", train=False).data
images, labels = digits.data[:9600, None] / 255, digits.targets
trunk = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
)  # fmt: skip
head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(576, 10))
loss = nn.functional.cross_entropy
adam = torch.optim.Adam([*trunk.parameters(), *head.parameters()])
for _ in range(2):
    for rows in torch.randperm(9600).split(32):
        adam.zero_grad()
        loss(head(trunk(images[rows])), labels[rows]).backward()
        adam.step()

activations = trunk(test[1:2, None] / 255)  # a two
best = head(activations).max()  # the logit of its class
slopes = torch.autograd.grad(best, activations)[0]
mean = slopes.mean(dim=(2, 3), keepdim=True)
figure, panels = plt.subplots(1, 2)
read = torch.zeros(7, 7, dtype=torch.bool)
read[:6, :6] = True  # the last pooling takes places two by two
print(f"{(~read).float().mean():.2f} of the places are unread")
weights = {"Grad-CAM": mean, "HiResCAM": slopes}
for panel, name in zip(panels, weights, strict=True):
    total = (weights[name] * activations).sum(dim=1)
    heat = torch.relu(total)[0].detach()
    share = (heat[~read].sum() / heat.sum()).item()
    print(name, f"puts {share:.2f} of its map on unread places")
    panel.set_title(name)
    panel.imshow(test[1], cmap="gray_r")
    edges = (-0.5, 27.5, 27.5, -0.5)  # 7 x 7 over 28 x 28
    panel.imshow(heat, alpha=0.5, extent=edges)
figure.savefig("maps.png")
