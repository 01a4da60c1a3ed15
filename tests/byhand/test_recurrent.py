"""Recurrent layers by hand: laws, Keras, PyTorch, numeric gradients, messages."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import recurrent
from dlexp.byhand.recurrent import Weights
from helpers import FLOAT32, FLOAT64, assert_agree, numeric_gradient, random
from parity import record_recurrent

KINDS = tuple(recurrent.GATES)

each_kind = pytest.mark.parametrize("kind", KINDS)

Layer = Callable[..., Any]

FORWARD: dict[str, Layer] = {
    "simple": recurrent.simple_rnn,
    "lstm": lambda *args, **options: recurrent.lstm(*args, **options).shown,
    "gru": recurrent.gru,
}

BACKWARD: dict[str, Layer] = {
    "simple": recurrent.simple_rnn_gradients,
    "lstm": recurrent.lstm_gradients,
    "gru": recurrent.gru_gradients,
}

each_backward = pytest.mark.parametrize("kind", BACKWARD)


def drawn(kind: str, seed: int, features: int = 3, units: int = 4) -> Weights:
    """Return random weights of a layer of Keras; a GRU has two biases."""
    width = recurrent.GATES[kind] * units
    bias = (2, width) if kind == "gru" else (width,)
    shapes = ((features, width), (units, width), bias)
    return Weights(*(random(seed + i, *shape) / 2 for i, shape in enumerate(shapes)))


# --- Laws ---------------------------------------------------------------------------------------


@each_kind
@given(strategies.seeds, st.integers(1, 6))
def test_a_state_knows_nothing_of_later_steps(kind: str, seed: int, steps: int) -> None:
    x, weights = random(seed % 2**31, 2, 6, 3), drawn(kind, seed % 2**31)

    whole = FORWARD[kind](x, weights)

    assert_agree(FORWARD[kind](x[:, :steps], weights), whole[:, :steps], tolerance=FLOAT64)


@each_kind
@given(strategies.seeds)
def test_masked_steps_are_as_if_they_were_not_there(kind: str, seed: int) -> None:
    seed = seed % 2**31
    x, weights = random(seed, 1, 6, 3), drawn(kind, seed)
    mask = np.random.default_rng(seed).random((1, 6)) < 0.6
    mask[0, 2] = True

    masked = FORWARD[kind](x, weights, mask=mask)[:, -1]
    short = FORWARD[kind](x[:, mask[0]], weights)[:, -1]

    assert_agree(masked, short, tolerance=FLOAT64)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1e308])
@each_kind
def test_what_stands_at_a_masked_step_does_not_matter(kind: str, value: float) -> None:
    """Neither to a state nor to a gradient, though zero times NaN is NaN."""
    x, weights, mask = random(1, 2, 6, 3), drawn(kind, 2), np.ones((2, 6), bool)
    mask[0, 4:] = mask[1, 0] = False
    spoilt = np.where(mask[:, :, np.newaxis], x, value)

    for layer in (FORWARD, BACKWARD):
        if kind in layer:
            upstream = () if layer is FORWARD else (random(3, 2, 6, 4),)
            clean = layer[kind](x, weights, *upstream, mask=mask)
            found = layer[kind](spoilt, weights, *upstream, mask=mask)
            np.testing.assert_equal(found, clean)
            assert all(np.isfinite(each).all() for each in found)


@given(strategies.seeds)
def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_cell(seed: int) -> None:
    x, weights = random(seed % 2**31, 2, 6, 3), drawn("lstm", seed % 2**31)
    weights.bias[:4] = np.where(np.arange(4) < 2, -999, weights.bias[:4])  # input gates, two shut
    weights.bias[4:8] = 999  # forget gates, all open

    cell = recurrent.lstm(x, weights).cell

    assert not cell[..., :2].any()
    assert (np.abs(np.diff(cell, axis=1)) <= 1).all()


# --- Numeric gradients --------------------------------------------------------------------------


@each_backward
@pytest.mark.parametrize("masked", [False, True])
def test_gradients_are_those_of_differences(kind: str, masked: bool) -> None:
    x, weights, upstream = random(0, 2, 4, 3), drawn(kind, 1), random(5, 2, 4, 4)
    mask = np.array([[1, 1, 0, 1], [0, 1, 1, 0]], bool) if masked else None

    def forward(**changed: np.ndarray) -> np.ndarray:
        given = changed.pop("x", x)
        states: np.ndarray = FORWARD[kind](given, weights._replace(**changed), mask=mask)
        return states

    found = BACKWARD[kind](x, weights, upstream, mask=mask)

    for name, at in {"x": x, **weights._asdict()}.items():
        expected = numeric_gradient(
            lambda value, name=name: forward(**{name: value}), at, upstream, step=1e-5
        )
        assert_agree(getattr(found, name), expected, tolerance=1e-7)


@pytest.mark.parametrize("masked", [False, True])
def test_gradients_of_a_gru_that_resets_before_are_those_of_differences(masked: bool) -> None:
    x, weights, upstream = random(0, 2, 4, 3), drawn("gru", 1), random(5, 2, 4, 4)
    weights = weights._replace(bias=weights.bias[0])
    mask = np.array([[1, 1, 0, 1], [0, 1, 1, 0]], bool) if masked else None

    found = recurrent.gru_gradients(x, weights, upstream, reset_after=False, mask=mask)

    for name, at in {"x": x, **weights._asdict()}.items():

        def forward(value: np.ndarray, name: str = name) -> np.ndarray:
            given = value if name == "x" else x
            changed = weights if name == "x" else weights._replace(**{name: value})
            return recurrent.gru(given, changed, reset_after=False, mask=mask)

        expected = numeric_gradient(forward, at, upstream, step=1e-5)
        assert_agree(getattr(found, name), expected, tolerance=1e-7)


# --- Keras --------------------------------------------------------------------------------------


def in_keras(kind: str, **options: Any) -> Any:
    from keras import layers

    makers = {"simple": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}
    layer = makers[kind](4, return_sequences=True, **options)
    layer.build((None, None, 3))
    return layer


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("simple", {}),
        ("lstm", {}),
        ("gru", {"reset_after": True}),
        ("gru", {"reset_after": False}),
    ],
)
def test_values_and_gradients_are_those_of_keras(
    kind: str, options: dict[str, bool], masked: bool
) -> None:
    import tensorflow as tf

    x, upstream = random(0, 2, 6, 3), random(5, 2, 6, 4)
    mask = recurrent.mask_of(np.array([6, 4]), 6) if masked else None
    weights = drawn(kind, 1)
    if options.get("reset_after") is False:
        weights = weights._replace(bias=weights.bias[0])
    layer = in_keras(kind, **options)
    layer.set_weights(list(weights))

    with tf.GradientTape() as tape:
        inputs = tf.constant(x.astype(np.float32))
        tape.watch(inputs)
        states = layer(inputs, mask=None if mask is None else tf.constant(mask))
    wanted = [inputs, *(v.value for v in layer.trainable_variables)]
    gradients = tape.gradient(states, wanted, tf.constant(upstream.astype(np.float32)))

    assert_agree(FORWARD[kind](x, weights, mask=mask, **options), states, tolerance=FLOAT32)
    found = BACKWARD[kind](x, weights, upstream, mask=mask, **options)
    for mine, theirs in zip(found, gradients, strict=True):
        assert_agree(mine, theirs, tolerance=FLOAT32)


# --- PyTorch ------------------------------------------------------------------------------------


@each_kind
def test_values_are_those_of_pytorch_through_the_conversion(kind: Any) -> None:
    case = record_recurrent.recorded()["layers"][kind]
    weights = recurrent.from_pytorch(*record_recurrent.weights(kind), kind=kind)

    assert_agree(
        FORWARD[kind](record_recurrent.inputs()[0], weights), case["value"], tolerance=FLOAT64
    )


@each_backward
def test_gradients_are_those_of_pytorch_through_the_conversion(kind: Any) -> None:
    case = record_recurrent.recorded()["layers"][kind]
    x, upstream = record_recurrent.inputs()
    weights = recurrent.from_pytorch(*record_recurrent.weights(kind), kind=kind)

    found = BACKWARD[kind](x, weights, upstream)

    assert_agree(found.x, case["for_x"], tolerance=FLOAT64)
    if kind == "gru":  # its blocks lie in another order, and each bias has its own gradient
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        given = (np.array(case[f"for_{name}_l0"]) for name in names)
        for mine, theirs in zip(found[1:], recurrent.from_pytorch(*given, kind=kind), strict=True):
            assert_agree(mine, theirs, tolerance=FLOAT64)
        return
    assert_agree(found.kernel.T, case["for_weight_ih_l0"], tolerance=FLOAT64)
    assert_agree(found.recurrent.T, case["for_weight_hh_l0"], tolerance=FLOAT64)
    for name in ("for_bias_ih_l0", "for_bias_hh_l0"):  # both get the gradient of their sum
        assert_agree(found.bias, case[name], tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


@each_kind
def test_messages_of_recurrent_layers(kind: str) -> None:
    x, weights, layer = np.zeros((2, 5, 3)), drawn(kind, 0), FORWARD[kind]

    with pytest.raises(ValueError, match=r"`x` must have shape \(batch, steps, features\)"):
        layer(x[0], weights)
    with pytest.raises(ValueError, match=r"with a step or more; got \(2, 0, 3\)"):
        layer(x[:, :0], weights)
    with pytest.raises(ValueError, match=r"`kernel` must have shape \(2, "):
        layer(x[..., :2], weights)
    with pytest.raises(ValueError, match=r"`bias` must have shape .*; got \(7,\)"):
        layer(x, weights._replace(bias=np.zeros(7)))
    with pytest.raises(ValueError, match="`mask` must be a NumPy array of booleans; got an array"):
        layer(x, weights, mask=np.ones((2, 5)))
    with pytest.raises(ValueError, match=r"`mask` must have shape \(2, 5\); got \(2, 4\)"):
        layer(x, weights, mask=np.ones((2, 4), bool))


@each_backward
def test_messages_of_gradients(kind: str) -> None:
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(2, 5, 4\); got \(2, 4\)"):
        BACKWARD[kind](np.zeros((2, 5, 3)), drawn(kind, 0), np.zeros((2, 4)))
