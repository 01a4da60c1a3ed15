"""How right, how sure and how honest predictions are."""

import numpy as np

from dlexp.chapters.pooling_dropout import predictions
from helpers import random


def test_honest_predictions_are_calibrated_and_overconfident_ones_are_not() -> None:
    generator = np.random.default_rng(0)
    probabilities = predictions.softmax(generator.normal(size=(20_000, 3)))
    labels = (generator.random((20_000, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)

    honest = predictions.judge(probabilities, labels)
    sharpened = predictions.softmax(3 * np.log(probabilities))
    too_sure = predictions.judge(sharpened, labels)

    assert honest["calibration_error"] < 0.02 < 0.1 < too_sure["calibration_error"]
    assert honest["accuracy"] == too_sure["accuracy"]
    assert honest["log_likelihood"] > too_sure["log_likelihood"]


def test_bins_hold_every_prediction() -> None:
    probabilities = predictions.softmax(random(0, 500, 10))
    labels = np.zeros(500, int)

    bins = predictions.reliability(probabilities, labels)

    assert sum(bins["count"]) == 500
    right = np.dot(bins["count"], bins["accuracy"]) / 500
    assert abs(right - predictions.judge(probabilities, labels)["accuracy"]) < 1e-9


def test_a_probability_of_zero_is_finite() -> None:
    sure = np.array([[0.0, 1.0]])

    assert np.isfinite(predictions.log_likelihood(sure, np.array([0])))
