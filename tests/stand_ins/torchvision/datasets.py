"""The digits, as the package of that name hands them out."""

import torch

from dlexp.mnist import pairs_of_mnist


class MNIST:
    """The training or the test digits: images of 8 bits, (images, 28, 28), and labels."""

    def __init__(self, root: str, train: bool = True, *, download: bool = False) -> None:
        del root, download  # there is nothing to fetch
        pair = pairs_of_mnist()["train" if train else "test"]
        self.data = torch.tensor(pair.images)
        self.targets = torch.tensor(pair.labels, dtype=torch.int64)
