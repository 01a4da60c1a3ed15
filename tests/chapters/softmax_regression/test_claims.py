"""What the chapter on softmax regression claims, on made-up runs."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.softmax_regression import claims
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

SEEDS = (1, 2, 3)

Made = tuple[dict[str, Any], dict[str, Any]]
"""Numbers and arrays of a record."""


def confusion(seed: int) -> Any:
    """Every class is right but for a few; fives are taken for threes most, ones for sevens."""
    counts = 90 * np.eye(10, dtype=int) + 1
    counts[5] = 1
    counts[5, 5], counts[5, 3] = 70, 40
    counts[1, 7] = 30
    return counts + seed * np.eye(10, dtype=int)


def trained(seed: int) -> Made:
    test = 0.92 + 0.0001 * seed
    numbers = {
        "loss": [2.3, 0.5, 0.4 - 0.001 * seed],
        "validation": [0.1, 0.8, 0.9],
        "train": test - 0.002,
        "test": test,
        "confidence": test - 0.04,
    }
    return numbers, {"confusion": confusion(seed)}


def settled(l2: float, seed: int) -> Made:
    test = (0.91 if l2 else 0.87) + 0.0001 * seed
    numbers = {
        "train": 0.94 if l2 else 1.0,
        "test": test,
        "early_test": 0.9,
        "confidence": 0.88 if l2 else 0.99,
    }
    return numbers, {}


def shuffled(seed: int) -> Made:
    return {"train": 0.4 + 0.001 * seed}, {}


def runs() -> Runs:
    made = [
        *(("train", {}, seed, trained(seed)) for seed in SEEDS),
        *(("settle", {"l2": l2}, seed, settled(l2, seed)) for l2 in (0.0, 0.001) for seed in SEEDS),
        *(("shuffle", {}, seed, shuffled(seed)) for seed in SEEDS),
    ]
    records = (
        Record("softmax_regression", f"{name}-{config}-seed={seed}", "", config, seed, *values, {})
        for name, config, seed, values in made
    )
    return Runs("softmax_regression", tuple(records))


def test_all_hold_where_they_should() -> None:
    verdicts = {claim.name: claim.verdict.value for claim in claims.claims(runs())}

    assert set(verdicts.values()) == {"supported"}, verdicts
    assert len(verdicts) <= 15


def test_recall_is_the_share_of_a_row() -> None:
    shares = claims.recalls(runs()("train"))

    assert shares.shape == (3, 10)
    assert shares[0, 5] == pytest.approx(71 / 119)


def test_precision_is_the_share_of_a_column() -> None:
    shares = claims.precisions(runs()("train"))

    assert shares.shape == (3, 10)
    assert shares[0, 3] == pytest.approx(92 / 140)


def test_shares_are_printed_as_a_report_does() -> None:
    assert claims.printed(np.array([0.9149, 0.9152])).tolist() == [0.91, 0.92]


def test_mistakes_leave_out_the_diagonal() -> None:
    counts = claims.mistakes(runs()("train"))

    assert counts[0].diagonal().sum() == 0
    assert counts[0, 5, 3] == 40


def test_the_pairs_are_chosen_by_the_other_seeds() -> None:
    """A seed alone with its mistakes finds no support in the others."""
    records = list(runs()("train"))
    lone = np.eye(10, dtype=int) * 90
    lone[8, 2] = 40
    records[0].arrays["confusion"] = lone  # type: ignore[index]

    shares = claims.top_share(Runs("softmax_regression", tuple(records)))

    assert shares[0] == 0
    assert shares[1] > 0.3


def test_a_class_may_be_ahead_of_the_fives_by_luck() -> None:
    recall, counts = np.full(10, 0.9), np.full(10, 100)
    recall[2] = 0.5

    assert claims.ahead_of_fives(recall, counts, 8) == pytest.approx((-0.0832, 0.0832), abs=1e-4)
    assert claims.ahead_of_fives(recall, counts, 2)[1] < 0


def test_at_most_is_rounded_up() -> None:
    assert claims.rounded_up(3.08e-4) == pytest.approx(4e-4)
    assert claims.rounded_up(5e-11) == pytest.approx(5e-11)
