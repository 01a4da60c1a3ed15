"""The store: what it keeps, what it refuses, what it says."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from benches import ARRAYS, NUMBERS, PROVENANCE
from dlexp.lab import records, store
from dlexp.lab.standing import State
from dlexp.lab.store import MissingResult
from dlexp.lab.units import Measurement


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_numbers_must_be_finite(stored, unit, bad):
    """Nothing is written then, and the record that was there stays."""
    measurement = Measurement(numbers={"history": {"loss": [1.0, bad]}})
    with pytest.raises(ValueError, match=r"finite; got -?(nan|inf) at numbers.history.loss\[1\]"):
        stored.store().put(unit, measurement, PROVENANCE)
    assert stored.store().get(unit).numbers == NUMBERS


def test_arrays_of_objects_are_refused(bench, unit):
    measurement = Measurement(numbers={}, arrays={"a": np.array([{}])})
    with pytest.raises(TypeError, match="got Python objects in array a"):
        bench.store().put(unit, measurement, PROVENANCE)


def test_record_comes_back_as_it_was(stored, unit):
    record = stored.store().get(unit)
    assert (record.slug, record.name, record.seed) == ("toy", "draw-seed=0", 0)
    assert record.config == {"size": 3, "nap": 0.02}
    assert (record.numbers, record.provenance) == (NUMBERS, PROVENANCE)
    assert list(record.arrays) == sorted(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(record.arrays[name], array, strict=True)
        assert not record.arrays[name].flags.writeable


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        st.tuples(st.sampled_from(["f2", "f8", "i1", ">u4", "?", "U3", "c8"]), st.integers(0, 3)),
        max_size=3,
    )
)
def test_arrays_survive_packing(kinds):
    arrays = {name: np.ones((2,) * n, dtype) for name, (dtype, n) in kinds.items()}
    packed = records.pack(arrays)
    assert packed == records.pack(dict(reversed(arrays.items())))
    for name, array in records.unpack(packed, records.members(arrays), "x").items():
        np.testing.assert_array_equal(array, arrays[name], strict=True)


def test_what_is_written_is_the_same_every_time(stored, unit):
    before = {file.name: file.read_bytes() for file in stored.folder.iterdir()}
    assert set(before) == {"draw-seed=0.json", "draw-seed=0.npz"}
    stored.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert {file.name: file.read_bytes() for file in stored.folder.iterdir()} == before


def test_json_is_for_people_and_diffs(stored):
    text = (stored.folder / "draw-seed=0.json").read_text()
    entry = json.loads(text)
    assert text == json.dumps(entry, indent=1, sort_keys=True) + "\n"
    assert {"schema", "key", "config", "seed", "numbers", "code", "needs", "checksum"} <= set(entry)
    assert entry["arrays"]["members"]["weights"]["shape"] == [2, 3]


def test_no_arrays_no_second_file(bench, unit):
    bench.store().put(unit, Measurement(numbers=NUMBERS), PROVENANCE)
    assert [file.name for file in bench.folder.iterdir()] == ["draw-seed=0.json"]
    assert dict(bench.store().get(unit).arrays) == {}


def test_load_in_order_or_say_what_to_run(stored):
    first, second = stored.units[:2]
    with pytest.raises(MissingResult, match=r"toy/draw-seed=1: python -m dlexp run toy$"):
        stored.store().load([first, second])
    stored.store().put(second, Measurement(numbers={}), {})
    assert [r.seed for r in stored.store().load([second, first, second])] == [1, 0, 1]


def test_superseded_record_waits_in_the_attic(stored, unit):
    before = {file.name: file.read_bytes() for file in stored.folder.iterdir()}
    toy.edit(stored.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    stored.store().put(unit, Measurement(numbers={"mean": 2}), {})
    assert stored.store().get(unit).numbers == {"mean": 2}
    assert not (stored.folder / "draw-seed=0.npz").exists()
    toy.edit(stored.arithmetic, "FACTOR = 3.0", "FACTOR = 2.0")
    assert stored.store().get(unit) is None  # reading restores nothing
    assert stored.store().restore(unit).numbers == NUMBERS
    assert {file.name: file.read_bytes() for file in stored.folder.iterdir()} == before


def test_damaged_record_in_the_attic_is_not_taken(stored, unit):
    key = stored.store().identify(unit).key
    toy.edit(stored.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    stored.store().put(unit, Measurement(numbers={"mean": 2}), {})
    (stored.attic / "toy" / f"{key}.npz").write_bytes(b"")
    toy.edit(stored.arithmetic, "FACTOR = 3.0", "FACTOR = 2.0")
    assert stored.store().restore(unit) is None


def test_sweep_moves_what_no_unit_has(stored):
    stray = stored.folder / "no-such-unit.npz"  # a kill between the two files leaves one
    stray.write_bytes(b"")
    store = stored.store()
    assert [file.name for file in store.sweep("toy", stored.units)] == ["no-such-unit.npz"]
    assert len(store.sweep("toy", stored.units[1:])) == 2
    assert list(stored.folder.iterdir()) == []


@pytest.mark.parametrize("fails_at", [1, 2])
def test_write_that_fails_leaves_no_half_record(stored, unit, monkeypatch, fails_at):
    """Arrays come first and the JSON last: what was not finished is not there."""
    toy.edit(stored.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    calls = itertools.count(1)
    write = store.write_whole

    def failing(file, data):
        if next(calls) == fails_at:
            raise OSError("no space left on device")
        write(file, data)

    monkeypatch.setattr(store, "write_whole", failing)
    with pytest.raises(OSError, match="no space"):
        stored.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert stored.store().inspect(unit).state is State.MISSING
    monkeypatch.undo()
    again = stored.store()
    again.put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert again.inspect(unit).state is State.CURRENT


def test_temporary_files_of_a_killed_driver_are_removed(stored, unit):
    (stored.folder / ".draw-seed=0.0123.tmp").write_bytes(b"half")
    stored.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert sorted(file.name for file in stored.folder.iterdir()) == [
        "draw-seed=0.json",
        "draw-seed=0.npz",
    ]
