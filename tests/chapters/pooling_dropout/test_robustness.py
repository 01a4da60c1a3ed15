"""Networks that are asked about moved digits."""

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.pooling_dropout import nets, remedies, robustness

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


def test_on_a_canvas_a_network_sees_the_same_digit_again() -> None:
    """There a shift by the step of the map changes no answer."""
    tiny = remedies.Mending(remedy="global_max", size=300, epochs=2, tested=200)
    found = remedies.mend(tiny, 0).numbers

    assert found["wide"][4] == found["wide"][0]
    assert len(found["wide"]) == len(found["accuracy"]["shift"])
    assert len(found["validation"]) == 2


def test_the_canvas_keeps_the_step_of_two_poolings() -> None:
    assert (nets.CANVAS - nets.SIDE) / 2 % 4 == 0


def test_only_global_poolings_are_asked_on_a_canvas() -> None:
    tiny = remedies.Mending(remedy="augmented", size=300, epochs=1, tested=200)

    assert remedies.mend(tiny, 0).numbers["wide"] == []
