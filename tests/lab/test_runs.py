"""Runs: which records they are, what is read from them, and how they make claims."""

import numpy as np
import pytest

from dlexp.lab.claims import POINTS, Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs


def record(measure: str, seed: int, value: float, **config: object) -> Record:
    name = "-".join([measure, *(f"{k}={v}" for k, v in config.items()), f"seed={seed}"])
    numbers = {"test": value, "nets": {"dense": [value, 2 * value]}}
    return Record("demo", name, "", dict(config), seed, numbers, {"grid": np.full(3, value)}, {})


TRAINED = [record("train", seed, 0.5 + seed, size=size) for size in (10, 20) for seed in range(3)]
RUNS = Runs("demo", (*TRAINED, record("export", 0, 9.0)))


def test_runs_are_chosen_by_measure_and_by_setting() -> None:
    assert len(RUNS()) == len(RUNS) == 7
    assert RUNS("train").names[0] == "train-size=10-seed=0"
    assert len(RUNS("train", size=20)) == 3
    assert len(RUNS(size=20)) == 3
    assert RUNS("train", "export").seeds == (0, 1, 2)
    assert RUNS("export").only.numbers["test"] == 9.0
    assert RUNS("train", size=20).config == {"size": 20}
    assert [run.seed for run in RUNS("train", size=10)] == [0, 1, 2]


def test_numbers_and_arrays_have_the_runs_first() -> None:
    runs = RUNS("train", size=10)

    assert runs.numbers("test").tolist() == [0.5, 1.5, 2.5]
    assert runs.numbers("nets", "dense").tolist() == [[0.5, 1.0], [1.5, 3.0], [2.5, 5.0]]
    assert runs.arrays("grid").shape == (3, 3)


def test_a_claim_knows_where_it_comes_from() -> None:
    runs = RUNS("train", size=10)

    claim = runs.paired("better", "gain", runs.numbers("test"), [0, 0, 0], scale=POINTS)

    assert (claim.id, claim.seeds, claim.units) == ("demo.better", (0, 1, 2), runs.names)
    assert claim.scale == POINTS
    assert "paired by seed" in claim.method


def test_more_values_than_seeds_are_repetitions() -> None:
    claim = RUNS("train").above("repeated", "value", RUNS("train").numbers("test"))

    assert claim.seeds == tuple(range(6))


def test_what_is_counted_over_all_cases_has_no_seeds() -> None:
    counted = RUNS("train", size=10).never("never", "share", failures=0, trials=9)
    exhaustive = RUNS("export").never("all", "share", failures=0, trials=9, exhaustive=True)

    assert (counted.seeds, counted.verdict) == ((0, 1, 2), Verdict.SUPPORTED)
    assert exhaustive.seeds == ()


def test_the_only_run_must_be_the_only_one() -> None:
    with pytest.raises(LookupError, match="there must be one run of demo; got 6"):
        _ = RUNS("train").only
