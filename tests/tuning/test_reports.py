"""The reports' search spaces: what cannot exist is foreseen."""

import keras
import keras_tuner as kt
import numpy as np
import pytest

from dlexp.byhand import shapes
from dlexp.tuning import reports

BUILD = {"same": reports.build_same, "valid": reports.build_valid}


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("depth", reports.DEPTHS)
def test_the_audit_foresees_what_keras_refuses(padding: str, depth: int) -> None:
    row = reports.audit(padding)[depth]
    hp = kt.HyperParameters()
    hp.values = {"conv_layers": depth, "dense_layers": 1}

    if row.shape is None:
        with pytest.raises(ValueError, match="Computed output size would be"):
            BUILD[padding](hp)
    else:
        model = BUILD[padding](hp)
        layers = reports.stack({**hp.values}, padding)
        assert sum(r.parameters for r in shapes.walk(layers, reports.IMAGE)) == model.count_params()


def test_an_unknown_report_is_named() -> None:
    with pytest.raises(ValueError, match=r"`padding` must be one of \('same', 'valid'\); got 'x'"):
        reports.audit("x")


def test_waste_by_formula_is_waste_by_drawing() -> None:
    generator = np.random.default_rng(0)
    drawn = (generator.random((100_000, 5)) < 0.4).any(axis=1).mean()

    assert abs(reports.chance_of_waste(0.4, 5) - drawn) < 0.005
    assert reports.chance_of_waste(0.4, 0) == 0
    with pytest.raises(ValueError, match=r"`impossible` must be in \[0, 1\]; got 2"):
        reports.chance_of_waste(2, 1)
    with pytest.raises(ValueError, match="`trials` must be >= 0; got -1"):
        reports.chance_of_waste(0.5, -1)


@pytest.fixture(autouse=True)
def _forget_graphs() -> None:
    keras.backend.clear_session()
