"""By how much searches lead: search by search, or beside what guesses find on average."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import guessing, leading
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.lab.runs import Runs


def test_what_guesses_alike_is_compared_search_by_search(contests: Any, made_up: Runs) -> None:
    runs = made_up + contests(
        random=[[[0], [1]], [[2], [3]]],
        patience=[[[0], [1]], [[2], [4]]],
    )

    ahead = leading.ahead(runs, ("patience", 0), (9, 225))

    fresh = table_of(made_up).fresh()
    assert leading.curves(runs, leading.RANDOM)[:, -1].tolist() == fresh[0, :4].tolist()
    assert ahead[:3].tolist() == [0, 0, 0]
    assert ahead[3] == pytest.approx(fresh[0, 4] - fresh[0, 3])


def test_the_others_are_compared_with_the_mean(contests: Any, made_up: Runs) -> None:
    runs, table = made_up + contests(hyperband=[[[7]]]), table_of(made_up)

    lead = leading.lead(runs, ("hyperband", 0))

    assert lead[0] == pytest.approx(table.fresh()[0, 7] - guessing.worth(table, leading.SPENT))


def test_a_comparison_rests_on_random_searches_only_where_they_guess_alike(
    contests: Any, made_up: Runs
) -> None:
    runs = made_up + contests(random=[[[0]]], patience=[[[0]]], tpe=[[[0]]])

    kinds = [("patience", 0), ("tpe", 0)]
    assert [len(leading.compared(runs, kind)) for kind in kinds] == [29, 28]


def test_budgets_are_found_between_two_that_count() -> None:
    assert np.array(leading.SPENT)[leading.between(27, 45)].tolist() == [27, 36, 45]
