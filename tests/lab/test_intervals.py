"""Intervals agree with SciPy and with sums by hand."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from dlexp.lab import intervals

REAL = st.floats(-1e6, 1e6, allow_subnormal=False)
SAMPLES = st.lists(REAL, min_size=3, max_size=12)
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_t_interval_by_hand():
    # 1, 2, 3: mean 2, standard error 1/√3; Student's t for 2 degrees of freedom is 4.302653.
    assert intervals.mean_interval([1, 2, 3]) == pytest.approx(
        (2 - 4.302653 / math.sqrt(3), 2 + 4.302653 / math.sqrt(3))
    )


@given(SAMPLES)
def test_one_more_is_expected_in_the_interval_of_the_mean_widened_by_its_own_spread(values):
    spread = np.std(values, ddof=1)
    assume(spread > 1e-9 * (1 + abs(np.mean(values))))
    half = stats.t.ppf(0.975, len(values) - 1) * spread * math.sqrt(1 + 1 / len(values))
    expected = np.mean(values) - half, np.mean(values) + half
    assert intervals.one_more_interval(values) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(SAMPLES)
def test_the_t_interval_is_scipys(values):
    error = stats.sem(values)
    assume(error > 1e-9 * (1 + abs(np.mean(values))))
    expected = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
    scale = max(map(abs, expected))
    assert intervals.mean_interval(values) == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale)


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0, -1.0], [0.1, -0.3, 0.2, 0.4, -0.1]])
def test_so_many_seeds_settle_and_one_less_does_not(values: list[float]) -> None:
    seeds = intervals.seeds_to_settle(values)
    ratio = np.mean(values) / np.std(values, ddof=1)

    for count, is_settled in ((seeds, True), (seeds - 1, False)):
        signs = np.resize([1.0, -1.0], count)
        alike = ratio + (signs - signs.mean()) / np.std(signs, ddof=1)
        assert (intervals.mean_interval(alike)[0] > 0) is is_settled


@pytest.mark.parametrize("values", [[0.0, 0.1, 0.2], [0.5, 0.2, 0.1, -0.4], [3.0, 1.0, 2.0]])
def test_so_many_seeds_settle_by_scipys_student(values):
    share = abs(np.mean(values)) / np.std(values, ddof=1)
    counts = np.arange(3, 10_000)
    expected = counts[stats.t.ppf(0.975, counts - 1) / np.sqrt(counts) < share][0]
    assert intervals.seeds_to_settle(values) == expected


def test_no_number_of_seeds_tells_zero_from_zero():
    with pytest.raises(ValueError, match=r"^the mean must not be zero; got \[-1.0, 0.0, 1.0\]$"):
        intervals.seeds_to_settle([-1.0, 0.0, 1.0])


@given(REAL, st.integers(3, 9))
def test_equal_values_leave_no_doubt(value, count):
    assert intervals.mean_interval([value] * count) == (value, value)


def test_the_t_interval_covers_the_truth_as_often_as_it_says():
    draws = np.random.default_rng(0).normal(size=(2000, 5))
    hits = sum(low < 0 < high for low, high in map(intervals.mean_interval, draws))
    assert stats.binomtest(hits, 2000, 0.95).pvalue > 0.001


def test_the_exact_interval_by_hand():
    # None of n: the rate whose chance of no case is 0.025.
    assert intervals.proportion_interval(0, 10) == pytest.approx((0, 1 - 0.025**0.1))
    assert intervals.proportion_interval(10, 10) == pytest.approx((0.025**0.1, 1))


@given(COUNTS)
def test_the_exact_interval_is_scipys(counts):
    expected = stats.binomtest(*counts).proportion_ci(0.95, method="exact")
    assert intervals.proportion_interval(*counts) == pytest.approx(
        (expected.low, expected.high), rel=1e-9, abs=1e-12
    )


@given(COUNTS)
def test_the_exact_interval_mirrors_successes_and_failures(counts):
    successes, trials = counts
    low, high = intervals.proportion_interval(successes, trials)
    assert intervals.proportion_interval(trials - successes, trials) == pytest.approx(
        (1 - high, 1 - low), abs=1e-12
    )


@pytest.mark.parametrize(("rate", "trials"), [(0.02, 50), (0.5, 20), (0.9, 200)])
def test_the_exact_interval_covers_at_least_as_often_as_it_says(rate, trials):
    covered = sum(
        stats.binom.pmf(k, trials, rate)
        for k in range(trials + 1)
        if intervals.proportion_interval(k, trials)[0]
        <= rate
        <= intervals.proportion_interval(k, trials)[1]
    )
    assert covered >= 0.95


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, 2.0], "an interval needs 3 seeds or more; got 2"),
        ([1.0, 2.0, math.nan], "every value must be finite"),
        ([1.0, 2.0, math.inf], "every value must be finite"),
        ([[1.0, 2.0, 3.0]], r"one axis; got shape \(1, 3\)"),
        (["1", "2", "3"], r"values must be numbers; got \['1', '2', '3'\]"),
        ([True, False, True], "values must be numbers"),
        ([1.0, None, 2.0], "values must be numbers"),
    ],
)
def test_bad_values_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        intervals.mean_interval(values)


@pytest.mark.parametrize("interval", [intervals.mean_interval, intervals.proportion_interval])
def test_nobody_can_ask_for_less_confidence(interval):
    assert intervals.CONFIDENCE == 0.95
    assert not {"confidence", "level", "alpha"} & set(inspect.signature(interval).parameters)


@pytest.mark.parametrize(
    ("successes", "trials"), [(0, 0), (-1, 3), (4, 3), (1.0, 3), (True, 3), (1, None)]
)
def test_impossible_counts_are_refused(successes, trials):
    with pytest.raises(ValueError, match="must"):
        intervals.proportion_interval(successes, trials)
