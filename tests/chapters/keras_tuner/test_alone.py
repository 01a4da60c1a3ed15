"""Searches that one training of the table scores alone."""

import numpy as np

from dlexp.chapters.keras_tuner import alone, leading
from dlexp.chapters.keras_tuner.table import Table


def made_up(best: int) -> Table:
    generator = np.random.default_rng(0)
    score = generator.random((2, 216, 9)) / 2
    score[:, best] += 0.5
    return Table(score, score)


def test_a_simulated_hyperband_costs_what_its_schedule_says() -> None:
    trials = alone.hyperband(made_up(7), 1, searches=4)

    assert (trials[..., 3] - trials[..., 2]).sum(axis=1).tolist() == [leading.SPENT[-1]] * 4
    assert set(trials[..., 1].ravel().tolist()) == {1}


def test_the_best_goes_on() -> None:
    trials = alone.hyperband(made_up(7), 0, searches=20)
    drawn = [search for search in trials if 7 in search[:, 0]]

    assert drawn
    assert all(9 in search[search[:, 0] == 7, 3] for search in drawn)


def test_a_configuration_is_drawn_once() -> None:
    [search] = alone.hyperband(made_up(7), 0, searches=1)
    begun = search[search[:, 2] == 0, 0]

    assert len(set(begun.tolist())) == len(begun)


def test_short_trials_of_all_epochs_only_pay_for_the_retraining() -> None:
    lead = alone.short(made_up(7), 0, epochs=9)

    assert lead.shape == (len(leading.SPENT) - 2,)
    assert lead.mean() < 0


def test_hyperband_leads_where_one_epoch_tells() -> None:
    score = np.repeat(np.random.default_rng(0).random((1, 216, 1)), 9, axis=2)
    table = Table(np.tile(score, (2, 1, 1)), np.tile(score, (2, 1, 1)))

    assert alone.stopped(table, 0)[-1] > 0
