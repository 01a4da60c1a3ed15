"""Answers are sorted by how sure they are, and each is in one bin."""

import numpy as np
import pytest

from dlexp import calibration


def test_every_answer_is_in_one_bin() -> None:
    confidence = np.array([0.0, 0.05, 0.1, 0.999, 1.0])
    sums = calibration.reliability(confidence, np.array([True, False, True, True, False]), 10)

    assert sums.images.tolist() == [2, 1, *[0] * 6, 0, 2]
    assert sum(sums.right) == 3
    assert sum(sums.confidence) == pytest.approx(confidence.sum())
