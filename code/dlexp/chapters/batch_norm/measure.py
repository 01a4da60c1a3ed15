"""What the chapter on batch normalisation measures: first weights, small batches, time, and more.

Chapter: book/batch_norm.md. Laws stand in laws.py, the idle bias in biases.py, learning rates in
rates.py, optimisers.py and brake.py, many layers in depth.py, plateaus and batches of one in
sweep.py, longer trainings in shift.py, lag in statistics.py, noise in noise.py; `units` lists all.
Here, and in biases.py and statistics.py, all seeds learn from the same images; elsewhere each seed
draws its own. Keras is imported inside the functions that compute.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.biases import Biases, biases
from dlexp.chapters.batch_norm.brake import Brakes, brakes
from dlexp.chapters.batch_norm.depth import Depths, depths
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
from dlexp.chapters.batch_norm.noise import Noises, noises
from dlexp.chapters.batch_norm.optimisers import Optimisers, optimisers
from dlexp.chapters.batch_norm.rates import ConvRates, Rates, conv_rates, dense_rates
from dlexp.chapters.batch_norm.shift import Courses, courses
from dlexp.chapters.batch_norm.statistics import Lags, lags
from dlexp.chapters.batch_norm.sweep import Ones, Plateaus, ones, plateaus
from dlexp.lab.units import Measurement, Unit
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    import keras

    from dlexp import training

SEEDS = (0, 1, 2, 3, 4)
MORE = (*SEEDS, 5, 6, 7, 8, 9)
"""Where the first five said that fewer than ten would settle what they left open."""

FEW = (0, 1, 2)
"""For trainings that are long, and where a picture is enough."""

BUDGET = 21
"""CPU-minutes: batches of one take sixty-four times the steps of the usual ones; many seeds; and
two optimisers beside plain descent, in Keras, at nineteen rates."""


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
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def scales(config: Scales, seed: int) -> Measurement:
    """Train dense nets from first weights of every size, with each epsilon and without any."""
    from dlexp import training

    dataset = _looked_at(config)
    builds: dict[str, Callable[[], keras.Model]] = {WITHOUT: partial(network, "dense")}
    for epsilon in config.epsilons:
        builds[f"{epsilon:g}"] = partial(network, "dense", normal(epsilon))
    plan = _plan(config, config.learning_rate)
    numbers: dict[str, Any] = {}
    for name, build in builds.items():
        loop = training.Loop(build, dataset.train, seed=seed)
        rows = []
        for scale in config.scales:
            weights = scaled(loop.first, scale, seed)
            history = training.descend(loop, dataset, plan, seed=seed, weights=weights)
            rows.append(best_test(loop, dataset, history, config.tested))
        numbers[name] = _columns(rows)
    numbers["first_variance"] = _first_variance(loop.first[0], dataset, seed)
    return Measurement(numbers=numbers)


def _first_variance(kernel: Floats, dataset: data.Dataset, seed: int) -> float:
    """Return the variance before the first normalisation for a scale of one, median of units."""
    drawn = scaled([kernel], 1.0, seed)[0]
    before = dataset.train.images.reshape(len(dataset.train), -1) @ drawn
    return float(np.median(before.var(axis=0)))


def _looked_at(config: Any) -> data.Dataset:
    dataset = data.mnist().subset(config.train_size)
    return replace(dataset, validation=dataset.validation.sample(config.looked))


def _plan(config: Any, rate: float) -> training.Plan:
    from dlexp import training

    return training.Plan(
        steps=config.steps,
        batch_size=config.batch_size,
        learning_rate=rate,
        look_every=config.check_every,
    )


# --- Batch sizes --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Batches:
    """Nets at each batch size, all seeing the same number of images."""

    batch_sizes: tuple[int, ...] = (1, 2, 4, 16, 64)  # images per step
    rates: tuple[float, ...] = (0.01, 0.1)  # of learning; validation chooses for each net and size
    train_size: int = 5_000  # training images
    epochs: int = 3  # passes over them
    checks: int = 9  # looks at the validation images in all
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def batches(config: Batches, seed: int) -> Measurement:
    """Train nets with and without normalisation at every batch size."""
    from dlexp import training

    dataset = _looked_at(config)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        for name, build in nets(kind).items():
            loop = training.Loop(build, dataset.train, seed=seed)
            numbers[f"{kind}_{name}"] = _columns(
                [_best_rate(loop, dataset, config, size, seed) for size in config.batch_sizes]
            )
    return Measurement(numbers=numbers)


def _best_rate(
    loop: training.Loop, dataset: data.Dataset, config: Batches, size: int, seed: int
) -> dict[str, Any]:
    """Return the accuracies at the learning rate that validation chose."""
    from dlexp import training

    count = config.epochs * (config.train_size // size)
    rows: list[dict[str, Any]] = []
    for rate in config.rates:
        plan = training.Plan(
            steps=count, batch_size=size, learning_rate=rate, look_every=count // config.checks
        )
        history = training.descend(loop, dataset, plan, seed=seed)
        rows.append({**best_test(loop, dataset, history, config.tested), "rate": rate})
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

    dataset = data.mnist().subset(2_000)
    arrays = {}
    for kind in KINDS:
        both = [training.Loop(build, dataset.train, seed=seed) for build in nets(kind).values()]
        for loop in both:
            _seconds(loop, config)  # traces it
        ratios = []
        for _ in range(config.blocks):
            without, with_it = (_seconds(loop, config) for loop in both)
            ratios.append(with_it / without)
        arrays[kind] = np.array(ratios)
    return Measurement(numbers={"blocks": config.blocks}, arrays=arrays)


def _seconds(loop: training.Loop, config: Clock) -> float:
    from dlexp import training

    rows = [*islice(training.batches(2_000, config.batch_size, seed=0), config.steps)]
    start = time.process_time()
    loop.advance(rows)
    return time.process_time() - start


# --- What is published --------------------------------------------------------------------------

MEASURES: dict[str, tuple[Callable[..., Measurement], Any, tuple[int, ...]]] = {
    "laws": (laws, Laws(), SEEDS),
    "noises": (noises, Noises(), MORE),
    "dense_rates": (dense_rates, Rates(), MORE),
    "optimisers": (optimisers, Optimisers(), MORE),
    "courses": (courses, Courses(), SEEDS),
    "ones": (ones, Ones(), FEW),
    "plateaus": (plateaus, Plateaus(), FEW),
    "brakes": (brakes, Brakes(), SEEDS),
    "depths": (depths, Depths(), SEEDS),
    "conv_rates": (conv_rates, ConvRates(), MORE),
    "scales": (scales, Scales(), SEEDS),
    "batches": (batches, Batches(), SEEDS),
    "biases": (biases, Biases(), SEEDS),
    "lags": (lags, Lags(), SEEDS),
    "clock": (clock, Clock(), SEEDS),
}


def units() -> list[Unit]:
    """Return every run of the chapter: each measure with each of its seeds."""
    return [
        Unit(measure=measure, config=config, seed=seed, timed=measure is clock)
        for measure, config, seeds in MEASURES.values()
        for seed in seeds
    ]
