"""The search spaces: what they hold, what they build, and what cannot exist."""

import keras
import keras_tuner as kt
import numpy as np
import pytest

from dlexp.byhand import shapes
from dlexp.tuning import spaces


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


BUILD = {"same": spaces.build_same, "valid": spaces.build_valid}


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("depth", spaces.DEPTHS)
def test_the_audit_foresees_what_keras_refuses(padding: str, depth: int) -> None:
    row = spaces.audit(padding)[depth]
    hp = kt.HyperParameters()
    hp.values = {"conv_layers": depth, "dense_layers": 1}

    if row.shape is None:
        with pytest.raises(ValueError, match="Computed output size would be"):
            BUILD[padding](hp)
    else:
        model = BUILD[padding](hp)
        layers = spaces.stack({**hp.values}, padding)
        assert sum(r.parameters for r in shapes.walk(layers, spaces.IMAGE)) == model.count_params()


def test_an_unknown_report_is_named() -> None:
    with pytest.raises(ValueError, match=r"`padding` must be one of \('same', 'valid'\); got 'x'"):
        spaces.audit("x")


def test_waste_by_formula_is_waste_by_drawing() -> None:
    generator = np.random.default_rng(0)
    drawn = (generator.random((100_000, 5)) < 0.4).any(axis=1).mean()

    assert abs(spaces.chance_of_waste(0.4, 5) - drawn) < 0.005
    assert spaces.chance_of_waste(0.4, 0) == 0
    with pytest.raises(ValueError, match=r"`impossible` must be in \[0, 1\]; got 2"):
        spaces.chance_of_waste(2, 1)
    with pytest.raises(ValueError, match="`trials` must be >= 0; got -1"):
        spaces.chance_of_waste(0.5, -1)


@pytest.fixture(autouse=True)
def _forget_graphs() -> None:
    keras.backend.clear_session()
