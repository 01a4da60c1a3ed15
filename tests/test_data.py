"""The dataset: exact, split honestly, and refused whole where anything is wrong."""

import gzip
import hashlib
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlexp import data, paths

MD5 = {
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
}
"""Of the files that LeCun, Cortes and Burges published, unpacked."""


@pytest.fixture(scope="module")
def mnist() -> data.Dataset:
    return data.load("mnist")


def idx(array: np.ndarray) -> bytes:
    """Write an array in the IDX format."""
    header = struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a small dataset in MNIST's layout, without compression."""
    generator = np.random.default_rng(0)
    for part, size in (("train", 40), ("t10k", 10)):
        pixels = generator.integers(0, 256, (size, 5, 4))
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(pixels))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.arange(size) % 3))
    return tmp_path


def written_back(part: str, mnist: data.Dataset) -> dict[str, bytes]:
    """Put the split examples back into the order and the format of their files."""
    pieces = [mnist.test] if part == "t10k" else [mnist.train, mnist.validation]
    order = np.argsort(np.concatenate([piece.indices for piece in pieces]))
    images = np.concatenate([piece.images for piece in pieces])[order, :, :, 0]
    labels = np.concatenate([piece.labels for piece in pieces])[order]
    return {
        f"{part}-images-idx3-ubyte": idx(np.rint(images * 255)),
        f"{part}-labels-idx1-ubyte": idx(labels),
    }


def test_mnist_written_back_as_idx_is_the_published_files(mnist: data.Dataset) -> None:
    files = written_back("train", mnist) | written_back("t10k", mnist)

    assert {name: hashlib.md5(content).hexdigest() for name, content in files.items()} == MD5


def test_embedded_files_are_small_enough_to_carry() -> None:
    assert sum(path.stat().st_size for path in (paths.DATA / "mnist").iterdir()) < 12_000_000


def test_parts_are_disjoint_and_whole(mnist: data.Dataset) -> None:
    train, validation = set(mnist.train.indices), set(mnist.validation.indices)

    assert train.isdisjoint(validation)
    assert train | validation == set(range(60_000))
    assert [len(mnist.train), len(mnist.validation), len(mnist.test)] == [55_000, 5_000, 10_000]


def test_images_are_scaled_channels_last_and_cannot_be_changed(mnist: data.Dataset) -> None:
    for part in (mnist.train, mnist.validation, mnist.test):
        assert part.images.dtype == np.float32
        assert part.images.shape[1:] == (28, 28, 1)
        assert (part.images.min(), part.images.max()) == (0, 1)
        assert part.labels.dtype == np.int64
        with pytest.raises(ValueError, match="read-only"):
            part.images[0] = 0


def test_split_is_the_same_in_every_process(mnist: data.Dataset) -> None:
    """The permutation is part of every published number: this is its fingerprint."""
    digest = hashlib.sha256(mnist.validation.indices.astype(">i8").tobytes()).hexdigest()

    assert digest.startswith("9645c1411b4b9f88")


@pytest.mark.parametrize("size", [1, 10, 999, 55_000])
def test_subset_has_the_size_asked_for_and_leaves_the_rest(mnist: data.Dataset, size: int) -> None:
    subset = mnist.subset(size, seed=3)

    assert len(subset.train) == len(set(subset.train.indices)) == size
    assert set(subset.train.indices) <= set(mnist.train.indices)
    assert subset.test is mnist.test
    assert subset.validation is mnist.validation


def test_subset_keeps_the_proportions_of_the_classes(mnist: data.Dataset) -> None:
    shares = np.bincount(mnist.train.labels) / len(mnist.train)

    counts = np.bincount(mnist.subset(1_000).train.labels)

    assert np.abs(counts - 1_000 * shares).max() < 1


def test_subset_pairs_images_with_their_labels(mnist: data.Dataset) -> None:
    subset = mnist.subset(100, seed=1).train
    position = {index: i for i, index in enumerate(mnist.train.indices)}

    for image, label, index in zip(subset.images, subset.labels, subset.indices, strict=True):
        assert label == mnist.train.labels[position[index]]
        np.testing.assert_array_equal(image, mnist.train.images[position[index]])


def test_subset_follows_its_seed(mnist: data.Dataset) -> None:
    first, again, other = (mnist.subset(50, seed=seed).train.indices for seed in (0, 0, 1))

    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)


