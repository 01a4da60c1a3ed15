"""A made-up table, and small data."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import measure, table
from dlexp.chapters.keras_tuner.contest import Contest
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement, plain
from dlexp.tuning import spaces
from small import only_small_mnist


@pytest.fixture(scope="module")
def only_small_data() -> Iterator[None]:
    with only_small_mnist(1_000, 200):
        yield


@pytest.fixture(scope="session")
def as_record() -> Any:
    """Return a function that makes a record of a measurement."""
    return record


def record(measure: str, config: Any, seed: int, measured: Measurement) -> Record:
    plain(dict(measured.numbers), measure)
    return Record(
        slug="keras_tuner", name=f"{measure}-seed={seed}", key="", seed=seed,
        config={name: getattr(config, name) for name in config.__dataclass_fields__},
        numbers=dict(measured.numbers), arrays=dict(measured.arrays), provenance={},
    )  # fmt: skip


@pytest.fixture(scope="session")
def made_up() -> Runs:
    """Return a table: scores that fall with the distance from a learning rate, and noise."""
    generator = np.random.default_rng(0)
    rates = np.array([float(values["learning_rate"]) for values in spaces.configurations()])
    best = 0.9 - 0.1 * abs(np.log10(rates) + 2)
    growth = np.linspace(0.7, 1.0, 9)
    records = []
    for seed in measure.TABLE_SEEDS:
        for chunk in table.CHUNKS:
            places = table.chunk_places(chunk)
            share = best[places][:, np.newaxis] * growth
            hits = generator.binomial(10, share[..., np.newaxis].repeat(20, axis=2))
            measured = Measurement(
                numbers={"places": places, "scored": 100, "tested": 200},
                arrays={"validation": generator.binomial(100, share), "test": hits},
            )
            records.append(record("rows", table.Rows(chunk=chunk), seed, measured))
    return Runs("keras_tuner", tuple(records))


@pytest.fixture(scope="session")
def contests() -> Any:
    """Return a function of the places of full trials, by tuner: (seeds, repetitions, trials)."""

    def made(**places: Any) -> Runs:
        records = [
            record(
                "contest", Contest(tuner=tuner, repetitions=len(array)), seed,
                Measurement(numbers={}, arrays={"trials": full(np.array(array))}),
            )
            for tuner, arrays in places.items()
            for seed, array in enumerate(arrays)
        ]  # fmt: skip
        return Runs("keras_tuner", tuple(records))

    return made


def full(places: Any) -> Any:
    """Return full trials of the first training, (..., 4)."""
    return np.stack([places, 0 * places, 0 * places, 9 + 0 * places], axis=-1)
