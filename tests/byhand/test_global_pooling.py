"""Pooling over the whole image by hand: cases, laws, Keras, PyTorch, differences, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import pooling
from helpers import FLOAT32, FLOAT64, assert_agree, by_tape, numeric_gradient, random
from parity import record_pooling_dropout

SMALL_STEP = 0.25  # all values differ by 1 or more, so no winner changes: exact

POOLINGS = {
    "max": (pooling.max_pool2d, pooling.max_pool2d_gradient),
    "average": (pooling.average_pool2d, pooling.average_pool2d_gradient),
}


GLOBAL = {
    "max": (pooling.global_max_pool2d, pooling.global_max_pool2d_gradient),
    "average": (pooling.global_average_pool2d, pooling.global_average_pool2d_gradient),
}

each_global = pytest.mark.parametrize("kind", GLOBAL)


def distinct(seed: int, *shape: int) -> np.ndarray:
    """Return numbers that differ by one or more."""
    return np.random.default_rng(seed).permutation(np.prod(shape)).reshape(shape).astype(float)


def test_global_poolings_of_a_case_computed_by_hand() -> None:
    x = np.array([[1.0, 7], [7, 5]]).reshape(1, 2, 2, 1)
    upstream = np.full((1, 1), 8.0)

    assert pooling.global_max_pool2d(x).tolist() == [[7]]
    assert pooling.global_average_pool2d(x).tolist() == [[5]]
    shared = pooling.global_max_pool2d_gradient(x, upstream)
    first = pooling.global_max_pool2d_gradient(x, upstream, ties="first")
    assert shared.ravel().tolist() == [0, 4, 4, 0]
    assert first.ravel().tolist() == [0, 8, 0, 0]
    assert pooling.global_average_pool2d_gradient(x, upstream).ravel().tolist() == [2, 2, 2, 2]


@each_global
@given(strategies.seeds, strategies.sizes, strategies.sizes)
def test_a_global_pooling_is_a_pooling_whose_window_is_the_image(
    kind: str, seed: int, height: int, width: int
) -> None:
    x, upstream = strategies.integers(seed, 2, height, width, 3), random(seed, 2, 3)
    of_all, gradient_of_all = GLOBAL[kind]
    pool2d, gradient = POOLINGS[kind]
    ties: dict[str, Any] = {"ties": "first"} if kind == "max" else {}

    assert_agree(of_all(x), pool2d(x, (height, width))[:, 0, 0], tolerance=FLOAT64)
    assert_agree(
        gradient_of_all(x, upstream, **ties),
        gradient(x, upstream[:, np.newaxis, np.newaxis], (height, width)),
        tolerance=FLOAT64,
    )


@each_global
@given(strategies.seeds, st.integers(-5, 5), st.integers(-5, 5))
def test_a_global_pooling_does_not_see_where(kind: str, seed: int, down: int, right: int) -> None:
    x = strategies.integers(seed, 2, 4, 5, 3)

    moved = GLOBAL[kind][0](np.roll(x, (down, right), axis=(1, 2)))

    assert_agree(moved, GLOBAL[kind][0](x), tolerance=FLOAT64)


@each_global
@given(strategies.seeds)
def test_global_gradients_are_those_of_differences(kind: str, seed: int) -> None:
    x, upstream = distinct(seed, 2, 3, 2, 2), random(seed, 2, 2)
    of_all, gradient_of_all = GLOBAL[kind]

    expected = numeric_gradient(of_all, x, upstream, step=SMALL_STEP)

    assert_agree(gradient_of_all(x, upstream), expected, tolerance=FLOAT64)


@each_global
def test_global_values_and_gradients_are_those_of_keras_with_ties(kind: str) -> None:
    from keras import layers

    layer = layers.GlobalMaxPooling2D() if kind == "max" else layers.GlobalAveragePooling2D()
    x = record_pooling_dropout.pool_inputs()
    upstream = random(3, x.shape[0], x.shape[3])

    expected, (by_x,) = by_tape(
        lambda x: layer(x), x.astype(np.float32), upstream=upstream.astype(np.float32)
    )

    of_all, gradient_of_all = GLOBAL[kind]
    assert_agree(of_all(x), expected, tolerance=FLOAT32)
    assert_agree(gradient_of_all(x, upstream), by_x, tolerance=FLOAT32)


@pytest.mark.parametrize(
    ("name", "kind", "ties"),
    [
        ("amax", "max", {"ties": "shared"}),
        ("adaptive_max", "max", {"ties": "first"}),
        ("adaptive_average", "average", {}),
    ],
)
def test_global_values_and_gradients_are_those_of_pytorch_with_ties(
    name: str, kind: str, ties: dict[str, Any]
) -> None:
    recorded = record_pooling_dropout.recorded()["globals"][name]
    x = record_pooling_dropout.pool_inputs()
    of_all, gradient_of_all = GLOBAL[kind]

    assert_agree(of_all(x), recorded["value"], tolerance=FLOAT64)
    assert_agree(
        gradient_of_all(x, random(3, x.shape[0], x.shape[3]), **ties),
        recorded["gradient"],
        tolerance=FLOAT64,
    )


@each_global
def test_messages_of_global_poolings(kind: str) -> None:
    of_all, gradient_of_all = GLOBAL[kind]
    x = np.zeros((1, 4, 4, 2))

    with pytest.raises(ValueError, match=r"`x` must have shape \(images, height"):
        of_all(x[0])
    with pytest.raises(ValueError, match=r"at least one position; got shape \(1, 0, 4, 2\)"):
        of_all(x[:, :0])
    with pytest.raises(ValueError, match=r"`upstream` must have shape \(1, 2\)"):
        gradient_of_all(x, np.zeros((1, 3)))


def test_ties_are_shared_or_go_to_the_first() -> None:
    with pytest.raises(ValueError, match='"shared" or "first"; got \'last\''):
        pooling.global_max_pool2d_gradient(
            np.zeros((1, 2, 2, 1)), np.zeros((1, 1)), ties="last"  # type: ignore[arg-type]
        )  # fmt: skip
