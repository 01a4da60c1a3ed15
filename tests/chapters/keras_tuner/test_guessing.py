"""What blind guesses find on average, beside guesses that are made."""

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import guessing
from dlexp.chapters.keras_tuner.table import Table


def small_table() -> Table:
    generator = np.random.default_rng(0)
    return Table(generator.random((3, 8, 2)), generator.random((3, 8, 2)))


def test_the_best_of_few_leads_as_often_as_there_are_cases() -> None:
    assert guessing.leads(5, 2) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert guessing.leads(216, 25).sum() == pytest.approx(1)


def test_it_is_what_many_searches_find_on_average() -> None:
    table, generator, found = small_table(), np.random.default_rng(1), []
    for _ in range(5_000):
        places = generator.permutation(8)[:3]
        drawn = generator.integers(3, size=3)
        leader = table.score.max(axis=2)[drawn, places].argmax()
        found.append(table.fresh()[drawn[leader], places[leader]])

    [expected] = guessing.worth(table, [6])

    error = np.std(found) / np.sqrt(len(found))
    assert expected == pytest.approx(np.mean(found), abs=5 * error)


def test_equal_scores_lead_equally_often() -> None:
    table = Table(np.full((2, 4, 1), 0.5), small_table().test[:2, :4, :1])

    assert guessing.worth(table, [1, 3]) == pytest.approx([table.test.mean()] * 2, abs=0.02)


def test_short_trials_are_judged_as_long_as_they_were_or_afresh() -> None:
    table = small_table()
    alone = Table(table.score[:, :1], table.test[:, :1])  # one configuration leads

    [short] = guessing.worth(alone, [1], epochs=1)
    [afresh] = guessing.worth(alone, [1], epochs=1, afresh=True)

    assert short == pytest.approx(alone.test[:, 0, 0].mean(), abs=0.02)
    assert afresh == pytest.approx(alone.chosen().mean(), abs=0.02)


def test_the_training_of_the_leader_is_paid_for_out_of_the_budget() -> None:
    table = small_table()  # of two epochs

    charged = guessing.worth(table, [4, 6], epochs=1, afresh=True, charged=True)

    assert charged.tolist() == guessing.worth(table, [2, 4], epochs=1, afresh=True).tolist()


def test_one_training_can_score_alone() -> None:
    table = small_table()
    leader = table.score[1].max(axis=1).argmax()

    found = guessing.worth(table, [16], seed=1)  # all eight are guessed

    assert found == pytest.approx(table.fresh()[1, leader])
