"""Series and problems: what is seen, what is foretold, and that no future leaks."""

import numpy as np
import pytest

from dlexp.byhand import forecasting
from dlexp.chapters.lstm_windows import rules, tasks

COUNTED = np.arange(100.0)

TREATMENTS = (*tasks.TREATMENTS, "leaked", "shuffled")


AHEAD = [(name, 1) for name in TREATMENTS] + [(n, 3) for n in TREATMENTS if n != "changes"]
"""Treatments, with how far ahead: changes are added to the last value, so by one step alone."""


@pytest.mark.parametrize(("treatment", "horizon"), AHEAD)
def test_answers_that_are_right_give_the_truth(treatment: str, horizon: int) -> None:
    values = COUNTED**2

    for part in tasks.problem(values, treatment, 4, first=6, horizon=horizon)[:3]:
        scale = tasks.problem(values, treatment, 4, first=6, horizon=horizon).scale
        np.testing.assert_allclose(part.origin + scale * part.then, part.truth, rtol=1e-5)


def test_windows_end_where_targets_begin() -> None:
    train, validation, test, _ = tasks.problem(COUNTED, "raw", 3, first=5)

    assert (train.past[0].tolist(), train.truth[0, 0]) == ([2, 3, 4], 5)
    assert (len(train.past), len(validation.past), len(test.past)) == (55, 20, 20)
    assert (validation.truth[0, 0], test.truth[0, 0], test.truth[-1, 0]) == (60, 80, 99)


def test_only_the_training_part_decides_the_scale() -> None:
    early = COUNTED**2
    later = np.where(np.arange(100) < 60, early, 1e6)

    for treatment in ("scaled", "changes"):
        found = [tasks.problem(v, treatment, 3, first=5).scale for v in (early, later)]
        assert found[0] == found[1]
    assert tasks.problem(later, "leaked", 3, first=5).scale > 1e5


def test_shuffling_deals_out_all_targets_once() -> None:
    parts = tasks.problem(COUNTED, "shuffled", 3, first=5)[:3]

    assert sorted(np.concatenate([part.truth[:, 0] for part in parts])) == list(range(5, 100))


def test_the_swing_has_the_correlations_of_theory() -> None:
    z = tasks.swinging(np.random.default_rng(0).normal(size=100_000))

    found = [np.corrcoef(z[d:], z[: len(z) - d])[0, 1] for d in (1, 2, 3)]

    np.testing.assert_allclose(found, tasks.autocorrelations(3)[1:], atol=0.02)
    assert z.std() == pytest.approx(1, abs=0.03)


def test_least_squares_come_to_what_theory_says() -> None:
    values = tasks.values_of("ar", 50_000, 1)

    for window in (1, 2, 4):
        train, _, test, scale = tasks.problem(values, "scaled", window, first=6)
        told = test.origin + scale * tasks.linear(tasks.least_squares(train), test.past)
        found = forecasting.r_squared(test.truth[:, 0], told[:, 0])
        assert found == pytest.approx(tasks.best_linear(window, 1)[0], abs=0.02)


@pytest.mark.parametrize("mistake", [m for m in rules.MISTAKES if m != "scaled"])
def test_mistakes_cost_what_theory_says(mistake: str) -> None:
    found = rules.mistakes(rules.Mistakes(length=50_000), 3).numbers

    theory = rules.expected(mistake, int(found["forecasts"]))
    assert found[mistake] == pytest.approx(theory, rel=0.05, abs=0.05)


def test_a_forecast_that_is_not_scaled_back_is_off_by_the_level() -> None:
    found = rules.mistakes(rules.Mistakes(length=50_000), 3).numbers["scaled"]

    assert found == pytest.approx(rules.expected("scaled", 1), rel=0.1)


def test_walks_are_as_theory_says() -> None:
    config = rules.Walks(lengths=(5, 30), walks=20_000)

    found = rules.walks(config, 0).numbers

    theory = [rules.of_a_walk(5), rules.of_a_walk(30)]
    np.testing.assert_allclose(found["r_squared"], theory, atol=0.03)
    for (low, high), pooled in zip(found["single"], theory, strict=True):
        assert low < pooled < high < 1
