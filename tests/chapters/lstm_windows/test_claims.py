"""What the chapter on LSTM windows claims, on made-up runs."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.lstm_windows import claims, grid, measure, readers, tasks
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit


def cells(seed: int) -> dict[str, Any]:
    """Return made-up numbers of a grid: drift is bad but for changes, windows help the swing."""
    wobble = 1e-4 * seed**2
    numbers: dict[str, Any] = {"idle_moved": 0, "parameters": [329] * 4}
    for name in tasks.SERIES:
        numbers[name] = {}
        for treatment in tasks.TREATMENTS:
            drifts = name in tasks.DRIFTING and treatment != "changes"
            r_squared = [-2.0] * 4 if drifts else [0.95] * 4
            if (name, treatment) == ("ar", "scaled"):
                r_squared = [0.7, 0.9, 0.9, 0.9]
            numbers[name][treatment] = {
                "r_squared": [value + wobble for value in r_squared],
                "offset": [2.5 + wobble] * 4 if drifts else [0.0] * 4,
                "rate": [1] * 4,
                "look": [3] * 4,
            }
    return numbers


def dealt_out(scaled: float, leaked: float, shuffled: float) -> dict[str, Any]:
    """Return made-up scores for each way to deal a series out, whose variance is one."""
    ways = {"scaled": scaled, "leaked": leaked, "shuffled": shuffled}
    return {way: {"r_squared": r2, "error": (1 - r2) ** 0.5} for way, r2 in ways.items()}


def made_up(name: str, seed: int) -> dict[str, Any]:
    wobble = 1e-4 * seed**2
    if name == "grid":
        return cells(seed)
    if name == "laws":
        names = ("formula", "idle", "stateful", "r_squared", "trainings")
        return dict.fromkeys(names, 0)
    if name == "leaks":
        return dict.fromkeys(tasks.DRIFTING, dealt_out(-1.0 + wobble, 0.5, 0.99))
    if name == "streams":
        levels = {"fresh": 0.7 + wobble, "kept": 0.9, "kept_disordered": 0.7 - wobble}
        return {way: {"r_squared": level} for way, level in levels.items()}
    if name == "horizons":
        ways = {"at_once": [0.3 + wobble] * 12, "one_by_one": [-0.3] * 12}
        return {"ar": ways, "sunspots": ways}
    return {}


def record(unit: Unit, **changed: Any) -> Record:
    numbers = made_up(unit.measure.__name__, unit.seed) | changed
    return Record("lstm_windows", unit.name, "", unit.settings, unit.seed, numbers, {}, {})


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs("lstm_windows", tuple(record(unit) for unit in measure.units()))


def settled(runs: Runs) -> dict[str, str]:
    return {claim.name: claim.verdict.value for claim in claims.claims(runs)}


def test_all_hold_where_they_should(runs: Runs) -> None:
    verdicts = settled(runs)

    assert set(verdicts.values()) == {"supported"}, verdicts
    assert len(verdicts) <= 18


def altered(measured: str, **changed: Any) -> Iterator[Record]:
    for unit in measure.units():
        own = changed if unit.measure.__name__ == measured else {}
        yield record(unit, **own)


@pytest.mark.parametrize(
    ("measured", "changed", "name"),
    [
        ("laws", {"formula": 1}, "one_step_is_a_formula"),
        ("laws", {"r_squared": 1}, "r_squared_of_keras"),
        ("grid", {"idle_moved": 1}, "idle_stay"),
        ("streams", {"kept": {"r_squared": 0.75}}, "kept_state_helps"),
        ("leaks", {"co2": dealt_out(0.9, 0.5, 0.6)}, "shuffling_flatters"),
        ("horizons", {"sunspots": {"at_once": [0.1] * 12, "one_by_one": [0.2] * 12}},
         "own_forecasts_hurt"),
    ],
)  # fmt: skip
def test_another_outcome_is_another_verdict(
    measured: str, changed: dict[str, Any], name: str
) -> None:
    runs = Runs("lstm_windows", tuple(altered(measured, **changed)))

    assert settled(runs)[name] == "refuted"


def test_a_window_that_makes_r_squared_negative_would_be_seen() -> None:
    worse = {"scaled": {"r_squared": [-0.1] * 4}}
    records = tuple(altered("grid", sunspots=worse, ar=worse))

    verdicts = settled(Runs("lstm_windows", records))

    assert verdicts["one_value_of_the_sun"] == verdicts["one_value_explains"] == "refuted"


def test_forecasts_are_read_by_cell_and_window() -> None:
    shape = (len(readers.WINDOWS), len(grid.CELLS), 5)
    told = np.arange(np.prod(shape)).reshape(-1, 5)
    made = [
        Record("lstm_windows", f"grid-kind=lstm-seed={n}", "", {"kind": "lstm"}, n, {},
               {"forecasts": told}, {})
        for n in (1, 2)
    ]  # fmt: skip

    found = readers.shown(Runs("lstm_windows", tuple(made)), "ar", "scaled", readers.WINDOWS[1])

    expected = told.reshape(shape)[1, grid.CELLS.index(("ar", "scaled"))]
    np.testing.assert_array_equal(found, [expected] * 2)


def test_a_net_that_says_one_value_is_told_from_one_that_does_not() -> None:
    told = np.zeros((len(readers.WINDOWS), len(grid.CELLS), 5))
    told[1, grid.CELLS.index(("ar", "raw")), 2] = 1.0
    arrays = {"forecasts": told.reshape(-1, 5)}
    made = Record("lstm_windows", "grid-kind=lstm-seed=1", "", {"kind": "lstm"}, 1, {}, arrays, {})

    found = readers.alike(Runs("lstm_windows", (made,)), "ar", "raw")

    assert found.tolist() == [[True, False, True, True]]
