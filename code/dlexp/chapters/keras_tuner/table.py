"""The table: every configuration of the book's space, trained from several seeds.

Chapter: book/keras_tuner.md. Keras is imported inside the function that trains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, images_for
from dlexp.tuning import spaces

if TYPE_CHECKING:
    import keras

    from dlexp import training

CHUNKS = tuple(range(9))
"""The parts of the table, each of one width and one number of filters."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A part of the table: all configurations of one width and one number of filters."""

    chunk: int = 0  # which part, in 0 ... 8
    train_size: int = 2_000  # training images
    scored: int = 1_000  # validation images that give a score
    batch_size: int = 50  # images per step
    epochs: int = 9  # of a trial, at most
    tested: int = 2 * images_for(CHOICE, share=0.95)  # test images: one half can choose
    blocks: int = 20  # of the test images, counted apart: a random half of them can choose


def rows(config: Rows, seed: int) -> Measurement:
    """Train each configuration of a part of the table, and count hits after every epoch."""
    from dlexp import training

    dataset = data.mnist().subset(config.train_size)
    scored = dataset.validation.take(np.arange(config.scored))
    test = dataset.test.sample(config.tested)
    every = spaces.configurations()
    places = chunk_places(config.chunk)
    validation = np.zeros((len(places), config.epochs), np.uint16)
    tested = np.zeros((len(places), config.epochs, config.blocks), np.uint16)
    loops: dict[str, training.Loop] = {}
    for row, place in enumerate(places):
        values = every[place]
        shape = f"{values['dropout']} {values['activation']}"
        if shape not in loops:
            loops[shape] = loop_of(values, dataset.train)
        loop, own = loops[shape], 1000 * seed + place
        for epoch in training.passes(loop, plan_of(values, config), seed=own):
            validation[row, epoch] = hits(loop.model, scored).sum()
            tested[row, epoch] = hits(loop.model, test).reshape(config.blocks, -1).sum(axis=1)
    return Measurement(
        numbers={
            "places": [int(place) for place in places],
            "scored": len(scored),
            "tested": len(test),
        },
        arrays={"validation": validation, "test": tested},
    )


def loop_of(values: Mapping[str, Any], train: data.Split) -> training.Loop:
    """Return what trains the networks of a configuration, and those that have its shape."""
    from dlexp import training

    return training.Loop(partial(spaces.network, values), train, optimizer="adam", seed=0)


def plan_of(values: Mapping[str, Any], config: Any) -> training.Plan:
    """Return how a configuration is trained, for the epochs and the batch size of a Config."""
    from dlexp import training

    return training.Plan(
        epochs=config.epochs,
        batch_size=config.batch_size,
        learning_rate=float(values["learning_rate"]),
    )


def hits(model: keras.Model, part: data.Split) -> NDArray[np.bool_]:
    """Return for each image of a part whether it is classified rightly, in inference mode."""
    from dlexp import training

    return np.asarray(training.predict(model, part.images).argmax(axis=1) == part.labels)


def chunk_places(chunk: int) -> list[int]:
    """Return the places in the space of the configurations of one part of the table.

    Examples
    --------
    >>> len(chunk_places(0)), sorted(place for c in range(9) for place in chunk_places(c))[-1]
    (24, 215)
    """
    sizes = [(f, u) for f in spaces.GRID["filters"] for u in spaces.GRID["units"]]
    filters, width = sizes[chunk]
    return [
        place
        for place, values in enumerate(spaces.configurations())
        if values["filters"] == filters and values["units"] == width
    ]


@dataclass(frozen=True)
class Table:
    """What every configuration of the book's space gave, from several seeds.

    Attributes
    ----------
    score : array of shape (seeds, configurations, epochs)
        Validation accuracy after each epoch.
    test : array of shape (seeds, configurations, epochs)
        Test accuracy after each epoch.
    """

    score: Floats
    test: Floats

    @property
    def epochs(self) -> int:
        """Most epochs of a trial."""
        return int(self.score.shape[2])

    def chosen(self) -> Floats:
        """Return the test accuracy at the epoch that validation chose, (seeds, configurations)."""
        epoch = self.score.argmax(axis=2)[..., np.newaxis]
        found: Floats = np.take_along_axis(self.test, epoch, axis=2)[..., 0]
        return found

    def fresh(self) -> Floats:
        """Return what a configuration is worth to fresh nets, (seeds, configurations).

        Entry ``[s, i]`` is the mean of `chosen` over all seeds but ``s``: where the score of
        seed ``s`` chose configuration ``i``, no luck of that seed is counted.
        """
        each = self.chosen()
        found: Floats = (each.sum(axis=0) - each) / (len(each) - 1)
        return found


def table_of(records: Iterable[Record]) -> Table:
    """Put the parts of the table together."""
    records = list(records)
    return Table(_assembled(records, "validation"), hits_of(records).sum(axis=3))


def hits_of(records: Iterable[Record]) -> Floats:
    """Return right answers on blocks of test images as shares of all of them.

    The array has the axes seeds, configurations, epochs, blocks.
    """
    return _assembled(records, "test")


def _assembled(records: Iterable[Record], name: str) -> Floats:
    """Return an array of the table from its parts, hits as shares of all images asked."""
    parts = [record for record in records if record.name.startswith("rows-")]
    seeds = sorted({part.seed for part in parts})
    count = sum(len(part.numbers["places"]) for part in parts if part.seed == seeds[0])
    found = np.zeros((len(seeds), count, *parts[0].arrays[name].shape[1:]))
    for part in parts:
        at = seeds.index(part.seed), np.array(part.numbers["places"])
        found[at] = part.arrays[name] / part.numbers["scored" if name == "validation" else "tested"]
    return found
