"""What the chief and the workers do, and Keras Tuner's oracle, which all of this rests on."""

from pathlib import Path
from typing import Any

import pytest

from dlexp.tuning import member

# Keras Tuner's own use of threads
pytestmark = pytest.mark.filterwarnings("ignore:(current|get)(Thread|Name):DeprecationWarning")


class Tuner:
    """As much of a tuner as the functions under test need."""

    tuner_id = "worker-0"

    def __init__(self, folder: Path, trials: int = 1) -> None:
        import keras_tuner as kt

        space = kt.HyperParameters()
        space.Float("x", 0, 1)
        self.oracle = kt.oracles.RandomSearchOracle(
            objective=kt.Objective("score", "max"), max_trials=trials, hyperparameters=space, seed=1
        )
        self.oracle._set_project_dir(folder, "search")
        self.oracle.verbose = 0

    def end(self, trial: Any) -> None:
        self.oracle.update_trial(trial.trial_id, {"score": 1.0})
        trial.status = "COMPLETED"
        self.oracle.end_trial(trial)


def test_a_lost_worker_keeps_the_chief_waiting_until_one_of_its_name_is_back(
    tmp_path: Path,
) -> None:
    """Keras Tuner 1.4.8 alone: nobody else is given the open trial, and the chief never ends."""
    from keras_tuner.src.distribute.oracle_chief import exit_chief

    tuner = Tuner(tmp_path)
    lost = tuner.oracle.create_trial("worker-0")
    assert tuner.oracle.create_trial("worker-1").status == "STOPPED"
    assert not exit_chief(tuner.oracle)
    again = tuner.oracle.create_trial("worker-0")
    assert again.trial_id == lost.trial_id
    tuner.end(again)
    assert not exit_chief(tuner.oracle)  # it waits for this worker to ask once more
    assert tuner.oracle.create_trial("worker-0").status == "STOPPED"
    assert exit_chief(tuner.oracle)


def test_a_stored_search_names_ended_trials_as_open(tmp_path: Path) -> None:
    first = Tuner(tmp_path, trials=2)
    first.end(first.oracle.create_trial("worker-0"))
    second = Tuner(tmp_path, trials=2)
    second.oracle.reload()

    assert second.oracle._retry_queue == ["0"]
    member._forget_ended(second.oracle)
    assert second.oracle._retry_queue == []


def test_a_trial_is_ended_as_failed_only_by_its_name(tmp_path: Path) -> None:
    tuner = Tuner(tmp_path, trials=2)
    open_trial = tuner.oracle.create_trial("worker-0")
    member._end_as_failed(tuner, "another")
    assert tuner.oracle.trials[open_trial.trial_id].status == "RUNNING"
    member._end_as_failed(tuner, open_trial.trial_id)
    assert tuner.oracle.trials[open_trial.trial_id].status == "FAILED"
    assert tuner.oracle.ongoing_trials == {}
