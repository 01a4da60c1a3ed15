"""Compare the arithmetic of convolutions with what the frameworks really do.

Chapter: book/conv_shapes.md. Cost: a few minutes on one core; what is trained is in `carried`.
PyTorch is optional: what it gives was recorded by tests/parity/record_conv.py and its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlexp.chapters.conv_shapes.carried import (
    PAIR,
    PAIR_RATES,
    SIDE_BY_SIDE,
    Carrying,
    Choosing,
    carry,
    choose,
)
from dlexp.chapters.conv_shapes.cases import Cases, examine
from dlexp.chapters.conv_shapes.control import Control, control
from dlexp.chapters.conv_shapes.fields import compare_receptive_fields
from dlexp.chapters.conv_shapes.later import Calling, call_later
from dlexp.chapters.conv_shapes.modes import Asking, Pools, ask, pool_at_once
from dlexp.chapters.conv_shapes.settings import compare_sizes, draw, draw_safe, value_errors
from dlexp.chapters.conv_shapes.shifts import Shifting, shift_windows
from dlexp.lab.units import Json, Measurement, Unit

SEEDS = (0, 1, 2, 3, 4)

TRAINING_SEEDS = tuple(range(24))

PILOT = 8
"""The first of these seeds, whose spread said how many it takes to tell the paddings apart."""

CHOOSING_SEEDS = (100, 101, 102)
"""Of the trainings that choose the learning rate: none of the above."""

PAIR_SEEDS = TRAINING_SEEDS[:6]
"""Of the two heads side by side, which are trained for long."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """How much each seed compares."""

    sizes: int = 800  # random settings whose output sizes are compared
    values: int = 100  # random settings whose values and gradients are compared
    stacks: int = 60  # random stacks of layers whose receptive fields are measured
    tolerance: float = 1e-5  # largest difference that is rounding, as a share of the largest value


def compare(config: Config, seed: int) -> Measurement:
    """Compare sizes, values, gradients and receptive fields of random settings."""
    generator = np.random.default_rng(seed)
    settings = [draw(generator, 40) for _ in range(config.sizes)]
    return Measurement(
        numbers={
            "sizes": compare_sizes(settings),
            "values": compare_values(generator, config),
            "receptive_fields": compare_receptive_fields(generator, config.stacks),
        }
    )


def compare_values(generator: np.random.Generator, config: Config) -> dict[str, Json]:
    """Return the largest difference in values and in each gradient, as shares of the largest."""
    found = [value_errors(generator, draw_safe(generator)) for _ in range(config.values)]
    worst = np.max(found, axis=0)
    return {
        "settings": len(found),
        "outside": int(np.sum(np.max(found, axis=1) > config.tolerance)),
        "worst": dict(zip(("value", "x", "kernel"), worst.tolist(), strict=True)),
    }


def units() -> list[Unit]:
    """Return the runs of the chapter: comparisons, cases, and trainings."""
    compared = [Unit(measure=compare, config=Config(), seed=seed) for seed in SEEDS]
    asked = [Unit(measure=ask, config=Asking(), seed=seed) for seed in SEEDS]
    called = [Unit(measure=call_later, config=Calling(), seed=seed) for seed in SEEDS]
    cases = [
        Unit(measure=examine, config=Cases(), seed=0),
        Unit(measure=pool_at_once, config=Pools(), seed=0),
    ]
    chosen = [
        Unit(measure=choose, config=config, seed=seed)
        for config in (
            Choosing(),
            *(Choosing(rates=PAIR_RATES, training=c) for c in SIDE_BY_SIDE.values()),
        )
        for seed in CHOOSING_SEEDS
    ]
    carried = [Unit(measure=carry, config=Carrying(), seed=seed) for seed in TRAINING_SEEDS]
    paired = [
        Unit(measure=carry, config=config, seed=seed)
        for config in PAIR.values()
        for seed in PAIR_SEEDS
    ]
    controlled = [Unit(measure=control, config=Control(), seed=seed) for seed in PAIR_SEEDS]
    shifted = [Unit(measure=shift_windows, config=Shifting(), seed=seed) for seed in SEEDS]
    return [*compared, *asked, *called, *cases, *chosen, *carried, *paired, *controlled, *shifted]
