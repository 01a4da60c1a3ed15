"""What the chapter claims, on made-up records, and how it reads them."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.logistic_regression import claims, measure, methods, readers
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

STEPS = np.arange(1_001)
CURVATURE = {
    "bounds": {
        "steps": 300, "rose": 0, "above_one_over_k": 0, "above_linear": 0,
    },
}  # fmt: skip


def record(kind: str, seed: int, config: dict[str, Any], numbers: Any, **arrays: Any) -> Record:
    words = "-".join(map(str, config.values()))
    return Record(
        "logistic_regression", f"{kind}-{words}-seed={seed}", "", config, seed, numbers, arrays, {}
    )


def rerun(seed: int, intercept: bool) -> Record:
    """Return report D's run: slow and wrong without an intercept, fast and right with one."""
    losses = np.log(2) / (1 + (0.5 if intercept else 0.001) * STEPS[:201])
    wrong = np.full(201, (0.03 if intercept else 0.17) + 0.001 * seed)
    numbers = {"base_rate": 0.09, "newton": {"loss": 0.001}}
    config = {"size": measure.FEW, "intercept": intercept}
    return record("rerun", seed, config, numbers, losses=losses, test_wrong=wrong)


def gone(seed: int, l2: float) -> Record:
    """Return a long descent: the gap falls by a factor a step with L2, and slowly without."""
    fall = 0.95**STEPS if l2 else 1 / (1 + STEPS) ** 0.6
    norms = np.log1p(STEPS) * (1 + 0.01 * seed)
    wrong = 0.04 + (0 if l2 else 1e-5) * STEPS + 0.001 * seed
    numbers = {"newton": {"loss": 0.13 if l2 else 1e-4, "wrong": 0}}
    config = {"l2": l2, "size": 2_000}
    least = 0.13 if l2 else 0.0
    arrays = {"losses": least + fall, "norms": norms, "test_wrong": wrong}
    return record("go_on", seed, config, numbers, **arrays)


def raced(seed: int, **digits: float) -> Record:
    """Return a race whose methods have so many digits right at the end."""
    arrays = {}
    for name in ("bound", "tuned", "search", "momentum"):
        arrays[name] = 10.0 ** -np.linspace(0, digits[name] + 0.1 * seed, 301)
        arrays[f"{name}_passes"] = 2.0 * np.arange(301)
    arrays["newton"] = 10.0 ** -np.arange(11)
    return record("race", seed, {"steps": 300}, {}, **arrays)


def runs(**digits: float) -> Runs:
    ahead = {"bound": 2.0, "search": 4.0, "tuned": 5.0, "momentum": 9.0, **digits}
    made = []
    for seed in measure.SEEDS:
        made += [rerun(seed, ones) for ones in (False, True)]
        made += [gone(seed, l2) for l2 in (0.0, measure.L2)]
        made.append(raced(seed, **{name: n + 0.2 * (seed % 2) for name, n in ahead.items()}))
        made.append(record("curve", seed, {"steps": 300}, CURVATURE))
        shares = {"base_rate": 0.09, "raw": 0.03 + 0.001 * seed}
        made.append(record("control", seed, {"steps": 200}, shares))
        seconds = np.array([0.7, 0.1 + 0.01 * seed, 0.5])
        times = np.array([50.0, 10.0 + seed])
        made.append(record("time", seed, {"size": 2_000}, {}, seconds=seconds, loss=times))
    return Runs("logistic_regression", tuple(made))


def test_claims_hold_but_for_what_report_d_and_we_believed() -> None:
    settled = {claim.id.partition(".")[2]: claim.verdict.value for claim in claims.claims(runs())}

    refuted = [name for name, verdict in settled.items() if verdict != "supported"]
    assert refuted == ["flat_has_converged", "falls_as_one_over_k", "loops_take_a_hundred_times"]
    assert len(settled) == 17


def test_a_method_that_is_behind_is_not_ahead() -> None:
    settled = {claim.id.partition(".")[2]: claim for claim in claims.claims(runs(search=6.0))}

    assert settled["tuned_beats_search"].verdict.value == "refuted"
    assert settled["tuned_beats_search"].effect == pytest.approx(-1.0)


def test_gaps_are_read_after_the_passes_that_were_made() -> None:
    race = runs()("race")

    assert readers.digits(race, "bound", 600)[0] == pytest.approx(2.0)
    assert readers.digits(race, "bound", 301)[0] == pytest.approx(1.0)
    assert readers.digits(race, "bound", 300)[0] == pytest.approx(1.0)
    assert readers.curves(race, "bound", [2, 600]).shape == (5, 2)


def test_what_is_below_rounding_counts_as_rounding() -> None:
    race = runs(momentum=40.0)("race")

    assert readers.digits(race, "momentum").tolist() == [12.0] * 5


def test_what_was_gained_is_a_share_of_what_newton_gains() -> None:
    drawn = readers.drawn(runs(), intercept=True)

    start, least = np.log(2), 0.001
    end = np.log(2) / (1 + 0.5 * 200)
    assert readers.gained(drawn)[0] == pytest.approx((start - end) / (start - least))
    assert readers.gaps(drawn)[0, -1] == pytest.approx(end - least)


def test_misses_are_told_from_false_alarms() -> None:
    numbers = {"base_rate": 0.1, "said_five": 0.13}
    run = record("rerun", 0, {}, numbers, test_wrong=np.array([0.5, 0.07]))

    assert readers.missed(run) == pytest.approx(0.02 / 0.1)
    assert readers.called(run) == pytest.approx(0.05 / 0.9)


def test_the_share_as_a_probability_costs_its_entropy() -> None:
    assert readers.of_the_share(0.5) == pytest.approx(np.log(2))
    assert readers.of_the_share(0.25) == pytest.approx(2 * np.log(2) - 0.75 * np.log(3))


def test_with_and_without_l2_are_told_apart() -> None:
    assert readers.gone(runs(), with_l2=True).config["l2"] == methods.RACING.l2
    assert readers.gone(runs(), with_l2=False).config["l2"] == 0.0


def test_what_is_promised_is_the_best_of_what_any_weights_promise() -> None:
    losses, norms = np.array([0.7, 0.4, 0.1]), np.array([0.0, 1.0, 2.0])
    one = record("rerun", 0, {}, {"smoothness": 1.0}, losses=losses, norms=norms)
    run = Runs("logistic_regression", (one,))

    assert readers.promised(run).tolist() == pytest.approx([0.7, 0.65])


def test_the_edge_is_the_tuned_rate_times_the_curvature() -> None:
    config = {"rates": {"tuned": 10.0}}
    numbers = {"smoothness": 5.0, "curvature": [0.01, 1.5]}
    race = Runs("logistic_regression", (record("race", 0, config, numbers),))

    assert readers.overshoot(race).tolist() == [3.0]
