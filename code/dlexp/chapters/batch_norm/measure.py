"""What the chapter on batch normalisation measures: rates, first weights, small batches, time.

Chapter: book/batch_norm.md. Laws stand in laws.py, the idle bias in biases.py, lag and noise in
statistics.py; `units` lists all. Cost: about five minutes per seed on one core, in units of a
minute or less. Keras and TensorFlow are imported inside the functions that compute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.biases import Biases, biases
from dlexp.chapters.batch_norm.laws import Laws, laws
from dlexp.chapters.batch_norm.nets import (
    KINDS,
    WITHOUT,
    _columns,
    best_test,
    nets,
    network,
    normal,
    scaled,
)
from dlexp.chapters.batch_norm.statistics import Lags, Noises, lags, noises
from dlexp.lab.units import Measurement, Unit

if TYPE_CHECKING:
    import keras

    from dlexp import training

SEEDS = (0, 1, 2, 3, 4)


# --- Learning rates -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Nets at each learning rate."""

    rates: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # of learning
    train_size: int = 10_000  # training images
    batch_size: int = 64  # images per step
    steps: int = 468  # three epochs in all
    check_every: int = 12  # steps between two looks at the validation images


def rates(config: Rates, seed: int) -> Measurement:
    """Train dense and convolutional nets with and without normalisation at every rate."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        for name, build in nets(kind).items():
            descent = training.Descent(build, dataset, seed=seed)
            rows = []
            for rate in config.rates:
                path = descent.run(_steps(config, rate))
                found = best_test(descent, dataset, path)
                rows.append({**found, "path": [round(value, 4) for value in path.validation]})
            numbers[f"{kind}_{name}"] = _columns(rows)
    return Measurement(numbers=numbers)


def _steps(config: Any, rate: float) -> training.Steps:
    from dlexp import training

    return training.Steps(
        count=config.steps,
        batch_size=config.batch_size,
        learning_rate=rate,
        check_every=config.check_every,
    )


# --- First weights ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Scales:
    """Dense nets from first weights of each size."""

    # Standard deviations of all kernels, which start from normal numbers; biases start from zero.
    scales: tuple[float, ...] = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.3, 1.0, 10.0)
    epsilons: tuple[float, ...] = (1e-3, 1e-5, 1e-12)  # of the nets with normalisation
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    train_size: int = 10_000  # training images
    batch_size: int = 64  # images per step
    steps: int = 468  # three epochs in all
    check_every: int = 78  # steps between two looks at the validation images


def scales(config: Scales, seed: int) -> Measurement:
    """Train dense nets from first weights of every size, with each epsilon and without any."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    builds: dict[str, Callable[[], keras.Model]] = {WITHOUT: partial(network, "dense")}
    for epsilon in config.epsilons:
        builds[f"{epsilon:g}"] = partial(network, "dense", normal(epsilon))
    numbers: dict[str, Any] = {}
    for name, build in builds.items():
        descent = training.Descent(build, dataset, seed=seed)
        rows = []
        for scale in config.scales:
            first = scaled(descent.first, scale, seed)
            path = descent.run(_steps(config, config.learning_rate), first=first)
            rows.append(best_test(descent, dataset, path))
        numbers[name] = _columns(rows)
    numbers["first_variance"] = _first_variance(descent.first[0], dataset, seed)
    return Measurement(numbers=numbers)


def _first_variance(kernel: Floats, dataset: data.Dataset, seed: int) -> float:
    """Return the variance before the first normalisation for a scale of one, median of units."""
    drawn = scaled([kernel], 1.0, seed)[0]
    before = dataset.train.images.reshape(len(dataset.train), -1) @ drawn
    return float(np.median(before.var(axis=0)))


# --- Batch sizes --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Batches:
    """Nets at each batch size, all seeing the same number of images."""

    batch_sizes: tuple[int, ...] = (1, 2, 4, 16, 64)  # images per step
    rates: tuple[float, ...] = (0.01, 0.1)  # of learning; validation chooses for each net and size
    train_size: int = 5_000  # training images
    epochs: int = 3  # passes over them
    checks: int = 9  # looks at the validation images in all


def batches(config: Batches, seed: int) -> Measurement:
    """Train nets with and without normalisation at every batch size."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        for name, build in nets(kind).items():
            descent = training.Descent(build, dataset, seed=seed)
            numbers[f"{kind}_{name}"] = _columns(
                [_best_rate(descent, dataset, config, size) for size in config.batch_sizes]
            )
    return Measurement(numbers=numbers)


def _best_rate(
    descent: training.Descent, dataset: data.Dataset, config: Batches, size: int
) -> dict[str, Any]:
    """Return the accuracies at the learning rate that validation chose."""
    from dlexp import training

    count = config.epochs * (config.train_size // size)
    rows: list[dict[str, Any]] = []
    for rate in config.rates:
        plan = training.Steps(
            count=count, batch_size=size, learning_rate=rate, check_every=count // config.checks
        )
        rows.append({**best_test(descent, dataset, descent.run(plan)), "rate": rate})
    return max(rows, key=itemgetter("validation"))


# --- Time ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Steps of two nets, timed in turn."""

    blocks: int = 30  # pairs of measurements
    steps: int = 20  # in each measurement
    batch_size: int = 64  # images per step


def clock(config: Clock, seed: int) -> Measurement:
    """Time training steps with and without normalisation, side by side, in processor time.

    The ratios are an array: no two runs agree on them, and arrays are not compared by value.
    """
    from dlexp import training

    dataset = data.load("mnist").subset(2_000)
    arrays = {}
    for kind in KINDS:
        both = [training.Descent(build, dataset, seed=seed) for build in nets(kind).values()]
        for descent in both:
            descent.advance(descent.order(config.steps, config.batch_size), 0.01)  # traces it
        ratios = []
        for _ in range(config.blocks):
            without, with_it = (_seconds(descent, config) for descent in both)
            ratios.append(with_it / without)
        arrays[kind] = np.array(ratios)
    return Measurement(numbers={"blocks": config.blocks}, arrays=arrays)


def _seconds(descent: training.Descent, config: Clock) -> float:
    order = descent.order(config.steps, config.batch_size)
    start = time.process_time()
    descent.advance(order, 0.01)
    return time.process_time() - start


# --- What is published --------------------------------------------------------------------------

MEASURES: dict[str, tuple[Callable[..., Measurement], Any]] = {
    "laws": (laws, Laws()),
    "rates": (rates, Rates()),
    "scales": (scales, Scales()),
    "batches": (batches, Batches()),
    "biases": (biases, Biases()),
    "lags": (lags, Lags()),
    "noises": (noises, Noises()),
    "clock": (clock, Clock()),
}


def units() -> list[Unit]:
    """Return every run of the chapter: each measure with each seed."""
    return [
        Unit(measure=measure, config=config, seed=seed, timed=measure is clock)
        for measure, config in MEASURES.values()
        for seed in SEEDS
    ]
