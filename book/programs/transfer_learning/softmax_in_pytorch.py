"""A softmax over one logit, and its gradient."""

import torch
from torch import nn

torch.manual_seed(1)
network = nn.Sequential(nn.Linear(4, 1), nn.Softmax(dim=1))
x, y = torch.randn(6, 4), torch.tensor([[1.0], [0.0]] * 3)
said = network(x)
loss = nn.BCELoss()(said, y)
loss.backward()
print("outputs", said.flatten().tolist())
print(f"loss {loss.item():.1f}")
print("gradient", network[0].weight.grad.flatten().tolist())
