"""Forecasts by hand: a case on paper, laws, Keras, scikit-learn and PyTorch, messages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import forecasting
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, numeric_gradient, random
from parity import record_forecasting

# --- On paper -----------------------------------------------------------------------------------


def test_the_mean_of_the_truth_explains_nothing_and_the_truth_all() -> None:
    truth = np.array([1.0, 2.0, 6.0])

    assert forecasting.r_squared(truth, np.full(3, 3.0)) == 0
    assert forecasting.r_squared(truth, truth) == 1


def test_a_last_value_on_paper() -> None:
    """Errors 1, 4 around the mean 4: 1 - (1 + 16) / (4 + 4)."""
    past, then = forecasting.lagged(np.array([1.0, 2.0, 6.0]), 1)

    told = forecasting.persistence(past)

    assert told.tolist() == [1, 2]
    assert forecasting.r_squared(then[:, 0], told) == 1 - 17 / 8


def test_folds_on_paper() -> None:
    folds = forecasting.walk_forward(7, 3, test=2)

    assert [list(fold.test) for fold in folds] == [[1, 2], [3, 4], [5, 6]]
    assert [len(fold.train) for fold in folds] == [1, 3, 5]


# --- Laws ---------------------------------------------------------------------------------------


@given(strategies.seeds, st.integers(2, 30), st.floats(-9, 9), st.floats(0.01, 100))
def test_r_squared_knows_neither_unit_nor_origin(
    seed: int, size: int, shift: float, scale: float
) -> None:
    truth, told = random(seed, 2, size)

    moved = forecasting.r_squared(scale * truth + shift, scale * told + shift)

    assert moved == pytest.approx(forecasting.r_squared(truth, told), rel=1e-6, abs=1e-6)


@given(strategies.seeds, st.integers(2, 30))
def test_the_two_parts_are_all_that_is_missing(seed: int, size: int) -> None:
    truth, told = random(seed, 2, size)

    spread, offset = forecasting.r_squared_parts(truth, told)

    assert_agree(1 - spread - offset, forecasting.r_squared(truth, told), tolerance=1e-9)
    assert spread >= 0
    assert offset >= 0


@given(strategies.seeds, st.integers(1, 5), st.integers(1, 4), st.integers(0, 9))
def test_windows_and_what_came_after_are_stretches_of_the_series(
    seed: int, window: int, horizon: int, more: int
) -> None:
    series = strategies.integers(seed, window + horizon + more)

    past, then = forecasting.lagged(series, window, horizon=horizon)

    assert past.shape == (more + 1, window)
    for start, row in enumerate(np.concatenate([past, then], axis=1)):
        np.testing.assert_array_equal(row, series[start : start + window + horizon])


@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 20))
def test_folds_never_learn_from_what_they_foretell(folds: int, test: int, more: int) -> None:
    length = folds * test + more

    found = forecasting.walk_forward(length, folds, test=test)

    tested = [place for fold in found for place in fold.test]
    assert tested == list(range(more, length))
    assert all(list(fold.train) == list(range(fold.test[0])) for fold in found)


def test_the_slope_of_r_squared_is_that_of_the_squared_errors() -> None:
    """By central differences: 2 (truth - forecast) over the squares around the mean."""
    truth, told = random(0, 2, 6)
    expected = 2 * (truth - told) / ((truth - truth.mean()) ** 2).sum()

    found = numeric_gradient(
        lambda p: np.array(forecasting.r_squared(truth, p)), told, np.ones(()), step=1e-4
    )

    assert_agree(found, expected, tolerance=1e-7)


# --- Other libraries ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_r_squared_is_that_of_keras_and_of_scikit_learn(seed: int) -> None:
    import keras
    from sklearn.metrics import r2_score

    truth, told = random(seed, 2, 40)
    metric = keras.metrics.R2Score()
    metric.update_state(truth[:, np.newaxis], told[:, np.newaxis])

    mine = forecasting.r_squared(truth, told)

    assert_agree(mine, float(np.asarray(metric.result())), tolerance=FLOAT32)
    assert_agree(mine, r2_score(truth, told), tolerance=FLOAT64)


def test_folds_are_those_of_scikit_learn() -> None:
    from sklearn.model_selection import TimeSeriesSplit

    theirs = TimeSeriesSplit(4, test_size=3).split(np.zeros(20))

    for mine, (train, test) in zip(forecasting.walk_forward(20, 4, test=3), theirs, strict=True):
        assert (list(mine.train), list(mine.test)) == (train.tolist(), test.tolist())


def test_forecasts_are_those_of_pytorch() -> None:
    recorded = record_forecasting.recorded()
    series, told = record_forecasting.inputs()

    past, then = forecasting.lagged(series, record_forecasting.WINDOW, horizon=2)

    assert_agree(past, recorded["past"], tolerance=EXACT)
    assert_agree(then, recorded["then"], tolerance=EXACT)
    assert_agree(forecasting.persistence(past), recorded["last"], tolerance=EXACT)
    assert_agree(forecasting.r_squared(series, told), recorded["r_squared"], tolerance=FLOAT64)
    parts = np.array(forecasting.r_squared_parts(series, told))
    assert_agree(parts, recorded["parts"], tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


def test_messages() -> None:
    y = np.array([1.0, 2.0])

    with pytest.raises(ValueError, match="`series` must have 3 values at least; got 2"):
        forecasting.lagged(y, 2)
    with pytest.raises(ValueError, match="`window` must be an integer >= 1; got window=0"):
        forecasting.lagged(y, 0)
    with pytest.raises(ValueError, match=r"`forecast` must have shape \(2,\); got \(2, 1\)"):
        forecasting.r_squared(y, y[:, np.newaxis])
    with pytest.raises(ValueError, match="`truth` must have two values that differ; got 2 equal"):
        forecasting.r_squared(np.ones(2), y)
    with pytest.raises(ValueError, match="`forecast` must be of the order of the truth"):
        forecasting.r_squared(1e-200 * y, y)
    with pytest.raises(ValueError, match=r"`past` must have a value per window; got \(3, 0\)"):
        forecasting.persistence(np.zeros((3, 0)))
    with pytest.raises(ValueError, match="`length` must be more than 2 times 3; got 6"):
        forecasting.walk_forward(6, 2, test=3)
