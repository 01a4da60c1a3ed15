"""The live race of the tuners runs on the table of the chapter."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import live, measure, table
from dlexp.lab.runs import load


@pytest.fixture(scope="module")
def race() -> dict[str, Any]:
    return live.race()


def test_its_scores_are_those_of_the_table(race: dict[str, Any]) -> None:
    runs = load(measure.units())
    results, seed = table.table_of(runs("rows")), runs("race").only.seed

    scores = np.array(race["validation"]) / race["scored"]

    np.testing.assert_allclose(scores, results.score[seed], atol=1e-9)
    np.testing.assert_allclose(race["test"], results.test[seed], atol=1e-4)


def test_every_trial_goes_on_from_an_epoch_to_a_later_one(race: dict[str, Any]) -> None:
    configurations, epochs = np.array(race["validation"]).shape

    for tuner in race["tuners"]:
        trials = np.concatenate([np.array(run) for run in tuner["runs"]])
        assert (trials[:, 0] < configurations).all()
        assert (trials[:, 1] < trials[:, 2]).all()
        assert trials[:, 2].max() <= epochs


def test_every_tuner_has_a_name(race: dict[str, Any]) -> None:
    assert [tuner["name"] for tuner in race["tuners"]] == list(live.TUNERS.values())
