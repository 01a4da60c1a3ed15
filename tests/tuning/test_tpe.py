"""The oracle on Optuna's sampler: what it proposes, finds, keeps and survives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras_tuner as kt
import numpy as np
import pytest
from scipy import stats

from dlexp.tuning.tpe import TPEOracle

pytestmark = [
    pytest.mark.timeout(120),
    # Keras Tuner's own use of threads
    pytest.mark.filterwarnings("ignore:(current|get)(Thread|Name):DeprecationWarning"),
]

Score = Callable[[dict[str, Any]], float | None]


def space() -> Any:
    """One hyperparameter of every kind, some of them below conditions."""
    hp = kt.HyperParameters()
    hp.Float("x", -1, 1)
    hp.Float("rate", 1e-5, 1e-1, sampling="log")
    hp.Float("mirrored", 1, 100, sampling="reverse_log")
    hp.Float("tenth", 0.2, 1.2, step=0.1, default=1)
    hp.Float("decade", 1e-4, 1, step=10, sampling="log")
    hp.Int("units", 4, 64, step=4)
    hp.Int("any", 0, 10**6)
    hp.Int("power", 2, 64, step=2, sampling="log")
    hp.Int("free", 1, 128, sampling="log")
    hp.Choice("ordered", [8, 16, 32])
    hp.Choice("words", ["relu", "tanh"])
    hp.Boolean("flag")
    hp.Fixed("always", 7)
    hp.Choice("kind", ["deep", "wide"])
    for value, most in (("deep", 5), ("wide", 50)):
        with hp.conditional_scope("kind", [value]):
            hp.Int(f"{value}_size", 1, most)
    with hp.conditional_scope("flag", [True]):
        hp.Float("below", 0, 1)
    return hp


def line() -> Any:
    hp = kt.HyperParameters()
    hp.Float("x", -5, 5)
    hp.Float("y", -5, 5)
    return hp


def make(
    folder: Path, hyperparameters: Any, *, trials: int, seed: int = 0, direction: str = "max",
    kind: Any = TPEOracle, **options: Any,
) -> Any:  # fmt: skip
    oracle = kind(
        objective=kt.Objective("score", direction),
        max_trials=trials,
        hyperparameters=hyperparameters,
        seed=seed + 1,  # a seed of zero means none to Keras Tuner
        max_consecutive_failed_trials=10**6,
        **options,
    )
    oracle._set_project_dir(folder, f"{kind.__name__}{seed}")
    oracle.verbose = 0
    return oracle


def play(oracle: Any, score: Score, rounds: int = 10**6) -> list[dict[str, Any]]:
    """Run trials as a tuner does; a score of None is a trial that failed."""
    proposals: list[dict[str, Any]] = []
    for _ in range(rounds):
        trial = oracle.create_trial("tuner0")
        if trial.status == "STOPPED":
            break
        proposals.append(dict(trial.hyperparameters.values))
        value = score(proposals[-1])
        if value is None:
            trial.status, trial.message = "INVALID", "it failed"
        else:
            oracle.update_trial(trial.trial_id, {"score": value})
            trial.status = "COMPLETED"
        oracle.end_trial(trial)
    return proposals


def best(oracle: Any) -> float:
    return float(oracle.get_best_trials(1)[0].score)


def bowl(values: dict[str, Any]) -> float:
    """A bowl whose lowest point, 0, is at (2, -1)."""
    return float((values["x"] - 2) ** 2 + (values["y"] + 1) ** 2)


def test_every_proposal_lies_in_the_space(tmp_path: Path) -> None:
    hp = space()
    proposals = play(make(tmp_path, hp, trials=40), lambda v: v["x"] + v["always"])
    known = {each.name: each for each in hp.space if not each.conditions}

    assert len(proposals) == 40
    for values in proposals:
        assert -1 <= values["x"] < 1
        assert 1e-5 <= values["rate"] < 1e-1
        assert 1 <= values["mirrored"] <= 100
        for name in ("tenth", "decade", "units", "power", "ordered", "words"):
            assert values[name] in list(known[name].values), name
        for name in ("any", "free"):
            assert known[name].min_value <= values[name] <= known[name].max_value
        assert all(type(values[n]) is int for n in ("units", "any", "power", "free"))
        assert type(values["tenth"]) is float
        assert values["always"] == 7
        assert type(values["flag"]) is bool
        assert ("below" in values) == values["flag"]
        assert (values["kind"] == "deep") == ("deep_size" in values) == ("wide_size" not in values)


def test_the_estimator_and_not_chance_proposes_after_the_start(tmp_path: Path) -> None:
    """The later proposals lie nearer to the optimum than the first, random ones."""
    first, later = [], []
    for seed in range(5):
        proposals = play(make(tmp_path, line(), trials=30, seed=seed, direction="min"), bowl)
        distances = [bowl(values) for values in proposals]
        first += distances[:10]
        later += distances[10:]

    assert stats.mannwhitneyu(later, first, alternative="less").pvalue < 0.001


def test_it_finds_the_optimum_better_than_random_search(tmp_path: Path) -> None:
    """Set before the first run: 20 seeds, 40 trials, a signed-rank test at one in a thousand."""
    found = {
        kind: [np.log(best_of(tmp_path / kind.__name__, kind, seed)) for seed in range(20)]
        for kind in (TPEOracle, kt.oracles.RandomSearchOracle)
    }
    difference = np.subtract(*found.values())

    assert stats.wilcoxon(difference, alternative="less").pvalue < 0.001


def best_of(folder: Path, kind: Any, seed: int) -> float:
    oracle = make(folder, line(), trials=40, seed=seed, direction="min", kind=kind)
    play(oracle, bowl)
    return best(oracle)


def test_the_direction_is_the_objectives(tmp_path: Path) -> None:
    """Where high is good the same function is searched at its rim."""
    up = make(tmp_path / "up", line(), trials=40, direction="max")
    down = make(tmp_path / "down", line(), trials=40, direction="min")
    far, near = play(up, bowl), play(down, bowl)

    assert np.median([bowl(v) for v in far[20:]]) > 4 * np.median([bowl(v) for v in near[20:]])
    assert best(up) > best(down)


def test_equal_seeds_propose_alike_and_others_do_not(tmp_path: Path) -> None:
    def run(name: str, seed: int) -> list[dict[str, Any]]:
        oracle = make(tmp_path / name, space(), trials=16, seed=seed)
        return play(oracle, lambda values: values["x"])

    assert run("a", 3) == run("b", 3)
    assert run("a2", 3) != run("c", 4)


def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = play(make(tmp_path / "whole", line(), trials=20, direction="min"), bowl)
    first = make(tmp_path / "parts", line(), trials=20, direction="min")
    before = play(first, bowl, rounds=13)
    first.save()  # as a tuner does after each trial
    second = make(tmp_path / "parts", kt.HyperParameters(), trials=20, direction="min")
    second.reload()

    assert before + play(second, bowl) == whole


def test_failed_trials_are_told_and_survived(tmp_path: Path) -> None:
    """All with a positive x fail: fewer are proposed there once the estimator knows."""
    oracle = make(tmp_path, line(), trials=60)
    proposals = play(oracle, lambda v: None if v["x"] > 0 else -abs(v["x"] + 2))
    states = {each.status for each in oracle.trials.values()}

    assert states == {"COMPLETED", "FAILED"}
    assert len(proposals) == 60
    assert np.mean([v["x"] > 0 for v in proposals[30:]]) < 0.4


def test_a_search_in_which_everything_fails_ends(tmp_path: Path) -> None:
    assert len(play(make(tmp_path, line(), trials=15), lambda _: None)) == 15


def test_a_space_that_is_used_up_ends_the_search(tmp_path: Path) -> None:
    hp = kt.HyperParameters()
    hp.Boolean("flag")
    hp.Choice("word", ["a", "b"])
    proposals = play(make(tmp_path, hp, trials=50), lambda v: float(v["flag"]))

    assert len(proposals) == 4
    assert len({tuple(v.items()) for v in proposals}) == 4


def test_open_trials_of_other_workers_count(tmp_path: Path) -> None:
    """Four workers ask at once, again and again: no two hold the same place."""
    oracle = make(tmp_path, line(), trials=40, direction="min")
    for _ in range(10):
        trials = [oracle.create_trial(f"tuner{i}") for i in range(4)]
        places = [(t.hyperparameters["x"], t.hyperparameters["y"]) for t in trials]
        assert len(set(places)) == 4
        for trial in trials:
            oracle.update_trial(trial.trial_id, {"score": bowl(trial.hyperparameters.values)})
            trial.status = "COMPLETED"
            oracle.end_trial(trial)
    assert best(oracle) < 1


def test_a_space_that_grows_during_the_search(tmp_path: Path) -> None:
    """Keras Tuner finds new hyperparameters when a trial's `build` first asks for them."""
    oracle = make(tmp_path, line(), trials=30)
    play(oracle, lambda v: v["x"], rounds=12)
    oracle.hyperparameters.Int("late", 1, 3)

    assert all(v["late"] in (1, 2, 3) for v in play(oracle, lambda v: v["x"]))


