"""Ask what a softmax regression learns: by report D's recipe, and at the end of the descent.

Chapter: book/softmax_regression.md. Cost: six minutes on one core. Everything is by hand; no
framework is needed.
"""

from dlexp.chapters.softmax_regression.optimum import Settling, restart, settle, shuffle
from dlexp.chapters.softmax_regression.recipe import Training, train
from dlexp.lab.units import Unit

SEEDS = (1, 2, 3, 4, 5)

PENALTIES = (0.0, 1e-4, 1e-3, 1e-2)
"""Of the descents to the end."""


def units() -> list[Unit]:
    """Return the runs of the chapter."""
    trainings = [Unit(measure=train, config=Training(), seed=seed) for seed in SEEDS]
    ends = [
        Unit(measure=settle, config=Settling(l2=l2), seed=seed)
        for l2 in PENALTIES
        for seed in SEEDS
    ]
    again = Settling(l2=1e-3, size=2_000, steps=1_000)
    twice = [Unit(measure=restart, config=again, seed=seed) for seed in SEEDS]
    dealt = [Unit(measure=shuffle, config=Settling(), seed=seed) for seed in SEEDS]
    return [*trainings, *ends, *twice, *dealt]
