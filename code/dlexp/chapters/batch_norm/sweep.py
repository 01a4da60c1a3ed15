"""Nets at each learning rate, and nets from small first weights that are trained for long.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dlexp.chapters.batch_norm.nets import EPSILON, KINDS, WITHOUT, nets, network, normal, scaled
from dlexp.chapters.batch_norm.trainings import drawn, tuned
from dlexp.lab.units import Measurement
from dlexp.looks import CHOICE, REPORT, images_for

if TYPE_CHECKING:
    from dlexp import training


# --- Learning rates -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Nets at each learning rate."""

    rates: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0, 3.0)  # of plain descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 312  # two epochs in all
    check_every: int = 12  # steps between two looks at the validation images
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look
    tested: int = images_for(REPORT, share=0.95)  # test and training images that are reported


def rates(config: Rates, seed: int) -> Measurement:
    """Train dense and convolutional nets with and without normalisation at every rate."""
    from dlexp import training

    dataset = drawn(config, seed)
    plans = [_plan(config, rate) for rate in config.rates]
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        for name, build in nets(kind).items():
            loop = training.Loop(build, dataset.train, seed=seed)
            numbers[f"{kind}_{name}"] = tuned(loop, dataset, plans, seed, config.tested)
    return Measurement(numbers=numbers)


def _plan(config: Any, rate: float) -> training.Plan:
    from dlexp import training

    return training.Plan(
        steps=config.steps,
        batch_size=config.batch_size,
        learning_rate=rate,
        look_every=config.check_every,
    )


# --- Plateaus -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Plateaus:
    """Nets from small first weights, trained for long."""

    # Each net by its epsilon, or without normalisation, and the spread of its first weights.
    starts: tuple[tuple[str, float], ...] = (
        (WITHOUT, 0.01),
        ("0.001", 1e-4),
        ("0.001", 1e-6),
    )
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    train_size: int = 10_000  # training images, drawn by the seed
    batch_size: int = 64  # images per step
    steps: int = 6_000  # in all
    check_every: int = 200  # steps between two looks at the validation images
    looked: int = images_for(CHOICE, share=0.95)  # validation images of a look


def plateaus(config: Plateaus, seed: int) -> Measurement:
    """Follow nets that have learnt nothing after the steps of `Scales`, for many more."""
    from dlexp import training

    dataset = drawn(config, seed)
    builds = {
        WITHOUT: partial(network, "dense"),
        f"{EPSILON:g}": partial(network, "dense", normal()),
    }
    loops = {name: training.Loop(build, dataset.train, seed=seed) for name, build in builds.items()}
    plan = _plan(config, config.learning_rate)
    numbers: dict[str, Any] = {}
    for net, scale in config.starts:
        loop = loops[net]
        weights = scaled(loop.first, scale, seed)
        history = training.descend(loop, dataset, plan, seed=seed, weights=weights)
        numbers[f"{net} from {scale:g}"] = history.accuracy["validation"]
    return Measurement(numbers=numbers)
