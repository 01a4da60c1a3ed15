"""Claims: verdicts follow from intervals, and what is malformed is refused."""

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from dlexp.lab import claims
from dlexp.lab.claims import Claim, Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

REAL = st.floats(-1e6, 1e6, allow_subnormal=False)
SAMPLES = st.lists(REAL, min_size=3, max_size=12)
PAIRS = st.lists(st.tuples(REAL, REAL), min_size=3, max_size=12)
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

WORDS = ("demo.claim", "gain, points")
RECORDS = tuple(Record("demo", f"train-seed={i}", "", {}, i, {}, {}, {}) for i in range(12))


def runs(values):
    """Return as many runs as there are values."""
    return Runs("demo", RECORDS[: len(values)])


def paired(a, b):
    return runs(a).paired("claim", "gain, points", a, b)


def above(values, threshold):
    return runs(values).above("claim", "gain, points", values, threshold=threshold)


def below(values, threshold):
    return runs(values).below("claim", "gain, points", values, threshold=threshold)


def within(values, low, high):
    return runs(values).within("claim", "gain, points", values, low=low, high=high)


def settle(values, seeds):
    return claims.mean_within(*WORDS, values=values, low=0, high=1, seeds=seeds, units=["train"])


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
    there, back = paired(a, b), paired(b, a)
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
    claim = paired(a, b)
    difference = a - b
    assume(np.std(difference) > 1e-6 * (1 + np.abs(difference).max()))
    p = stats.ttest_rel(a, b).pvalue
    assume(abs(p - 0.05) > 1e-6)
    assert (claim.verdict is Verdict.INCONCLUSIVE) == (p > 0.05)


@given(SAMPLES, REAL)
def test_above_and_below_contradict_each_other(values, threshold):
    verdicts = {side(values, threshold=threshold).verdict for side in (above, below)}
    assert verdicts in ({Verdict.SUPPORTED, Verdict.REFUTED}, {Verdict.INCONCLUSIVE})


@given(SAMPLES, REAL)
def test_an_effect_lies_in_its_interval_and_raising_the_bar_never_helps(values, threshold):
    easy = above(values, threshold=threshold - 1)
    hard = above(values, threshold=threshold)
    assert easy.interval[0] <= easy.effect <= easy.interval[1]
    if hard.verdict is Verdict.SUPPORTED:
        assert easy.verdict is Verdict.SUPPORTED


def test_a_mean_within_is_between_its_bounds():
    values = [0.4, 0.5, 0.6]
    assert within(values, low=0.0, high=1.0).verdict is Verdict.SUPPORTED
    assert within(values, low=0.45, high=1.0).verdict is Verdict.INCONCLUSIVE
    assert within(values, low=2.0, high=3.0).verdict is Verdict.REFUTED


def test_no_difference_at_all_is_inconclusive():
    assert paired([1, 2, 3], [1, 2, 3]).verdict is Verdict.INCONCLUSIVE


def counted(failures, trials, **more):
    fields = {"failures": failures, "trials": trials, "seeds": [0, 1, 2], "units": ["train"]}
    return claims.none_of(*WORDS, **fields | more)


@given(COUNTS)
def test_one_case_refutes_never(counts):
    claim = counted(*counts)
    assert claim.verdict is (Verdict.REFUTED if counts[0] else Verdict.SUPPORTED)
    assert claim.interval[0] <= claim.effect <= claim.interval[1]
    assert claim.counts == counts


@given(COUNTS)
def test_where_all_cases_are_counted_the_rate_is_known(counts):
    failures, trials = counts
    claim = counted(failures, trials, seeds=[], exhaustive="all squares of the board")
    assert claim.interval == (claim.effect, claim.effect) == (failures / trials,) * 2
    assert claim.verdict is counted(*counts).verdict


def test_values_seeds_and_pairs_must_match():
    with pytest.raises(ValueError, match="got 3 values, 4 seeds"):
        settle([1, 2, 3], seeds=[0, 1, 2, 3])
    with pytest.raises(ValueError, match=r"seeds must differ; got \[0, 1, 1\]"):
        settle([1, 2, 3], seeds=[0, 1, 1])
    with pytest.raises(ValueError, match="`a` and `b` must be pairs; got 3 and 4 values"):
        paired([1, 2, 3], [1, 2, 3, 4])


