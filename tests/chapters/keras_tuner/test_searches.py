"""Searches with Keras Tuner itself: small, in a temporary folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras_tuner as kt
import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.keras_tuner import searches
from dlexp.tuning import reports, spaces


@pytest.fixture(scope="module")
def dataset() -> data.Dataset:
    mnist = data.load("mnist").subset(100)
    return replace(mnist, validation=mnist.validation.take(np.arange(50)))


def test_the_public_tuners_are_these_and_none_is_a_parzen_estimator() -> None:
    tuners = {name for name in dir(kt.tuners) if name[0].isupper()}

    assert tuners == {
        "BayesianOptimization", "GridSearch", "Hyperband", "RandomSearch", "SklearnTuner", "Tuner",
    }  # fmt: skip
    assert not [name for name in dir(kt) + dir(kt.oracles) if "tpe" in name.lower()]


def test_a_search_goes_on_where_it_was_left(tmp_path: Path, dataset: data.Dataset) -> None:
    first = searches.tuner("random", spaces.build, tmp_path, seed=7, trials=2)
    searches.search(first, dataset, epochs=1, batch_size=50)
    before = searches.listing(first)

    again = searches.tuner("random", spaces.build, tmp_path, seed=7, trials=3)
    searches.search(again, dataset, epochs=1, batch_size=50)

    assert len(before) == 2
    assert searches.listing(again)[:2] == before
    assert [row["status"] for row in searches.listing(again)] == ["COMPLETED"] * 3


def test_a_live_search_follows_from_its_seed(dataset: data.Dataset, monkeypatch: Any) -> None:
    """Its weights too, whatever was drawn before: Keras Tuner's seed decides what is tried."""
    monkeypatch.setattr(data, "mnist", lambda: dataset)
    config = searches.Live(trials=2, train_size=80, scored=50, epochs=1)
    first = searches.live_search(config, 0).numbers

    spaces.build(kt.HyperParameters())  # draws from Keras's generator

    assert searches.live_search(config, 0).numbers == first


def test_hyperband_lists_its_epochs(
    tmp_path: Path, dataset: data.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = searches.tuner("hyperband", spaces.build, tmp_path, seed=7, trials=1)
    # Its oracle has the schedule; that a training goes on is asked of the space (`test_spaces`).
    monkeypatch.setattr(found, "run_trial", lambda _trial, *_data, **_options: 0.5)
    searches.search(found, dataset, epochs=9, batch_size=50)

    assert {row["status"] for row in searches.listing(found)} == {"COMPLETED"}
    epochs = [row["values"]["tuner/epochs"] for row in searches.listing(found)]
    begun = [row["values"]["tuner/initial_epoch"] for row in searches.listing(found)]
    # Its schedule is its own, whatever the search asks for.
    assert sum(epochs) - sum(begun) == 75


def test_hyperband_fails_where_the_optimizer_is_not_built(
    tmp_path: Path, dataset: data.Dataset
) -> None:
    """With these versions: a checkpoint of a trained net does not load into a fresh one."""
    found = searches.tuner("hyperband", spaces.build_bare, tmp_path, seed=7, trials=1)

    with pytest.raises(RuntimeError, match="Number of consecutive failures exceeded"):
        searches.search(found, dataset, epochs=9, batch_size=50)

    assert [row["status"] for row in searches.listing(found)] == ["COMPLETED"] * 9 + ["FAILED"] * 3


def test_scikit_learn_is_what_the_sklearn_tuner_tunes(
    tmp_path: Path, dataset: data.Dataset
) -> None:
    rows = searches.on_scikit_learn(dataset, tmp_path, seed=7, trials=2)

    assert len(rows) == 2
    assert all(0.2 < row["score"] < 1 for row in rows)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_every_failure_was_foreseen(tmp_path: Path, padding: str) -> None:
    found = searches.untrained(padding, tmp_path, seed=1000, trials=6)

    foreseen = [searches.foreseen(values, padding) for values in found["values"]]
    assert found["failed"] == foreseen
    assert any(found["failed"])
    assert found["stopped"] == (found["failed"][-3:] == [True] * 3)


def test_a_build_without_return_is_a_fatal_error(tmp_path: Path) -> None:
    def without_return(hp: Any) -> None:
        spaces.build(hp)

    found = searches.tuner("random", without_return, tmp_path, seed=1, trials=1)
    few = np.zeros((2, *reports.IMAGE), np.float32), np.zeros(2, np.int64)
    with pytest.raises(
        kt.errors.FatalTypeError, match=r"^Expected the model-building function"
    ) as raised:
        found.search(*few, validation_data=few, verbose=0)
    assert "Received: None" in str(raised.value)


def test_unknown_tuners_and_the_seed_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"`kind` must be one of .*; got 'tpe'"):
        searches.tuner("tpe", spaces.build, tmp_path, seed=1, trials=1)
    with pytest.raises(ValueError, match="`seed` must not be 0"):
        searches.tuner("random", spaces.build, tmp_path, seed=0, trials=1)


def test_idle_hyperparameters_belong_to_layers_that_are_not_there() -> None:
    values: dict[str, Any] = {
        "conv_layers": 3, "filters_2": 32, "filters_3": 224, "dropout_conv_3": 0.1,
        "dense_layers": 1, "units_0": 32, "activation": "relu", "learning_rate": 0.1,
    }  # fmt: skip

    assert searches.idle(values) == ["filters_3", "dropout_conv_3"]


@pytest.mark.usefixtures("only_small_data")
def test_a_live_search_goes_on_in_a_second_sitting() -> None:
    config = searches.Live(trials=2, train_size=100, scored=50, epochs=1)

    numbers = searches.live_search(config, 0).numbers

    assert (numbers["kept"], numbers["first_sitting"], len(numbers["trials"])) == (1, 1, 2)
    assert 0 < numbers["test"] < 1
