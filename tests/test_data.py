"""The dataset: exact, split honestly, and refused whole where anything is wrong."""

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlexp import data, paths
from idx_files import idx, small

MD5 = {
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
}
"""Of the files that LeCun, Cortes and Burges published, unpacked."""

SHA256 = {
    "train": "3851a07608f5aa3b f31af56ceed6a389 06181c7cf681648a",
    "validation": "16d685e9346dcfc9 df5aa6c90f502c54 25d3c1234cfbaee1",
    "test": "bc9f8f501f39b3ca 2fd8de6bdb8d1178 9e1c19b3fdc18541",
}
"""Of the images, the labels and the indices that every published result was made from."""


@pytest.fixture(scope="module")
def mnist() -> data.Dataset:
    return data.load("mnist")


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


def test_arrays_are_those_of_every_published_result(mnist: data.Dataset) -> None:
    for part, expected in SHA256.items():
        split = getattr(mnist, part)
        arrays = (split.images, split.labels, split.indices)
        digests = [hashlib.sha256(array.tobytes()).hexdigest()[:16] for array in arrays]

        assert " ".join(digests) == expected


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


@pytest.mark.parametrize("size", [0, -1, 55_001, 2.5, "7", None, float("nan")])
def test_subset_refuses_a_size_out_of_range(mnist: data.Dataset, size: Any) -> None:
    with pytest.raises(data.DataError, match=rf"1 \.\.\. 55000; got size={size!r}$"):
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


def test_a_sample_is_drawn_from_all_of_a_part_and_is_always_the_same(mnist: data.Dataset) -> None:
    drawn = mnist.test.sample(2_500)

    assert len(set(drawn.indices.tolist())) == 2_500
    assert abs(int((drawn.indices < 5_000).sum()) - 1_250) < 100
    np.testing.assert_array_equal(drawn.indices, mnist.test.sample(5_000).indices[:2_500])
    np.testing.assert_array_equal(drawn.images, mnist.test.images[drawn.indices])
    assert len(mnist.test.sample(20_000)) == 10_000
    with pytest.raises(data.DataError, match=r"`size` must be >= 1; got size=0$"):
        mnist.test.sample(0)


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("mist", "", "a" * 5_000, "a/" * 3_000, "a\0b", "a\nb"),
        *(None, 3, b"mnist", np.zeros(99), ["mnist"]),
    ],
    ids=lambda name: repr(name)[:20],
)
def test_a_name_that_stands_for_nothing_is_refused_in_one_short_line(name: Any) -> None:
    with pytest.raises(data.DataError) as refusal:
        data.load(name)

    message = str(refusal.value)
    assert re.fullmatch(r'`name` must be "mnist", "fashion_mnist" or an .+; got .+', message)
    assert len(message) < 200


def test_a_folder_is_named_by_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "digits" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "digits" / "raw")

    for name in (".", "../raw", Path()):
        with pytest.raises(data.DataError, match=r"^raw/train-images-idx3-ubyte: the file must"):
            data.load(name)


@pytest.mark.parametrize("name", ["two\nlines", "two\rlines", "\x1b[31mred", "two\u2028lines"])
def test_a_message_is_one_line_whatever_a_folder_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    with pytest.raises(data.DataError, match="the file must exist") as refusal:
        data.load(tmp_path / name)

    assert str(refusal.value).isprintable()


# --- Folders --------------------------------------------------------------------------------------


def test_a_folder_is_dealt_out_in_the_fixed_order(tmp_path: Path) -> None:
    dataset = data.load(small(tmp_path))

    assert [len(dataset.train), len(dataset.validation), len(dataset.test)] == [36, 4, 10]
    assert dataset.train.images.shape == (36, 5, 4, 1)
    assert dataset.num_classes == 3
    np.testing.assert_array_equal(
        np.concatenate([dataset.train.indices, dataset.validation.indices]), data.permutation(40)
    )


def test_classes_start_at_zero_though_none_is_labelled_so(tmp_path: Path) -> None:
    """As for EMNIST's letters, which are labelled from one."""
    folder = small(tmp_path)
    for part, size in (("train", 40), ("t10k", 10)):
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(1 + np.arange(size) % 26))

    letters = data.load(folder)

    assert letters.num_classes == 27
    assert len(letters.subset(30).train) == 30
    assert 0 not in letters.subset(30).train.labels


def test_test_images_that_were_learnt_from_are_refused(tmp_path: Path) -> None:
    folder = small(tmp_path)
    trained = np.random.default_rng(0).integers(0, 256, (400, 5, 4))
    tested = np.random.default_rng(1).integers(0, 256, (200, 5, 4))
    for shared, fine in ((2, True), (3, False)):
        tested[:shared] = trained[-shared:]
        for part, images in (("train", trained), ("t10k", tested)):
            (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
            (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.arange(len(images)) % 3))

        if fine:
            assert len(data.load(folder).test) == 200
        else:
            with pytest.raises(data.DataError, match=r"one in 100 test images .*; got 3 of 200$"):
                data.load(folder)


@pytest.mark.parametrize(("size", "validation"), [(9, None), (10, 1), (19, 1), (20, 2)])
def test_a_tenth_of_a_folder_is_its_validation_part(
    tmp_path: Path, size: int, validation: int | None
) -> None:
    folder = small(tmp_path, size)

    if validation is None:
        with pytest.raises(data.DataError, match=r"ten training images at least, .*; got 9$"):
            data.load(folder)
    else:
        assert len(data.load(folder).validation) == validation
