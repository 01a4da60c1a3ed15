"""What the chapter on recurrent nets and convolutions claims, and how its records are read."""

from typing import Any

import numpy as np
import pytest

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


def test_slopes_and_ratios_come_from_medians() -> None:
    table = np.array([[1.0, 2, 3, 1, 1], [1, 4, 3, 2, 1], [9, 9, 9, 9, 9]])
    arrays = {"train_32_256": table, "train_32_1024": 4 * table}
    timed = runs(record("clock-seed=0", arrays=arrays))

    assert claims.slopes(timed, "train", 32, "lstm") == pytest.approx(1)
    assert claims.slower(timed, "train", 32, 256, "lstm").tolist() == [2]


def test_batch_gain_counts_sequences_per_second() -> None:
    arrays = {"forward_1_256": np.full((2, 5), 1.0), "forward_32_256": np.full((2, 5), 2.0)}

    assert claims.batch_gain(runs(record("clock-seed=0", arrays=arrays)), "lstm", 256) == [16]


def test_digits_are_picked_by_measure_and_settings() -> None:
    read = runs(
        record("pictures-order=rows-seed=0", {"dense": {"test": 0.5}}, order="rows"),
        record("pictures-order=natural-seed=0", {"dense": {"test": 0.9}}, order="natural"),
    )

    assert claims.digits(read, "dense").tolist() == [0.9]
    assert claims.digits(read, "dense", "rows").tolist() == [0.5]


def test_what_is_remembered_is_picked_by_its_distance() -> None:
    numbers = {"test": [1.0, 0.6, 0.2], "log10_reach": {"before": -2.0, "after": 1.0}}
    recalled = runs(
        record("recalls-kind=lstm-seed=0", numbers, kind="lstm", distances=[7, 15, 31]),
        record("recalls-kind=simple-seed=0", kind="simple", distances=[7, 15, 31]),
    )

    assert claims.remembered(recalled, "lstm", 15).tolist() == [0.6]
    assert claims.reach(recalled, "lstm", "after").tolist() == [1.0]


def test_padding_costs_what_the_furthest_padding_loses() -> None:
    padded = runs(record("lengths-seed=0", {"mean": {"test": [0.75, 0.7, 0.5]}}))

    assert claims.padding_costs(padded, "mean").tolist() == [0.25]


def test_the_lengths_and_distances_that_sentences_name_were_measured() -> None:
    assert (claims.SHORTEST, claims.LONGEST) == (16, 1024)
    assert (claims.NEAR, claims.MIDDLE, claims.FAR) == (15, 31, 63)
    assert (claims.TRAINED_PADDING, claims.FURTHEST_PADDING) == (50, 200)


def test_every_claim_is_settled_by_five_seeds_and_once() -> None:
    settled = chapters.claims(chapters.load("rnn_vs_cnn"))

    assert len(settled) == 27
    assert all(claim.seeds == (0, 1, 2, 3, 4) for claim in settled)


def test_what_is_counted_covers_every_case_that_was_drawn() -> None:
    settled = {c.name: c.counts for c in chapters.claims(chapters.load("rnn_vs_cnn"))}

    counted = {name: counts for name, counts in settled.items() if counts}
    assert counted == {
        "keras_agrees": (0, 200),  # values and parameters, of 20 layers a seed
        "length_adds_nothing": (0, 50),  # two longer lengths, five kinds, five seeds
        "field_is_arithmetic": (0, 100),
        "shift_shifts": (0, 100),
        "shift_changes_nothing": (100, 100),
        "pooling_ignores_shifts": (0, 100),
        "masks_do_not_leak": (0, 300),
        "one_mask_is_enough": (97, 100),
        "masked_answers_stay": (0, 40_000),
    }
