"""Successive halving and Hyperband by hand: on paper, laws, Keras Tuner's oracle, messages."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.byhand import halving

epochs = st.integers(1, 500)
factors = st.integers(2, 6)
rules = st.sampled_from(["keras", "paper"])
directions = st.sampled_from(["max", "min"])


def rows(schedule: list[halving.Round]) -> list[tuple[int, int, int, int, int]]:
    return [(r.bracket, r.number, r.configurations, r.initial_epoch, r.epochs) for r in schedule]


# ---- on paper ---------------------------------------------------------------------------------


def test_the_schedule_computed_by_hand() -> None:
    """Nine epochs, a third goes on: 3 brackets; budget 3, so 9, 9/2 up and 3 at the start."""
    assert rows(halving.hyperband(9, 3)) == [
        (2, 0, 9, 0, 1), (2, 1, 3, 1, 3), (2, 2, 1, 3, 9),
        (1, 0, 5, 0, 3), (1, 1, 2, 3, 9),
        (0, 0, 3, 0, 9),
    ]  # fmt: skip
    assert halving.cost(halving.hyperband(9, 3)) == (9 + 6 + 6) + (15 + 12) + 27


def test_the_papers_own_example() -> None:
    """R = 81, factor 3: the first round of each bracket in the paper's table."""
    plan = halving.hyperband(81, 3, rule="paper")

    first = [(r.configurations, r.epochs) for r in plan if r.number == 0]
    assert first == [(81, 1), (34, 3), (15, 9), (8, 27), (5, 81)]
    assert [r.configurations for r in plan if r.bracket == 3] == [34, 11, 3, 1]


def test_keras_rounds_each_round_up() -> None:
    plan = halving.hyperband(81, 3)

    assert [r.configurations for r in plan if r.bracket == 3] == [34, 12, 4, 2]


def test_iterations_repeat_the_whole() -> None:
    once, twice = halving.hyperband(9, 3), halving.hyperband(9, 3, 2)

    assert rows(twice) == 2 * rows(once)
    assert [r.iteration for r in twice] == [0] * len(once) + [1] * len(once)


def test_one_epoch_leaves_one_bracket_of_random_search() -> None:
    assert rows(halving.hyperband(1, 3)) == [(0, 0, 1, 0, 1)]


def test_a_race_on_paper() -> None:
    curves = [[1, 2, 9], [3, 3, 3], [2, 4, 5], [0, 0, 0]]

    assert halving.race(curves, halving.rungs(4, 3, 2, 2)) == [[0, 1, 2, 3], [2, 1], [2]]
    assert halving.race(curves, halving.rungs(4, 3, 2, 2), direction="min")[-1] == [3]


# ---- laws -------------------------------------------------------------------------------------


@given(epochs, factors, rules)
def test_every_bracket_ends_at_the_most_epochs_and_its_rounds_join(
    most: int, factor: int, rule: halving.Rule
) -> None:
    plan = halving.hyperband(most, factor, rule=rule)
    for bracket in {each.bracket for each in plan}:
        rounds = [each for each in plan if each.bracket == bracket]
        assert [each.number for each in rounds] == list(range(bracket + 1))
        assert rounds[0].initial_epoch == 0
        assert rounds[0].epochs >= 1
        assert rounds[-1].epochs == most
        assert all(a.epochs == b.initial_epoch for a, b in itertools.pairwise(rounds))
        sizes = [each.configurations for each in rounds]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[-1] >= 1


@given(epochs, factors)
def test_keras_never_plans_less_than_the_paper(most: int, factor: int) -> None:
    keras, paper = halving.hyperband(most, factor), halving.hyperband(most, factor, rule="paper")

    assert all(a.configurations >= b.configurations for a, b in zip(keras, paper, strict=True))
    assert halving.cost(keras) >= halving.cost(paper)


@given(st.integers(1, 5), factors)
def test_where_everything_divides_a_bracket_is_a_successive_halving(
    rounds: int, factor: int
) -> None:
    """The boldest bracket of a power of the factor needs no rounding under either rule."""
    most = factor ** (rounds - 1)

    expected = rows(halving.rungs(most, most, factor, rounds))
    for rule in ("keras", "paper"):
        assert rows(halving.hyperband(most, factor, rule=rule))[:rounds] == expected


@given(st.lists(st.integers(-5, 5), min_size=1), st.data(), directions)
def test_nobody_who_stays_is_worse_than_one_who_goes(
    scores: list[int], data: st.DataObject, direction: halving.Direction
) -> None:
    keep = data.draw(st.integers(1, len(scores)))
    kept = halving.halve(scores, keep, direction=direction)
    gone = set(range(len(scores))) - set(kept)

    assert len(set(kept)) == keep
    sign = 1 if direction == "max" else -1
    assert all((sign * scores[a], -a) > (sign * scores[b], -b) for a in kept for b in gone)
    mirrored = halving.halve([-s for s in scores], keep, direction="min")
    assert halving.halve(scores, keep) == mirrored


@given(st.integers(0, 2**32 - 1), factors)
def test_a_curve_that_leads_everywhere_wins_the_race(seed: int, factor: int) -> None:
    plan = halving.rungs(factor**2, factor**2, factor, 3)
    curves = np.random.default_rng(seed).uniform(size=(factor**2, factor**2))
    curves[seed % factor**2] += 1
    trained = halving.race(curves, plan)

    assert trained[-1] == [seed % factor**2]
    assert [len(each) for each in trained] == [r.configurations for r in plan] + [1]


# ---- Keras Tuner ------------------------------------------------------------------------------


