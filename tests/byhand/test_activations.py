"""Activations by hand: cases on paper, laws, differences, Keras, PyTorch, messages."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.byhand.activations import ACTIVATIONS, Activation, activate, activation_slope, sigmoid
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, by_tape, numeric_gradient, random
from parity import record_dense

each_activation = pytest.mark.parametrize("name", ACTIVATIONS)

values = st.floats(-700, 700)


# --- Cases on paper -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "x", "value", "slope"),
    [
        ("linear", -3.0, -3.0, 1.0),
        ("sigmoid", math.log(3), 3 / 4, 3 / 16),
        ("tanh", math.log(2), 3 / 5, 16 / 25),
        ("relu", -3.0, 0.0, 0.0),
        ("relu", 3.0, 3.0, 1.0),
        ("relu", 0.0, 0.0, 0.0),  # the corner
        ("gelu", 0.0, 0.0, 1 / 2),
    ],
)
def test_cases_computed_by_hand(name: Activation, x: float, value: float, slope: float) -> None:
    found = [function(np.array([x]), name) for function in (activate, activation_slope)]

    assert_agree(found, [[value], [slope]], tolerance=FLOAT64)


def test_gelu_is_x_times_the_share_of_normal_numbers_below_it() -> None:
    """Of a table: 84.1345 % lie below 1, and 2.2750 % below -2."""
    found = activate(np.array([1.0, -2.0]), "gelu")

    assert found.round(6).tolist() == [0.841345, -0.0455]


# --- Laws ---------------------------------------------------------------------------------------


@given(values)
def test_sigmoids_of_opposite_numbers_add_up_to_one(x: float) -> None:
    found = sigmoid(np.array([x, -x]))

    assert_agree(found.sum(), 1.0, tolerance=FLOAT64)


@given(st.floats(-700, -1))
def test_a_small_sigmoid_keeps_its_digits(x: float) -> None:
    """Its logarithm is x - log(1 + exp(x)); (1 + tanh(x / 2)) / 2 would be zero below -37."""
    found = np.log(sigmoid(np.array([x])))

    assert_agree(found, [x - math.log1p(math.exp(x))], tolerance=FLOAT64)


@given(values)
def test_tanh_is_a_sigmoid_stretched(x: float) -> None:
    found = activate(np.array([x]), "tanh")

    assert np.abs(found - (2 * sigmoid(np.array([2 * x])) - 1)) <= FLOAT64


@given(values, st.sampled_from(["relu", "gelu"]))
def test_rectifiers_of_opposite_numbers_differ_by_the_number(x: float, name: Activation) -> None:
    up, down = activate(np.array([x, -x]), name)

    assert_agree(up - down, x, tolerance=FLOAT64)


@given(values, st.floats(0, 1))
@each_activation
def test_each_but_gelu_never_falls(name: Activation, x: float, more: float) -> None:
    low, high = activate(np.array([x, x + more]), name)

    lowest_of_gelu = -0.17
    assert high >= (low if name != "gelu" else min(low, lowest_of_gelu))


def test_a_sigmoid_divides_a_slope_by_four_at_least() -> None:
    slopes = activation_slope(np.linspace(-9, 9, 181), "sigmoid")

    assert slopes.max() == pytest.approx(1 / 4, abs=FLOAT64)


# --- Differences and frameworks -----------------------------------------------------------------


@each_activation
@given(st.floats(-8, 8).filter(lambda x: abs(x) > 1e-3))  # no difference across the corner
def test_slopes_are_those_of_differences(name: Activation, x: float) -> None:
    at = np.array([x])

    expected = numeric_gradient(lambda x: activate(x, name), at, np.ones(1), step=1e-5)

    assert np.abs(activation_slope(at, name) - expected).max() <= 1e-8


@each_activation
def test_values_and_slopes_are_those_of_keras(name: Activation) -> None:
    from keras import activations

    x, upstream = (random(seed, 4, 5).astype(np.float32) for seed in (0, 1))
    x[0, 0] = 0

    value, (by_x,) = by_tape(activations.get(name), 3 * x, upstream=upstream)

    assert_agree(activate(3 * x, name), value, tolerance=FLOAT32)
    assert_agree(upstream * activation_slope(3 * x, name), by_x, tolerance=FLOAT32)


@each_activation
def test_values_and_slopes_are_those_of_pytorch(name: Activation) -> None:
    expected, x = record_dense.recorded()["activations"][name], np.array(record_dense.POINTS)

    assert_agree(activate(x, name), expected["value"], tolerance=FLOAT64)
    assert_agree(activation_slope(x, name), expected["slope"], tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


def test_an_unknown_activation_is_refused() -> None:
    rule = '^`activation` must be "linear", "sigmoid", "tanh", "relu" or "gelu"; got \'swish\'$'

    for function in (activate, activation_slope):
        with pytest.raises(ValueError, match=rule):
            function(np.ones(1), "swish")  # type: ignore[arg-type]


def test_any_shape_is_taken_and_kept() -> None:
    for shape in ((), (0,), (2, 3, 4)):
        for name in ACTIVATIONS:
            assert activate(np.ones(shape), name).shape == shape
            assert_agree(
                activation_slope(np.zeros(shape), "linear"), np.ones(shape), tolerance=EXACT
            )
