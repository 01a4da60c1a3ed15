"""Networks that are asked about moved digits."""

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.pooling_dropout import robustness

pytestmark = pytest.mark.usefixtures("small_data")


def test_watched_networks_answer_at_every_place() -> None:
    tiny = robustness.Watching(
        architectures=("max", "global_max"),
        images=(0, 2),
        reach=1,
        training=robustness.Moving(size=300, epochs=1),
    )
    found = robustness.watch(tiny, 0)
    probabilities = found.arrays["probabilities"]
    assert probabilities.shape == (2, 2, 3, 3, 10)
    assert np.allclose(probabilities.sum(axis=-1), 1, atol=1e-5)
    assert np.abs(np.diff(probabilities, axis=2)).max() > 0
    assert found.numbers["labels"] == data.load("mnist").test.labels[[0, 2]].tolist()
