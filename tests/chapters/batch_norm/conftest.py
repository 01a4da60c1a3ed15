"""Made-up records of the chapter on batch normalisation: every shape that is published."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from dlexp.chapters.batch_norm.biases import Biases
from dlexp.chapters.batch_norm.brake import FREE, HELD, Brakes
from dlexp.chapters.batch_norm.depth import LARGER, Depths
from dlexp.chapters.batch_norm.laws import Laws
from dlexp.chapters.batch_norm.measure import MEASURES, Batches, Scales
from dlexp.chapters.batch_norm.nets import KINDS
from dlexp.chapters.batch_norm.noise import Noises
from dlexp.chapters.batch_norm.optimisers import Optimisers
from dlexp.chapters.batch_norm.rates import ConvRates, Rates
from dlexp.chapters.batch_norm.shift import AFTER, UNSTEADY, Courses
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.chapters.batch_norm.sweep import SINGLE, Plateaus
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
        "dense_rates": _rates(generator, "dense", Rates()),
        "conv_rates": _rates(generator, "conv", ConvRates()),
        "optimisers": _optimisers(generator),
        "courses": _courses(generator),
        "plateaus": _plateaus(generator),
        "ones": {
            net: {"deviation": 0.01, "train": 0.5, "test": generator.uniform()}
            for net in ("with", "without", SINGLE)
        },
        "brakes": {
            net: {
                "validation": generator.uniform(size=len(Brakes().rates)).tolist(),
                "growth": generator.uniform(1, 2, size=len(Brakes().rates)).tolist(),
            }
            for net in (FREE, HELD)
        },
        "depths": _accuracies(
            generator, ["with", "without", LARGER], ("rate", "test"), len(Depths().depths)
        ),
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
            slug="batch_norm", name=f"{measure}-seed={seed}", key="",
            config=asdict(MEASURES[measure][1]), seed=seed, numbers=values,
            arrays=arrays.get(measure, {}), provenance={},
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


def _rates(generator: np.random.Generator, kind: str, config: Rates | ConvRates) -> dict[str, Any]:
    count, looks = len(config.rates), config.steps // config.check_every
    return {
        f"{kind}_{net}": {
            looks_at: {
                "path": generator.uniform(0.8, 1, size=(count, looks)).tolist(),
                "rate": 0.3,
                "test": generator.uniform(),
            }
            for looks_at in ("in_use", "anew")
        }
        for net in ("with", "without")
    }


def _optimisers(generator: np.random.Generator) -> dict[str, Any]:
    config = Optimisers()
    return {
        f"{optimiser}_{net}": {
            looks_at: {
                "validation": generator.uniform(0.8, 1, size=len(rates)).tolist(),
                "rate": rates[1],
                "test": generator.uniform(),
            }
            for looks_at in (("in_use", "anew") if net == "with" else ("in_use",))
        }
        for optimiser, rates in (("adam", config.adam), ("momentum", config.momentum))
        for net in ("with", "without")
    }


def _courses(generator: np.random.Generator) -> dict[str, Any]:
    looks = Courses().steps // Courses().check_every
    return {
        net: {
            "validation": generator.uniform(size=looks).tolist(),
            "shift": generator.uniform(0.01, 1, size=looks).tolist(),
            "train": generator.uniform(),
            "test": generator.uniform(),
        }
        for net in ("with", "without", AFTER, UNSTEADY)
    }


def _plateaus(generator: np.random.Generator) -> dict[str, Any]:
    looks = Plateaus().steps // Plateaus().check_every
    return {
        f"{net} from {scale:g}": generator.uniform(size=looks).tolist()
        for net, scale in Plateaus().starts
    }


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
    config = Noises()
    looks = config.steps // config.check_every
    nets = [str(size) for size in config.trained] + ["without"]
    parts = ("train_accuracy", "train_loss", "test_accuracy", "test_loss", "in_use_loss")
    numbers: dict[str, Any] = {
        net: {
            **{part: generator.uniform() for part in parts},
            "path": generator.uniform(size=looks).tolist(),
            "alike": {"step": 50, "loss": 0.09, "test": generator.uniform()},
            "wrong": {
                "path": generator.uniform(size=looks).tolist(),
                **{name: generator.uniform() for name in ("learnt", "by_chance", "right", "test")},
            },
        }
        for net in nets
    }
    noise = {f"{kind}_noise": generator.uniform(size=len(config.parts)).tolist() for kind in KINDS}
    return {**numbers, **noise}
