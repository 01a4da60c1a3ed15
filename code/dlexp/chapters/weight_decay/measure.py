"""Ask what a penalty on the weights does: to report C's network, and where images are few.

Chapter: book/weight_decay.md. Cost: twenty minutes on one core.
"""

from collections.abc import Sequence
from dataclasses import replace

from dlexp.chapters.weight_decay.adaptive import Adaptive, adapt
from dlexp.chapters.weight_decay.trainings import Training, train
from dlexp.lab.units import Unit

BUDGET = 20
"""CPU-minutes: whether the penalty helps is asked of the whole network and of all images."""

SEEDS = (1, 2, 3, 4, 5)
"""Differences between two strengths stray by some six of 10,000 test images, seed by seed: with
five seeds, an interval is less than a tenth of a point to each side."""

STRENGTHS = (0.0, 1e-5, 1e-4, 1e-3)
"""Of the penalty, on all images; report C's are 1e-6 to 1e-3, and none of them is zero."""

BASE = Training()

RECIPE = Training(rate=0.1, falls=False, passes=40, looks=40)
"""Report C's first network with a penalty, but for its test set, at which it looks on the way."""

FACTORS = (
    replace(BASE, activation="tanh"),
    replace(BASE, size=60_000),
    replace(BASE, rate=0.25, falls=False),  # the same on average
    replace(BASE, batch_size=256),
    replace(BASE, output_too=True),
    replace(BASE, initializer="he_uniform"),
)
"""The base, changed in one thing each."""

SMALLER_BATCH = replace(BASE, batch_size=64)
"""The other way from one of the factors: twice as many steps at the same rate."""

SLOWER_TANH = replace(BASE, activation="tanh", rate=0.1)
"""One other rate for the factor that costs most."""

FEW = Training(l2=0.0, size=1_000, batch_size=32, rate=0.1, passes=30, looks=6)

DECAYS, DROPOUTS = (1e-3, 3e-3, 1e-2), (0.2, 0.5)
"""Strengths and rates that are tried where images are few."""

ADAPTIVE = Adaptive()
"""A smaller network, whose steps of Adam are cheap; the strengths are the two best of four of
each, by the validation loss of a pilot on two other seeds."""


def units() -> list[Unit]:
    """Return the runs of the chapter."""
    few = [
        FEW,
        *(replace(FEW, l2=strength) for strength in DECAYS),
        *(replace(FEW, dropout=rate) for rate in DROPOUTS),
    ]
    return [
        *_trained([RECIPE], SEEDS[:3]),
        *_trained(few, SEEDS),
        *_trained([replace(BASE, l2=strength) for strength in STRENGTHS], SEEDS),
        *_trained([*FACTORS, SMALLER_BATCH], SEEDS),
        *_trained([SLOWER_TANH], SEEDS[:3]),
        *(Unit(measure=adapt, config=ADAPTIVE, seed=seed) for seed in SEEDS),
    ]


def _trained(configs: Sequence[Training], seeds: Sequence[int]) -> list[Unit]:
    return [Unit(measure=train, config=config, seed=seed) for config in configs for seed in seeds]
