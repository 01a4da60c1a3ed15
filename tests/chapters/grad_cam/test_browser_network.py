"""Networks for the browser: what rounding may cost, and what is refused."""

import base64
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlexp.chapters.grad_cam import browser_network as interactive
from dlexp.chapters.grad_cam.browser_network import Quantised

KERNELS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=4, max_side=5),
    elements=st.floats(-100, 100, width=32).map(lambda v: v if abs(v) > 1e-20 else 0.0),
)


@given(KERNELS)
def test_rounding_moves_a_weight_by_half_a_step_at_most(kernel: np.ndarray) -> None:
    found = interactive.quantise(kernel)

    assert found.levels.dtype == np.int8
    assert np.abs(found.levels.astype(int)).max() <= interactive.LARGEST
    off = np.abs(found.values - kernel)
    assert (off <= 0.5001 * found.steps + 1e-6 * np.abs(kernel)).all()


@given(KERNELS)
def test_rounding_what_was_rounded_changes_nothing(kernel: np.ndarray) -> None:
    once = interactive.quantise(kernel)

    again = interactive.quantise(once.values)

    np.testing.assert_allclose(again.values, once.values, rtol=1e-6)


def test_channels_do_not_share_a_step() -> None:
    kernel = np.array([[1000.0, 0.001], [-1000.0, -0.0005]])

    np.testing.assert_allclose(interactive.quantise(kernel).values, kernel, rtol=0.01)


def test_a_channel_of_zeros_stays_zeros() -> None:
    np.testing.assert_array_equal(interactive.quantise(np.zeros((3, 2))).values, np.zeros((3, 2)))


@pytest.mark.parametrize(
    ("weight", "got"),
    [(np.ones(3), r"shape \(3,\)"), (np.full((1, 2), np.nan), "finite: False")],
)
def test_quantise_refuses(weight: np.ndarray, got: str) -> None:
    with pytest.raises(ValueError, match=r"`weight` must have shape \(..., channels\).*" + got):
        interactive.quantise(weight)


def test_a_record_keeps_the_weights_in_order() -> None:
    shapes = [(2, 3), (3,)] * 6  # more than nine: names sort as text
    exact = [np.random.default_rng(i).normal(size=shape) for i, shape in enumerate(shapes)]
    weights = interactive.quantise_all(exact)

    arrays = interactive.to_arrays(weights) | {"logits": np.ones(3)}
    found = interactive.from_arrays(dict(sorted(arrays.items())))

    for ours, theirs in zip(interactive.values(found), interactive.values(weights), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_packing_writes_levels_then_steps_then_vectors() -> None:
    kernel = Quantised(np.array([[1, -2]], np.int8), np.array([0.5, 2.0], np.float32))
    layer = {"name": "d", "type": "Dense", "shapes": [[1, 2], [2]]}

    packed = interactive.pack([1], [layer], [kernel, np.array([3.0, 4.0], np.float32)])

    floats = np.array([0.5, 2, 3, 4], "<f4").tobytes()
    assert base64.b64decode(packed["blob"]) == b"\x01\xfe" + floats


def test_packing_refuses_weights_of_other_shapes() -> None:
    layer = {"name": "d", "type": "Dense", "shapes": [[1, 2]]}

    with pytest.raises(ValueError, match=r"must have shapes \[\[1, 2\]\]; got \[\[2, 1\]\]"):
        interactive.pack([1], [layer], interactive.quantise_all([np.ones((2, 1))]))


def layers() -> Any:
    from keras import layers

    return layers


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers().LSTM(2), "a layer must be one of Conv2D, .*; got LSTM"),
        (lambda: layers().Dense(2, activation="gelu"), "an activation must be one of .*'gelu'"),
        (lambda: layers().Conv2D(2, 1, groups=2), "`groups` must be 1; got 2"),
        (lambda: layers().BatchNormalization(center=False), "`center` must be True; got False"),
        (lambda: layers().GlobalMaxPooling2D(keepdims=True), "`keepdims` must be False; got True"),
    ],
)
def test_describing_refuses_what_the_engine_does_not_know(make: Any, message: str) -> None:
    import keras

    layer = make()
    size = (4, 2) if "LSTM" in message else (4, 4, 2)
    model = keras.Sequential([keras.Input(size), layer])

    with pytest.raises(ValueError, match=message):
        interactive.describe(model)
