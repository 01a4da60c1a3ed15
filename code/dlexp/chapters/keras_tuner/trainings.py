"""Trainings beside the table: beyond its edge, for longer, and a report's winner.

Chapter: book/keras_tuner.md. Keras is imported inside the functions that train.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner.table import loop_of, plan_of
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.looks import REPORT, images_for
from dlexp.tuning import reports, spaces

TRIED = {"dropout": 0.3, "activation": "relu"}
"""Beyond the edge, what is not varied."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Networks that grow beyond the largest of the table."""

    sizes: tuple[tuple[int, int], ...] = ((8, 32), (16, 64), (32, 128))
    # filters and units, doubled each time; the second pair is the table's largest
    rates: tuple[float, ...] = (3e-3, 1e-2)  # learning rates, of which validation takes one
    train_size: int = 2_000  # training images
    scored: int = 1_000  # validation images that give a score
    batch_size: int = 50  # images per step
    epochs: int = 9  # passes over the training images


def edge(config: Edge, seed: int) -> Measurement:
    """Train each size at each rate, and note what validation says and what test images say."""
    found = [
        [_trained({**TRIED, **size, "learning_rate": rate}, config, seed) for rate in config.rates]
        for size in ({"filters": filters, "units": units} for filters, units in config.sizes)
    ]
    validation, test = np.array(found).transpose(2, 0, 1)  # each (sizes, rates)
    return Measurement(numbers={"validation": validation.tolist(), "test": test.tolist()})


@dataclass(frozen=True, kw_only=True)
class Longer:
    """The default, and what a search found, each for as many epochs as the search cost."""

    train_size: int = 2_000  # training images, drawn by the seed
    scored: int = 1_000  # validation images that choose the epoch, drawn by the seed
    batch_size: int = 50  # images per step
    epochs: int = 225  # passes over the training images: those of twenty-five trials
    tested: int = images_for(REPORT, share=0.95)  # test images of a look


def longer(config: Longer, seed: int, worth: Record) -> Measurement:
    """Train both on, and note test accuracy at the epoch that validation has chosen so far.

    Returns
    -------
    Measurement
        Arrays ``default`` and ``found`` of shape (epochs,).
    """
    dataset = data.mnist().subset(config.train_size, seed=1 + seed)  # 0 is that of the table
    order = np.random.RandomState(seed).permutation(len(dataset.validation))
    scored = dataset.validation.take(order[: config.scored])
    own = replace(dataset, validation=scored, test=dataset.test.sample(config.tested))
    nets = {"default": spaces.DEFAULT, "found": worth.numbers["found"]["values"]}
    curves = {name: _stopped(values, own, config, seed) for name, values in nets.items()}
    return Measurement(
        numbers={name: float(curve[-1]) for name, curve in curves.items()}, arrays=curves
    )


def _stopped(values: Mapping[str, Any], dataset: data.Dataset, config: Any, seed: int) -> Floats:
    """Return test accuracy after each epoch, at the best of the epochs so far, (epochs,)."""
    from dlexp import training

    loop, plan = loop_of(values, dataset.train), plan_of(values, config)
    best, test, tests = -1.0, 0.0, []
    for _ in training.passes(loop, plan, seed=100_000 + seed):
        score = training.score(loop.model, dataset.validation)
        if score > best:
            best, test = score, training.score(loop.model, dataset.test)
        tests.append(test)
    return np.array(tests)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What of a found configuration makes it better than the default."""

    train_size: int = 2_000  # training images
    scored: int = 1_000  # validation images that choose the epoch
    batch_size: int = 50  # images per step
    epochs: int = 9  # at most


def parts(config: Parts, seed: int, worth: Record) -> Measurement:
    """Train the default with the found learning rate, and the found net with the default's."""
    values = worth.numbers["found"]["values"]
    rate = {"learning_rate": values["learning_rate"]}
    default = {"learning_rate": spaces.DEFAULT["learning_rate"]}
    return Measurement(
        numbers={
            "rate": _trained({**spaces.DEFAULT, **rate}, config, seed)[1],
            "rest": _trained({**values, **default}, config, seed)[1],
        }
    )


@dataclass(frozen=True, kw_only=True)
class Winner:
    """The network that a report's search chose, trained for a small part of its budget."""

    train_size: int = 10_000  # training images; the report's trials saw 60,000, five times each
    batch_size: int = 32  # images per step
    tested: int = images_for(REPORT, share=0.95)  # test images of a look


WINNER: Mapping[str, Any] = {
    "conv_layers": 3, "filters_0": 128, "filters_1": 64, "filters_2": 256,
    "dropout_conv_0": 0.2, "dropout_conv_1": 0.4, "dropout_conv_2": 0.0,
    "dense_layers": 4, "units_0": 256, "units_1": 256, "units_2": 160, "units_3": 256,
    "dropout_dense_0": 0.3, "dropout_dense_1": 0.2, "dropout_dense_2": 0.2,
    "dropout_dense_3": 0.3, "learning_rate": 0.0006291832312051203,
}  # fmt: skip
"""What the report lists as its best trial, without what no layer uses."""


def winner(config: Winner, seed: int) -> Measurement:
    """Train the report's winner for one epoch of few images, and look at test images."""
    import keras
    import keras_tuner as kt

    from dlexp import training

    keras.utils.set_random_seed(seed)
    space = kt.HyperParameters()
    space.values = dict(WINNER)
    model = reports.build_valid(space)
    dataset = data.mnist().subset(config.train_size)
    train, test = dataset.train, dataset.test.sample(config.tested)
    model.fit(train.images, train.labels, batch_size=config.batch_size, epochs=1, verbose=0)
    return Measurement(
        numbers={"test": training.score(model, test), "parameters": model.count_params()}
    )


def _trained(values: Mapping[str, Any], config: Any, seed: int) -> tuple[float, float]:
    """Return a configuration's score and test accuracy, from a seed that no search has seen."""
    from dlexp import training

    dataset = data.mnist().subset(config.train_size)
    scored = dataset.validation.take(np.arange(config.scored))
    fitted = training.fit(
        partial(spaces.network, values), replace(dataset, validation=scored),
        plan_of(values, config), seed=100_000 + seed,
    )  # fmt: skip
    return training.score(fitted.model, scored), training.score(fitted.model, dataset.test)
