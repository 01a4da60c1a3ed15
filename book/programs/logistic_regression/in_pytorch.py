"""Is it a five? Without an intercept, and with one."""

import torch
from torch import nn
from torchvision.datasets import MNIST

sets = [MNIST("data", train, download=True) for train in (True, False)]
x, test = (part.data.reshape(-1, 784).float() for part in sets)
y, answers = ((part.targets == 5).float() for part in sets)
x, y = x[:6000], y[:6000]
mean, deviation = x.mean(dim=0), x.std(dim=0, correction=0)
deviation[deviation == 0] = 1  # pixels that never change
x, test = (x - mean) / deviation, (test - mean) / deviation
print(f"Never say five: {answers.mean():.2%} wrong")

for name, bias in (("Without", False), ("With", True)):
    model = nn.Linear(784, 1, bias)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    descent = torch.optim.SGD(model.parameters(), 0.25)
    for _ in range(200):
        descent.zero_grad()
        logits = model(x)[:, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(logits, y)
        loss.backward()
        descent.step()
    with torch.no_grad():
        is_five = (model(test)[:, 0] > 0).float()
    wrong = (is_five != answers).float().mean()
    print(f"{name} an intercept: {wrong:.2%} wrong")
