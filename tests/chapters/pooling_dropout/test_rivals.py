"""Dense networks kept from overfitting in several ways."""

import numpy as np
import pytest

from dlexp.chapters.pooling_dropout import dense, rivals
from helpers import random

pytestmark = pytest.mark.usefixtures("small_data")

TINY = dense.Rates(size=300, epochs=2, units=16)


def test_a_remedy_of_no_strength_is_none() -> None:
    """Without decay AdamW is Adam, and a rate of zero drops nothing.

    Dropout of pixels is left out: it draws a seed before the first weights are drawn.
    """
    config = rivals.Rivalling(hidden=(0.0,), pixels=(0.5,), decay=(0.0, 10.0), training=TINY)

    found = rivals.rival(config, 1).numbers

    for name in ("validation", "test", "roughness"):
        plain = found["plain"][name][0]
        assert found["hidden"][name] == [plain]
        assert found["decay"][name][0] == plain
    assert found["decay"]["roughness"][1] != found["plain"]["roughness"][0]


def test_the_network_without_a_remedy_is_the_one_of_the_averages() -> None:
    config = rivals.Rivalling(hidden=(0.5,), pixels=(0.5,), decay=(1.0,), training=TINY)
    averaging = dense.Averaging(masks=(1,), members=1, training=TINY)

    found, judged = (
        rivals.rival(config, 2).numbers,
        dense.average(averaging, 2).numbers["judged"],
    )

    assert found["plain"]["test"] == [judged["plain"]["accuracy"]]
    assert found["hidden"]["test"] == [judged["scaled"]["accuracy"]]


def test_weights_drawn_alone_are_as_rough_as_the_law_says() -> None:
    """Two independent uniform weights differ by 2/3 of their range, and one measures 1/2."""
    weights = np.random.default_rng(0).uniform(-1, 1, (784, 50))

    assert abs(rivals.roughness(weights) - 4 / 3) < 0.02


def test_only_the_middle_of_the_image_counts() -> None:
    weights = random(0, 784, 3)
    other = weights.reshape(28, 28, 3).copy()
    other[:4], other[:, -4:] = 7, -7

    assert rivals.roughness(other.reshape(784, 3)) == rivals.roughness(weights)
