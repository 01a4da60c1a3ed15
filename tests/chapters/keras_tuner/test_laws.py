"""What the oracles heed, and what cannot be built: tiny, from end to end."""

import pytest

from dlexp.chapters.keras_tuner import laws, measure

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("seed", measure.SEEDS)
def test_laws_are_those_of_the_oracles(seed: int) -> None:
    numbers = laws.laws(laws.Laws(listened=18, orders=1, repetitions=50), seed).numbers

    assert numbers["changed"] == {"random": 0, "grid": 0, "bayesian": 1, "hyperband": 1}
    assert numbers["shared_near"] > 0.7 > 0.4 > numbers["shared_far"]


def test_what_cannot_exist_is_counted() -> None:
    numbers = laws.waste(laws.Waste(searches=1), 0).numbers

    assert numbers["same"]["unforeseen"] == numbers["valid"]["unforeseen"] == 0
    assert numbers["same"]["trials"] == 3
