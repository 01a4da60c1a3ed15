"""Where did the network look? Two maps of one digit."""

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
for rows in torch.randperm(9600).split(32):
    adam.zero_grad()
    loss(head(trunk(images[rows])), labels[rows]).backward()
    adam.step()

activations = trunk(test[1:2, None] / 255)  # a two
best = head(activations).max()  # the logit of its class
slopes = torch.autograd.grad(best, activations)[0]
mean = slopes.mean(dim=(2, 3), keepdim=True)
# The pooling by two never reads the seventh row and column.
for name, w in (("Grad-CAM", mean), ("HiResCAM", slopes)):
    heat = torch.relu((w * activations).sum(dim=1))[0]
    unread = heat[6].sum() + heat[:6, 6].sum()
    share = (unread / heat.sum()).item()
    print(name, f"puts {share:.2f} of its map on unread places")
