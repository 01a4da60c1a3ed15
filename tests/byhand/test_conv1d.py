"""Convolution over time by hand: laws, differences, Keras, PyTorch, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import recurrent
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, by_tape, numeric_gradient, random
from parity import record_recurrent

# --- Laws ---------------------------------------------------------------------------------------


@given(strategies.seeds, st.integers(1, 3), st.integers(1, 3), st.integers(0, 8))
def test_a_causal_convolution_sees_no_later_step(
    seed: int, taps: int, dilation: int, moment: int
) -> None:
    x, kernel = strategies.integers(seed, 2, 9, 2), strategies.integers(seed + 1, taps, 2, 3)
    options: dict[str, Any] = {"padding": "causal", "dilation": dilation}
    other = x.copy()
    other[:, moment] += 1

    changed = recurrent.conv1d(other, kernel, **options) != recurrent.conv1d(x, kernel, **options)

    assert not changed[:, :moment].any()
    assert not changed[:, moment + dilation * (taps - 1) + 1 :].any()


@given(strategies.seeds, st.integers(1, 4), st.integers(1, 3), st.integers(1, 2))
def test_convolution_commutes_with_a_shift(
    seed: int, shift: int, dilation: int, stride: int
) -> None:
    """Without padding, and by a multiple of the stride: exactly."""
    x, kernel = strategies.integers(seed, 1, 16, 2), strategies.integers(seed + 1, 3, 2, 3)
    options = {"stride": stride, "dilation": dilation}

    later = recurrent.conv1d(x[:, shift * stride :], kernel, **options)  # type: ignore[arg-type]

    assert_agree(
        later,
        recurrent.conv1d(x, kernel, **options)[:, shift:],  # type: ignore[arg-type]
        tolerance=EXACT,
    )


def test_what_is_not_said_is_one_step_at_a_time_without_padding() -> None:
    x, kernel = random(0, 2, 9, 3), random(1, 3, 3, 5)
    said: dict[str, Any] = {"stride": 1, "padding": "valid", "dilation": 1}

    value = recurrent.conv1d(x, kernel, **said)
    found = recurrent.conv1d_gradients(x, kernel, value)

    np.testing.assert_array_equal(recurrent.conv1d(x, kernel), value)
    np.testing.assert_equal(found, recurrent.conv1d_gradients(x, kernel, value, **said))


# --- Numeric gradients --------------------------------------------------------------------------


@pytest.mark.parametrize("case", record_recurrent.CONVOLUTIONS, ids=lambda case: case["name"])
def test_gradients_of_convolutions_are_those_of_differences(case: dict[str, Any]) -> None:
    x, kernel, bias = record_recurrent.conv_inputs()
    options = {name: case[name] for name in ("stride", "padding", "dilation")}
    upstream = record_recurrent.conv_upstream(recurrent.conv1d(x, kernel, **options).shape[1])

    found = recurrent.conv1d_gradients(x, kernel, upstream, **options)

    forward = recurrent.conv1d
    expected = {
        "x": numeric_gradient(lambda v: forward(v, kernel, bias, **options), x, upstream, step=0.5),
        "kernel": numeric_gradient(
            lambda v: forward(x, v, bias, **options), kernel, upstream, step=0.5
        ),
        "bias": numeric_gradient(
            lambda v: forward(x, kernel, v, **options), bias, upstream, step=0.5
        ),
    }
    for name, value in expected.items():
        assert_agree(getattr(found, name), value, tolerance=FLOAT64)


# --- Keras --------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", ["valid", "same", "causal"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 3)])
def test_convolutions_are_those_of_keras(padding: Any, stride: int, dilation: int) -> None:
    from keras import layers

    x, kernel, bias = record_recurrent.conv_inputs()
    layer = layers.Conv1D(2, 3, strides=stride, padding=padding, dilation_rate=dilation)
    layer.build((None, None, 3))
    layer.set_weights([kernel, bias])
    options: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    value = recurrent.conv1d(x, kernel, bias, **options)
    upstream = random(9, *value.shape)

    expected, (by_x,) = by_tape(layer, x.astype(np.float32), upstream=upstream.astype(np.float32))

    assert_agree(value, expected, tolerance=FLOAT32)
    found = recurrent.conv1d_gradients(x, kernel, upstream, **options)
    assert_agree(found.x, by_x, tolerance=FLOAT32)


# --- PyTorch ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", record_recurrent.recorded()["convolutions"], ids=lambda case: case["name"]
)
def test_convolutions_are_those_of_pytorch(case: dict[str, Any]) -> None:
    x, kernel, bias = record_recurrent.conv_inputs()
    options = {name: case[name] for name in ("stride", "padding", "dilation")}
    value = recurrent.conv1d(x, kernel, bias, **options)

    found = recurrent.conv1d_gradients(
        x, kernel, record_recurrent.conv_upstream(value.shape[1]), **options
    )

    assert_agree(value, case["value"], tolerance=FLOAT64)
    for name in ("x", "kernel", "bias"):
        assert_agree(getattr(found, name), case[f"for_{name}"], tolerance=FLOAT64)


# --- Messages -------------------------------------------------------------------------------------


def test_messages_of_convolutions() -> None:
    x, kernel, _ = record_recurrent.conv_inputs()

    with pytest.raises(ValueError, match='"valid", "same" or "causal"; got \'full\''):
        recurrent.conv1d(x, kernel, padding="full")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"`kernel` must have shape \(taps, channels, filters\)"):
        recurrent.conv1d(x, kernel[0])
    with pytest.raises(ValueError, match="effective kernel of 11"):
        recurrent.conv1d(x, kernel, dilation=5)
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(batch, steps, filters\)"):
        recurrent.conv1d_gradients(x, kernel, np.zeros((2, 7)))


def test_by_default_neighbouring_steps_are_seen_one_by_one_without_padding() -> None:
    x, kernel, _ = record_recurrent.conv_inputs()
    value = recurrent.conv1d(x, kernel)
    plain: dict[str, Any] = {"stride": 1, "padding": "valid", "dilation": 1}

    found = recurrent.conv1d_gradients(x, kernel, value)

    assert_agree(value, recurrent.conv1d(x, kernel, **plain), tolerance=EXACT)
    for mine, told in zip(
        found, recurrent.conv1d_gradients(x, kernel, value, **plain), strict=True
    ):
        assert_agree(mine, told, tolerance=EXACT)
