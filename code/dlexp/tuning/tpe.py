"""The tree-structured Parzen estimator as an oracle of Keras Tuner, on Optuna's sampler.

Chapter: book/keras_tuner.md. Keras Tuner has no TPE of its own; an oracle is all it takes::

    keras_tuner.Tuner(oracle=TPEOracle("val_accuracy", max_trials=20), hypermodel=build)

Import this module inside the functions that search: it loads Keras.

References
----------
Bergstra, Bardenet, Bengio and Kégl (2011), Algorithms for hyper-parameter optimization.
"""

import itertools
import logging
from collections.abc import Sequence
from typing import Any

import keras_tuner
import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState

_UNIT = FloatDistribution(0.0, 1 - 1e-9)  # Keras Tuner's probabilities lie below one
_FINE = 1000  # so many steps are as good as none
_STATES = {
    "COMPLETED": TrialState.COMPLETE,
    "RUNNING": TrialState.RUNNING,  # told too, so that workers do not all try the same place
    # Optuna leaves out what is told as FAIL, and its estimator is drawn to where nothing is known:
    # back to the failures. What was pruned before its first score counts as worse than any score.
    "FAILED": TrialState.PRUNED,
    "INVALID": TrialState.PRUNED,
}


class TPEOracle(keras_tuner.Oracle):  # type: ignore[misc]  # Keras Tuner is untyped
    """Proposes where good trials are denser than the others.

    Before each proposal Optuna is told of all trials anew, so that there is nothing to save
    besides what Keras Tuner saves: a search that was stopped goes on with the proposals that it
    would have made.

    Parameters
    ----------
    objective : str or keras_tuner.Objective
        As in Keras Tuner, which says whether high or low is good.
    max_trials : int
        Proposals in all, >= 1.
    startup : int
        Finished trials before the estimator takes over from random search, >= 1.
    seed : int, optional
        Equal seeds and equal scores give equal proposals.
    **options
        Keras Tuner's own, such as ``hyperparameters`` and ``max_retries_per_trial``.
    """

    def __init__(
        self,
        objective: Any = None,
        max_trials: int = 10,
        *,
        startup: int = 10,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        if startup < 1:
            raise ValueError(f"`startup` must be at least 1; got {startup}")
        super().__init__(objective=objective, max_trials=max_trials, seed=seed, **options)
        self.startup = startup

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on with what was stored.

        Raises
        ------
        ValueError
            If a hyperparameter that this oracle was given has other values in the stored search.
        """
        given = self.hyperparameters.space
        super().set_state(state)
        _require_same(self.hyperparameters.space, given)

    def populate_space(self, trial_id: str) -> dict[str, Any]:  # noqa: ARG002
        """Propose values for a trial; after too many that were tried before, random ones.

        Raises
        ------
        ValueError
            If a hyperparameter has other values than in the trials that there are.
        """
        for trial in self.trials.values():
            _require_same(trial.hyperparameters.space, self.hyperparameters.space)
        for attempt in range(self._max_collisions):
            values = self._propose(attempt)
            if not self._duplicate(values):
                return {"status": "RUNNING", "values": values}
        values = self._random_values()
        return {"status": "RUNNING" if values else "STOPPED", "values": values}

    def _propose(self, attempt: int) -> dict[str, Any]:
        asked = self._study(attempt).ask()
        proposal = keras_tuner.HyperParameters()
        for hp in self.hyperparameters.space:  # parents come before what depends on them
            proposal.merge([hp])
            if proposal.is_active(hp):
                proposal.values[hp.name] = _suggest(asked, hp)
        values: dict[str, Any] = proposal.values
        return values

    def _study(self, attempt: int) -> optuna.Study:
        """Tell a new study of all trials."""
        logging.getLogger("optuna").setLevel(logging.WARNING)
        entropy = np.random.SeedSequence([self.seed, len(self.trials), attempt])
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=self.startup, seed=int(entropy.generate_state(1)[0])
        )
        study = optuna.create_study(
            sampler=sampler,
            direction="maximize" if self.objective.direction == "max" else "minimize",
        )
        study.add_trials([_told(self.trials[each]) for each in self.start_order])
        return study


def _require_same(stored: Sequence[Any], present: Sequence[Any]) -> None:
    """Refuse a space that another was searched before: a place in a range would be another value.

    What is new in it, or no longer asked for, does not matter.
    """
    before = {_key(hp): _values(hp) for hp in stored}
    for hp in present:
        then, now = before.get(_key(hp)), _values(hp)
        if then not in (None, now):
            raise ValueError(
                f"`{hp.name}` must have the values that the stored search has, {then}; got {now} "
                "(another project_name, or overwrite=True, begins anew)"
            )


def _values(hp: Any) -> dict[str, Any]:
    """Return what a hyperparameter may be, in words of Keras Tuner; its default plays no part."""
    words = {"type": type(hp).__name__} | hp.get_config()
    return {name: words[name] for name in words if name not in ("name", "default", "conditions")}


def _told(trial: Any) -> optuna.trial.FrozenTrial:
    """Return a trial of Keras Tuner as one of Optuna: what was active, and the score."""
    there = trial.hyperparameters
    active = {_key(hp): hp for hp in there.space if hp.name in there.values and there.is_active(hp)}
    return optuna.trial.create_trial(
        state=_STATES[trial.status],
        value=trial.score if trial.status == "COMPLETED" else None,
        params={key: _place(hp, there.values[hp.name]) for key, hp in active.items()},
        distributions={key: _distribution(hp) for key, hp in active.items()},
    )


def _key(hp: Any) -> str:
    """Two hyperparameters may share a name under different conditions."""
    return " ".join([hp.name, *(f"if {each.name} in {each.values}" for each in hp.conditions)])


def _suggest(asked: optuna.Trial, hp: Any) -> Any:
    if not (grid := _grid(hp)):
        return hp.prob_to_value(asked.suggest_float(_key(hp), _UNIT.low, _UNIT.high))
    if _is_ordered(hp):
        return grid[asked.suggest_int(_key(hp), 0, len(grid) - 1)]
    return grid[asked.suggest_categorical(_key(hp), range(len(grid)))]


def _place(hp: Any, value: Any) -> float | int:
    """Return where a value lies: its share of the range, or its number in the grid."""
    if not (grid := _grid(hp)):
        return float(np.clip(hp.value_to_prob(value), _UNIT.low, _UNIT.high))
    if _is_ordered(hp):
        return int(np.argmin(np.abs(np.array(grid) - value)))
    return grid.index(value)


def _distribution(hp: Any) -> BaseDistribution:
    if not (grid := _grid(hp)):
        return _UNIT
    if _is_ordered(hp):
        return IntDistribution(0, len(grid) - 1)
    return CategoricalDistribution(range(len(grid)))


def _is_ordered(hp: Any) -> bool:
    """Whether neighbours in the grid are alike: ranges are, and choices of numbers."""
    return bool(getattr(hp, "ordered", hasattr(hp, "step")))


def _grid(hp: Any) -> list[Any]:
    """Return the values of a choice, or of a range with steps; none for what is continuous."""
    if getattr(hp, "step", 1) is None:
        return []
    count = len(list(itertools.islice(hp.values, _FINE)))
    return [hp.prob_to_value((i + 0.5) / count) for i in range(count)] if count < _FINE else []
