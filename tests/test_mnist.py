"""MNIST as it lies in the project: verified whenever it is used, unpacked once."""

import gzip
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlexp import data, paths
from idx_files import idx


@pytest.fixture(scope="module")
def mnist() -> data.Dataset:
    return data.load("mnist")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Load ``"mnist"`` from a copy, in a folder that is returned."""
    monkeypatch.setattr(paths, "DATA", tmp_path)
    monkeypatch.setattr(paths, "BUILD", tmp_path / "_build")
    return Path(shutil.copytree(paths.PROJECT / "data" / "mnist", tmp_path / "mnist"))


def test_a_changed_mnist_is_refused(copied: Path) -> None:
    """One flipped byte of an embedded file is enough."""
    labels = copied / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(labels.read_bytes())
    content[1000] ^= 1
    labels.write_bytes(content)

    with pytest.raises(data.DataError, match=r"t10k-labels.*SHA-256 must be"):
        data.load("mnist")


@pytest.mark.parametrize("damage", ["flipped", "emptied", "deleted", "never written"])
def test_unpacked_files_are_used_only_if_they_are_the_ones_meant(
    copied: Path, mnist: data.Dataset, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if damage == "never written":
        monkeypatch.setattr(paths, "BUILD", Path("/dev/null/_build"))
    data.load("mnist")
    if damage != "never written":
        shutil.rmtree(copied)  # what is there from now on is the unpacked files
        assert np.array_equal(data.load("mnist").test.images, mnist.test.images)
        unpacked = paths.BUILD / "data" / "t10k-images-idx3-ubyte"
        content = bytearray(unpacked.read_bytes())
        content[-1000] ^= 1
        unpacked.write_bytes({"flipped": bytes(content)}.get(damage, b""))
        if damage == "deleted":
            unpacked.unlink()
        with pytest.raises(data.DataError, match="the data folder must exist"):
            data.load("mnist")
        shutil.copytree(paths.PROJECT / "data" / "mnist", copied)

    assert np.array_equal(data.load("mnist").test.images, mnist.test.images)


@pytest.mark.parametrize(
    "name", ["t10k-labels-idx1-ubyte", "other-t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte"]
)
def test_what_lies_beside_mnist_is_never_used(copied: Path, mnist: data.Dataset, name: str) -> None:
    """The bytes that are used are the bytes that were verified."""
    content = idx(np.zeros(10_000))
    (copied / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    np.testing.assert_array_equal(data.load("mnist").test.labels, mnist.test.labels)


@pytest.mark.usefixtures("copied")
def test_archives_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changes between two readings cannot be verified by one and used by another."""
    opened: list[str] = []
    real = Path.open

    def counted(path: Path, *rest: Any, **more: Any) -> Any:
        opened.append(path.name)
        return real(path, *rest, **more)

    monkeypatch.setattr(Path, "open", counted)

    data.load("mnist")

    assert sorted(name for name in opened if name.endswith(".gz")) == sorted(data.MNIST_SHA256)


def test_a_missing_mnist_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "DATA", tmp_path)
    monkeypatch.setattr(paths, "BUILD", tmp_path / "_build")

    with pytest.raises(data.DataError, match="mnist: the data folder must exist; it is missing"):
        data.load("mnist")


def test_a_missing_file_of_mnist_is_one_clear_line(copied: Path) -> None:
    (copied / "t10k-labels-idx1-ubyte.gz").unlink()

    with pytest.raises(data.DataError, match=r"^t10k-labels-idx1-ubyte\.gz: the file must exist"):
        data.load("mnist")
