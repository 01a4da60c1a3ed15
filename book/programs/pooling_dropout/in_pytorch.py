"""What pooling and dropout buy, on digits in place and moved."""

import torch
from torch import nn
from torchvision.datasets import MNIST

sets = [MNIST("data", train, download=True) for train in (True, False)]
x, test = (part.data[:, None] / 255 for part in sets)
y, answers = (part.targets for part in sets)
# Two pixels to the right: empty ones come in, the last ones go.
moved = nn.functional.pad(test, (2, 0))[..., :-2]
networks = {  # stride, window of the pooling, rate of dropout
    "neither": (1, 1, 0),  # windows of one pool nothing
    "strides": (2, 1, 0),
    "pooling": (1, 2, 0),
    "both": (1, 2, 0.5),
}
for name, (stride, pool, rate) in networks.items():
    right = {"in place": [], "moved": []}
    for seed in range(3):
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride, padding=1), nn.ReLU(),
            nn.MaxPool2d(pool),
            nn.Conv2d(8, 8, 3, stride, padding=1), nn.ReLU(),
            nn.MaxPool2d(pool),
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
        model.eval()  # else dropout stays on
        for place, images in ("in place", test), ("moved", moved):
            with torch.no_grad():
                answered = model(images).argmax(1)
            share = (answered == answers).float().mean()
            right[place].append(f"{share:.1%}")
    count = sum(p.numel() for p in model.parameters())
    print(f"{name}: {count:,} parameters")
    for place, shares in right.items():
        print(f"  {place:10}", *shares)
