"""Searches with Keras Tuner's own tuners: on images, on scikit-learn's models, and untrained.

Chapter: book/keras_tuner.md. Every tuner keeps its trials in a folder that the caller names.
Keras Tuner is imported inside the functions that need it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand import shapes
from dlexp.chapters.keras_tuner.oracles import APART
from dlexp.lab.units import Measurement
from dlexp.tuning import reports, spaces

if TYPE_CHECKING:
    import keras

KINDS = ("random", "grid", "bayesian", "hyperband")
"""The tuners for Keras models; the fifth, `sklearn`, is for scikit-learn's."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """One search on MNIST."""

    tuner: str = "random"  # one of `KINDS`, or "sklearn"
    trials: int = 8  # at most; Hyperband has its own schedule
    train_size: int = 2_000  # training images
    scored: int = 1_000  # validation images that give a score
    batch_size: int = 50  # images per step
    epochs: int = 9  # of a trial, at most


def live_search(config: Live, seed: int) -> Measurement:
    """Search with Keras Tuner itself, in two sittings, and list the trials."""
    from keras import utils

    utils.set_random_seed(seed)  # Keras Tuner's own seed decides what is tried, not its weights
    dataset = data.mnist().subset(config.train_size)
    dataset = replace(dataset, validation=dataset.validation.take(np.arange(config.scored)))
    start = APART * (seed + 1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if config.tuner == "sklearn":
            trials = on_scikit_learn(dataset, place, seed=start, trials=config.trials)
            return Measurement(numbers={"trials": trials})
        sittings = []
        for count in (config.trials // 2, config.trials):
            found = tuner(config.tuner, spaces.build, place, seed=start, trials=count)
            search(found, dataset, epochs=config.epochs, batch_size=config.batch_size)
            sittings.append(listing(found))
        best = found.get_best_models()[0]
        test = np.asarray(best.predict(dataset.test.images, batch_size=500, verbose=0))
    again = sittings[1][: len(sittings[0])]
    return Measurement(
        numbers={
            "trials": sittings[1],
            "kept": int(again == sittings[0]),
            "first_sitting": len(sittings[0]),
            "test": float(np.mean(test.argmax(axis=1) == dataset.test.labels)),
        }
    )


def tuner(
    kind: str, build: Callable[[Any], keras.Model], folder: Path, *, seed: int, trials: int
) -> Any:
    """Return one of Keras Tuner's tuners, which goes on where the folder leaves off.

    Parameters
    ----------
    kind : "random", "grid", "bayesian" or "hyperband"
    build : callable
        Makes a compiled model from ``hp``.
    folder : Path
        Where the trials are kept. A tuner of the same kind that finds some here goes on with them.
    seed : int
        Not 0, which Keras Tuner takes for none.
    trials : int
        At most so many. Hyperband has its own schedule: here one iteration, nine epochs at most.

    Raises
    ------
    ValueError
        If ``kind`` is unknown or ``seed`` is 0.
    """
    import keras_tuner as kt

    if seed == 0:
        raise ValueError("`seed` must not be 0, which Keras Tuner takes for none; got 0")
    options: dict[str, Any] = {
        "objective": "val_accuracy",
        "seed": seed,
        "directory": folder,
        "project_name": kind,
    }
    match kind:
        case "random":
            return kt.RandomSearch(build, max_trials=trials, **options)
        case "grid":
            return kt.GridSearch(build, max_trials=trials, **options)
        case "bayesian":
            # By default, it would guess three times per hyperparameter before it learns.
            return kt.BayesianOptimization(
                build, max_trials=trials, num_initial_points=trials // 2, **options
            )
        case "hyperband":
            return kt.Hyperband(build, max_epochs=9, factor=3, **options)
        case _:
            raise ValueError(f"`kind` must be one of {KINDS}; got {kind!r}")


def search(found: Any, dataset: data.Dataset, *, epochs: int, batch_size: int) -> None:
    """Let a tuner search on the training part, scored by the validation part, silently."""
    with redirect_stdout(StringIO()):
        found.search(
            dataset.train.images,
            dataset.train.labels,
            validation_data=(dataset.validation.images, dataset.validation.labels),
            epochs=epochs,
            batch_size=batch_size,
            verbose=0,
        )


def listing(found: Any) -> list[dict[str, Any]]:
    """Return every trial of a tuner in the order of their starts: values, status and score."""
    trials = [found.oracle.trials[name] for name in found.oracle.start_order]
    return [
        {
            "values": dict(trial.hyperparameters.values),
            "status": str(trial.status),
            "score": None if trial.score is None else float(trial.score),
        }
        for trial in trials
    ]


def on_scikit_learn(
    dataset: data.Dataset, folder: Path, *, seed: int, trials: int
) -> list[dict[str, Any]]:
    """Tune a nearest-neighbour classifier of scikit-learn by cross-validation; return the trials.

    Parameters
    ----------
    dataset : Dataset
        Its training part is split into five folds; nothing else is used.
    folder : Path
    seed, trials : int
        As in `tuner`.
    """
    import keras_tuner as kt
    from sklearn.neighbors import KNeighborsClassifier

    def build(hp: Any) -> Any:
        return KNeighborsClassifier(
            n_neighbors=hp.Choice("n_neighbors", [1, 3, 5, 9, 17]),
            weights=hp.Choice("weights", ["uniform", "distance"]),
        )

    oracle = kt.oracles.RandomSearchOracle(
        objective=kt.Objective("score", "max"), max_trials=trials, seed=seed
    )
    found = kt.SklearnTuner(oracle, build, directory=folder, project_name="sklearn")
    images = dataset.train.images.reshape(len(dataset.train), -1)
    with redirect_stdout(StringIO()):
        found.search(images, dataset.train.labels)
    return listing(found)


def untrained(padding: str, folder: Path, *, seed: int, trials: int) -> dict[str, Any]:
    """Search a report's space, but only build its nets: count those that cannot exist.

    Parameters
    ----------
    padding : "same" or "valid"
        Which report's.
    folder : Path
    seed, trials : int
        As in `tuner`.

    Returns
    -------
    dict
        ``values`` of each trial; ``failed``: whether it did; ``stopped``: whether Keras Tuner
        gave up, which it does after three failures in a row.
    """
    import keras_tuner as kt

    build = {"same": reports.build_same, "valid": reports.build_valid}[padding]

    class Builder(kt.RandomSearch):  # type: ignore[misc]  # Keras Tuner is untyped
        """Builds, and scores what it built with nothing."""

        def run_trial(self, trial: Any, *_: Any, **__: Any) -> dict[str, float]:
            self._try_build(trial.hyperparameters)
            return {"val_accuracy": 0.0}

    found = Builder(
        build, objective="val_accuracy", max_trials=trials, seed=seed, directory=folder,
        project_name=f"{padding}-{seed}",
    )  # fmt: skip
    stopped = False
    with redirect_stdout(StringIO()):
        try:
            found.search(verbose=0)
        except RuntimeError:
            stopped = True
    rows = listing(found)
    return {
        "values": [row["values"] for row in rows],
        "failed": [row["status"] in ("FAILED", "INVALID") for row in rows],
        "stopped": stopped,
    }


def foreseen(values: Mapping[str, Any], padding: str) -> bool:
    """Return whether shapes by hand say that a report's configuration cannot be built."""
    layers = reports.stack(_filled(values), padding)
    return shapes.walk(layers, reports.IMAGE)[-1].shape is None


def idle(values: Mapping[str, Any]) -> list[str]:
    """Return the names of hyperparameters that a report's configuration lists and does not use.

    Examples
    --------
    >>> idle({"conv_layers": 1, "filters_0": 32, "filters_1": 64, "dense_layers": 1})
    ['filters_1']
    """
    depth = {"filters": "conv_layers", "dropout_conv": "conv_layers"}
    depth |= {"units": "dense_layers", "dropout_dense": "dense_layers"}
    found = []
    for name in values:
        stem, _, number = name.rpartition("_")
        if stem in depth and int(number) >= values[depth[stem]]:
            found.append(name)
    return found


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Add the smallest width to layers that the first trial of a search has not yet heard of."""
    names = [f"{stem}_{i}" for stem in ("filters", "units") for i in range(len(reports.DEPTHS))]
    return dict.fromkeys(names, reports.WIDTHS[0]) | dict(values)
