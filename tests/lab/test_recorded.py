"""What PyTorch was recorded to give is checked before it is used."""

import hashlib
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.lab.recorded import recorded


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pytorch").mkdir()
    monkeypatch.setattr(paths, "DATA", tmp_path)
    return tmp_path / "pytorch"


def test_values_come_back(data: Path) -> None:
    (data / "conv.json").write_text('{"a": [1, 2]}')
    digest = hashlib.sha256(b'{"a": [1, 2]}').hexdigest()

    assert recorded("conv", digest) == {"a": [1, 2]}


def test_another_file_is_refused(data: Path) -> None:
    (data / "conv.json").write_text("{}")

    with pytest.raises(ValueError, match=r"conv.json: SHA-256 must be .*; got .*git checkout"):
        recorded("conv", "0" * 64)
