"""Every claim of the book rests on every record that it names: shake the record, and it moves."""

from typing import Any

import pytest

from dlexp import chapters
from dlexp.lab.claims import Claim, mean_within
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from shaking import decided_by_outcome, unshaken


@pytest.mark.costly
@pytest.mark.parametrize("slug", chapters.slugs())
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")  # a negative time
def test_a_claim_moves_with_every_record_that_it_names(slug: str) -> None:
    assert unshaken(chapters.load(slug), chapters.module(slug, "claims").claims) == []


@pytest.mark.parametrize("slug", chapters.slugs())
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_no_record_decides_what_a_claim_asserts_or_which_runs_it_names(slug: str) -> None:
    settle = chapters.module(slug, "claims").claims
    assert decided_by_outcome(chapters.load(slug), settle) == []


RUNS = Runs("demo", tuple(Record("demo", f"train-seed={i}", "", {}, i, {"gain": 1.0 + i, "lost": 0},
                                 {}, {}) for i in range(3)))  # fmt: skip


def test_typed_values_do_not_move() -> None:
    typed = unshaken(RUNS, lambda runs: [runs.above("typed", "gain", [0.9, 0.8, 0.9])])

    assert typed == [f"demo.typed: train-seed={seed}" for seed in range(3)]


def test_a_record_that_is_named_beside_the_others_does_not_move_the_claim() -> None:
    def settle(runs: Runs) -> list:
        values = [*runs.numbers("gain")[:2], 0.0]
        return [mean_within("demo.two", "gain", values=values, low=0, high=None,
                            seeds=runs.seeds, units=runs.names)]  # fmt: skip

    assert unshaken(RUNS, settle) == ["demo.two: train-seed=2"]


def test_what_rests_on_its_records_moves() -> None:
    settled = [
        lambda runs: [runs.above("more", "gain", runs.numbers("gain"))],
        lambda runs: [
            runs.never("none", "share", failures=int(runs.numbers("lost").sum()), trials=99)
        ],
    ]

    assert [unshaken(RUNS, settle) for settle in settled] == [[], []]


def _by_bound(runs: Runs, gain: Any) -> Claim:
    return runs.above("it", "gain", gain, threshold=gain.min() - 0.1)


def _by_side(runs: Runs, gain: Any) -> Claim:
    return (runs.above if gain[0] < 1.1 else runs.below)("it", "gain", gain)


def _by_seeds(runs: Runs, gain: Any) -> Claim:
    chosen = Runs("demo", tuple(run for run, each in zip(runs, gain, strict=True) if each < 3.1))
    return chosen.never("it", "share", failures=0, trials=9, exhaustive="all")


def _by_name(runs: Runs, gain: Any) -> Claim:
    return runs.above("it" if gain[0] < 1.1 else "it_too", "gain", gain)


@pytest.mark.parametrize("chosen", [_by_bound, _by_side, _by_seeds, _by_name])
def test_what_is_taken_from_a_record_is_decided_by_outcome(chosen: Any) -> None:
    def settle(runs: Runs) -> list:
        gain = runs.numbers("gain")
        return [runs.above("written", "gain", gain), chosen(runs, gain)]

    found = decided_by_outcome(RUNS, settle)
    assert found
    assert all(name.startswith("demo.it") for name in found)
