"""What the chapter on recurrent nets and convolutions claims, and how its records are read."""

from typing import Any

import numpy as np

from dlexp import chapters
from dlexp.chapters.rnn_vs_cnn import claims
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs


def runs(*records: Record) -> Runs:
    return Runs("rnn_vs_cnn", records)


def record(name: str, numbers: Any = None, arrays: Any = None, **config: Any) -> Record:
    return Record(
        slug="rnn_vs_cnn", name=name, key="", config=config, seed=0, numbers=numbers or {},
        arrays=arrays or {}, provenance={},
    )  # fmt: skip


def test_ratios_come_from_medians_of_the_nets_that_were_called() -> None:
    train = np.array([[2.0, 1, 0.5, 2, 9], [4, 2, 0.5, 3, 9], [9, 9, 9, 9, 9]])  # as in TIMED
    read = np.array([[6.0, 3, 2]])  # as in READ
    timed = runs(record("clock-seed=0", arrays={"train": train, "loop_16": read}))

    assert claims.slower(timed, "train", "dilated").tolist() == [2]
    assert claims.slower(timed, "train", "strided", "lstm_last").tolist() == [1 / 3]
    assert claims.slower(timed, "loop_16", "strided").tolist() == [3]


def test_digits_are_picked_by_measure_and_settings() -> None:
    read = runs(
        record("pictures-order=rows-seed=0", {"dense": {"test": 0.5}}, order="rows"),
        record("pictures-order=natural-seed=0", {"dense": {"test": 0.9}}, order="natural"),
    )

    assert claims.digits(read, "dense").tolist() == [0.9]
    assert claims.digits(read, "dense", "rows").tolist() == [0.5]


def test_what_is_lost_is_natural_minus_permuted() -> None:
    read = runs(
        record("pictures-order=rows-seed=0", {"mean": {"test": 0.5}}, order="rows"),
        record("pictures-order=natural-seed=0", {"mean": {"test": 0.75}}, order="natural"),
    )

    assert claims.lost(read, "mean").tolist() == [0.25]


def recalled(kind: str, rate: float, test: float, distance: int = 47) -> Record:
    numbers = {"test": test, "validation": [0.1, test]}
    measure = "gated" if kind == "gru" else "recalls"
    name = f"{measure}-kind={kind}-distance={distance}-rate={rate}-seed=0"
    return record(name, numbers, kind=kind, distance=distance, rate=rate)


def test_what_is_remembered_is_picked_by_its_distance_and_by_the_chosen_rate() -> None:
    read = runs(
        recalled("simple", 0.002, 0.6), recalled("simple", 0.005, 0.3),
        recalled("simple", 0.002, 0.9, distance=31), recalled("lstm", 0.01, 0.2),
        recalled("lstm", 0.003, 0.5), recalled("gru", 0.003, 0.7),
    )  # fmt: skip

    assert claims.remembered(read, "simple", 47).tolist() == [0.6]
    assert claims.remembered(read, "simple", 31).tolist() == [0.9]
    assert claims.remembered(read, "gru", 47).tolist() == [0.7]
    assert claims.at_lower_rate(read).numbers("test").tolist() == [0.5]
    assert claims.ends(read(rate=0.005)).tolist() == [0.3]


def test_a_run_has_learnt_with_more_than_nine_in_ten_right() -> None:
    tests = (0.9, 0.91, 0.3)

    assert claims.learnt(runs(*(recalled("simple", 0.002, test) for test in tests))) == 1


def test_reach_has_a_value_for_each_start_of_each_seed() -> None:
    drawn = [record("reaches-seed=0", {"log10_reach": {"symbols_lstm": [-2.0, -3.0]}})] * 2

    assert claims.reach(runs(*drawn), "symbols", "lstm").tolist() == [-2, -3, -2, -3]


def test_the_lengths_that_sentences_name_were_measured() -> None:
    assert (claims.SHORTEST, claims.LONGEST) == (16, 1024)
    assert claims.Clock.steps in claims.Clock.lengths


def test_the_same_starts_fail_at_one_rate_and_learn_at_another() -> None:
    recorded = chapters.load("rnn_vs_cnn")
    first, lower = claims.at_its_rate(recorded, "lstm", 47), claims.at_lower_rate(recorded)

    starts = [those.numbers("log10_reach", "before") for those in (first, lower)]
    np.testing.assert_allclose(*starts, atol=1e-6)
    assert (claims.learnt(first), claims.learnt(lower)) == (0, len(lower))


def test_every_claim_is_settled_by_its_seeds_or_all_cases() -> None:
    settled = chapters.claims(chapters.load("rnn_vs_cnn"))

    assert len(settled) == 17
    three = {claim.name for claim in settled if claim.seeds == (0, 1, 2)}
    assert three == {
        "open_gates_remember", "keras_start_never_learns", "open_gates_help_gru",
    }  # fmt: skip
    assert {claim.name for claim in settled if not claim.seeds} == {
        "length_adds_nothing", "stacks_by_the_formula",
    }  # fmt: skip
    assert all(len(claim.seeds) in (0, 3, 5, 6) for claim in settled)


def test_what_is_counted_covers_every_case_that_was_drawn() -> None:
    settled = {c.name: c.counts for c in chapters.claims(chapters.load("rnn_vs_cnn"))}

    counted = {name: counts for name, counts in settled.items() if counts}
    assert counted == {
        "keras_agrees": (0, 300),  # states, gradients and parameters, of 20 layers a seed
        "length_adds_nothing": (0, 10),  # two longer lengths, five kinds
        "stacks_by_the_formula": (0, 6),  # three lengths, plain and dilated
        "field_is_arithmetic": (0, 100),
        "masks_do_not_leak": (0, 300),
        "one_mask_is_enough": (95, 100),
        "masked_answers_stay": (0, 40_000),
        "keras_start_never_learns": (3, 3),
    }


def test_a_stack_that_keras_counts_otherwise_is_noticed() -> None:
    """The test of the test."""
    by_length = {kind: [1, 1, 1] for kind in claims.LAYERS}
    numbers = {"by_length": by_length, "stacks": {"plain": [400], "dilated": [399]}}
    config = {"width": 16, "features": 8, "taps": 3, "lengths": [5, 50, 500], "seen": [3]}
    counted = runs(record("counts-seed=0", numbers, **config))

    found = {claim.name: claim.counts for claim in claims._on_counts(counted)}

    assert found == {"length_adds_nothing": (0, 10), "stacks_by_the_formula": (1, 2)}