def oracle(most: int, factor: int, iterations: int = 1) -> Any:
    import keras_tuner as kt

    space = kt.HyperParameters()
    space.Float("x", 0, 1)
    return kt.oracles.HyperbandOracle(
        objective=kt.Objective("score", "max"),
        max_epochs=most,
        factor=factor,
        hyperband_iterations=iterations,
        hyperparameters=space,
        seed=1,
    )


@pytest.mark.parametrize("factor", range(2, 8))
def test_the_schedule_is_keras_tuners(factor: int) -> None:
    for most in [*range(1, 260), 729, 1000, 1024, 1296, 2401, 2999, 3125, 6561]:
        theirs = oracle(most, factor)
        count = theirs._get_num_brackets()
        expected = [
            (
                bracket,
                number,
                theirs._get_size(bracket, number),
                theirs._get_epochs(bracket, number - 1) if number else 0,
                theirs._get_epochs(bracket, number),
            )
            for bracket in range(count - 1, -1, -1)
            for number in range(theirs._get_num_rounds(bracket))
        ]
        assert rows(halving.hyperband(most, factor)) == expected
        assert halving.brackets(most, factor) == count


def test_keras_tuner_takes_a_logarithm_that_may_miss_a_power() -> None:
    """The logarithm of 15,625 to the base 5 comes out above 6, and is then rounded up."""
    assert oracle(15_625, 5)._get_size(0, 0) == 8
    assert halving.hyperband(15_625, 5)[-1].configurations == 7


@pytest.mark.filterwarnings("ignore:(current|get)(Thread|Name):DeprecationWarning")
@pytest.mark.parametrize(("most", "factor", "iterations"), [(9, 3, 1), (10, 3, 1), (4, 2, 2)])
def test_a_search_runs_the_schedule_and_promotes_the_same_trials(
    tmp_path: Any, most: int, factor: int, iterations: int
) -> None:
    """One tuner alone is given the schedule in order, and `halve` chooses the same trials."""
    theirs = oracle(most, factor, iterations)
    theirs._set_project_dir(tmp_path, "search")
    theirs.verbose = 0
    given_out: list[tuple[int, int, int, int]] = []
    scores: dict[str, float] = {}
    rounds: dict[tuple[int, int], list[str]] = {}
    came_from: dict[tuple[int, int], list[str]] = {}
    while (trial := theirs.create_trial("tuner0")).status == "RUNNING":
        values = trial.hyperparameters.values
        place = values["tuner/bracket"], values["tuner/round"]
        epochs_of = values["tuner/initial_epoch"], values["tuner/epochs"]
        given_out.append((*place, *epochs_of))
        scores[trial.trial_id] = values["x"] + 0.01 * values["tuner/round"]
        rounds.setdefault(place, []).append(trial.trial_id)
        came_from.setdefault(place, []).append(values.get("tuner/trial_id", ""))
        theirs.update_trial(trial.trial_id, {"score": scores[trial.trial_id]})
        trial.status = "COMPLETED"
        theirs.end_trial(trial)

    plan = halving.hyperband(most, factor, iterations)
    assert given_out == [
        (r.bracket, r.number, r.initial_epoch, r.epochs)
        for r in plan
        for _ in range(r.configurations)
    ]
    if iterations == 1:
        for bracket, number in rounds:
            if number:
                before = rounds[bracket, number - 1]
                chosen = halving.halve([scores[t] for t in before], len(rounds[bracket, number]))
                assert came_from[bracket, number] == [before[i] for i in chosen]


# ---- messages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: halving.hyperband(0), "`max_epochs` must be an integer >= 1; got max_epochs=0"),
        (lambda: halving.hyperband(9, 1), "`factor` must be an integer >= 2; got factor=1"),
        (
            lambda: halving.hyperband(9, 3, 0),
            "`iterations` must be an integer >= 1; got iterations=0",
        ),
        (lambda: halving.hyperband(9, rule="x"), '`rule` must be "keras" or "paper"; got \'x\''),
        (lambda: halving.hyperband(9, 2.5), "`factor` must be an integer >= 2; got factor=2.5"),
        (lambda: halving.race([], []), "`schedule` must have one round or more; got none"),
        (
            lambda: halving.race([[1]], halving.rungs(1, 1, 2, 1), direction="up"),
            '`direction` must be "max" or "min"; got \'up\'',
        ),
        (
            lambda: halving.rungs(8, 9, 3, 3),
            "`rounds` must be an integer in 1 ... 2; got rounds=3",
        ),
        (lambda: halving.rungs(8, 9, 3, 0), "`rounds` must be an integer in 1 ... 2; got rounds=0"),
        (lambda: halving.halve([1, 2], 3), "`keep` must be an integer in 1 ... 2; got keep=3"),
        (lambda: halving.halve([1, 2], 0), "`keep` must be an integer in 1 ... 2; got keep=0"),
        (lambda: halving.halve([1, np.nan], 1), "`scores` must be finite; got nan"),
        (lambda: halving.halve([1], 1, direction="up"), '`direction` must be "max" or "min"'),
        (
            lambda: halving.race(np.ones((2, 2)), halving.rungs(3, 3, 3, 2)),
            "`curves` must have 3 rows of 3 epochs or more; got shape (2, 2)",
        ),
    ],
)
def test_errors_say_the_rule_and_the_value(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        call()
    assert message in str(caught.value)


def test_a_round_without_epochs_keeps_the_scores_of_the_one_before() -> None:
    """However late it is."""
    late = {"bracket": 1, "initial_epoch": 300, "epochs": int("300")}
    plan = [
        halving.Round(bracket=1, number=0, configurations=3, initial_epoch=0, epochs=300),
        halving.Round(number=1, configurations=2, **late),
    ]
    curves = np.zeros((3, 300))
    curves[:, 0] = [0.1, 0.3, 0.2]

    assert halving.race(curves, plan) == [[0, 1, 2], [1, 2], [1]]
