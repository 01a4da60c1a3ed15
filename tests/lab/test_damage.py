"""Damaged records: noticed, reported, moved aside, and never loaded."""

import shutil

import numpy as np
import pytest

from benches import ARRAYS, PROVENANCE
from dlexp.lab import records
from dlexp.lab.records import DamagedRecord
from dlexp.lab.standing import State
from dlexp.lab.units import Measurement


def _flip_every_byte(data: bytes, step: int):
    for i in range(0, len(data), step):
        yield data[:i] + bytes([data[i] ^ (1 << i % 8)]) + data[i + 1 :]


@pytest.mark.parametrize("suffix", [".json", ".npz"])
def test_every_flipped_bit_is_noticed(stored, unit, suffix):
    file = stored.folder / f"draw-seed=0{suffix}"
    good = file.read_bytes()
    store = stored.store()
    for data in _flip_every_byte(good, step=1 if suffix == ".npz" else 3):
        file.write_bytes(data)
        assert store.inspect(unit).state is State.DAMAGED
    file.write_bytes(good)
    assert store.inspect(unit).state is State.CURRENT


HARM = {
    "truncated": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "garbage": lambda _: bytes(range(256)) * 20,
    "longer": lambda data: data + b" x",
    "a list": lambda _: b"[1, 2]",
    "deep": lambda _: b"[" * 200_000,
    "NaN": lambda data: data.replace(b"0.5", b"NaN"),
    "another number": lambda data: data.replace(b'"mean": 0.5', b'"mean": 0.9'),
    "another provenance": lambda data: data.replace(b'"seconds": 1.5', b'"seconds": 9.5'),
}


@pytest.mark.parametrize("how", HARM)
def test_damaged_record_is_reported_moved_aside_and_missing(stored, unit, how, capsys):
    file = stored.folder / "draw-seed=0.json"
    harmed = HARM[how](file.read_bytes())
    assert harmed != file.read_bytes()
    file.write_bytes(harmed)
    assert stored.store().get(unit) is None
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "draw-seed=0.json" in err
    assert list(stored.folder.iterdir()) == []
    (kept,) = (stored.attic / "damaged").glob("*.json")
    assert kept.read_bytes() == harmed
    assert stored.store().inspect(unit).state is State.MISSING


@pytest.mark.parametrize("how", ["truncated", "emptied", "garbage", "longer"])
def test_damaged_arrays_take_the_record_with_them(stored, unit, how):
    file = stored.folder / "draw-seed=0.npz"
    file.write_bytes(HARM[how](file.read_bytes()))
    assert stored.store().inspect(unit).state is State.DAMAGED
    assert stored.store().get(unit) is None
    assert list(stored.folder.iterdir()) == []


def test_lost_arrays_take_the_record_with_them(stored, unit):
    (stored.folder / "draw-seed=0.npz").unlink()
    assert "must lie beside it" in stored.store().inspect(unit).reasons[0]


def test_swapped_records_are_noticed(stored):
    first, second = stored.units[:2]
    stored.store().put(second, Measurement(numbers={"mean": 2}, arrays=ARRAYS), PROVENANCE)
    one, two = (stored.folder / f"draw-seed={i}.json" for i in (0, 1))
    texts = one.read_bytes(), two.read_bytes()
    two.write_bytes(texts[0])
    one.write_bytes(texts[1])
    for unit in (first, second):
        assert "got that of toy/draw-seed=" in stored.store().inspect(unit).reasons[0]
        assert stored.store().get(unit) is None


def test_swapped_arrays_are_noticed(stored):
    first, second = stored.units[:2]
    stored.store().put(second, Measurement(numbers={}, arrays={"a": np.ones(2)}), PROVENANCE)
    shutil.copy(stored.folder / "draw-seed=1.npz", stored.folder / "draw-seed=0.npz")
    assert stored.store().get(first) is None
    assert stored.store().get(second) is not None


def test_arrays_that_change_after_the_record_was_read(stored, unit):
    record = stored.store().get(unit)
    (stored.folder / "draw-seed=0.npz").write_bytes(b"other")
    with pytest.raises(DamagedRecord, match="SHA-256"):
        record.arrays["weights"]


def test_pickle_is_never_loaded(tmp_path):
    file = tmp_path / "evil.npz"
    np.savez(file, evil=np.array([{"a": 1}], dtype=object))
    listed = {"evil": {"dtype": "|O", "shape": [1], "sha256": ""}}
    with pytest.raises(DamagedRecord, match="allow_pickle=False"):
        records.unpack(file.read_bytes(), listed, "evil.npz")


def test_record_that_is_being_replaced_is_not_moved_aside(stored, unit):
    """Whoever holds the lock is writing it anew."""
    file = stored.folder / "draw-seed=0.json"
    file.write_bytes(b"")
    with stored.store().lock(unit).acquire(timeout=0):
        assert stored.store().get(unit) is None
        assert file.exists()
    assert stored.store().get(unit) is None
    assert not file.exists()
