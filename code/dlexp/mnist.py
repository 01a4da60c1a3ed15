"""The book's data, as they lie in the project: verified whenever they are used.

Chapter: every one of them, by `dlexp.data`.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from dlexp import paths
from dlexp.idx import PARTS, DataError, Pair, mapped, read_pairs, unpacked

MNIST_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte.gz": (
            "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971"
        ),
        "train-labels-idx1-ubyte.gz": (
            "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203"
        ),
        "t10k-images-idx3-ubyte.gz": (
            "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be"
        ),
        "t10k-labels-idx1-ubyte.gz": (
            "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b"
        ),
    }
)
"""What the embedded files must hash to. A key of a result covers its data through these."""

MNIST_UNPACKED_SHA256: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte": (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        "train-labels-idx1-ubyte": (
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "t10k-images-idx3-ubyte": (
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "t10k-labels-idx1-ubyte": (
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
    }
)
"""What they must hash to once they are unpacked."""


def pairs_of_mnist() -> dict[str, Pair]:
    """Return the training and the test pair, whatever else lies beside their files.

    The first time on a machine, the archives are read and left unpacked in the build folder.
    From then on the unpacked files are mapped, so that processes share the memory; an archive is
    read again where they are gone or are not the ones meant.

    Raises
    ------
    DataError
        If the archives are to be read and are missing or changed.
    """
    folder = paths.BUILD / "data"
    arrays = {name: mapped(folder / name, sha256) for name, sha256 in MNIST_UNPACKED_SHA256.items()}
    found = {name: array for name, array in arrays.items() if array is not None}
    if len(found) < len(arrays):
        return _unpacked_mnist()
    return {
        part: Pair(found[f"{name}-images-idx3-ubyte"], found[f"{name}-labels-idx1-ubyte"])
        for part, name in PARTS.items()
    }


def _unpacked_mnist() -> dict[str, Pair]:
    """Return the embedded files from their archives, and leave them unpacked for the next time."""
    folder = paths.DATA / "mnist"
    if not folder.is_dir():
        raise DataError(f"{folder.name}: the data folder must exist; it is missing")
    names = {
        ("train" if name.startswith("train") else "test", name.split("-")[1]): name
        for name in MNIST_SHA256
    }
    pairs = read_pairs({key: [folder / name] for key, name in names.items()}, MNIST_SHA256)
    for (part, kind), name in names.items():
        _keep(paths.BUILD / "data" / name.removesuffix(".gz"), unpacked(getattr(pairs[part], kind)))
    return pairs


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; where nothing can be written, there is none."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(content)
        own.replace(path)
