"""The chapter on LSTM windows: tiny, from end to end."""

import numpy as np
import pytest

from dlexp.chapters.lstm_windows import further, grid, measure, rules, streams, tasks
from dlexp.chapters.lstm_windows.trainings import Plan, fit

TINY = {"steps": 4, "looks": 2, "batch_size": 3, "units": 2, "length": 300}


@pytest.mark.parametrize("kind", ["lstm", "gru", "dense"])
def test_a_tiny_grid_has_a_number_for_each_window(kind: str) -> None:
    found = grid.grid(grid.Grid(kind=kind, windows=(1, 3), rates=(0.01,), **TINY), 1)

    for name in tasks.SERIES:
        for treatment in tasks.TREATMENTS:
            judged = found.numbers[name][treatment]
            assert np.isfinite(judged["r_squared"]).all()
            assert [len(values) for values in judged.values()] == [2] * 4
    assert found.numbers["idle_moved"] == 0
    assert found.arrays["unexplained"].shape == (2, 18, 1, 2)
    assert found.arrays["bent"].shape == found.arrays["bent_at"].shape == (1, grid.BENT)


def test_other_measures_are_finite_at_a_tiny_size() -> None:
    leaks = further.leaks(further.Leaks(rates=(0.01,), **TINY), 1).numbers
    ahead = further.horizons(further.Horizons(rates=(0.01,), window=3, horizon=2, **TINY), 1)
    folds = further.folds(further.Folds(rates=(0.01,), folds=2, **TINY), 1).numbers
    kept = streams.streams(streams.Streams(rates=(0.01,), passes=2, looks=2, units=2, length=60), 1)

    assert {tuple(ways) for ways in leaks.values()} == {further.LEAKS}
    for scores in leaks["co2"].values():
        unexplained = scores["error"] ** 2 / scores["variance"]
        assert scores["r_squared"] == pytest.approx(1 - unexplained)
    assert leaks["co2"]["scaled"]["last"] == pytest.approx(0.932, abs=0.001)
    assert {len(r2) for ways in ahead.numbers.values() for r2 in ways.values()} == {2}
    assert len(folds["co2"]["changes"]["r_squared"]) == len(folds["co2"]["season"]) == 2
    assert np.isfinite([way["r_squared"] for way in kept.numbers.values()]).all()


def test_rules_judge_the_targets_that_nets_are_judged_by() -> None:
    found = rules.rules(rules.Rules(), 1).numbers["walk"]

    values = tasks.values_of("walk", 1_000, 1)
    test = tasks.problem(values, "raw", 1, first=13).test
    assert found["persistence"] == pytest.approx(
        1 - ((test.truth - test.past) ** 2).sum() / ((test.truth - test.truth.mean()) ** 2).sum()
    )


def test_a_season_that_comes_again_is_foretold_without_error() -> None:
    months = np.arange(60)
    values = 0.5 * months + np.sin(months * np.pi / 6)

    found = tasks.seasonal(values, months[20:])

    np.testing.assert_allclose(found, values[20:], atol=1e-12)


def test_training_learns_a_line() -> None:
    values = 0.3 * np.sin(np.arange(200) / 3)
    problem = tasks.problem(values, "scaled", 4, first=6)

    found = fit("lstm", [problem] * 2, [1e-9, 0.02],
                Plan(units=4, steps=400, batch_size=16, looks=4), seed=1)  # fmt: skip

    still, learnt = found.errors
    assert learnt.min() < 0.05 < 0.5 < still.min()
    assert found.best[1] == learnt.argmin()


def test_what_is_kept_is_the_best_look() -> None:
    problem = tasks.problem(tasks.values_of("noise", 200, 1), "scaled", 2, first=6)
    plan = Plan(units=8, steps=600, batch_size=16, looks=6)

    found = fit("dense", [problem], [0.05], plan, seed=1)
    shorter = Plan(units=8, steps=100 * (int(found.best[0]) + 1), batch_size=16,
                   looks=int(found.best[0]) + 1)  # fmt: skip
    again = fit("dense", [problem], [0.05], shorter, seed=1)

    for kept, ended in zip(found.weights, again.weights, strict=True):
        np.testing.assert_array_equal(kept, ended)


def test_every_measure_has_five_seeds() -> None:
    units = measure.units()

    assert len({unit.name for unit in units}) == len(units)
    assert {unit.seed for unit in units} == set(measure.SEEDS)
