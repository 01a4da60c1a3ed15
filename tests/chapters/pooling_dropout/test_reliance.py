"""What a network relies on: its units, its pixels."""

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.pooling_dropout import dense, nets, reliance

pytestmark = pytest.mark.usefixtures("small_data")


def test_nothing_taken_away_is_the_network_itself() -> None:
    from dlexp import training

    test = data.mnist().test
    model = nets.perceptron(16, 0.5)
    found = reliance.relied_on(model, dense.head_of(model, test.images), test, 0)

    accuracy = training.score(model, test)
    assert found["silenced"][0] == pytest.approx(accuracy, abs=0.003)
    assert found["noisy"][0] == accuracy
    assert 0 <= found["correlation"] <= 1


def test_about_as_many_pixels_are_noisy_as_asked_for() -> None:
    images = np.full((20, 28, 28, 1), 2.0, np.float32)
    noisy = reliance.noised(images, 0.3, np.random.default_rng(0))

    assert abs(np.mean(noisy != 2) - 0.3) < 0.02
    assert noisy.dtype == np.float32
    assert noisy[noisy != 2].max() <= 1


def test_units_without_anything_in_common_do_not_correlate() -> None:
    hidden = np.random.default_rng(0).normal(size=(20_000, 6))

    assert reliance.mean_correlation(hidden) < 0.02
    doubled = np.hstack([hidden[:, :2], hidden[:, :2]])
    assert reliance.mean_correlation(doubled) == pytest.approx(2 / 6, abs=0.02)
