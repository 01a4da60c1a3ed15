"""Keys: what makes them, and what an edit does to a record."""

import shutil
from dataclasses import replace

import pytest

import toy
from dlexp import paths
from dlexp.lab import fingerprint, keys, records, standing
from dlexp.lab.standing import State


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
    assert keys.identify(unit, code).key == before


def test_engine_is_no_part_of_a_key(bench, unit):
    reached = bench.store().identify(unit).code
    assert not [name for name in reached if name.startswith("dlexp.lab")]


def test_config_counts_with_its_methods(bench, unit):
    """They run without being named: the measure function calls ``config.something()``."""
    before = bench.store().identify(unit).key
    toy.edit(
        bench.experiment, "    nap: float = 0.02\n", "    nap: float = 0.02\n\n    def f(self): 1\n"
    )
    assert bench.store().identify(unit).key != before


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("arithmetic", "FACTOR = 2.0", "FACTOR = 3.0", ".arithmetic:FACTOR changed"),
        ("arithmetic", "FACTOR * x", "FACTOR + x", ".arithmetic:scale changed"),
        ("arithmetic", "FACTOR * x", "unused(x)", ".arithmetic:unused is reached now"),
        ("arithmetic", "FACTOR * x", "x", ".arithmetic:FACTOR is no longer reached"),
        ("experiment", ".normal(", ".uniform(", ".measure:draw changed"),
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
    entry = records.read_entry(stored.folder / "draw-seed=0.json")
    present = replace(stored.store().identify(unit), config={"size": 6, "nap": 0.02, "new": True})
    assert standing.differences(entry, present)[:2] == (
        'config: new "(none)" -> true',
        "config: size 3 -> 6",
    )


def test_order_of_settings_is_no_difference():
    old, new = {"net": {"width": 3, "depth": 2}}, {"net": {"depth": 2, "width": 3}}
    assert standing._config_differences(old, new) == []
