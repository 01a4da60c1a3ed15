"""Neither pooling nor dropout, then both: digits in place and moved."""

import torch
from torch import nn
from torchvision.datasets import MNIST

sets = [MNIST("data", train, download=True) for train in (True, False)]
x, test = (part.data[:, None] / 255 for part in sets)
y, answers = (part.targets for part in sets)
# Two pixels to the right: empty ones come in, the last ones go.
moved = nn.functional.pad(test, (2, 0))[..., :-2]

for pool, rate in ((1, 0), (2, 0.5)):  # windows of one pool nothing
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(pool),
        nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(pool),
        nn.Flatten(), nn.LazyLinear(64), nn.ReLU(),
        nn.Dropout(rate), nn.Linear(64, 10),
    )  # fmt: skip
    model(x[:1])  # now the lazy layer knows its size
    adam = torch.optim.Adam(model.parameters())
    for _ in range(25):
        for batch in torch.randperm(1000).split(64):
            adam.zero_grad()
            logits = model(x[batch])
            nn.functional.cross_entropy(logits, y[batch]).backward()
            adam.step()
    count = sum(p.numel() for p in model.parameters())
    print(f"pooling by {pool}, dropout of {rate}: {count:,} parameters")
    model.eval()  # else dropout stays on
    for name, images in ("in place", test), ("moved", moved):
        with torch.no_grad():
            right = (model(images).argmax(1) == answers).float().mean()
        print(f"  {name:10}{right:.1%}")
