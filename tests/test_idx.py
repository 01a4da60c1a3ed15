"""IDX files and folders of them: copies as sites lay them out load; what is wrong is one line."""

import gzip
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import idx_files as damaged
from dlexp import data
from idx_files import (
    IMAGES,
    LABELS,
    TEST_IMAGES,
    TEST_LABELS,
    idx,
    small,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "digits").mkdir()
    return small(tmp_path / "digits")


def refusal(folder: Path) -> str:
    """Return the one line by which a folder is refused."""
    with pytest.raises(data.DataError) as caught:
        data.load(folder)
    assert str(caught.value).isprintable()
    return str(caught.value)


def compress(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def rename(folder: Path, name: Callable[[str], str]) -> None:
    for path in list(folder.iterdir()):
        path.rename(folder / name(path.name))


# --- Copies as sites lay them out -----------------------------------------------------------------


def all_compressed(folder: Path) -> None:
    for path in list(folder.iterdir()):
        compress(path)
        path.unlink()


def plain_beside_compressed(folder: Path) -> None:
    """As torchvision leaves them."""
    for path in list(folder.iterdir()):
        compress(path)


def with_dots(folder: Path) -> None:
    rename(folder, lambda name: name.replace("-idx", ".idx"))


def beside_folders_of_the_same_names(folder: Path) -> None:
    """As an archive of Kaggle's unpacks."""
    for path in list(folder.iterdir()):
        dotted = folder / path.name.replace("-idx", ".idx")
        path.rename(dotted)
        path.mkdir()
        shutil.copy(dotted, path / path.name)


def as_emnist(folder: Path) -> None:
    rename(folder, lambda name: f"emnist-digits-{name.replace('t10k', 'test')}")


def among_others(folder: Path) -> None:
    for name in ("mapping.txt", "train-images.png", "train-images-idx3-ubyte.gz.part", "a\nb"):
        (folder / name).write_text("nothing")


def in_pieces(folder: Path) -> None:
    """A .gz of two members, with zeros after them, is one file still."""
    path = folder / IMAGES
    content = path.read_bytes()
    pieces = gzip.compress(content[:99]) + gzip.compress(content[99:])
    path.with_name(path.name + ".gz").write_bytes(pieces + bytes(512))
    path.unlink()


def linked(folder: Path) -> None:
    path = folder / IMAGES
    path.rename(folder / "elsewhere")
    path.symlink_to("elsewhere")


LAYOUTS = [
    all_compressed,
    plain_beside_compressed,
    with_dots,
    beside_folders_of_the_same_names,
    as_emnist,
    among_others,
    in_pieces,
    linked,
]


@pytest.mark.parametrize("lay_out", LAYOUTS)
def test_copies_as_sites_lay_them_out_load(folder: Path, lay_out: Callable[[Path], None]) -> None:
    plain = data.load(folder)

    lay_out(folder)

    found = data.load(folder)
    for part in ("train", "validation", "test"):
        for name in ("images", "labels", "indices"):
            np.testing.assert_array_equal(
                getattr(getattr(found, part), name), getattr(getattr(plain, part), name)
            )


@pytest.mark.parametrize("place", ["raw", "MNIST/raw", IMAGES])
def test_files_in_a_folder_below_are_pointed_to(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(parents=True)
    small(tmp_path / place)

    assert refusal(tmp_path).endswith(f"it is missing (there are such files in {place})")


# --- Which files belong together ------------------------------------------------------------------


def other_prefix(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        rename(folder, lambda each: ("b-" if each == name else "a-") + each)

    return change


def test_words_for_testing_do_not_mix(folder: Path) -> None:
    (folder / TEST_LABELS).rename(folder / TEST_LABELS.replace("t10k", "test"))

    assert "of one dataset, by their names; got t10k-images" in refusal(folder)


@pytest.mark.parametrize("name", [IMAGES, LABELS, TEST_IMAGES, TEST_LABELS])
def test_files_of_two_datasets_never_pair(folder: Path, name: str) -> None:
    other_prefix(name)(folder)

    assert "digits: the files must be of one dataset, by their names; got " in refusal(folder)
    assert "b-" in refusal(folder)


@pytest.mark.parametrize("name", [IMAGES, TEST_LABELS])
def test_ways_to_name_files_do_not_mix(folder: Path, name: str) -> None:
    (folder / name).rename(folder / name.replace("-idx", ".idx"))

    assert "must be of one dataset" in refusal(folder)


def test_two_datasets_in_a_folder_are_one_too_many(folder: Path) -> None:
    for path in list(folder.iterdir()):
        shutil.copy(path, folder / f"letters-{path.name}")

    assert "digits: there must be one file of train images; got " in refusal(folder)


def test_a_plain_file_and_its_gz_hold_the_same(folder: Path) -> None:
    path = compress(folder / LABELS)
    (folder / LABELS).write_bytes(idx(np.arange(40) % 2))

    assert refusal(folder) == f"{path.name}: must hold the same as {LABELS}; got other bytes"


# --- Damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        (IMAGES, damaged.truncate, "shape (40, 5, 4) takes 816 bytes; got 813"),
        (IMAGES, damaged.lengthen, "shape (40, 5, 4) takes 816 bytes; got more"),
        (LABELS, damaged.empty, "an IDX header takes 8 bytes; got 0"),
        (TEST_IMAGES, damaged.change_magic, "the magic number must be 0x803; got 0x804"),
        (TEST_LABELS, damaged.remove, "the file must exist, plain or .gz; it is missing"),
        (
            LABELS,
            damaged.forget_a_label,
            f"one label for each of the 40 images in {IMAGES}; got 39",
        ),
        (
            TEST_IMAGES,
            damaged.change_the_size,
            "must be (5, 4) like the training images; got (6, 6)",
        ),
        (IMAGES, damaged.hold_nothing, "there must be one image at least; got none"),
        (IMAGES, damaged.have_no_pixels, "images must have one pixel at least; got (0, 0)"),
        (
            IMAGES,
            damaged.announce(2**31, 2**31, 4),
            "takes 18446744073709551632 bytes; got at most",
        ),
        (
            IMAGES,
            damaged.announce(*3 * [2**32 - 1]),
            "takes 79228162458924105385300197391 bytes; got at",
        ),
        (LABELS, damaged.dangle, "the file must exist; it is missing"),
        (LABELS, damaged.go_round, "must be readable; got: Too many levels of symbolic links"),
        (LABELS, damaged.be_a_folder, "the file must exist, plain or .gz; it is missing"),
        (LABELS, damaged.be_a_pipe, "must be a regular file; got another kind of entry"),
        (LABELS, damaged.be_a_device, "must be a regular file; got another kind of entry"),
        (IMAGES, damaged.be_enormous, "must have 1073741824 bytes at most; got 2147483648"),
    ],
)
@pytest.mark.timeout(20)  # nobody writes into the pipe
def test_a_damaged_folder_is_refused_in_one_line(
    folder: Path, name: str, damage: Callable[[Path], None], message: str
) -> None:
    damage(folder / name)

    assert message in refusal(folder)
    assert name in refusal(folder)


# --- Compressed files -----------------------------------------------------------------------------


def bomb(head: bytes) -> bytes:
    """Return 20 kB that unpack to twenty million bytes."""
    return gzip.compress(head + bytes(20_000_000), 9)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(idx(np.zeros((40, 5, 4))))[:-20], "must be a whole gzip file; got: "),
        (gzip.compress(idx(np.zeros((40, 5, 4)))) + b"more", "must be a whole gzip file; got: "),
        (idx(np.zeros((40, 5, 4))), "must be a whole gzip file; got: Not a gzipped file"),
        (bomb(struct.pack(">4I", 0x803, 40, 5, 4)), "takes 816 bytes; got more"),
        (bomb(struct.pack(">4I", 0x803, 2**30, 1, 1)), "takes 1073741840 bytes; got at most "),
        (gzip.compress(struct.pack(">4I", 0x803, 9**9, 1, 1)), "takes 387420505 bytes; got at"),
    ],
    ids=["cut short", "more after it", "not packed", "bomb", "large bomb", "empty threat"],
)
def test_a_compressed_file_is_unpacked_no_further_than_it_should(
    folder: Path, content: bytes, message: str
) -> None:
    import tracemalloc

    (folder / IMAGES).unlink()
    (folder / f"{IMAGES}.gz").write_bytes(content)

    tracemalloc.start()
    line = refusal(folder)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert line.startswith(f"{IMAGES}.gz: ")
    assert message in line
    assert most < 3_000_000
