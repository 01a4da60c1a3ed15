"""Made-up records of the chapter on batch normalisation: every shape that is published."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.batch_norm.biases import Biases
from dlexp.chapters.batch_norm.laws import Laws
from dlexp.chapters.batch_norm.measure import Batches, Rates, Scales
from dlexp.chapters.batch_norm.nets import KINDS
from dlexp.chapters.batch_norm.statistics import Lags, Noises
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

NETS = [f"{kind}_{net}" for kind in KINDS for net in ("with", "without")]
PARTS = ("train", "validation", "test")


@pytest.fixture(scope="session")
def made_up() -> Runs:
    """Three seeds of each measure; the accuracies are drawn at random."""
    return Runs("batch_norm", tuple(record for seed in range(3) for record in _records(seed)))


def _records(seed: int) -> Iterator[Record]:
    generator = np.random.default_rng(seed)
    numbers = {
        "laws": _laws(),
        "rates": _rates(generator),
        "scales": _scales(generator),
        "batches": _accuracies(generator, NETS, PARTS, len(Batches().batch_sizes)),
        "biases": _biases(generator),
        "lags": _accuracies(
            generator,
            [f"{kind}_{momentum:g}" for kind in KINDS for momentum in Lags().momenta],
            ("moving", "batch", "anew"),
            len(Lags().stops),
        ),
        "noises": _noises(generator),
        "clock": {},
    }
    arrays = {
        "biases": {
            f"{kind}_{name}": generator.uniform(1e-7, 1e-6, len(Biases().stops))
            for kind in KINDS
            for name in ("biased", "nudged", "largest_bias")
        },
        "clock": {kind: generator.uniform(1, 2, 5) for kind in KINDS},
    }
    for measure, values in numbers.items():
        yield Record(
            slug="batch_norm", name=f"{measure}-seed={seed}", key="", config={}, seed=seed,
            numbers=values, arrays=arrays.get(measure, {}), provenance={},
        )  # fmt: skip


def _accuracies(
    generator: np.random.Generator, nets: list[str], parts: tuple[str, ...], count: int
) -> dict[str, Any]:
    return {net: {part: generator.uniform(size=count).tolist() for part in parts} for net in nets}


def _laws() -> dict[str, Any]:
    counts = {"dense": 220, "trainable": 260, "all": 300}
    return {
        "agreement": 1,
        "batch_of_one": {"values": 0, "gradients": Laws().layers, "by_hand": 0},
        "instance": 0,
        "bias": 0,
        "variance_law": {"0.001": 2, "1e-05": 1, "spreads": 29},
        "parameters": {"with_bias": counts, "without_bias": counts},
    }


def _rates(generator: np.random.Generator) -> dict[str, Any]:
    count = len(Rates().rates)
    numbers = _accuracies(generator, NETS, PARTS, count)
    for net in numbers.values():
        net["path"] = generator.uniform(size=(count, 39)).tolist()
    return numbers


def _scales(generator: np.random.Generator) -> dict[str, Any]:
    nets = ["without", *(f"{epsilon:g}" for epsilon in Scales().epsilons)]
    numbers = _accuracies(generator, nets, PARTS, len(Scales().scales))
    return {**numbers, "first_variance": 97.0}


def _biases(generator: np.random.Generator) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        plain, biased, nudged = generator.uniform(size=3).tolist()
        numbers[kind] = {
            "test": {"plain": plain, "biased": biased, "nudged": nudged},
            "differ": {"biased": 100, "nudged": 50},
        }
    return numbers


def _noises(generator: np.random.Generator) -> dict[str, Any]:
    parts, count = ("train_accuracy", "test_accuracy"), len(Noises().ghosts)
    normal = _accuracies(generator, ["dense_with", "conv_with"], parts, count)
    plain = {f"{kind}_without": dict.fromkeys(parts, 0.5) for kind in KINDS}
    noise = {f"{kind}_noise": generator.uniform(size=count).tolist() for kind in KINDS}
    return {**normal, **plain, **noise}
