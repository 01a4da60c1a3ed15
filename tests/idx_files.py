"""Small datasets in MNIST's layout, for the tests that read folders."""

import struct
from pathlib import Path

import numpy as np


def idx(array: np.ndarray) -> bytes:
    """Write an array in the IDX format."""
    header = struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def small(folder: Path, size: int = 40) -> Path:
    """Make a dataset of a few images to learn from, and ten to test, without compression."""
    generator = np.random.default_rng(0)
    for part, count in (("train", size), ("t10k", 10)):
        pixels = generator.integers(0, 256, (count, 5, 4))
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(pixels))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.arange(count) % 3))
    return folder
