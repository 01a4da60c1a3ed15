"""Measure what a search for hyperparameters finds, what it wastes, and what it pretends.

Chapter: book/keras_tuner.md. A table of all configurations of a small space is trained once;
tuners then run against it without training. Keras, TensorFlow and Keras Tuner are imported inside
the functions that compute.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.results import Measurement, Unit
from dlexp.tuning import spaces

Floats = NDArray[np.floating]

TABLE_SEEDS = (0, 1, 2)


# --- The table ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A part of the table: all configurations of one width and one number of filters.

    Attributes
    ----------
    chunk : int
        Which part, in 0 ... 8.
    train_size : int
        Training images.
    scored : int
        Validation images that give a score.
    batch_size : int
        Images per step.
    epochs : int
        Most epochs of a trial.
    blocks : int
        Parts of the test set, counted apart: a random half of them can choose, the other report.
    """

    chunk: int = 0
    train_size: int = 2_000
    scored: int = 1_000
    batch_size: int = 50
    epochs: int = 9
    blocks: int = 20


def rows(config: Rows, seed: int) -> Measurement:
    """Train each configuration of a part of the table, and count hits after every epoch."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    scored = dataset.validation.take(np.arange(config.scored))
    test = shuffled(dataset.test)
    every = spaces.configurations()
    places = chunk_places(config.chunk)
    validation = np.zeros((len(places), config.epochs), np.uint16)
    tested = np.zeros((len(places), config.epochs, config.blocks), np.uint16)
    refits: dict[str, training.Refit] = {}
    for row, place in enumerate(places):
        values = every[place]
        shape = f"{values['dropout']} {values['activation']}"
        if shape not in refits:
            refits[shape] = training.Refit(
                lambda values=values: spaces.network(values), dataset.train,
                batch_size=config.batch_size,
            )  # fmt: skip
        refit = refits[shape]
        rate = float(values["learning_rate"])
        for epoch in refit.epochs(config.epochs, seed=1000 * seed + place, learning_rate=rate):
            validation[row, epoch - 1] = refit.hits(scored).sum()
            tested[row, epoch - 1] = refit.hits(test).reshape(config.blocks, -1).sum(axis=1)
    return Measurement(
        numbers={"places": [int(place) for place in places], "scored": len(scored)},
        arrays={"validation": validation, "test": tested},
    )


def chunk_places(chunk: int) -> list[int]:
    """Return the places in the space of the configurations of one part of the table.

    Examples
    --------
    >>> len(chunk_places(0)), sorted(place for c in range(9) for place in chunk_places(c))[-1]
    (24, 215)
    """
    sizes = [(f, u) for f in spaces.GRID["filters"] for u in spaces.GRID["units"]]
    filters, units = sizes[chunk]
    return [
        place
        for place, values in enumerate(spaces.configurations())
        if values["filters"] == filters and values["units"] == units
    ]


def shuffled(part: data.Split) -> data.Split:
    """Return a part in one fixed random order: the halves of MNIST's test file differ."""
    return part.take(np.random.RandomState(1).permutation(len(part)))


CHUNKS = tuple(range(9))


def table_units() -> list[Unit]:
    """Return the units that make the table."""
    return [
        Unit(measure=rows, config=Rows(chunk=chunk), seed=seed)
        for seed in TABLE_SEEDS
        for chunk in CHUNKS
    ]


def units() -> list[Unit]:
    """Return every run of the chapter."""
    return [*table_units()]


def claims(records):
    return []
