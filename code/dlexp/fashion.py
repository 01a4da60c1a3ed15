"""The book's second data set, as it lies in the project: a part of Fashion-MNIST, verified.

Chapter: every one whose claims are measured again on it, by `dlexp.data.fashion`.

References
----------
Xiao, Rasul and Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms, arXiv:1708.07747.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dlexp import paths
from dlexp.idx import DataError, Pair, read_pairs

FASHION_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte.gz": (
            "81d465d755738bfc1976546fee2104ddac22f4a0bca88cbc42f0ec48ab57590b"
        ),
        "train-labels-idx1-ubyte.gz": (
            "7d7a36587cea833c8a6d0368d2aa47bf6ee59e5cca7cb2534cd4960b9d74f15e"
        ),
        "t10k-images-idx3-ubyte.gz": (
            "3f0e0e1641c011f5a108a6e510a2823233d29043f4240fb0055f54f28f6d0adf"
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "732ab0fdf954f5f31d67a17a427343c7079c01b5320e7dfd411a09f6318edce3"
        ),
    }
)
"""What the embedded files must hash to. A key of a result covers its data through these."""

CLASSES = (
    *("T-shirt", "trousers", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
"""What the labels 0 to 9 stand for."""


def pairs_of_fashion() -> dict[str, Pair]:
    """Return the training and the test pair, whatever else lies beside their files.

    Raises
    ------
    DataError
        If a file is missing or changed.
    """
    folder = paths.DATA / "fashion_mnist"
    if not folder.is_dir():
        raise DataError(f"{folder.name}: the data folder must exist; it is missing")
    names = {
        ("train" if name.startswith("train") else "test", name.split("-")[1]): name
        for name in FASHION_SHA256
    }
    return read_pairs({key: [folder / name] for key, name in names.items()}, FASHION_SHA256)
