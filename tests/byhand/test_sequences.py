"""Masks and pooling over steps by hand: a law, Keras, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from dlexp.byhand import recurrent
from helpers import FLOAT32, FLOAT64, assert_agree, random

# --- Laws ---------------------------------------------------------------------------------------


@given(strategies.seeds, st.integers(1, 5), st.integers(1, 4))
def test_pooling_with_a_mask_does_not_see_the_padding(seed: int, length: int, extra: int) -> None:
    x = strategies.integers(seed, 2, length, 3)
    padded = np.concatenate([x, strategies.integers(seed + 1, 2, extra, 3)], axis=1)
    mask = recurrent.mask_of(np.array([length, length]), length + extra)

    for how in ("mean", "max"):
        found = recurrent.pooled(padded, how=how, mask=mask)  # type: ignore[arg-type]
        assert_agree(found, recurrent.pooled(x, how=how), tolerance=FLOAT64)  # type: ignore[arg-type]


# --- Keras --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["mean", "max"])
def test_pooling_is_that_of_keras(how: Any) -> None:
    """Keras masks its mean; its maximum takes no mask."""
    from keras import layers

    x, mask = random(0, 2, 5, 3), recurrent.mask_of(np.array([5, 2]), 5)
    layer = layers.GlobalAveragePooling1D() if how == "mean" else layers.GlobalMaxPooling1D()

    assert_agree(recurrent.pooled(x, how=how), layer(x.astype(np.float32)), tolerance=FLOAT32)
    if how == "mean":
        expected = layer(x.astype(np.float32), mask=mask)
        assert_agree(recurrent.pooled(x, how=how, mask=mask), expected, tolerance=FLOAT32)


# --- Messages -------------------------------------------------------------------------------------


def test_messages_of_masks_and_pooling() -> None:
    x = np.zeros((2, 9, 3))

    with pytest.raises(ValueError, match=r"`lengths` must be in 1 ... 4; got 5"):
        recurrent.mask_of(np.array([3, 5, 0]), 4)
    with pytest.raises(ValueError, match='`how` must be "mean" or "max"; got \'sum\''):
        recurrent.pooled(x, how="sum")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`mask` must leave a step of each sequence"):
        recurrent.pooled(x, how="max", mask=np.zeros((2, 9), bool))
    with pytest.raises(ValueError, match=r"`lengths` must have shape \(sequences,\); got \(1, 1\)"):
        recurrent.mask_of(np.array([[3]]), 4)
    with pytest.raises(ValueError, match="`steps` must be an integer >= 1; got steps=0"):
        recurrent.mask_of(np.array([1]), 0)
    with pytest.raises(ValueError, match=r"`mask` must have shape \(2, 9\); got \(2, 8\)"):
        recurrent.pooled(x, how="mean", mask=np.ones((2, 8), bool))
