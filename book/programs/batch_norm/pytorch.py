import torch
from torch import nn
from torchvision import datasets

train = datasets.MNIST("data", train=True, download=True)
test = datasets.MNIST("data", train=False, download=True)
x, y = train.data[:10000, None] / 255, train.targets[:10000]

for normalise in (False, True):
    torch.manual_seed(0)
    stack, channels = [], 1
    for filters in (8, 16, 16):
        stack += [nn.Conv2d(channels, filters, 3, stride=2, padding=1,
                            bias=not normalise)]
        stack += [nn.BatchNorm2d(filters)] if normalise else []
        stack += [nn.ReLU()]
        channels = filters
    net = nn.Sequential(*stack, nn.Flatten(), nn.Linear(256, 10))
    descent = torch.optim.SGD(net.parameters(), lr=0.1)
    net.train()  # the statistics of the batch
    for epoch in range(2):
        for rows in torch.randperm(len(x)).split(64):
            loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
            descent.zero_grad()
            loss.backward()
            descent.step()
    net.eval()  # the running statistics
    right = net(test.data[:, None] / 255).argmax(1) == test.targets
    weights = sum(w.numel() for w in net.parameters())
    print(f"batch normalisation: {normalise}, {weights} learnt,"
          f" {right.float().mean():.2f} right")