@pytest.mark.parametrize("size", [0, -1, 55_001])
def test_subset_refuses_a_size_out_of_range(mnist: data.Dataset, size: int) -> None:
    with pytest.raises(data.DataError, match=rf"1 \.\.\. 55000; got size={size}"):
        mnist.subset(size)


@given(
    counts=st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any),
    fraction=st.floats(0.01, 1),
)
@settings(derandomize=True)
def test_shares_add_up_and_stay_within_one_of_exact(counts: list[int], fraction: float) -> None:
    array = np.array(counts)
    size = max(1, int(fraction * array.sum()))

    shares = data._shares(array, size)

    assert shares.sum() == size
    assert np.abs(shares - array * size / array.sum()).max() < 1
    assert (shares <= array).all()


@pytest.mark.parametrize("compressed", [False, True])
def test_a_folder_is_read_plain_or_compressed(folder: Path, compressed: bool) -> None:
    if compressed:
        for path in list(folder.iterdir()):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()

    dataset = data.load(folder)

    assert [len(dataset.train), len(dataset.validation), len(dataset.test)] == [36, 4, 10]
    assert dataset.train.images.shape == (36, 5, 4, 1)
    assert dataset.num_classes == 3
    np.testing.assert_array_equal(
        np.concatenate([dataset.train.indices, dataset.validation.indices]), data.permutation(40)
    )


def test_a_folder_with_emnists_names_is_read(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.rename(folder / f"emnist-digits-{path.name.replace('t10k', 'test')}")

    assert len(data.load(folder).test) == 10


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


def two_of_a_kind(path: Path) -> None:
    shutil.copy(path, path.with_name("letters-" + path.name))


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("train-images-idx3-ubyte", truncate, r"takes 816 bytes; got 813"),
        ("train-images-idx3-ubyte", lengthen, r"takes 816 bytes; got 817"),
        ("train-labels-idx1-ubyte", empty, r"header takes 8 bytes; got 0"),
        ("t10k-images-idx3-ubyte", change_magic, r"must be 0x803; got 0x804"),
        ("t10k-labels-idx1-ubyte", remove, r"plain or \.gz; it is missing"),
        ("train-labels-idx1-ubyte", forget_a_label, r"each of the 40 images .*; got 39"),
        ("train-labels-idx1-ubyte", two_of_a_kind, r"one file of train labels"),
    ],
)
def test_a_damaged_folder_is_refused_in_one_line(folder, name, damage, message) -> None:  # type: ignore[no-untyped-def]
    damage(folder / name)

    with pytest.raises(data.DataError, match=message) as caught:
        data.load(folder)

    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_images_of_two_sizes_are_refused(folder: Path) -> None:
    (folder / "t10k-images-idx3-ubyte").write_bytes(idx(np.zeros((10, 6, 6))))

    with pytest.raises(data.DataError, match=r"t10k-images.* must be \(5, 4\).*got \(6, 6\)"):
        data.load(folder)


def test_an_empty_dataset_is_refused(folder: Path) -> None:
    (folder / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((0, 5, 4))))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(0)))

    with pytest.raises(data.DataError, match="one image at least; got none"):
        data.load(folder)


def test_a_truncated_gzip_file_is_refused(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte"
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes())[:-20])
    path.unlink()

    with pytest.raises(data.DataError, match=r"train-images-idx3-ubyte\.gz: must be a whole gzip"):
        data.load(folder)


def test_a_changed_mnist_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One flipped byte of an embedded file is enough."""
    shutil.copytree(paths.DATA / "mnist", tmp_path / "mnist")
    labels = tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(labels.read_bytes())
    content[1000] ^= 1
    labels.write_bytes(content)
    monkeypatch.setattr(paths, "DATA", tmp_path)

    with pytest.raises(data.DataError, match=r"t10k-labels.*SHA-256 must be"):
        data.load("mnist")


def test_a_missing_mnist_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "DATA", tmp_path)

    with pytest.raises(data.DataError, match="mnist: the data folder must exist; it is missing"):
        data.load("mnist")


def test_an_unknown_name_is_one_clear_line() -> None:
    with pytest.raises(data.DataError, match="existing folder; got 'mist'"):
        data.load("mist")