CHOICES = {
    "words": (lambda hp, more: hp.Choice("a", ["x", "y", *["z"] * more])),
    "numbers": (lambda hp, more: hp.Choice("a", [*[1] * more, 2, 4])),
    "a range": (lambda hp, more: hp.Float("a", 0, 1 + more)),
    "steps": (lambda hp, more: hp.Int("a", 2 - more, 9)),
    "another kind": (lambda hp, more: hp.Float("a", 0, 9) if more else hp.Int("a", 0, 9)),
}
"""A hyperparameter, and what became of it."""


@pytest.mark.parametrize("kind", CHOICES)
def test_a_space_that_is_another_one_now_is_named(tmp_path: Path, kind: str) -> None:
    def oracle(more: int) -> Any:
        hp = kt.HyperParameters()
        CHOICES[kind](hp, more)
        return make(tmp_path, hp, trials=30)

    play(oracle(0), lambda _: 0.5, rounds=2)
    oracle(0).reload()  # the same one goes on
    rule = r"`a` must have the values that the stored search has, .*; got .* \(another project_name"
    with pytest.raises(ValueError, match=rule):
        oracle(1).reload()
    resumed, other = oracle(0), oracle(1)
    resumed.reload()
    resumed.hyperparameters = other.hyperparameters
    with pytest.raises(ValueError, match=rule):
        play(resumed, lambda _: 0.5)


def test_it_drives_a_tuner(tmp_path: Path) -> None:
    class Bowl(kt.Tuner):  # type: ignore[misc]  # Keras Tuner is untyped
        def run_trial(self, trial: Any, *_: Any, **__: Any) -> float:
            hp = trial.hyperparameters
            return bowl({"x": hp.Float("x", -5, 5), "y": hp.Float("y", -5, 5)})

    tuner = Bowl(oracle=TPEOracle(max_trials=15, seed=1), directory=tmp_path, project_name="bowl")
    tuner.search(verbose=0)

    assert len(tuner.oracle.trials) == 15
    assert len(list((tmp_path / "bowl").glob("trial_*/trial.json"))) == 15
    assert tuner.oracle.get_best_trials(1)[0].score < 10


def test_optuna_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    play(make(tmp_path, space(), trials=15), lambda v: v["x"])

    assert capfd.readouterr() == ("", "")


def test_a_start_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="`startup` must be at least 1; got 0"):
        TPEOracle("score", startup=0)
