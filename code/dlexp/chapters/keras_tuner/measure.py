"""Measure what a search for hyperparameters finds, what it wastes, and what it pretends.

Chapter: book/keras_tuner.md. A table of all configurations of a small space is trained once;
tuners then run against it without training. Keras, TensorFlow and Keras Tuner are imported inside
the functions that compute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from dlexp import data
from dlexp.chapters.keras_tuner.bakeoff import Luck, luck, run_tuner
from dlexp.chapters.keras_tuner.contest import Contest, Race, contest, race
from dlexp.chapters.keras_tuner.laws import Audit, Peak, Waste, audit, peak, waste
from dlexp.chapters.keras_tuner.searches import Live, live_search
from dlexp.chapters.keras_tuner.speed_up import Crowd, crowd
from dlexp.chapters.keras_tuner.table import CHUNKS, Rows, loop_of, plan_of, rows, table_of
from dlexp.chapters.keras_tuner.trainings import (
    Edge,
    Longer,
    Parts,
    Winner,
    edge,
    longer,
    parts,
    winner,
)
from dlexp.chapters.keras_tuner.twin import Twin, twin
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement, Unit
from dlexp.looks import REPORT, images_for
from dlexp.tuning import reports, spaces

TABLE_SEEDS = (0, 1, 2)
SEEDS = (0, 1, 2, 3, 4)
BUDGET = 24
"""CPU-minutes: the table is hundreds of trainings, and workers start TensorFlow again and again."""
WASTE_SEEDS = SEEDS[:3]
"""Fewer, for each is one of many searches."""


# --- The leak -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Leak:
    """Two splits: one that slices the wrong array, and one that does not."""

    size: int = 3_000  # images before the split
    held: int = 500  # validation images, the last ones
    epochs: int = 20  # passes over the training images
    batch_size: int = 50  # images per step
    tested: int = images_for(REPORT, share=0.95)  # test images of a look


def leak(config: Leak, seed: int) -> Measurement:
    """Train on what both splits train on, and hold it to the validation parts of both."""
    from dlexp import training

    dataset = data.mnist().subset(config.size)
    images = dataset.train
    train, leaked, honest = split_both(images, config.held)
    values = {**spaces.DEFAULT, "filters": 16, "units": 64, "learning_rate": 1e-3}
    loop, plan = loop_of(values, train), plan_of(values, config)
    parts = {"leaked": leaked, "honest": honest, "test": dataset.test.sample(config.tested)}
    curves: dict[str, list[float]] = {name: [] for name in parts}
    for _ in training.passes(loop, plan, seed=seed):
        for name, part in parts.items():
            curves[name].append(training.score(loop.model, part))
    seen = set(train.indices.tolist())
    return Measurement(
        numbers={
            **curves,
            "seen_leaked": sum(int(i) in seen for i in leaked.indices),
            "seen_honest": sum(int(i) in seen for i in honest.indices),
        }
    )


def split_both(images: data.Split, held: int) -> tuple[data.Split, data.Split, data.Split]:
    """Return the training part, the validation part of a report's code, and the right one.

    The report cuts the last images off and then takes its validation images from the end of what
    is left: they are training images, and those that were cut off are never used.
    """
    size = len(images)
    train = images.take(np.arange(size - held))
    return (
        train,
        train.take(np.arange(len(train) - held, len(train))),
        images.take(np.arange(size - held, size)),
    )


# --- Is it worth it? ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Worth:
    """The default net, and others, trained afresh."""

    nets: tuple[str, ...] = ("default", "found", "guess", "best")  # by who chose it
    train_size: int = 2_000  # training images
    scored: int = 1_000  # validation images that choose the epoch
    batch_size: int = 50  # images per step
    epochs: int = 9  # at most


def worth(config: Worth, seed: int, *records: Record) -> Measurement:
    """Train the default, what a search found, a blind guess, and the best of the table."""
    from dlexp import training

    table = table_of(records)
    dataset = data.mnist().subset(config.train_size)
    scored = dataset.validation.take(np.arange(config.scored))
    every = spaces.configurations()
    trials = run_tuner("random", table, repetition=500 + seed, trials=25)
    found = max(trials, key=lambda trial: trial.score)
    chosen = {
        "default": spaces.place(spaces.DEFAULT),
        "found": found.place,
        "guess": int(np.random.default_rng(900 + seed).integers(len(every))),
        "best": int(table.score.max(axis=2).mean(axis=0).argmax()),
    }
    numbers: dict[str, Any] = {"score": found.score}
    for name in config.nets:
        place = chosen[name]
        values = every[place]
        fitted = training.fit(
            partial(spaces.network, values), replace(dataset, validation=scored),
            plan_of(values, config), seed=100_000 + seed,
        )  # fmt: skip
        test = training.score(fitted.model, dataset.test)
        numbers[name] = {"place": place, "values": dict(values), "test": test}
    return Measurement(numbers=numbers)


# --- Units --------------------------------------------------------------------------------------

LEAK_MUCH_DATA = Leak(size=55_000, held=10_000, epochs=8, batch_size=100)
WORTH_MUCH_DATA = Worth(train_size=20_000, nets=("default", "found"))
SEARCHED = ("grid",)
"""Tuners of which it matters that they search MNIST itself, in two sittings."""

CONTESTS = (
    Contest(tuner="random"),
    Contest(tuner="sobol"),
    Contest(tuner="grid"),
    Contest(tuner="patience"),
    Contest(tuner="hyperband"),
    Contest(tuner="process", first=5),
    Contest(tuner="process", first=15),
    Contest(tuner="noisy", first=5),
    Contest(tuner="tpe", first=5),
)
"""As many searches of each, and as many first guesses of those that learn."""

FEW_SEEDS = SEEDS[:3]
"""For a report's winner, which is large, and for Keras Tuner's own process, which takes seconds
for a proposal."""


MANY_SEEDS = tuple(range(12))
"""For networks beyond the edge: in a pilot of five, the gain was small and its interval wide."""


def table_units() -> list[Unit]:
    """Return the units that make the table."""
    return [
        Unit(measure=rows, config=Rows(chunk=chunk), seed=seed)
        for seed in TABLE_SEEDS
        for chunk in CHUNKS
    ]


def units() -> list[Unit]:
    """Return every run of the chapter."""
    table = tuple(table_units())
    runs: list[tuple[Callable[..., Measurement], Any, tuple[Unit, ...]]] = [
        (peak, Peak(), ()),
        (leak, Leak(), ()),
        (leak, LEAK_MUCH_DATA, ()),
        (luck, Luck(), table),
        *((contest, config, table) for config in CONTESTS),
        (worth, Worth(), table),
        (worth, WORTH_MUCH_DATA, table),
    ]
    seeded = [
        Unit(measure=measure, config=config, seed=seed, needs=needs)
        for measure, config, needs in runs
        for seed in SEEDS
    ]
    beside: list[tuple[Callable[..., Measurement], Any]] = [(parts, Parts()), (longer, Longer())]
    taken_apart = [
        Unit(
            measure=measure,
            config=config,
            seed=unit.seed,
            needs=(unit,),
        )
        for measure, config in beside
        for unit in seeded
        if unit.measure is worth and unit.config == Worth()
    ]
    fresh = [Unit(measure=twin, config=Twin(), seed=seed, needs=table) for seed in FEW_SEEDS]
    fresh += [Unit(measure=edge, config=Edge(), seed=seed) for seed in MANY_SEEDS]
    won = [Unit(measure=winner, config=Winner(), seed=seed) for seed in FEW_SEEDS]
    wasted = [Unit(measure=waste, config=Waste(), seed=seed) for seed in WASTE_SEEDS]
    seeded += [*wasted, *_audits(wasted)]
    searches = [Unit(measure=live_search, config=Live(tuner=tuner), seed=0) for tuner in SEARCHED]
    timed = Unit(measure=crowd, config=Crowd(), seed=0, timed=True)
    # No claim needs the race: the live figure of the tuners shows it.
    raced = Unit(measure=race, config=Race(), seed=0, needs=table)
    return [*table, *seeded, *taken_apart, *fresh, *won, *searches, raced, timed]


def _audits(wasted: Iterable[Unit]) -> list[Unit]:
    """Return the units that judge searches, apart: their shapes by hand cost nothing to redo."""
    return [
        Unit(measure=audit, config=Audit(padding=padding), seed=unit.seed, needs=(unit,))
        for unit in wasted
        for padding in reports.REPORTS
    ]
