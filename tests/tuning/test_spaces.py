"""The book's search space: what it holds, and what it builds."""

from pathlib import Path

import keras
import keras_tuner as kt
import numpy as np
import pytest

from dlexp.tuning import reports, spaces


def test_places_run_through_all_configurations() -> None:
    every = spaces.configurations()

    assert [spaces.place(each) for each in every] == list(range(216))
    assert len({tuple(each.items()) for each in every}) == 216


def test_a_value_outside_the_space_is_named() -> None:
    with pytest.raises(ValueError, match=r"`units` must be one of \(16, 32, 64\); got 33"):
        spaces.place({**spaces.DEFAULT, "units": 33})


def test_asking_in_another_order_gives_the_same_space() -> None:
    here, there = kt.HyperParameters(), kt.HyperParameters()

    first = spaces.declare(here)
    second = spaces.declare(there, order=list(reversed(spaces.GRID)))

    assert first == second == dict(spaces.DEFAULT)
    assert [hp.name for hp in there.space] == list(reversed(list(spaces.GRID)))
    with pytest.raises(ValueError, match="`order` must name each of"):
        spaces.declare(here, order=["units"])


def test_the_model_has_what_its_values_say() -> None:
    hp = kt.HyperParameters()
    hp.values = {**spaces.DEFAULT, "filters": 4, "units": 16, "learning_rate": 0.03}

    model = spaces.build(hp)

    assert model.output_shape == (None, 10)
    assert model.count_params() == 4 * 10 + (7 * 7 * 4 + 1) * 16 + 17 * 10
    assert float(model.optimizer.learning_rate.numpy()) == pytest.approx(0.03)


@pytest.fixture(autouse=True)
def _forget_graphs() -> None:
    keras.backend.clear_session()


def test_what_hyperband_reads_back_has_the_state_of_its_optimizer(tmp_path: Path) -> None:
    file, hp = tmp_path / "trial.weights.h5", kt.HyperParameters()
    trained = spaces.build(hp)
    gradients = [keras.ops.ones_like(variable) for variable in trained.trainable_variables]
    trained.optimizer.apply(gradients, trained.trainable_variables)
    trained.save_weights(file)

    again = spaces.build(hp)
    again.load_weights(file)

    pairs = zip(again.optimizer.variables, trained.optimizer.variables, strict=True)
    assert all(np.array_equal(found, stored) for found, stored in pairs)
    with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
        spaces.build_bare(hp).load_weights(file)


def test_the_reports_spaces_are_at_hand() -> None:
    assert spaces.audit is reports.audit
    assert set(spaces.__all__) <= set(dir(spaces))
