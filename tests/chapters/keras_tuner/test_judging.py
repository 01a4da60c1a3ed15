"""A leader is judged by the training that it has paid for."""

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import judging
from dlexp.chapters.keras_tuner.table import Table

# Two trainings of two configurations for three epochs.
SCORE = np.array([[[0.5, 0.4, 0.9], [0.6, 0.7, 0.6]], [[0.3, 0.5, 0.8], [0.6, 0.5, 0.4]]])
TEST = np.array([[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], [[0.7, 0.8, 0.9], [1.0, 0.0, 0.0]]])
TABLE = Table(SCORE, TEST)


def test_a_leader_of_one_epoch_is_not_credited_with_three() -> None:
    trials = np.array([[[0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 1, 3]]])  # configuration 0 goes on

    worth = judging.worth(trials, TABLE, [1, 2, 3, 4, 9])

    # By the other training: configuration 0 after one epoch, 1 after one, 1 still, 0 after three.
    np.testing.assert_allclose(worth, [[0.7, 1.0, 1.0, 0.9, 0.9]])


def test_rows_that_fill_up_change_nothing() -> None:
    trials = np.array([[[0, 0, 0, 3], [1, 0, 0, 3]], [[1, 1, 0, 3], [-1, -1, -1, -1]]])

    np.testing.assert_allclose(judging.scores(trials, TABLE), [[0.9, 0.7], [0.6, -1.0]])
    np.testing.assert_allclose(judging.worth(trials, TABLE, [3, 6]), [[0.9, 0.9], [0.5, 0.5]])
    with pytest.raises(ValueError, match="`spent` must leave time for a trial; got 2 epochs"):
        judging.worth(trials, TABLE, [2])


def test_it_is_what_one_works_out_trial_by_trial() -> None:
    generator = np.random.default_rng(0)
    table = Table(generator.integers(0, 8, (3, 6, 4)) / 8, generator.random((3, 6, 4)))
    shape = (5, 7)
    columns = [generator.integers(most, size=shape) for most in (6, 3, 1, 4)]
    trials = np.stack([*columns[:3], columns[3] + 1], axis=2)
    spent = [4, 6, 9, 30]

    slow = [[_worth(search, table, budget) for budget in spent] for search in trials]

    np.testing.assert_allclose(judging.worth(trials, table, spent), slow)


def _worth(search: judging.Trials, table: Table, budget: int) -> float:
    best, epochs, worth = -1.0, 0, 0.0
    for place, drawn, first, last in search:
        epochs += last - first
        score = table.score[drawn, place, first:last].max()
        if epochs <= budget and score > best:
            others = [seed for seed in range(3) if seed != drawn]
            tests = [table.test[s, place, table.score[s, place, :last].argmax()] for s in others]
            best, worth = score, float(np.mean(tests))
    return worth


def test_a_table_of_one_training_judges_by_itself() -> None:
    alone = Table(SCORE[:1], TEST[:1])

    assert judging.fresh(alone)[0].tolist() == [[0, 0.1, 0.1, 0.3], [0, 0.4, 0.5, 0.5]]