FIELDS = {
    "id": "demo.claim",
    "measure": "gain",
    "values": (0.4, 0.5, 0.6),
    "seeds": (0, 1, 2),
    "units": ("train",),
    "asserted": (0.0, None),
}
WHOLE = {"values": (), "seeds": (), "counts": (0, 9), "asserted": (0.0, 0.0), "exhaustive": "all"}
SIX = {"repeated": "searches"}
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "claim"}, "`id` must read <slug>.<snake_case>; got 'claim'"),
        ({"id": "Demo.claim"}, "`id` must read"),
        ({"measure": ""}, "`measure` must say something"),
        ({"units": ()}, "`units` must name the records"),
        ({"units": "train"}, "`units` must be a tuple of names; got 'train'"),
        ({"units": (1,)}, "`units` must be a tuple of names"),
        ({"values": ()}, "a claim must rest on values or on counts; got neither"),
        ({"counts": (0, 9)}, "a claim must rest on values or on counts; got both"),
        ({"values": (0.4, NAN, 0.6)}, "every value must be finite"),
        ({"values": ("4", "5", "6")}, "values must be numbers"),
        ({"seeds": (0, 1)}, "must be met with 3 seeds or more; got 2"),
        ({"seeds": (0.2, 0.4, 0.6)}, r"seeds must be whole numbers; got \[0.2, 0.4, 0.6\]"),
        ({"seeds": (0, 1, 1)}, r"seeds must differ; got \[0, 1, 1\]"),
        ({"repeated": "searches", "seeds": (0, 1)}, "have as many searches; got 3 values, 2 seeds"),
        (
            SIX | {"values": (1, 2, 3) * 2},
            "searches must be made anew; got the same values several",
        ),
        (SIX | {"values": (1, 1, 2, 2, 3, 3)}, "searches must be made anew"),
        (SIX | {"values": (1, 2, 1, 2, 5, 6) * 2}, "searches must be made anew"),
        (SIX | {"values": (1, 2, 1, 2, 3, 3, 4, 4, 5, 6, 5, 6)}, "searches must be made anew"),
        ({"asserted": (None, None)}, "a side of `asserted` must be a finite number"),
        ({"asserted": (NAN, None)}, "a side of `asserted` must be a finite number"),
        ({"asserted": (-INF, None)}, "a side of `asserted` must be a finite number"),
        ({"asserted": (0.0, INF)}, "a side of `asserted` must be a finite number"),
        ({"asserted": ("0", None)}, "a side of `asserted` must be a finite number"),
        ({"asserted": (1.0, 0.0)}, r"`asserted` must be \(low, high\)"),
        ({"scale": claims.Scale(-100, "points")}, "`scale` must multiply by more than 0"),
        ({"scale": claims.Scale(NAN)}, "`scale` must multiply by more than 0"),
        (WHOLE | {"exhaustive": True}, "`exhaustive` must say in words what the cases are all of"),
        (WHOLE | {"exhaustive": ""}, "must be met with 3 seeds or more; got 0"),
        (WHOLE | {"seeds": (0, 1, 2)}, "must be counted without chance; got seeds"),
        ({"exhaustive": "all", "seeds": ()}, "must be counted without chance; got values"),
        (WHOLE | {"asserted": (0.0, 1.0)}, "what is counted must be asserted never to be"),
        (WHOLE | {"counts": (0, 0)}, "counts must obey"),
        (WHOLE | {"counts": (3, 2)}, "counts must obey"),
        (WHOLE | {"counts": (0.5, 2)}, "must be an integer"),
    ],
)
def test_a_malformed_claim_is_refused_in_one_line(change, message):
    with pytest.raises(ValueError, match=message) as refused:
        Claim(**FIELDS | change)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("values", [(1,) * 6, (1, 2, 2, 3, 3, 1), (0, 0, 1, 1, 0, 1)])
def test_repetitions_may_come_out_alike(values):
    assert Claim(**FIELDS | {"repeated": "searches", "values": values}).values == values


@pytest.mark.parametrize("name", ["effect", "interval", "verdict", "confidence", "method"])
def test_nobody_gives_a_claim_what_follows_from_its_measurement(name):
    claim = Claim(**FIELDS)

    with pytest.raises(TypeError, match=name):
        Claim(**FIELDS, **{name: 1})
    with pytest.raises(TypeError, match=name):
        dataclasses.replace(claim, **{name: 1})
    with pytest.raises((AttributeError, dataclasses.FrozenInstanceError)):
        setattr(claim, name, 1)


def test_another_range_is_another_verdict():
    claim = Claim(**FIELDS)

    assert claim.verdict is Verdict.SUPPORTED
    assert dataclasses.replace(claim, asserted=(None, 0.0)).verdict is Verdict.REFUTED


@pytest.mark.parametrize("trials", [0, -1])
def test_no_cases_are_no_count(trials):
    with pytest.raises(ValueError, match="counts must obey"):
        counted(0, trials)


def test_a_name_is_no_list_of_names():
    with pytest.raises(ValueError, match="`units` must be names of records; got 'abc'"):
        counted(0, 9, units="abc")


def test_claims_cost_neither_scipy_nor_keras_to_import():
    code = (
        "import sys, dlexp.lab.claims; print({'scipy', 'keras', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@given(SAMPLES, st.integers(1, 99))
def test_correcting_for_questions_never_settles_anything(values, questions):
    claim = above(values, 0.0)

    assert claim.holds_among(1)
    if not claim.holds_among(questions):
        assert claim.verdict is not Verdict.INCONCLUSIVE
        assert not claim.holds_among(questions + 1)
