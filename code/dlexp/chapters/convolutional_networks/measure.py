"""Ask why one convolves, which of its two ideas helps, and how far a small network goes.

Chapter: book/convolutional_networks.md. Cost: twenty minutes on one busy core.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dlexp.chapters.convolutional_networks import contenders
from dlexp.chapters.convolutional_networks.clock import Clock, clock
from dlexp.chapters.convolutional_networks.contenders import FEW, KINDS, SIZES, is_run, on
from dlexp.chapters.convolutional_networks.learning import learn, sweep
from dlexp.chapters.convolutional_networks.recipes import begin, follow
from dlexp.lab.units import Unit

BUDGET = 20
"""CPU-minutes: the recipes are asked of all images, and so are the reports' networks."""

SEEDS = (1, 2, 3, 4, 5)

FEW_SEEDS = SEEDS[:3]
"""Where a training is dear: many images, kernels, recipes."""

CHOOSING_SEED = 101
"""Of the trainings that choose the rates."""

BEYOND = 0.1
"""A rate beyond those that were tried: a check, made after three networks chose the largest."""


def contest(kind: str, size: int, *, permuted: bool = False) -> list[Unit]:
    """Return the trainings of a contender; its rate is chosen on few images, for all sizes."""
    chooser = on(kind, FEW, permuted=permuted)
    sweeps = (Unit(measure=sweep, config=chooser, seed=CHOOSING_SEED),)
    config = on(kind, size, permuted=permuted)
    seeds = SEEDS if size == FEW else FEW_SEEDS
    return [
        *(sweeps if size == FEW else ()),
        *(Unit(measure=learn, config=config, seed=seed, needs=sweeps) for seed in seeds),
    ]


def beyond(kind: str) -> Unit:
    """Return a training that asks whether a rate beyond the largest would have been chosen."""
    config = replace(on(kind), rates=(BEYOND,))
    return Unit(measure=sweep, config=config, seed=CHOOSING_SEED)


def units() -> list[Unit]:
    """Return the runs of the chapter, the dearest last."""
    permuted = [contest(kind, FEW, permuted=True) for kind in tuple(KINDS)[:3]]
    contests = [contest(kind, size) for size in SIZES for kind in KINDS if is_run(kind, size)]
    stacks = [*contenders.KERNELS.values(), *contenders.FIELDS.values()]
    recipes = [*contenders.LADDER.values(), *contenders.AVERAGING.values()]
    return [
        *(unit for group in (*contests, *permuted) for unit in group),
        *(beyond(kind) for kind in KINDS if kind != "dense, equal multiplications"),
        *_measured(learn, stacks),
        *_measured(follow, [*recipes, contenders.FAST]),
        *_measured(begin, [*contenders.REPORT_D.values(), contenders.REPORT_C]),
        *(Unit(measure=clock, config=Clock(), seed=seed, timed=True) for seed in FEW_SEEDS),
        *_measured(follow, [*contenders.FURTHER.values(), contenders.BEST]),
    ]


def _measured(measure: Any, configs: Iterable[Any]) -> list[Unit]:
    return [
        Unit(measure=measure, config=config, seed=seed) for config in configs for seed in FEW_SEEDS
    ]
