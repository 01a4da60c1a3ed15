"""Searches against a table: real oracles, scores that are looked up."""

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import oracles
from dlexp.chapters.keras_tuner.table import Table
from dlexp.tuning import spaces

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

GENERATOR = np.random.default_rng(0)
SCORE = GENERATOR.random((3, 216, 9))
TABLE = Table(SCORE, SCORE / 2)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("kind", ["random", "grid", "bayesian", "tpe"])
def test_full_trials_look_up_the_best_of_all_epochs(kind: str) -> None:
    trials = oracles.search(oracles.oracle(kind, seed=1000, trials=17), TABLE, rng())

    assert len(trials) == 17
    assert all((t.first, t.last) == (0, 9) for t in trials)
    assert all(t.score == SCORE[t.seed, t.place].max() for t in trials)
    assert {t.seed for t in trials} == {0, 1, 2}


def test_hyperband_spends_what_its_schedule_says_and_continues_its_trainings() -> None:
    trials = oracles.search(oracles.oracle("hyperband", seed=1000), TABLE, rng())

    an_iteration = 75  # epochs, with nine of a trial at most and a factor of three
    assert sum(t.last - t.first for t in trials) == 3 * an_iteration
    first = trials[: 9 + 3 + 1]  # the first bracket: nine, three, one
    assert [(t.first, t.last) for t in first] == [(0, 1)] * 9 + [(1, 3)] * 3 + [(3, 9)]
    begun = {(t.place, t.seed) for t in first[:9]}
    continued = [(t.place, t.seed) for t in first[9:12]]
    assert set(continued) <= begun
    best = sorted(first[:9], key=lambda t: -t.score)[:3]
    assert continued == [(t.place, t.seed) for t in best]
    assert first[12].score == SCORE[first[12].seed, first[12].place, 3:9].max()


def test_a_grid_search_begins_at_the_defaults_and_turns_the_last_wheel() -> None:
    order = list(reversed(spaces.GRID))
    places = [
        list(oracles.proposals(oracles.oracle("grid", seed=1000, trials=6, order=o), lambda _: 0.5))
        for o in (None, order)
    ]

    every = spaces.configurations()
    assert places[0][0] == places[1][0] == spaces.place(spaces.DEFAULT)
    assert {every[p]["learning_rate"] for p in places[0]} == {1e-3}
    assert len({every[p]["learning_rate"] for p in places[1]}) == 6


def test_random_search_visits_the_whole_space_and_nothing_twice() -> None:
    places = list(oracles.proposals(oracles.oracle("random", seed=1000, trials=60), lambda _: 0.5))

    assert len(set(places)) == len(places) == 60


def test_guessing_draws_from_all_and_may_repeat_itself() -> None:
    trials = oracles.guess(TABLE, 2_000, rng())

    assert {t.place for t in trials} == set(range(216))
    assert all(t.score == SCORE[t.seed, t.place].max() for t in trials)


def test_unknown_oracles_and_the_seed_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`kind` must name an oracle.*'tpe2'"):
        oracles.oracle("tpe2", seed=1)
    with pytest.raises(ValueError, match="`seed` must not be 0"):
        oracles.oracle("random", seed=0)


def test_nothing_is_written(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.chdir(Path(str(tmp_path)))
    oracles.search(oracles.oracle("random", seed=1000, trials=3), TABLE, rng())

    assert list(Path(str(tmp_path)).iterdir()) == []
