"""What the chapter on measuring claims, on tiny runs."""

import numpy as np
import pytest

from dlexp.chapters.mnist import claims, measure, readers, reports
from dlexp.lab.runs import Runs


def changed(runs: Runs, measure_name: str, **numbers: object) -> Runs:
    """Return runs in which some records have other numbers."""
    from dataclasses import replace

    records = [
        replace(record, numbers={**record.numbers, **numbers})
        if record.name.startswith(f"{measure_name}-")
        else record
        for record in runs
    ]
    return Runs(runs.slug, tuple(records))


@pytest.fixture
def settle(tiny_runs: Runs, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Let claims ask for what tiny runs have."""
    for name, value in (("PASSES", 3), ("CHOOSERS", 100), ("CANDIDATES", 4), ("FEW", 100)):
        monkeypatch.setattr(claims, name, value)
    monkeypatch.setattr(claims, "ASKED", 300)
    return tiny_runs


def test_every_claim_can_be_settled_from_records(settle: Runs) -> None:
    settled = list(claims.claims(settle))

    assert len({claim.id for claim in settled}) == len(settled) <= 15
    assert all(len(claim.seeds) >= 5 for claim in settled)


def test_a_leak_is_what_leaked_images_have_above_unseen_ones(settle: Runs) -> None:
    planted = changed(
        settle, "watch", leaked={"accuracy": [0.7, 0.8, 1.0]}, judges={"accuracy": [0.7, 0.7, 0.9]}
    )
    watches = readers.watched(planted)

    assert readers.gap(watches)[0].tolist() == pytest.approx([0, 0.1, 0.1])


def test_the_last_pass_at_which_the_curves_are_level_is_found(settle: Runs) -> None:
    planted = changed(
        settle,
        "watch",
        running={"accuracy": [0.5, 0.8, 0.95]},
        validation={"accuracy": [0.6, 0.8, 0.9], "loss": [3, 1, 2]},
        leaked={"accuracy": [0.7, 0.85, 1.0]},
    )
    drops = readers.dropped(planted)

    assert readers.when_level(drops).tolist() == [1] * len(drops)
    assert readers.hidden_gap(drops)[0] == pytest.approx(0.05)
    assert readers.chosen_pass(drops, "loss").tolist() == [1] * len(drops)
    assert readers.chosen_pass(drops, "accuracy").tolist() == [2] * len(drops)


def test_where_training_is_always_above_the_first_pass_is_taken(settle: Runs) -> None:
    planted = changed(
        settle,
        "watch",
        running={"accuracy": [0.9, 0.9, 0.9]},
        validation={"accuracy": [0.6, 0.8, 0.8]},
    )

    assert set(readers.when_level(readers.dropped(planted)).tolist()) == {0}


def test_candidates_are_told_apart_by_their_rates(settle: Runs) -> None:
    alike, others = (readers.rivals(settle, alike=same) for same in (True, False))

    assert len(alike) == len(others) == len(measure.SEEDS)
    assert alike.config["rates"][0] == alike.config["rates"][1]
    assert others.config["rates"] == list(measure.RECIPES)


def test_what_images_share_cannot_be_gained(settle: Runs) -> None:
    parts = {"networks": 0.0, "images": 0.09, "rest": 0.01}
    planted = changed(settle, "compete", sources=parts, accuracy=[0.9] * 4)
    alike = readers.rivals(planted, alike=True)

    ratio = readers.if_shared(alike, 100, 4) / readers.if_independent(alike, 100, 4)
    assert ratio == pytest.approx(np.sqrt(0.01 / 0.09))


def test_the_best_rate_is_that_of_the_best_accuracy(settle: Runs) -> None:
    rates = settle("scale", optimizer="sgd").config["rates"]
    accuracy = [0.1] * len(rates)
    accuracy[3] = 0.8
    planted = changed(settle, "scale", raw={"accuracy": accuracy})

    assert set(readers.best_rates(planted, "sgd", "raw").tolist()) == {rates[3]}
    assert set(readers.best_accuracies(planted, "sgd", "raw").tolist()) == {0.8}


def test_two_reports_are_seven_images_apart() -> None:
    assert reports.apart(reports.A_LAST, reports.B_LAST) == 7
