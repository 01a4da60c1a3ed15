"""A peak that is looked for, and what cannot be built: tiny, from end to end."""

from typing import Any

from dlexp.chapters.keras_tuner import laws
from dlexp.lab.units import Measurement


def test_a_peak_is_looked_for_by_both() -> None:
    numbers = laws.peak(laws.Peak(matter=(2, 6), repetitions=200), 0).numbers

    assert numbers["random"][0] < numbers["grid"][0]
    assert numbers["grid"][1] < numbers["random"][1]
    assert 0.1 < numbers["grid"][1] < 0.15  # six times the mean square of a step of up to 1/4


def test_what_cannot_exist_is_counted(as_record: Any) -> None:
    wasted = laws.waste(laws.Waste(searches=2), 0)
    record = as_record("waste", laws.Waste(searches=2), 0, wasted)
    same, valid = (
        laws.audit(laws.Audit(padding=each), 0, record).numbers for each in ("same", "valid")
    )

    assert same["unforeseen"] == valid["unforeseen"] == 0
    assert same["trials"] == 2 * 3
    assert 0 < valid["failed"] <= valid["trials"]


def test_an_audit_that_foresees_nothing_is_found_out(as_record: Any, monkeypatch: Any) -> None:
    search = {"values": [{}, {}], "failed": [True, False], "stopped": False}
    record = as_record("waste", laws.Waste(), 0, Measurement(numbers={"valid": [search]}))
    monkeypatch.setattr(laws.searches, "foreseen", lambda *_: False)

    numbers = laws.audit(laws.Audit(padding="valid"), 0, record).numbers

    assert numbers == {
        "trials": 2, "failed": 1, "unforeseen": 1, "hit": 1, "stopped": 0, "idle": 0.0,
    }  # fmt: skip
