"""Run Keras Tuner's own oracles against a table of recorded trainings: a search in milliseconds.

Chapter: book/keras_tuner.md. An *oracle* is the part of a tuner that proposes configurations and
is told their scores. It does not know whether a score was trained for or looked up.
Keras Tuner is imported inside the functions that need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.chapters.keras_tuner.table import Table
from dlexp.tuning import spaces

APART = 1_000
"""Between the seeds of two searches: those of Keras Tuner overlap where the seeds are close."""


@dataclass(frozen=True)
class Trial:
    """One trial of a search against a table.

    Attributes
    ----------
    place : int
        Of the configuration in `dlexp.tuning.spaces.configurations`.
    seed : int
        Which training of the table it looked up.
    first, last : int
        Epochs that it trained: those after ``first``, up to ``last``.
    score : float
        Best validation accuracy of these epochs, as Keras Tuner scores a trial.
    """

    place: int
    seed: int
    first: int
    last: int
    score: float


def oracle(
    kind: str, *, seed: int, trials: int | None = None, order: Sequence[str] | None = None
) -> Any:
    """Return an oracle for the book's space, which writes nothing to the disk.

    Parameters
    ----------
    kind : "random", "grid", "bayesian", "hyperband" or "tpe"
        The last is `dlexp.tuning.tpe`; the others are Keras Tuner's.
    seed : int
        Not 0, which Keras Tuner takes for none. Searches whose seeds are close propose the same
        configurations one after the other; keep seeds a thousand apart.
    trials : int, optional
        At most so many; Hyperband has its own schedule, of three iterations.
    order : sequence of str, optional
        In which the hyperparameters are declared.

    Raises
    ------
    ValueError
        If ``kind`` is unknown or ``seed`` is 0.
    """
    import keras_tuner as kt

    if seed == 0:
        raise ValueError("`seed` must not be 0, which Keras Tuner takes for none; got 0")
    space = kt.HyperParameters()
    spaces.declare(space, order)
    options: dict[str, Any] = {
        "objective": kt.Objective("val_accuracy", "max"),
        "hyperparameters": space,
        "seed": seed,
    }
    match kind:
        case "random":
            found = kt.oracles.RandomSearchOracle(max_trials=trials, **options)
        case "grid":
            found = kt.oracles.GridSearchOracle(max_trials=trials, **options)
        case "bayesian":
            found = kt.oracles.BayesianOptimizationOracle(max_trials=trials, **options)
        case "hyperband":
            found = kt.oracles.HyperbandOracle(
                max_epochs=9, factor=3, hyperband_iterations=3, **options
            )
        case "tpe":
            from dlexp.tuning import tpe

            found = tpe.TPEOracle(max_trials=10 if trials is None else trials, **options)
        case _:
            raise ValueError(f'`kind` must name an oracle, as "random"; got {kind!r}')
    return in_memory(found)


def in_memory(found: Any) -> Any:
    """Return an oracle that keeps its trials in memory alone, and prints nothing."""
    found.save = lambda: None
    found._save_trial = lambda trial: None  # noqa: ARG005
    found.verbose = 0
    return found


def proposals(found: Any, score: Callable[[int], float]) -> Iterator[int]:
    """Run a search, and yield the place of each configuration that is proposed.

    Parameters
    ----------
    found : keras_tuner.Oracle
    score : callable
        What to answer, from the number of the trial: it may have nothing to do with the proposal.
    """
    while (trial := found.create_trial("tuner")).status == "RUNNING":
        yield spaces.place(trial.hyperparameters.values)
        _answer(found, trial, score(len(found.trials) - 1))


def search(found: Any, table: Table, generator: np.random.Generator) -> list[Trial]:
    """Run a search to its end against a table.

    Parameters
    ----------
    found : keras_tuner.Oracle
        For the book's space; if it sets epochs, as Hyperband does, they are obeyed.
    table : Table
    generator : numpy.random.Generator
        Draws which of the recorded trainings each new trial is.

    Returns
    -------
    list of Trial
        In their order.
    """
    done: dict[str, Trial] = {}
    while (trial := found.create_trial("tuner")).status == "RUNNING":
        values = trial.hyperparameters.values
        past = done.get(values.get("tuner/trial_id", ""))
        seed = past.seed if past else int(generator.integers(len(table.score)))
        first = int(values.get("tuner/initial_epoch", 0))
        last = int(values.get("tuner/epochs", table.epochs))
        place = spaces.place(values)
        score = float(table.score[seed, place, first:last].max())
        done[trial.trial_id] = Trial(place, seed, first, last, score)
        _answer(found, trial, score)
    return list(done.values())


def guess(table: Table, count: int, generator: np.random.Generator) -> list[Trial]:
    """Draw configurations blindly, without a tuner: each of them may come again.

    Parameters
    ----------
    table : Table
    count : int
        Of trials, each trained for all epochs.
    generator : numpy.random.Generator
    """
    seeds, places, epochs = table.score.shape
    drawn = zip(
        generator.integers(places, size=count), generator.integers(seeds, size=count), strict=True
    )
    return [
        Trial(int(place), int(seed), 0, epochs, float(table.score[seed, place].max()))
        for place, seed in drawn
    ]


def _answer(found: Any, trial: Any, score: float) -> None:
    """Tell an oracle the score of its trial."""
    found.update_trial(trial.trial_id, {"val_accuracy": score})
    trial.status = "COMPLETED"
    found.end_trial(trial)
