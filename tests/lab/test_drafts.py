"""What a draft reads: the newest record that there is, noted when it is stale, or none at all."""

import shutil

import pytest

from benches import PROVENANCE
from dlexp.lab import drafts, runs, store
from dlexp.lab.drafts import Absent, Stale
from dlexp.lab.records import Record
from dlexp.lab.store import MissingResult
from dlexp.lab.units import Measurement


@pytest.fixture(autouse=True)
def unread():
    """Nothing was read yet, and no test leaves a draft behind."""
    drafts.READ.clear()
    yield
    drafts.show(on=False)
    drafts.READ.clear()


def put(bench, unit, mean: float, date: str) -> None:
    measured = Measurement(
        numbers={"mean": mean, "nets": {"dense": 1.0}}, arrays={"values": [mean]}
    )
    bench.store().put(unit, measured, {**PROVENANCE, "date": date})


def edit(bench, factor: str) -> None:
    text = bench.arithmetic.read_text()
    bench.arithmetic.write_text(text.replace(text.split("FACTOR = ")[1].split("\n")[0], factor, 1))


def found(bench, unit) -> Record:
    [record] = drafts.load([unit], bench.store())
    return record


def test_current_record_is_itself_and_reading_it_is_not_noted(bench, unit):
    put(bench, unit, 1.0, "2026-01-01")

    record = found(bench, unit)

    assert type(record) is Record
    assert (record.numbers["mean"], drafts.READ) == (1.0, set())


def test_stale_record_is_noted_when_what_it_holds_is_read_and_not_before(bench, unit):
    put(bench, unit, 1.0, "2026-01-01")
    edit(bench, "3.0")

    record = found(bench, unit)

    assert isinstance(record, Stale)
    assert (record.name, record.seed, record.settings, drafts.READ) == (
        unit.name, unit.seed, unit.settings, set(),
    )  # fmt: skip
    for part in ("numbers", "arrays", "provenance", "config"):
        drafts.READ.clear()
        getattr(record, part)
        assert set(drafts.READ) == {unit.place}, part


def test_of_several_stale_records_the_newest_is_taken(bench, unit):
    for factor, mean, date in (
        ("3.0", 3.0, "2026-03-01"),
        ("4.0", 4.0, "2026-04-01"),
        ("2.5", 2.5, "2026-02-01"),  # lies in the unit's place, and is older than one in the attic
    ):
        edit(bench, factor)
        put(bench, unit, mean, date)
    edit(bench, "9.0")

    record = found(bench, unit)

    assert isinstance(record, Stale)
    assert record.numbers["mean"] == 4.0
    assert record.arrays["values"].tolist() == [4.0]


def test_record_that_an_undone_edit_made_current_again_is_no_stale_one(bench, unit):
    put(bench, unit, 1.0, "2026-01-01")
    edit(bench, "3.0")
    put(bench, unit, 3.0, "2026-03-01")
    edit(bench, "2.0")

    record = found(bench, unit)

    assert (type(record), record.numbers["mean"]) == (Record, 1.0)


def test_damaged_and_foreign_records_are_passed_over_and_stay_where_they_are(bench, unit):
    put(bench, bench.units[1], 5.0, "2026-05-01")
    own = bench.store().file(unit)
    shutil.copy(bench.store().file(bench.units[1]), own)
    assert type(found(bench, unit)) is Absent
    own.write_text("{")

    assert type(found(bench, unit)) is Absent

    assert own.read_text() == "{"


def test_nobody_reads_what_is_not_there(bench, unit):
    record = found(bench, unit)

    assert (record.name, record.config, record.seed) == (unit.name, unit.settings, unit.seed)
    for part in ("numbers", "arrays", "provenance"):
        with pytest.raises(MissingResult, match=f"^not computed yet: {unit.place}$"):
            getattr(record, part)


def test_what_only_newer_code_would_have_stored_is_not_computed_yet(bench, unit):
    put(bench, unit, 1.0, "2026-01-01")
    edit(bench, "3.0")
    stale = runs.Runs("toy", (found(bench, unit),))

    assert stale.numbers("nets", "dense").tolist() == [1.0]
    for path in (("later",), ("nets", "conv")):
        with pytest.raises(MissingResult, match=f"^not computed yet: '{path[-1]}' of {unit.place}"):
            stale.numbers(*path)
    with pytest.raises(MissingResult, match=r"^not computed yet: 'later' of"):
        stale.arrays("later")


def test_stale_records_are_chosen_by_the_settings_of_now_and_show_their_own():
    old = Stale("demo", "a-seed=0", "", {"size": 3}, 0, {}, {}, {}, {"size": 4})

    chosen = runs.Runs("demo", (old,))("a", size=4)

    assert (len(chosen), drafts.READ) == (1, set())
    assert chosen.config == {"size": 3}
    assert set(drafts.READ) == {"demo/a-seed=0"}


def test_records_that_do_not_fit_each_other_are_not_computed_yet():
    new = Record("demo", "a-seed=0", "", {}, 0, {"grid": [1.0, 2.0]}, {}, {})
    old = Stale("demo", "a-seed=1", "", {}, 1, {"grid": [1.0]}, {}, {}, {})

    with pytest.raises(MissingResult, match=r"^not computed yet: records of demo that fit each"):
        runs.Runs("demo", (new, old)).numbers("grid")
    with pytest.raises(ValueError, match="inhomogeneous"):
        runs.Runs("demo", (new, Record("demo", "b", "", {}, 1, {"grid": [1.0]}, {}, {}))).numbers(
            "grid"
        )


def test_only_a_draft_passes_over_what_is_missing(bench, unit, monkeypatch):
    for module in (drafts, store):
        monkeypatch.setattr(module, "Store", bench.store)

    def made():
        yield 1
        raise MissingResult("not computed yet")

    with pytest.raises(MissingResult):
        list(drafts.until_waiting(made))
    with pytest.raises(MissingResult, match="no current record"):
        runs.load([unit])

    drafts.show(on=True)

    assert list(drafts.until_waiting(made)) == [1]
    assert isinstance(runs.load([unit]).only, Absent)
