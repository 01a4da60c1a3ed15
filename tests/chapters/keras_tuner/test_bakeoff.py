"""Searches and guesses against a made-up table."""

import pytest

from dlexp.chapters.keras_tuner import bakeoff, measure
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.lab.runs import Runs

pytestmark = [
    pytest.mark.usefixtures("only_small_data"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.mark.parametrize("tuner", bakeoff.TUNERS)
def test_a_search_against_the_table_costs_what_all_cost(tuner: str, made_up: Runs) -> None:
    config = bakeoff.Bakeoff(tuner=tuner, repetitions=1)

    measured = bakeoff.bakeoff(config, 1, *made_up)

    assert measured.numbers["cost"] == 225
    assert measured.arrays["worth"].shape == (1, 25)
    assert measured.arrays["worth"][0, -1] > 0.5


def test_bayesian_optimisation_begins_as_the_random_search_of_its_seed(made_up: Runs) -> None:
    table = table_of(made_up)

    random, bayesian = (bakeoff.run_tuner(tuner, table, 3, 17) for tuner in ("random", "bayesian"))

    assert random[:15] == bayesian[:15]


def test_a_race_notes_the_trials_of_one_training(made_up: Runs) -> None:
    config = bakeoff.Race(tuners=("random", "hyperband"), repetitions=2, trials=3)

    measured = bakeoff.race(config, 0, *made_up)

    assert measured.numbers == {"searches": 4}
    assert measured.arrays["random-1"].shape == (3, 3)
    assert measured.arrays["random-1"][:, 1:].tolist() == [[0, 9]] * 3


@pytest.mark.parametrize("seed", measure.SEEDS)
def test_luck_without_noise_follows_the_formula(seed: int, made_up: Runs) -> None:
    numbers = bakeoff.luck(bakeoff.Luck(repetitions=100), seed, *made_up).numbers

    assert numbers["top"] == 11 / 216
    assert numbers["ideal"] == sorted(numbers["ideal"])
    assert numbers["noisy"][-1] < numbers["ideal"][-1]
