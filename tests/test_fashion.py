"""The second data set: the part that it says, verified whenever it is used."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp import data, paths
from dlexp.fashion import CLASSES, FASHION_SHA256
from draw_fashion import SIZES, drawn, parts
from idx_files import idx

SHA256 = {
    "train": "730c67a9d1415558 8896ea0cce282e8d c760e1fc11d30d9a",
    "validation": "135c3b8cc63083ef 43306856338dccfe cd5c9299b8d794d2",
    "test": "915bad5b44091e29 531f0f9a2e48cda2 e8c9ceaf5aacc63c",
}
"""Of the images, the labels and the indices that every published result was made from."""

OFFICIAL = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package has the official files."""


@pytest.fixture(scope="module")
def clothes() -> data.Dataset:
    return data.load("fashion_mnist")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Load ``"fashion_mnist"`` from a copy, in a folder that is returned."""
    monkeypatch.setattr(paths, "DATA", tmp_path)
    name = "fashion_mnist"
    return Path(shutil.copytree(paths.PROJECT / "data" / name, tmp_path / name))


def test_arrays_are_those_of_every_published_result(clothes: data.Dataset) -> None:
    for part, expected in SHA256.items():
        split = getattr(clothes, part)
        arrays = (split.images, split.labels, split.indices)
        digests = [hashlib.sha256(array.tobytes()).hexdigest()[:16] for array in arrays]

        assert " ".join(digests) == expected


def test_embedded_files_are_small_enough_to_carry() -> None:
    folder = paths.DATA / "fashion_mnist"

    assert sum(path.stat().st_size for path in folder.iterdir()) < 8_000_000
    assert {path.name for path in folder.iterdir()} == {*FASHION_SHA256, "LICENSE"}


def test_parts_are_disjoint_and_whole(clothes: data.Dataset) -> None:
    train, validation = set(clothes.train.indices), set(clothes.validation.indices)

    assert train.isdisjoint(validation)
    assert train | validation == set(range(SIZES["train"]))
    assert len(clothes.validation) == data.FASHION_VALIDATION
    assert len(clothes.test) == SIZES["test"]


def test_no_image_stands_in_two_parts_and_each_class_is_there(clothes: data.Dataset) -> None:
    parts = (clothes.train, clothes.validation, clothes.test)
    images = [{image.tobytes() for image in part.images} for part in parts]

    assert sum(map(len, images)) == len(set.union(*images)) == sum(SIZES.values())
    assert np.bincount(clothes.test.labels).tolist() == [300] * clothes.num_classes
    assert clothes.num_classes == len(CLASSES) == 10


def test_it_is_what_a_folder_of_its_files_gives_but_for_the_split(clothes: data.Dataset) -> None:
    folder = data.load(paths.DATA / "fashion_mnist")

    np.testing.assert_array_equal(folder.test.images, clothes.test.images)
    assert (len(folder.validation), len(clothes.validation)) == (1_400, 2_000)


def test_a_changed_file_is_refused(copied: Path) -> None:
    """One flipped byte of an embedded file is enough."""
    labels = copied / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(labels.read_bytes())
    content[1000] ^= 1
    labels.write_bytes(content)

    with pytest.raises(data.DataError, match=r"t10k-labels.*SHA-256 must be"):
        data.fashion()


def test_what_lies_beside_it_is_never_used(copied: Path, clothes: data.Dataset) -> None:
    (copied / "t10k-labels-idx1-ubyte").write_bytes(idx(np.zeros(3_000)))

    np.testing.assert_array_equal(data.fashion().test.labels, clothes.test.labels)


def test_what_is_missing_is_one_clear_line(copied: Path) -> None:
    (copied / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(data.DataError, match=r"^t10k-labels-idx1-ubyte\.gz: the file must exist"):
        data.fashion()

    shutil.rmtree(copied)
    with pytest.raises(data.DataError, match="fashion_mnist: the data folder must exist; it is m"):
        data.fashion()


# --- How it was drawn -----------------------------------------------------------------------------


@given(
    per_class=st.integers(1, 5), classes=st.integers(1, 6), spare=st.integers(0, 4), data_=st.data()
)
def test_as_many_of_each_class_are_drawn_in_the_order_of_the_file(
    per_class: int, classes: int, spare: int, data_: Any
) -> None:
    whole = [label for label in range(classes) for _ in range(per_class + spare)]
    labels = np.array(data_.draw(st.permutations(whole)), np.uint8)

    kept = drawn(labels, per_class * classes)

    assert np.bincount(labels[kept], minlength=classes).tolist() == [per_class] * classes
    assert (np.diff(kept) > 0).all()


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="dataset-fashion-mnist is not installed")
def test_the_embedded_images_are_drawn_from_the_official_ones(clothes: data.Dataset) -> None:
    official = parts(OFFICIAL)

    np.testing.assert_array_equal(
        official["test"].images, np.rint(255 * clothes.test.images[..., 0])
    )
    order = np.concatenate([clothes.train.indices, clothes.validation.indices])
    labels = np.concatenate([clothes.train.labels, clothes.validation.labels])
    np.testing.assert_array_equal(official["train"].labels[order], labels)
