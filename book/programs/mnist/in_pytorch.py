"""Learn from one part, choose by a second, report from a third."""

import copy

import torch
from torch import nn
from torchvision.datasets import MNIST

sets = [MNIST("data", train, download=True) for train in (True, False)]
x, test = (part.data[:, None].float() / 255 for part in sets)
y, answers = (part.targets for part in sets)
order = torch.randperm(len(x), generator=torch.manual_seed(0))
train, validation = order[:2000], order[2000:7000]  # no image in both

torch.manual_seed(0)
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 128),
    nn.ReLU(),
    nn.Linear(128, 10),
)
adam = torch.optim.Adam(model.parameters())


@torch.no_grad()
def score(images, labels):
    model.eval()
    return (model(images).argmax(1) == labels).float().mean().item()


best, chosen = None, 0.0
for _ in range(30):
    model.train()
    for batch in train[torch.randperm(2000)].split(32):
        adam.zero_grad()
        logits = model(x[batch])
        nn.functional.cross_entropy(logits, y[batch]).backward()
        adam.step()
    validated = score(x[validation], y[validation])
    if validated > chosen:
        best, chosen = copy.deepcopy(model.state_dict()), validated
model.load_state_dict(best)

commonest = y.bincount().argmax()
print(f"always {commonest}", end="")
print(f"     {(answers == commonest).float().mean():.1%}")
print(f"validation {chosen:.1%}  it chose the pass")
share = score(test, answers)  # once, at the end
error = (share * (1 - share) / len(test)) ** 0.5
print(f"test       {share:.1%}  give or take {1.96 * error:.2%}")
