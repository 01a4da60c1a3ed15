"""The figures of the chapter on LSTM windows: their words are their numbers."""

import numpy as np

from dlexp.chapters.lstm_windows import figures
from helpers import assert_drawn

FALLS = np.array([[0.5, -0.25], [0.7, -0.35]])


def test_series_say_the_levels_of_two_parts() -> None:
    values = {name: np.arange(10.0) for name in figures.NAMES}

    drawn = figures.series(values, dict.fromkeys(values, (6, 8)))

    assert_drawn(drawn, "noise 2 and 8, swing 2 and 8")


def test_the_grid_says_its_ends() -> None:
    group = {"raw": FALLS, "scaled": FALLS, "changes": FALLS, "least squares": FALLS}

    drawn = figures.grid(dict.fromkeys(figures.NAMES, group), (1, 12))

    assert_drawn(drawn, "CO₂ raw 0.60 to −0.30, scaled 0.60 to −0.30.")


def test_nets_say_what_they_make_of_the_farthest_value() -> None:
    at = np.array([80.0, 100.0, 200.0])

    told = {"LSTM": np.array([[80.0, 100.0, 120.0]])}
    drawn = figures.bent(at, told, (80.0, 110.0), (100.0, 180.0))

    assert_drawn(drawn, "values of 80 to 110. For a value of 200, the forecasts are: LSTM 120.")
    assert_drawn(drawn, "Tested on: values of 100 to 180.")


def test_forecasts_in_time_say_their_ends() -> None:
    group = {"truth": np.array([[310.0, 320.0]]), "scaled": np.array([[308.0, 309.0]])}

    drawn = figures.in_time({"co2": group})

    assert_drawn(drawn, "CO₂: truth 310 to 320, scaled 308 to 309.")


def test_trainings_say_their_ends() -> None:
    drawn = figures.learning({"raw": {"rate 0.1": abs(FALLS)}}, [10, 20], "What is left")

    assert_drawn(drawn, "What is left, first look to last. raw: rate 0.1 0.6 to 0.3.")


def test_ways_to_foretell_say_their_ends() -> None:
    drawn = figures.horizons({"ar": {"LSTM, one by one": FALLS}})

    assert_drawn(drawn, "swing: LSTM, one by one 0.60 to -0.30.")


def test_stretches_say_their_ends() -> None:
    drawn = figures.folds({"co2": {"scaled": FALLS, "changes": FALLS}})

    assert_drawn(drawn, "CO₂: scaled 0.60 to -0.30, changes 0.60 to -0.30.")
