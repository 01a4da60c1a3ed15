"""Runs: which records they are, what is read from them, and how they make claims."""

from dataclasses import dataclass

import numpy as np
import pytest

from dlexp.lab.claims import POINTS, Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement


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


@dataclass(frozen=True)
class Sized:
    """How much is learnt from."""

    size: int = 10


def train(config: Sized, seed: int) -> Measurement:
    """Nothing: only its name is asked for."""
    raise NotImplementedError


def test_runs_are_those_of_a_measure_with_a_configuration() -> None:
    assert RUNS.of(train, Sized()) == RUNS("train", size=10)
    assert RUNS.of(train, Sized(size=20)).names[0] == "train-size=20-seed=0"


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


def test_more_values_than_seeds_are_repetitions_that_have_a_name() -> None:
    runs = RUNS("train")

    values = runs.numbers("test") ** [1, 1, 1, 2, 2, 2]
    claim = runs.above("repeated", "value", values, repeated="trainings")

    assert (len(claim.values), claim.repeated, claim.seeds) == (6, "trainings", (0, 1, 2))
    with pytest.raises(ValueError, match=r"repeated: each value needs its seed; got 6 values, 3"):
        runs.above("repeated", "value", runs.numbers("test"))


def test_what_is_counted_over_all_cases_has_no_seeds() -> None:
    counted = RUNS("train", size=10).never("never", "share", failures=0, trials=9)
    whole = RUNS("export").never("all", "share", failures=0, trials=9, exhaustive="all nine")

    assert (counted.seeds, counted.verdict) == ((0, 1, 2), Verdict.SUPPORTED)
    assert (whole.seeds, whole.method) == ((), "all cases counted: all nine")


def test_a_few_runs_are_no_sample() -> None:
    with pytest.raises(ValueError, match=r"demo\.never: chance must be met with 3 seeds or more"):
        RUNS("export").never("never", "share", failures=0, trials=9)


def test_what_is_worked_out_anew_names_no_run() -> None:
    claim = RUNS.none.never("proof", "share", failures=0, trials=9, exhaustive="all squares")

    assert claim.units == ()
    with pytest.raises(ValueError, match="`units` must name the records it rests on"):
        RUNS.none.never("proof", "share", failures=0, trials=9)


def test_a_pair_asks_for_a_gain() -> None:
    runs = RUNS("train", size=10)

    with pytest.raises(ValueError, match="better: `at_least` must be 0 or more; got -1"):
        runs.paired("better", "gain", runs.numbers("test"), [9, 9, 9], at_least=-1)


def test_runs_of_several_settings_are_chosen_or_added() -> None:
    chosen = RUNS("train", size={10, 20})

    assert chosen.names == (RUNS("train", size=10) + RUNS("train", size=20)).names
    assert len(chosen) == 6


def test_the_only_run_must_be_the_only_one() -> None:
    with pytest.raises(LookupError, match="there must be one run of demo; got 6"):
        _ = RUNS("train").only
