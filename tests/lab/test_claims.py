"""Claims: their statistics agree with SciPy and with sums by hand, and verdicts with intervals."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from dlexp.lab import claims
from dlexp.lab.claims import Verdict

REAL = st.floats(-1e6, 1e6, allow_subnormal=False)
SAMPLES = st.lists(REAL, min_size=3, max_size=12)
PAIRS = st.lists(st.tuples(REAL, REAL), min_size=3, max_size=12)
LEVEL = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

WORDS = ("demo.claim", "It is so.", "gain, points")


def settle(constructor, *values, **settings):
    seeds = settings.pop("seeds", list(range(len(values[0]))))
    return constructor(*WORDS, *values, seeds=seeds, units=["train"], **settings)


# --- intervals ----------------------------------------------------------------------------------


def test_the_t_interval_by_hand():
    # 1, 2, 3: mean 2, standard error 1/√3; Student's t for 2 degrees of freedom is 4.302653.
    assert claims.mean_interval([1, 2, 3]) == pytest.approx(
        (2 - 4.302653 / math.sqrt(3), 2 + 4.302653 / math.sqrt(3))
    )


@given(SAMPLES, LEVEL)
def test_the_t_interval_is_scipys(values, confidence):
    error = stats.sem(values)
    assume(error > 1e-9 * (1 + abs(np.mean(values))))
    expected = stats.t.interval(confidence, len(values) - 1, np.mean(values), error)
    scale = max(map(abs, expected))
    assert claims.mean_interval(values, confidence) == pytest.approx(
        expected, rel=1e-9, abs=1e-9 * scale
    )


@given(SAMPLES)
def test_more_confidence_needs_a_wider_interval(values):
    narrow, wide = claims.mean_interval(values, 0.8), claims.mean_interval(values, 0.99)
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@given(REAL, st.integers(3, 9))
def test_equal_values_leave_no_doubt(value, count):
    assert claims.mean_interval([value] * count) == (value, value)


def test_the_t_interval_covers_the_truth_as_often_as_it_says():
    draws = np.random.default_rng(0).normal(size=(2000, 5))
    hits = sum(low < 0 < high for low, high in map(claims.mean_interval, draws))
    assert stats.binomtest(hits, 2000, 0.95).pvalue > 0.001


def test_the_exact_interval_by_hand():
    # None of n: the rate whose chance of no case is 0.025.
    assert claims.proportion_interval(0, 10) == pytest.approx((0, 1 - 0.025**0.1))
    assert claims.proportion_interval(10, 10) == pytest.approx((0.025**0.1, 1))


@given(COUNTS, LEVEL)
def test_the_exact_interval_is_scipys(counts, confidence):
    expected = stats.binomtest(*counts).proportion_ci(confidence, method="exact")
    assert claims.proportion_interval(*counts, confidence) == pytest.approx(
        (expected.low, expected.high), rel=1e-9, abs=1e-12
    )


@given(COUNTS)
def test_the_exact_interval_mirrors_successes_and_failures(counts):
    successes, trials = counts
    low, high = claims.proportion_interval(successes, trials)
    assert claims.proportion_interval(trials - successes, trials) == pytest.approx(
        (1 - high, 1 - low), abs=1e-12
    )


@pytest.mark.parametrize(("rate", "trials"), [(0.02, 50), (0.5, 20), (0.9, 200)])
def test_the_exact_interval_covers_at_least_as_often_as_it_says(rate, trials):
    covered = sum(
        stats.binom.pmf(k, trials, rate)
        for k in range(trials + 1)
        if claims.proportion_interval(k, trials)[0]
        <= rate
        <= claims.proportion_interval(k, trials)[1]
    )
    assert covered >= 0.95


# --- verdicts -----------------------------------------------------------------------------------


@given(st.tuples(REAL, REAL), st.none() | REAL, st.none() | REAL)
def test_a_verdict_says_where_the_interval_lies(ends, floor, ceiling):
    low, high = sorted(ends)
    assume(floor is None or ceiling is None or floor <= ceiling)
    lower = -math.inf if floor is None else floor
    upper = math.inf if ceiling is None else ceiling
    verdict = claims.judge((low, high), (floor, ceiling))
    assert (verdict is Verdict.SUPPORTED) == (lower < low and high < upper)
    assert (verdict is Verdict.REFUTED) == (high < lower or low > upper)


@given(PAIRS)
def test_exchanging_the_sides_turns_the_sign(pairs):
    a, b = zip(*pairs, strict=True)
    there, back = settle(claims.paired, a, b), settle(claims.paired, b, a)
    assert back.effect == -there.effect
    assert back.values == tuple(-value for value in there.values)
    assert back.interval == (-there.interval[1], -there.interval[0])
    opposite = {
        Verdict.SUPPORTED: Verdict.REFUTED,
        Verdict.REFUTED: Verdict.SUPPORTED,
        Verdict.INCONCLUSIVE: Verdict.INCONCLUSIVE,
    }
    assert back.verdict is opposite[there.verdict]


@given(PAIRS)
def test_a_paired_claim_agrees_with_scipys_paired_test(pairs):
    a, b = np.array(pairs).T
    claim = settle(claims.paired, a, b)
    difference = a - b
    assume(np.std(difference) > 1e-6 * (1 + np.abs(difference).max()))
    p = stats.ttest_rel(a, b).pvalue
    assume(abs(p - 0.05) > 1e-6)
    assert (claim.verdict is Verdict.INCONCLUSIVE) == (p > 0.05)


@given(SAMPLES, REAL)
def test_above_and_below_contradict_each_other(values, threshold):
    above = settle(claims.mean_above, values, threshold=threshold)
    below = settle(claims.mean_below, values, threshold=threshold)
    verdicts = {above.verdict, below.verdict}
    assert verdicts in ({Verdict.SUPPORTED, Verdict.REFUTED}, {Verdict.INCONCLUSIVE})


@given(SAMPLES, REAL)
def test_an_effect_lies_in_its_interval_and_raising_the_bar_never_helps(values, threshold):
    easy = settle(claims.mean_above, values, threshold=threshold - 1)
    hard = settle(claims.mean_above, values, threshold=threshold)
    assert easy.interval[0] <= easy.effect <= easy.interval[1]
    if hard.verdict is Verdict.SUPPORTED:
        assert easy.verdict is Verdict.SUPPORTED


def test_a_mean_within_is_between_its_bounds():
    values = [0.4, 0.5, 0.6]
    assert settle(claims.mean_within, values, low=0.0, high=1.0).verdict is Verdict.SUPPORTED
    assert settle(claims.mean_within, values, low=0.45, high=1.0).verdict is Verdict.INCONCLUSIVE
    assert settle(claims.mean_within, values, low=2.0, high=3.0).verdict is Verdict.REFUTED


def test_no_difference_at_all_is_inconclusive():
    assert settle(claims.paired, [1, 2, 3], [1, 2, 3]).verdict is Verdict.INCONCLUSIVE


def counted(failures, trials):
    return claims.none_of(*WORDS, failures=failures, trials=trials, seeds=[], units=["train"])


@given(COUNTS)
def test_one_case_refutes_never(counts):
    claim = counted(*counts)
    assert claim.verdict is (Verdict.REFUTED if counts[0] else Verdict.SUPPORTED)
    assert claim.interval[0] <= claim.effect <= claim.interval[1]
    assert claim.counts == counts


@given(COUNTS)
def test_where_all_cases_are_counted_the_rate_is_known(counts):
    failures, trials = counts
    claim = claims.none_of(
        *WORDS, failures=failures, trials=trials, seeds=[], units=["train"], exhaustive=True
    )
    assert claim.interval == (claim.effect, claim.effect) == (failures / trials,) * 2
    assert claim.verdict is counted(*counts).verdict


@given(st.integers(0, 80), st.integers(0, 80))
def test_mcnemar_agrees_with_the_exact_test(only_a, only_b):
    assume(only_a + only_b)
    claim = claims.mcnemar(*WORDS, only_a, only_b, seeds=[0], units=["train"])
    p = stats.binomtest(only_a, only_a + only_b).pvalue
    assert (claim.verdict is Verdict.INCONCLUSIVE) == (p > 0.05)
    assert (claim.verdict is Verdict.SUPPORTED) == (p <= 0.05 and only_a > only_b)


# --- misuse -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, 2.0], "an interval needs 3 seeds or more, got 2"),
        ([1.0, 2.0, math.nan], "every value must be finite"),
        ([1.0, 2.0, math.inf], "every value must be finite"),
        ([[1.0, 2.0, 3.0]], r"one axis, got shape \(1, 3\)"),
    ],
)
def test_bad_values_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        claims.mean_interval(values)
    with pytest.raises(ValueError, match=message):
        settle(claims.mean_above, values, threshold=0.0)


def test_values_seeds_and_pairs_must_match():
    with pytest.raises(ValueError, match="got 3 values, 2 seeds"):
        settle(claims.mean_above, [1, 2, 3], threshold=0.0, seeds=[0, 1])
    with pytest.raises(ValueError, match=r"seeds must differ, got \[0, 1, 1\]"):
        settle(claims.mean_above, [1, 2, 3], threshold=0.0, seeds=[0, 1, 1])
    with pytest.raises(ValueError, match="a and b must be pairs, got 3 and 4 values"):
        settle(claims.paired, [1, 2, 3], [1, 2, 3, 4])


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.1, math.nan])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        claims.mean_interval([1, 2, 3], confidence)
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        claims.proportion_interval(1, 3, confidence)


@pytest.mark.parametrize(
    ("successes", "trials"), [(0, 0), (-1, 3), (4, 3), (1.0, 3), (True, 3), (1, None)]
)
def test_impossible_counts_are_refused(successes, trials):
    with pytest.raises(ValueError, match="must"):
        claims.proportion_interval(successes, trials)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "claim"}, "id must read <slug>.<snake_case>, got 'claim'"),
        ({"id": "Demo.claim"}, "id must read"),
        ({"sentence": " "}, "sentence must say something"),
        ({"measure": ""}, "measure must say something"),
        ({"units": ()}, "units must name the records"),
        ({"effect": math.nan}, "every number must be finite"),
        ({"interval": (1.0, 0.0)}, r"interval must be \(low, high\)"),
    ],
)
def test_a_malformed_claim_is_refused(change, message):
    fields = {
        "id": "demo.claim",
        "sentence": "It is so.",
        "measure": "gain",
        "values": (),
        "effect": 0.5,
        "interval": (0.0, 1.0),
        "seeds": (),
        "verdict": Verdict.INCONCLUSIVE,
        "units": ("train",),
    }
    with pytest.raises(ValueError, match=message):
        claims.Claim(**fields | change)


# --- pages --------------------------------------------------------------------------------------


def test_expectations_are_read_from_the_pages(tmp_path):
    (tmp_path / "a.md").write_text(
        "# A\n\n```{claim} demo.one\n:expect: supported\n```\n\n"
        "````{note}\n:::{claim} demo.two\n:expect: refuted\n:::\n````\n"
    )
    (tmp_path / "b.md").write_text(
        "````markdown\n```{claim} demo.shown\n:expect: supported\n```\n````\n"
        "```{claim} demo.open\n```\n```{claim} demo.three\n:expect: inconclusive\n```\n"
    )
    assert claims.expectations(tmp_path) == {
        "demo.one": "supported",
        "demo.two": "refuted",
        "demo.three": "inconclusive",
    }


def test_claims_cost_neither_scipy_nor_keras_to_import():
    code = (
        "import sys, dlexp.lab.claims; print({'scipy', 'keras', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
