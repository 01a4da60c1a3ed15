import torch
from torch import nn
from torchvision import datasets

train = datasets.MNIST("data", train=True, download=True)
test = datasets.MNIST("data", train=False, download=True)

for norm in (False, True):
    torch.manual_seed(0)
    stack = []
    for c, f in ((1, 8), (8, 16), (16, 16)):
        stack += [nn.Conv2d(c, f, 3, 2, padding=1, bias=not norm)]
        stack += [nn.BatchNorm2d(f), nn.ReLU()] if norm else [nn.ReLU()]
    net = nn.Sequential(*stack, nn.Flatten(), nn.Linear(256, 10))
    descent = torch.optim.SGD(net.parameters(), lr=0.1)
    net.train()  # with the statistics of the batch
    for _ in range(312):
        rows = torch.randint(10000, (64,))
        x, y = train.data[rows, None] / 255, train.targets[rows]
        descent.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        descent.step()
    net.eval()  # with the running statistics
    right = net(test.data[:, None] / 255).argmax(1) == test.targets
    learnt = sum(w.numel() for w in net.parameters())
    share = right.float().mean()
    print(f"layer {norm}: {learnt} weights, {share:.2f} right")
