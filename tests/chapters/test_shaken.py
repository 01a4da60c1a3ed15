"""Every claim of the book rests on every record that it names: shake the record, and it moves."""

import pytest

from dlexp import chapters
from dlexp.lab.claims import mean_within
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from shaking import unshaken


@pytest.mark.parametrize("slug", chapters.slugs())
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")  # a negative time
def test_a_claim_moves_with_every_record_that_it_names(slug: str) -> None:
    assert unshaken(chapters.load(slug), chapters.module(slug, "claims").claims) == []


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
