"""Trainings beside the table, tiny, from end to end."""

import pytest

from dlexp import data
from dlexp.chapters.keras_tuner import measure, trainings
from dlexp.chapters.keras_tuner.measure import Worth
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


def test_default_and_found_are_trained_on_and_stopped_by_validation(as_record: object) -> None:
    values = {**spaces.DEFAULT, "learning_rate": 1e-2}
    record = as_record(  # type: ignore[operator]
        "worth", Worth(), 0, Measurement(numbers={"found": {"values": values}})
    )
    config = trainings.Longer(train_size=100, scored=50, tested=50, epochs=3)

    measured = trainings.longer(config, 0, record)

    assert {name: len(curve) for name, curve in measured.arrays.items()} == {
        "default": 3, "found": 3,
    }  # fmt: skip
    assert measured.numbers["found"] == measured.arrays["found"][-1]


def test_a_score_that_does_not_rise_leaves_the_epoch_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = data.mnist().subset(100)
    seen = iter([0.5, 0.1, 0.5, 0.2, 0.6, 0.3])  # a score; a test where the score has risen
    monkeypatch.setattr("dlexp.training.score", lambda *_: next(seen))
    config = trainings.Longer(epochs=4)

    curve = trainings._stopped(spaces.DEFAULT, dataset, config, 0)

    assert curve.tolist() == [0.1, 0.1, 0.1, 0.3]


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


def test_only_the_small_gain_is_taken_apart_and_trained_on() -> None:
    beside = (trainings.parts, trainings.longer)
    apart = [unit for unit in measure.units() if unit.measure in beside]

    assert {unit.needs[0].config for unit in apart} == {Worth()}
