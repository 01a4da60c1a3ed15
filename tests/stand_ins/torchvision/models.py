"""ResNet50 without weights, of the layers and names that the package of that name gives it."""

from enum import Enum

import torch
from torch import Tensor, nn

MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class ResNet50_Weights(Enum):
    """Which weights there are to fetch: here, only how they want their images."""

    DEFAULT = "ImageNet"

    def transforms(self) -> nn.Module:
        """Return what prepares images."""
        return Prepared()


class Prepared(nn.Module):
    """Bytes, (images, 3, height, width), to images of 224 by 224, normalised."""

    def forward(self, images: Tensor) -> Tensor:
        """Resize to 232, cut out the middle, and normalise each colour."""
        whole = nn.functional.interpolate(images / 255, (232, 232), mode="bilinear")
        middle = whole[:, :, 4:-4, 4:-4]
        mean, spread = (torch.tensor(each)[:, None, None] for each in (MEAN, SPREAD))
        return (middle - mean) / spread


class Bottleneck(nn.Module):
    """Three convolutions beside a connection that skips them."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU()
        self.downsample = None
        if before != 4 * width:
            skip = nn.Conv2d(before, 4 * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(skip, nn.BatchNorm2d(4 * width))

    def forward(self, images: Tensor) -> Tensor:
        """Return the sum of both ways."""
        found = self.relu(self.bn1(self.conv1(images)))
        found = self.relu(self.bn2(self.conv2(found)))
        skipped = images if self.downsample is None else self.downsample(images)
        return self.relu(self.bn3(self.conv3(found)) + skipped)


class ResNet50(nn.Module):
    """Fifty layers with weights: one, sixteen times three, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu, self.maxpool = nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)
        before = 64
        for place, blocks in enumerate((3, 4, 6, 3)):
            width, stack = 64 * 2**place, []
            for block in range(blocks):
                stride = 2 if place and not block else 1
                stack.append(Bottleneck(before, width, stride))
                before = 4 * width
            setattr(self, f"layer{place + 1}", nn.Sequential(*stack))
        self.fc = nn.Linear(before, 1000)

    def forward(self, images: Tensor) -> Tensor:
        """Return a score for each class."""
        found = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        for place in range(1, 5):
            found = getattr(self, f"layer{place}")(found)
        return self.fc(found.mean(dim=(2, 3)))


def resnet50(*, weights: None = None) -> ResNet50:
    """Return the network; its weights cannot be fetched here."""
    if weights is not None:
        raise ValueError(f"`weights` must be None; got weights={weights}")
    return ResNet50()
