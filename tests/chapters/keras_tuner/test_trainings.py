"""Trainings beside the table, tiny, from end to end."""

import pytest

from dlexp.chapters.keras_tuner import measure, trainings
from dlexp.chapters.keras_tuner.measure import Worth
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement
from dlexp.tuning import spaces

pytestmark = pytest.mark.usefixtures("only_small_data")


def test_sizes_are_trained_at_each_rate() -> None:
    config = trainings.Edge(
        sizes=((2, 4), (4, 8)), rates=(1e-3,), train_size=100, scored=50, epochs=1
    )

    numbers = trainings.edge(config, 0).numbers

    assert [len(row) for row in numbers["test"]] == [1, 1]
    assert 0 < numbers["validation"][1][0] < 1


def test_the_edge_is_one_of_the_sizes() -> None:
    assert (spaces.GRID["filters"][-1], spaces.GRID["units"][-1]) in trainings.Edge().sizes


def test_the_best_are_trained_from_two_seeds(made_up: Runs) -> None:
    config = trainings.Again(best=2, train_size=100, scored=50, epochs=1)

    numbers = trainings.again(config, 0, *made_up).numbers

    assert len(numbers["places"]) == 2
    assert [len(row) for row in numbers["validation"]] == [2, 2]


def test_a_found_configuration_is_taken_apart(as_record: object) -> None:
    values = {**spaces.DEFAULT, "learning_rate": 1e-2, "filters": 16}
    measured = Measurement(numbers={"found": {"place": 0, "values": values, "test": 0.5}})
    record = as_record("worth", Worth(), 0, measured)  # type: ignore[operator]

    numbers = trainings.parts(trainings.Parts(train_size=100, scored=50, epochs=1), 0, record)

    assert set(numbers.numbers) == {"rate", "rest"}


def test_the_winner_is_the_network_that_the_report_lists() -> None:
    numbers = trainings.winner(trainings.Winner(train_size=64, tested=50), 0).numbers

    assert numbers["parameters"] == 439_274
    assert 0 <= numbers["test"] <= 1


def test_only_the_small_gain_is_taken_apart() -> None:
    apart = [unit for unit in measure.units() if unit.measure is trainings.parts]

    assert {unit.needs[0].config for unit in apart} == {Worth()}
