"""The luck of guesses in a made-up table, and the search of which the gain is asked."""

import pytest

from dlexp.chapters.keras_tuner import bakeoff, measure
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.lab.runs import Runs
from dlexp.tuning import spaces

pytestmark = [
    pytest.mark.usefixtures("only_small_data"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.mark.parametrize("seed", measure.SEEDS)
def test_luck_without_noise_follows_the_formula(seed: int, made_up: Runs) -> None:
    numbers = bakeoff.luck(bakeoff.Luck(repetitions=100), seed, *made_up).numbers

    assert numbers["top"] == 11 / 216
    assert numbers["ideal"] == sorted(numbers["ideal"])
    assert numbers["noisy"][-1] < numbers["ideal"][-1]


def test_equal_repetitions_are_equal_searches(made_up: Runs) -> None:
    table = table_of(made_up)

    first, again, other = (bakeoff.run_tuner("random", table, n, 4) for n in (3, 3, 4))

    assert first == again != other
    assert len(bakeoff.run_tuner("guess", table, 3, 4)) == 4
    assert bakeoff.run_tuner("grid", table, 3, 4)[0].place == spaces.place(spaces.DEFAULT)
