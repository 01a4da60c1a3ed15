"""Searches of equal cost against a made-up table."""

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import contest
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.lab.runs import Runs

pytestmark = pytest.mark.usefixtures("only_small_data")


@pytest.mark.parametrize("tuner", contest.SEARCHES)
def test_a_search_spends_no_more_than_it_may(tuner: str, made_up: Runs) -> None:
    config = contest.Contest(tuner=tuner, first=2, repetitions=2, epochs=225)

    trials = contest.contest(config, 1, *made_up).arrays["trials"]

    there = trials[..., 0] >= 0
    cost = np.where(there, trials[..., 3] - trials[..., 2], 0).sum(axis=1)
    most = 225 - (9 if tuner == "patience" else 0)  # the next trial would have cost too much
    assert ((most <= cost) & (cost <= 225)).all()
    assert (trials[there][:, 1] < 3).all()
    assert not np.array_equal(trials[0], trials[1])


def test_the_first_guesses_and_their_luck_are_those_of_random_search(made_up: Runs) -> None:
    table = table_of(made_up)

    random, process = (
        contest.search(contest.Contest(tuner=tuner, first=5, epochs=63), table, 3)
        for tuner in ("random", "process")
    )

    assert random[:5] == process[:5]
    assert random[5:] != process[5:]


def test_a_process_that_is_told_of_more_noise_goes_elsewhere(made_up: Runs) -> None:
    table = table_of(made_up)

    searches = {
        tuner: [
            contest.search(contest.Contest(tuner=tuner, first=5, epochs=225), table, repetition)
            for repetition in range(3)  # some go the same way to the end
        ]
        for tuner in ("process", "noisy")
    }

    first = {tuner: [each[:5] for each in found] for tuner, found in searches.items()}
    assert first["process"] == first["noisy"]
    assert searches["process"] != searches["noisy"]


def test_an_estimator_guesses_as_often_as_it_is_told(
    made_up: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    startups = []
    monkeypatch.setattr(
        contest.oracles, "search", lambda found, *_: startups.append(found.startup) or []
    )

    contest.search(contest.Contest(tuner="tpe", first=4), table_of(made_up), 0)

    assert startups == [4]


@pytest.mark.parametrize(
    ("scores", "patience", "epochs"),
    [([0.1, 0.2, 0.3], 1, 3), ([0.3, 0.3, 0.4], 1, 2), ([0.3, 0.2, 0.4, 0.1, 0.1, 0.9], 2, 5)],
)
def test_a_training_stops_as_keras_stops_it(
    scores: list[float], patience: int, epochs: int
) -> None:
    import keras

    stopper = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=patience)
    model = keras.Sequential()
    stopper.set_model(model)
    stopper.on_train_begin()
    ran = 0
    while ran < len(scores) and not getattr(model, "stop_training", False):
        stopper.on_epoch_end(ran, {"val_accuracy": scores[ran]})
        ran += 1

    assert contest.stopped_after(np.array(scores), patience) == ran == epochs


def test_a_sobol_sequence_spreads_more_evenly_than_chance() -> None:
    rates = np.array([contest.sobol_places(24, seed) for seed in range(1, 9)]) // 36

    counts = np.array([np.bincount(row, minlength=6) for row in rates])
    assert counts.std() < 1.0  # four of each, about; by chance it would be 1.8


def test_a_race_notes_the_trials_of_one_training(made_up: Runs) -> None:
    config = contest.Race(tuners=("random", "hyperband"), repetitions=2, epochs=27)

    measured = contest.race(config, 0, *made_up)

    assert measured.numbers == {"searches": 4}
    assert measured.arrays["random-1"].shape == (3, 3)
    assert measured.arrays["random-1"][:, 1:].tolist() == [[0, 9]] * 3


def test_seeds_are_never_the_one_that_is_none() -> None:
    seeds = [contest.seed_of(repetition) for repetition in range(1_000)]

    assert len(set(seeds)) == 1_000
    assert min(seeds) > 0
