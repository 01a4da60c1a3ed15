"""The table: its parts, and what a configuration is worth to fresh nets."""

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import table as tables
from dlexp.lab.runs import Runs

pytestmark = pytest.mark.usefixtures("only_small_data")


def test_a_part_of_the_table_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "chunk_places", lambda _: [0, 1, 36])
    config = tables.Rows(train_size=100, scored=50, epochs=2, blocks=4)

    part = tables.rows(config, 0)

    assert part.numbers["places"] == [0, 1, 36]
    assert part.arrays["validation"].shape == (3, 2)
    assert part.arrays["test"].shape == (3, 2, 4)
    assert part.arrays["test"].max() <= 50
    again = tables.rows(config, 0)
    np.testing.assert_array_equal(part.arrays["test"], again.arrays["test"])


def test_the_parts_cover_the_space_once(made_up: Runs) -> None:
    places = [place for chunk in tables.CHUNKS for place in tables.chunk_places(chunk)]

    assert sorted(places) == list(range(216))
    table = tables.table_of(made_up)
    assert table.score.shape == table.test.shape == (3, 216, 9)
    assert 0 < table.score.min() < table.score.max() <= 1
    assert 0 < table.test.min() < table.test.max() <= 1


def test_worth_to_fresh_nets_leaves_the_seed_out_that_chose() -> None:
    score = np.array([[[0.1, 0.9]], [[0.8, 0.2]], [[0.3, 0.4]]])
    test = np.array([[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]])
    table = tables.Table(score, test)

    assert table.chosen().ravel().tolist() == [2, 3, 6]
    assert table.fresh().ravel().tolist() == [4.5, 4, 2.5]
