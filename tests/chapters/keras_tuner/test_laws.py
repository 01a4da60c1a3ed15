"""What the oracles heed, and what cannot be built: tiny, from end to end."""

from typing import Any

import pytest

from dlexp.chapters.keras_tuner import laws, measure
from dlexp.lab.units import Measurement

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("seed", measure.SEEDS)
def test_laws_are_those_of_the_oracles(seed: int) -> None:
    numbers = laws.laws(laws.Laws(listened=18, orders=1, repetitions=50), seed).numbers

    assert numbers["changed"] == {"random": 0, "grid": 0, "bayesian": 1, "hyperband": 1}
    assert numbers["shared_near"] > 0.7 > 0.4 > numbers["shared_far"]


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
