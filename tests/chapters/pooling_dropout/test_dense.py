"""Dropout in dense networks: its masks by hand, and the law behind them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlexp import data
from dlexp.chapters.pooling_dropout import dense, nets, predictions
from helpers import FLOAT32, FLOAT64, assert_agree, random

pytestmark = pytest.mark.usefixtures("small_data")


def test_with_all_units_kept_the_head_by_hand_is_that_of_keras() -> None:
    from dlexp import training

    model = nets.perceptron(16, 0.5)
    images = data.load("mnist").test.images[:50]
    hidden, kernel, bias = dense.head_of(model, images)

    means, geometric = dense.masked(hidden, kernel, bias, 0.0, (1, 2), 0)

    expected = predictions.softmax(training.predict(model, images))
    for found in (means[1], means[2], geometric):
        assert_agree(found, expected, tolerance=FLOAT32)


def test_masks_by_hand_spread_as_dropout_in_keras_does() -> None:
    """Mean and spread of each probability over many masks, within seven standard errors."""
    from keras import utils

    utils.set_random_seed(0)
    model, count = nets.perceptron(16, 0.5), 2_000
    image = data.load("mnist").test.images[:1]
    hidden, kernel, bias = dense.head_of(model, image)

    in_keras = predictions.softmax(
        np.asarray(model(np.repeat(image, count, axis=0), training=True))
    )
    repeated = np.repeat(hidden, count, axis=0)
    by_hand = dense.masked(repeated, kernel, bias, 0.5, (1,), 0)[0][1]

    spread = in_keras.std(axis=0)
    assert (np.abs(in_keras.mean(axis=0) - by_hand.mean(axis=0)) < 7 * spread / count**0.5).all()
    np.testing.assert_allclose(by_hand.std(axis=0), spread, rtol=0.15)


@given(st.integers(0, 1000), st.floats(0.1, 0.9))
@settings(derandomize=True, max_examples=30, deadline=None)
def test_weight_scaling_is_the_geometric_mean_over_all_masks(seed: int, rate: float) -> None:
    """The law of a single layer before the softmax, with every mask of six units."""
    from dlexp.byhand import dropout

    hidden, kernel, bias = random(seed, 6), random(seed + 1, 6, 3), random(seed + 2, 3)
    masks = np.array(list(product((False, True), repeat=6)))
    chance = np.where(masks, 1 - rate, rate).prod(axis=1)
    logits = dropout.forward(np.tile(hidden, (64, 1)), rate, masks) @ kernel + bias
    mean = np.exp(chance @ np.log(predictions.softmax(logits)))

    assert_agree(mean / mean.sum(), predictions.softmax(hidden @ kernel + bias), tolerance=FLOAT64)
