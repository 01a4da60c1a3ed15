import torch
from torch import nn

layer, one = nn.BatchNorm1d(3), torch.tensor([[1.0, 2.0, 3.0]])
try:
    layer(one)
except ValueError as error:
    print(error)
print(layer.eval()(one).shape, "in use")
maps = torch.randn(1, 3, 4, 4)
print(nn.BatchNorm2d(3)(maps).shape, "in training, with positions")
