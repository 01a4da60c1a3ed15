"""Small datasets in MNIST's layout, and how to damage them, for the tests that read folders."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


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


# --- Damage ---------------------------------------------------------------------------------------


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def change_magic(path: Path) -> None:
    path.write_bytes(b"\0\0\x08\x04" + path.read_bytes()[4:])


def remove(path: Path) -> None:
    path.unlink()


def forget_a_label(path: Path) -> None:
    path.write_bytes(idx(np.zeros(39)))


def change_the_size(path: Path) -> None:
    path.write_bytes(idx(np.zeros((10, 6, 6))))


def hold_nothing(path: Path) -> None:
    path.write_bytes(idx(np.zeros((0, 5, 4))))
    path.with_name(LABELS).write_bytes(idx(np.zeros(0)))


def have_no_pixels(path: Path) -> None:
    path.write_bytes(idx(np.zeros((40, 0, 0))))


def announce(*sizes: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(struct.pack(">4I", 0x803, *sizes))

    return write


def dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def go_round(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def be_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def be_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def be_a_device(path: Path) -> None:
    path.unlink()
    path.symlink_to(os.devnull)


def be_enormous(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(2**31)
