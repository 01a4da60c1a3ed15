"""Explain your own PyTorch network, also a nested or frozen one."""

import torch
from torch import nn


def explain(model, layer, images, classes=None, average=False):
    """Return a map per image, of what comes out of a layer."""
    seen = []

    def record(*call):  # the module, its inputs, its output
        seen.append(call[-1])

    hook = layer.register_forward_hook(record)
    was_training = model.training
    model.eval()  # stored moments, no dropout
    try:
        # Else a frozen network has no gradient.
        logits = model(images.clone().requires_grad_())
    finally:
        hook.remove()
        model.train(was_training)
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
    return heat[:, 0].detach()


torch.manual_seed(0)
backbone = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, bias=False),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, bias=False),
    nn.BatchNorm2d(16),
    nn.ReLU(),
)
backbone.requires_grad_(False)
model = nn.Sequential(backbone, nn.Flatten(), nn.Linear(3600, 5))

images = torch.rand(4, 3, 64, 64)
maps = explain(model, backbone[-1], images)
alone = explain(model, backbone[-1], images[:1])
shape, low, high = tuple(maps.shape), maps.min(), maps.max()
print("maps:", shape, f"from {low:.1f} to {high:.1f}")
same = torch.allclose(maps[0], alone[0], atol=1e-4)
print("the same alone:", same)
