"""Logistic regression: every measure, tiny, from end to end, and the parts on planted mistakes."""

from dataclasses import replace

import numpy as np
import pytest

from dlexp import data
from dlexp.byhand import logistic
from dlexp.byhand.descent import Path
from dlexp.chapters.logistic_regression import (
    control,
    curvature,
    measure,
    methods,
    problem,
    rerun,
    speed,
)
from dlexp.chapters.logistic_regression.readers import ROUNDED
from dlexp.lab.runs import load

FEW, STEPS = 150, 8
PIXELS = 49
RACING = methods.Racing(size=FEW, steps=40, newton_steps=12)


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every fourth pixel each way: sixteen times fewer features, and Hessians are small."""
    monkeypatch.setattr(
        problem, "_rows",
        lambda part: part.images[:, ::4, ::4].reshape(len(part), -1).astype(np.float64),
    )  # fmt: skip


def path(losses: list[float], asked: int = 0) -> Path:
    """Return a path of which only the losses matter."""
    count = len(losses)
    evaluations = np.full(count, asked)
    return Path(
        np.zeros((count, 1)), np.array(losses), np.ones(count - 1), evaluations, evaluations
    )


# --- The problem --------------------------------------------------------------------------------


def test_images_are_drawn_by_the_seed_and_judged_by_all_of_the_test() -> None:
    train, test = problem.drawn(FEW, 0, intercept=True)
    other = problem.drawn(FEW, 1, intercept=True).train

    assert train.x.shape == (FEW, PIXELS + 1)
    assert test.x.shape == (10_000, PIXELS + 1)
    assert train.targets.mean() == pytest.approx(0.09, abs=0.01)
    assert not np.array_equal(train.x, other.x)


def test_the_intercept_survives_the_standardisation_and_nothing_else_is_off_its_mean() -> None:
    bare, full = (problem.drawn(FEW, 0, intercept=ones).train.x for ones in (False, True))

    assert np.abs(bare.mean(axis=0)).max() < 1e-12
    assert np.array_equal(full[:, :-1], bare)
    assert set(full[:, -1]) == {1.0}


def test_without_an_intercept_the_mean_logit_is_zero_whatever_the_weights() -> None:
    x = problem.drawn(FEW, 0, intercept=False).train.x
    weights = np.random.default_rng(0).normal(size=PIXELS)

    assert (x @ weights).mean() == pytest.approx(0, abs=1e-12)


def test_all_images_are_each_there_once() -> None:
    everything = problem._everything(data.mnist())

    assert len(everything) == problem.ALL
    assert len(set(everything.indices)) == problem.ALL


def test_no_digit_is_the_base_rate() -> None:
    test = problem.drawn(FEW, 0, intercept=True).test

    assert test.wrong(np.zeros((1, PIXELS + 1)))[0] == test.targets.mean()


def test_loops_give_what_the_package_gives() -> None:
    generator = np.random.default_rng(0)
    x, weights = generator.normal(size=(9, 4)), generator.normal(size=4)
    targets = generator.integers(0, 2, 9).astype(float)

    loss, gradient = (
        speed.looped_loss(weights, x, targets),
        speed.looped_gradient(weights, x, targets),
    )
    assert loss == pytest.approx(logistic.logistic_loss(weights, x, targets), rel=1e-12)
    assert np.allclose(gradient, logistic.logistic_gradient(weights, x, targets), rtol=1e-12)


# --- The measures -------------------------------------------------------------------------------


@pytest.mark.parametrize("intercept", [False, True])
def test_report_d_falls_and_newton_falls_further(intercept: bool) -> None:
    config = rerun.Reported(size=FEW, steps=STEPS, newton_steps=6, intercept=intercept)

    found = rerun.rerun(config, 0)

    losses = found.arrays["losses"]
    assert losses[0] == pytest.approx(np.log(2))
    assert (np.diff(losses) < 0).all()
    assert found.numbers["newton"]["loss"] < losses[-1]
    assert {len(found.arrays[n]) for n in ("test_losses", "test_wrong", "norms")} == {STEPS + 1}
    assert (abs(found.numbers["mean_logit"]) < 1e-9) is not intercept


def test_a_race_has_one_goal_and_all_methods_come_nearer() -> None:
    found = methods.race(RACING, 0)

    for name in methods.contestants(RACING):
        gaps = found.arrays[name]
        assert gaps[0] == pytest.approx(found.numbers["first"])
        assert gaps.min() >= 0
        assert gaps[-1] < gaps[0]
        assert len(found.arrays[f"{name}_passes"]) == len(gaps)
    assert found.arrays["newton"][-1] < ROUNDED
    assert found.numbers["rose"]["bound"] == found.numbers["rose"]["search"] == 0


def test_each_rate_is_tried_for_each_method() -> None:
    config = methods.Choosing(multiples=(0.5, 1.0), steps=STEPS, racing=RACING)

    found = methods.choose(config, 0).numbers

    assert set(found) == {"tuned", "momentum", "nesterov"}
    assert all(min(left) > 0 for left in found.values())
    assert found["tuned"][1] < found["tuned"][0]


def test_few_digits_can_be_separated_and_weights_grow() -> None:
    found = methods.go_on(methods.Going(size=PIXELS, steps=STEPS, newton_steps=6), 0)

    assert found.numbers["newton"]["wrong"] == 0
    assert (np.diff(found.arrays["norms"]) > 0).all()


def test_curvatures_stay_below_the_bound_and_no_law_is_broken() -> None:
    config = curvature.Curving(size=FEW, chords=10, steps=STEPS)

    found = curvature.curve(config, 0).numbers

    assert found["largest"][0] == pytest.approx(found["smoothness"])
    assert found["largest"] == sorted(found["largest"], reverse=True)
    assert found["flat"] >= found["constant"] > 0
    assert found["above_chord"] == 0
    bounds = found["bounds"]
    assert (bounds.pop("steps"), set(bounds.values())) == (STEPS, {0})


def test_times_are_taken() -> None:
    """Which is slower is no question for a test: at this size, a busy machine decides it."""
    config = speed.Timing(
        size=300, features=(3, 5), rounds=1, seconds=0.001, gap=1e-2, racing=RACING
    )

    found = speed.time(config, 0)

    assert (found.numbers["differ"], found.numbers["asked"]) == (0, 4)
    assert (found.arrays["loss"] > 0).all()
    assert (found.arrays["seconds"] > 0).all()


def test_controls_are_run_and_the_cut_is_the_best_one() -> None:
    found = control.control(control.Controlled(size=FEW, steps=STEPS), 0).numbers
    bare, _ = problem.drawn(FEW, 0, intercept=False)
    logits = bare.x @ methods.searching(bare, STEPS).points[-1]
    wrong = [int(((logits > cut) != bare.targets).sum()) for cut in logits]

    assert 0 < found["raw"] < found["bare"] < 1
    assert ((logits > found["cut"]) != bare.targets).sum() == min(wrong)
    assert found["moved"] < found["bare"]


def test_at_the_rate_of_the_proof_no_loss_rises() -> None:
    losses = control.fixed(control.Fixed(size=FEW, steps=STEPS), 0).arrays["losses"]

    assert losses[0] == pytest.approx(np.log(2))
    assert (np.diff(losses) < 0).all()


# --- Planted mistakes ---------------------------------------------------------------------------


def test_a_loss_that_is_not_convex_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    train = problem.drawn(FEW, 0, intercept=True).train
    monkeypatch.setattr(problem.Problem, "loss", lambda _, weights: -float(weights @ weights))

    found = curvature.above_chords(train, curvature.Curving(chords=5), np.random.default_rng(0))

    assert found == 5


def test_a_rate_that_is_too_large_breaks_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    train = replace(problem.drawn(FEW, 0, intercept=True).train, l2=0.01)
    right = methods.fixed
    monkeypatch.setattr(methods, "fixed", lambda problem, _, steps: right(problem, 300.0, steps))

    found = curvature.outside_bounds(train, STEPS)

    assert found["rose"] > 0
    assert found["above_linear"] > 0


def test_another_result_is_a_difference() -> None:
    assert not speed._differ(np.ones(3), np.ones(3), 1e-12)
    assert speed._differ(np.ones(3), np.full(3, 1 + 1e-9), 1e-12)
    assert speed._differ(1.0, 1.1, 1e-12)


def test_a_method_that_does_not_arrive_takes_all_of_its_steps() -> None:
    assert speed._arrival(np.array([1.0, 0.5, 0.1]), 0.2) == 2
    assert speed._arrival(np.array([1.0, 0.5, 0.1]), 0.01) == 2
    assert speed._arrival(np.array([1.0, 0.1, 0.1]), 0.2) == 1


def test_a_gradient_is_two_passes() -> None:
    assert methods.passes(path([1.0, 0.5], asked=4)).tolist() == [12, 12]


def test_lbfgs_asks_for_losses_and_gradients_in_pairs() -> None:
    train = problem.drawn(FEW, 0, intercept=True, l2=0.1).train

    found = methods.lbfgs(train, 5)

    assert np.array_equal(found.loss_evaluations, found.gradient_evaluations)
    assert (np.diff(found.losses) < 0).all()
    assert len(found.points) == 6


# --- What is published --------------------------------------------------------------------------


def test_published_rates_are_those_that_were_chosen() -> None:
    chosen = load(measure.units())("choose")
    for name in ("tuned", "momentum", "nesterov"):
        best = np.log(chosen.numbers(name)).mean(axis=0).argmin()

        assert chosen.config["multiples"][best] == getattr(methods.RATES, name)
