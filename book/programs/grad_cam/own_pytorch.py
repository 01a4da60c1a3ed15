"""Explain your own PyTorch network, also a nested or frozen one."""

import matplotlib.pyplot as plt
import torch
from torch import nn
from torchvision.datasets import MNIST


def explain(model, layer, images, classes=None, average=False, mask=1):
    """Return a map of a layer's output per image, and all logits."""
    seen = []

    def record(*call):  # the module, its inputs, its output
        seen.append(call[-1] * mask)  # zero: blanked
        return seen[-1]

    hook = layer.register_forward_hook(record)
    modes = {each: each.training for each in model.modules()}
    model.eval()  # stored moments, no dropout
    try:
        # Else a frozen network has no gradient.
        logits = model(images.clone().requires_grad_())
    finally:
        hook.remove()
        for each, training in modes.items():
            each.training = training  # as it was
    rows = logits.argmax(dim=1) if classes is None else classes
    score = logits.gather(1, rows[:, None]).sum()
    activations = seen[-1]
    weights = torch.autograd.grad(score, activations)[0]
    if average:  # Grad-CAM; else HiResCAM
        weights = weights.mean(dim=(2, 3), keepdim=True)
    total = (weights * activations).sum(dim=1, keepdim=True)
    heat = torch.relu(total)
    peaks = heat.amax(dim=(2, 3), keepdim=True)
    heat = heat / peaks.clamp_min(1e-12)  # empty stays empty
    size = images.shape[2:]
    heat = nn.functional.interpolate(heat, size, mode="bilinear")
    return heat[:, 0].detach(), logits.detach()


torch.manual_seed(0)
digits = MNIST("data", download=True)
images, labels = digits.data[:9600, None] / 255, digits.targets
test = MNIST("data", train=False).data[:4, None] / 255
backbone = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1, bias=False),
    nn.BatchNorm2d(16),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 3, padding=1, bias=False),
    nn.BatchNorm2d(32),
    nn.ReLU(),
)
model = nn.Sequential(backbone, nn.Flatten(), nn.Linear(6272, 10))
adam = torch.optim.Adam(model.parameters())
for rows in torch.randperm(9600).split(32):
    adam.zero_grad()
    scores = model(images[rows])
    nn.functional.cross_entropy(scores, labels[rows]).backward()
    adam.step()
backbone.requires_grad_(False)  # as if it came from somebody else

maps, logits = explain(model, backbone[-1], test)
alone, _ = explain(model, backbone[-1], test[:1])
shape, low, high = tuple(maps.shape), maps.min(), maps.max()
print("maps:", shape, f"from {low:.1f} to {high:.1f}")
same = torch.allclose(maps[0], alone[0], atol=1e-4)
print("the same alone:", same)
mask = torch.ones(14, 14)
mask[4:10, 4:10] = 0  # blank the places in the middle
_, blanked = explain(model, backbone[-1], test, mask=mask)
of = torch.arange(4), logits.argmax(dim=1)
share = 1 - blanked[of].sum() / logits[of].sum()
print(f"blanking the middle costs {share:.0%} of the logits")

figure, panels = plt.subplots(1, 4, figsize=(10, 3))
for panel, image, heat in zip(panels, test, maps, strict=True):
    panel.imshow(image[0], cmap="gray_r")
    panel.imshow(heat, alpha=0.5)  # both 28 x 28
figure.savefig("own_maps.png")
