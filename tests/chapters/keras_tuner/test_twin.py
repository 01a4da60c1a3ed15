"""Keras Tuner's process beside ours, on a made-up table."""

import pytest

from dlexp.chapters.keras_tuner import twin
from dlexp.lab.runs import Runs

pytestmark = [
    pytest.mark.usefixtures("only_small_data"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


def test_a_search_is_followed_proposal_by_proposal(made_up: Runs) -> None:
    measured = twin.twin(twin.Twin(first=3, trials=5), 0, *made_up)

    numbers = measured.numbers
    assert (len(numbers["theirs"]), len(numbers["ours"])) == (5, 2)
    assert 0 <= numbers["same"] <= 2
    assert 0 <= numbers["repeated"] <= 2
    assert measured.arrays["seconds"].shape == (5,)
