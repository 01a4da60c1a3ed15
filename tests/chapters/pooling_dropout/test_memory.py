"""Labels that are wrong, and networks that learn them."""

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.pooling_dropout import memory

pytestmark = pytest.mark.usefixtures("small_data")


def test_wrong_labels_are_wrong_and_as_many_as_asked_for() -> None:
    part = data.mnist().train
    taught, mislabelled = memory.with_wrong_labels(part, 0.2, 3)

    differ = np.flatnonzero(taught.labels != part.labels)
    assert sorted(mislabelled) == differ.tolist()
    assert len(differ) == round(0.2 * len(part))
    assert set(taught.labels.tolist()) == set(range(10))
    assert (taught.images == part.images).all()


def test_a_wide_network_comes_to_know_wrong_labels_by_heart() -> None:
    config = memory.Memorising(rates=(0.0,), size=200, epochs=40, batch_size=8)

    numbers = memory.memorise(config, 0).numbers["0"]

    assert numbers["memorised"][-1] > 0.9 > 0.3 > numbers["memorised"][0]
    assert numbers["seen_through"][-1] < 0.1
