"""The store: what it keeps, what it refuses, what it says."""

import importlib
import itertools
import json
import math
import shutil
import sys
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toy
from dlexp import paths
from dlexp.lab import fingerprint, results
from dlexp.lab.results import DamagedRecord, Measurement, MissingResult, State, Store, Unit

NUMBERS = {"mean": 0.5, "history": {"loss": [1.0, 0.25], "name": "toy"}, "count": 3, "none": None}
ARRAYS = {"weights": np.arange(6, dtype=np.float16).reshape(2, 3), "one": np.array(7)}
PROVENANCE = {"seconds": 1.5, "versions": {"numpy": np.__version__}}
_fresh_names = (f"toy_{i}" for i in itertools.count())


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A toy experiment that this process imports, and stores that see its files as they are."""
    name = next(_fresh_names)
    package = tmp_path / "code" / name
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "arithmetic.py").write_text(toy.ARITHMETIC)
    source = toy.EXPERIMENT.replace("from dlexp.byhand import", f"from {name} import")
    (package / "toy.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path / "code")
    module = importlib.import_module(f"{name}.toy")

    def store() -> Store:
        code = fingerprint.Code([tmp_path / "code", paths.PROJECT / "code"])
        return Store(tmp_path / "results", tmp_path / "attic", code)

    yield SimpleNamespace(
        module=module,
        units=module.units(),
        experiment=package / "toy.py",
        arithmetic=package / "arithmetic.py",
        store=store,
        folder=tmp_path / "results" / "toy",
        attic=tmp_path / "attic",
    )
    for loaded in [each for each in sys.modules if each.split(".")[0] == name]:
        del sys.modules[loaded]


@pytest.fixture
def unit(bench):
    return bench.units[0]


@pytest.fixture
def stored(bench, unit):
    """The bench with the record of its first unit."""
    bench.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    return bench


# ---- units ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Config:
    filters: int = 128
    rate: float = 1e-3
    sizes: tuple[int, ...] = (3, 5)
    name: str = "plain"


def train(config, seed):
    """Stands for a measure function; never called."""
    raise NotImplementedError(config, seed)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "train-seed=3"),
        ({"filters": 64}, "train-filters=64-seed=3"),
        ({"filters": 64, "rate": 0.5}, "train-filters=64-rate=0.5-seed=3"),
        ({"sizes": (1, 2)}, "train-sizes=_1_2_-seed=3"),
        ({"name": "a/../b c"}, "train-name=a_.._b_c-seed=3"),
    ],
)
def test_name_has_what_is_not_published(settings, name):
    assert Unit(measure=train, config=Config(**settings), seed=3).name == name


@given(name=st.text(max_size=300))
def test_name_is_safe_for_files(name):
    made = Unit(measure=train, config=Config(name=name), seed=3).name
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._=+-")
    assert len(made) < 120
    assert made.startswith("train-")


def test_slug_and_place(unit):
    assert (unit.slug, unit.place) == ("toy", "toy/draw-seed=0")


def test_unit_must_have_a_top_level_function():
    with pytest.raises(ValueError, match="top-level function"):
        Unit(measure=lambda *_: None, config=Config(), seed=0)


@pytest.mark.parametrize("config", [{"filters": 3}, Config])
def test_unit_must_have_a_config(config):
    with pytest.raises(TypeError, match="config must be a dataclass instance"):
        Unit(measure=train, config=config, seed=0)


# ---- keys -------------------------------------------------------------------------------------


def test_key_is_made_of_function_config_seed_and_needs(bench):
    identify = bench.store().identify
    unit, other, *_, doubled = bench.units
    keys = [
        identify(unit).key,
        identify(other).key,
        identify(replace(unit, config=bench.module.Config(size=4))).key,
        identify(doubled).key,
        identify(replace(doubled, needs=(other,))).key,
        identify(replace(doubled, needs=())).key,
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == bench.store().identify(bench.module.units()[0]).key


def test_key_does_not_depend_on_the_place(bench, unit, tmp_path):
    before = bench.store().identify(unit).key
    shutil.copytree(tmp_path / "code", tmp_path / "elsewhere")
    code = fingerprint.Code([tmp_path / "elsewhere", paths.PROJECT / "code"])
    assert results.identify(unit, code).key == before


def test_engine_is_no_part_of_a_key(bench, unit):
    reached = bench.store().identify(unit).code
    assert not [name for name in reached if name.startswith("dlexp.lab.results")]


def test_config_counts_with_its_methods(bench, unit):
    """They run without being named: the measure function calls ``config.something()``."""
    before = bench.store().identify(unit).key
    toy.edit(
        bench.experiment, "    nap: float = 0.02\n", "    nap: float = 0.02\n\n    def f(self): 1\n"
    )
    assert bench.store().identify(unit).key != before


# ---- plain values -----------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_numbers_must_be_finite(stored, unit, bad):
    """Nothing is written then, and the record that was there stays."""
    measurement = Measurement(numbers={"history": {"loss": [1.0, bad]}})
    with pytest.raises(
        ValueError, match=r"finite; received -?(nan|inf) at numbers.history.loss\[1\]"
    ):
        stored.store().put(unit, measurement, PROVENANCE)
    assert stored.store().get(unit).numbers == NUMBERS


@pytest.mark.parametrize("bad", [{1, 2}, b"bytes", 1j, np.zeros(3), object(), {1: "a"}])
def test_numbers_must_be_plain(bad):
    with pytest.raises(TypeError, match=r"numbers\.x"):
        results.plain({"x": bad}, "numbers")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(PLAIN)
def test_plain_values_survive_json(value):
    assert json.loads(json.dumps(results.plain(value, "x"))) == value


def test_arrays_of_objects_are_refused(bench, unit):
    measurement = Measurement(numbers={}, arrays={"a": np.array([{}])})
    with pytest.raises(TypeError, match="array a holds Python objects"):
        bench.store().put(unit, measurement, PROVENANCE)


# ---- there and back ---------------------------------------------------------------------------


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
    packed = results.pack(arrays)
    assert packed == results.pack(dict(reversed(arrays.items())))
    for name, array in results.unpack(packed).items():
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


# ---- stale, and why ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("arithmetic", "FACTOR = 2.0", "FACTOR = 3.0", ".arithmetic:FACTOR changed"),
        ("arithmetic", "FACTOR * x", "FACTOR + x", ".arithmetic:scale changed"),
        ("arithmetic", "FACTOR * x", "unused(x)", ".arithmetic:unused is reached now"),
        ("arithmetic", "FACTOR * x", "x", ".arithmetic:FACTOR is no longer reached"),
        ("experiment", ".normal(", ".uniform(", ".toy:draw changed"),
    ],
)
def test_edit_makes_stale_and_undoing_makes_current(stored, unit, file, old, new, reason):
    source = getattr(stored, file)
    before = source.read_text()
    toy.edit(source, old, new)
    standing = stored.store().inspect(unit)
    assert standing.state is State.STALE
    assert any(each.endswith(reason) for each in standing.reasons)
    assert stored.store().get(unit) is None
    source.write_text(before)
    assert stored.store().inspect(unit).state is State.CURRENT


def test_setting_makes_stale(stored, unit):
    """The name stays where a default changes; the reason names the field."""
    entry = results._read(stored.folder / "draw-seed=0.json")
    present = replace(stored.store().identify(unit), config={"size": 6, "nap": 0.02, "new": True})
    assert results._differences(entry, present)[:2] == (
        'config: new "(none)" -> true',
        "config: size 3 -> 6",
    )


def test_order_of_settings_is_no_difference():
    old, new = {"net": {"width": 3, "depth": 2}}, {"net": {"depth": 2, "width": 3}}
    assert results._config_differences(old, new) == []


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


# ---- damage -----------------------------------------------------------------------------------


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
        assert "it is that of toy/draw-seed=" in stored.store().inspect(unit).reasons[0]
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
    with pytest.raises(ValueError, match="allow_pickle=False"):
        results.unpack(file.read_bytes())


def test_record_that_is_being_replaced_is_not_moved_aside(stored, unit):
    """Whoever holds the lock is writing it anew."""
    file = stored.folder / "draw-seed=0.json"
    file.write_bytes(b"")
    with stored.store().lock(unit).acquire(timeout=0):
        assert stored.store().get(unit) is None
        assert file.exists()
    assert stored.store().get(unit) is None
    assert not file.exists()


# ---- writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fails_at", [1, 2])
def test_write_that_fails_leaves_no_half_record(stored, unit, monkeypatch, fails_at):
    """Arrays come first and the JSON last: what was not finished is not there."""
    toy.edit(stored.arithmetic, "FACTOR = 2.0", "FACTOR = 3.0")
    calls = itertools.count(1)
    write = results._write

    def failing(file, data):
        if next(calls) == fails_at:
            raise OSError("no space left on device")
        write(file, data)

    monkeypatch.setattr(results, "_write", failing)
    with pytest.raises(OSError, match="no space"):
        stored.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert stored.store().inspect(unit).state is State.MISSING
    monkeypatch.undo()
    store = stored.store()
    store.put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert store.inspect(unit).state is State.CURRENT


def test_temporary_files_of_a_killed_driver_are_removed(stored, unit):
    (stored.folder / ".draw-seed=0.0123.tmp").write_bytes(b"half")
    stored.store().put(unit, Measurement(numbers=NUMBERS, arrays=ARRAYS), PROVENANCE)
    assert sorted(file.name for file in stored.folder.iterdir()) == [
        "draw-seed=0.json",
        "draw-seed=0.npz",
    ]
