"""The race of tuners and the charts of the live figures, without a browser."""

from typing import Any

import numpy as np
import pytest

import calls
from helpers import FLOAT64, assert_agree

# --- The race of tuners -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """Return a small table in the shape that the figure takes."""
    generator = np.random.default_rng(0)
    hits = np.sort(generator.integers(500, 1000, (12, 5)), axis=1)
    test = np.sort(generator.random((12, 5)), axis=1)
    return {"scored": 1000, "validation": hits.tolist(), "test": test.round(4).tolist()}


def progress(run: list[list[int]], table: dict[str, Any]) -> list[list[float]]:
    """Do by hand what the script does without noise."""
    best, spent, steps = (-1.0, 0.0), 0, []
    for configuration, first, last in run:
        spent += last - first
        hits = table["validation"][configuration][first:last]
        score = max(hits) / table["scored"]
        if score > best[0]:
            best = (score, table["test"][configuration][first + hits.index(max(hits))])
        steps.append([spent, best[1], best[0]])
    return steps


def test_a_race_hands_in_the_best_score_so_far(table: dict[str, Any]) -> None:
    """Trials that begin late cost only the epochs that they add."""
    generator = np.random.default_rng(1)
    runs = [
        [
            [int(c), int(first), int(generator.integers(first + 1, 6))]
            for c, first in zip(
                generator.permutation(12), generator.integers(0, 5, 12), strict=True
            )
        ]
        for _ in range(8)
    ]
    found = calls.values([["race", run, table, 0, 0] for run in runs], "charts", "tuner_race")
    assert found == [progress(run, table) for run in runs]


def test_noise_only_changes_what_is_chosen(table: dict[str, Any]) -> None:
    run = [[c, 0, 5] for c in range(12)]
    noisy = calls.values(
        [["race", run, table, 0.2, seed] for seed in range(30)], "charts", "tuner_race"
    )
    ends = {steps[-1][1] for steps in noisy}
    assert len(ends) > 1
    assert ends <= {row[4] for row in table["test"]}
    assert all([step[0] for step in steps] == list(range(5, 65, 5)) for steps in noisy)


def test_runs_are_compared_within_the_same_budget() -> None:
    runs = [[[2, 0.5, 1], [4, 0.7, 1]], [[3, 0.1, 1], [5, 0.9, 1]]]
    found = calls.values([["race.spread", runs, [2, 3, 4, 9]]], "charts", "tuner_race")[0]
    expected = [[3, 0.3, 0.1, 0.5], [4, 0.4, 0.1, 0.7], [9, 0.8, 0.7, 0.9]]
    assert_agree(found, expected, tolerance=FLOAT64)


# --- Charts -------------------------------------------------------------------------------------


def test_ticks_are_round_and_inside() -> None:
    axes = [
        ({"range": [0, 1]}, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ({"range": [0.83, 0.97]}, [0.85, 0.9, 0.95]),
        ({"range": [1, 1000], "log": True}, [1, 10, 100, 1000]),
        ({"range": [1e-6, 100], "log": True}, [1e-6, 1e-4, 0.01, 1, 100]),
    ]
    assert calls.values([["ticks", axis] for axis, _ in axes], "charts") == [t for _, t in axes]


def test_numbers_are_brief() -> None:
    pairs = {
        0: "0",
        0.25: "0.25",
        64: "64",
        1e-5: "10⁻⁵",
        1e-12: "10⁻¹²",
        10_000: "10⁴",
        2.5e-6: "2.5 × 10⁻⁶",
        20_000: "2 × 10⁴",
        -3e-7: "-3 × 10⁻⁷",
        7.1e51: "7.1 × 10⁵¹",
    }
    assert calls.values([["brief", value] for value in pairs], "page") == list(pairs.values())
