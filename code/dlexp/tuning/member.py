"""What the chief and each worker of a search do: one process of several.

Chapter: book/keras_tuner.md. Keras Tuner's own environment variables tell a process its part. Keras
Tuner and Keras are imported inside the functions that need them.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dlexp.tuning.folder import _ENDED, _note, _noted
from dlexp.tuning.plans import OwnPlan, SearchPlan, plan_of

CHIEF = "chief"

_SETTLE = 0.3  # seconds in which the chief finishes what it is writing


def join(plan: SearchPlan, *, folder: Path | None = None, give_up: str = "") -> None:
    """Take part in a search as the environment says: as its chief, or as a worker.

    Parameters
    ----------
    plan : SearchPlan
        The same for all who take part.
    folder : Path, optional
        The same place for all who take part; by default the plan's.
    give_up : str
        A trial to end as failed, if this worker is given it.

    Raises
    ------
    ValueError
        If one of Keras Tuner's three variables is missing.
    """
    for name in ("KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT"):
        if not os.environ.get(name):
            raise ValueError(f"{name} must be set for one who joins a search; it is not")
    who = os.environ["KERASTUNER_TUNER_ID"]
    folder = folder or plan.folder
    folder.mkdir(parents=True, exist_ok=True)
    tuner = _tuner(plan, folder, who)
    if CHIEF in who:  # as Keras Tuner reads it
        _forget_ended(tuner.oracle)
        tuner.search(verbose=0)
        return
    if give_up:
        _end_as_failed(tuner, give_up)
    _work(tuner, plan, folder, who)


def _tuner(plan: SearchPlan, folder: Path, who: str) -> Any:
    import keras
    import keras_tuner

    searched = _searched(plan)

    def build(hp: Any) -> Any:
        keras.utils.set_random_seed(plan.seed)
        return searched(hp)

    class Tuner(keras_tuner.RandomSearch):  # type: ignore[misc]  # Keras Tuner is untyped
        def run_trial(self, trial: Any, *args: Any, **options: Any) -> Any:
            with _noted(folder, who, trial.trial_id):
                return super().run_trial(trial, *args, **options)

    return Tuner(
        build,
        objective="val_accuracy",
        max_trials=plan.trials,
        seed=plan.seed,
        max_consecutive_failed_trials=plan.trials + 1,  # beyond it the chief would stall
        directory=str(folder.parent),
        project_name=folder.name,
    )


def _searched(plan: SearchPlan) -> Callable[[Any], Any]:
    """Return the function that makes a model: the book's, or one's own."""
    from dlexp.tuning import own, spaces

    return own.load(plan.build, Path(plan.place)) if isinstance(plan, OwnPlan) else spaces.build


def _work(tuner: Any, plan: SearchPlan, folder: Path, who: str) -> None:
    from dlexp import data

    mnist = data.mnist()
    _note(folder, who, "ready")
    tuner.search(
        mnist.train.images[: plan.images],
        mnist.train.labels[: plan.images],
        validation_data=(mnist.validation.images, mnist.validation.labels),
        epochs=plan.epochs,
        batch_size=64,
        verbose=0,
    )


def _forget_ended(oracle: Any) -> None:
    """Keras Tuner stores a trial's end before it takes the trial off the open ones.

    A chief that starts again would hand out those trials once more, though they are complete.
    """
    oracle._retry_queue = [
        each for each in oracle._retry_queue if oracle.trials[each].status not in _ENDED
    ]


def _end_as_failed(tuner: Any, name: str) -> None:
    trial = tuner.oracle.create_trial(tuner.tuner_id)
    if trial.trial_id == name:
        trial.status = "FAILED"
        tuner.oracle.end_trial(trial)


def _child(text: str) -> None:
    """Take part, and die when the process that holds the other end of stdin does."""
    threading.Thread(target=_die_at_end_of_stdin, daemon=True).start()
    options = json.loads(text)
    join(plan_of(options["plan"]), folder=Path(options["folder"]), give_up=options["give_up"])


def _die_at_end_of_stdin() -> None:
    os.read(0, 1)  # not sys.stdin, whose lock an interpreter that ends could not take
    if CHIEF in os.environ["KERASTUNER_TUNER_ID"]:
        time.sleep(_SETTLE)
    os._exit(1)
