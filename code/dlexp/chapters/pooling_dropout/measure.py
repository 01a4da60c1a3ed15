"""Ask what pooling and dropout really do: to shifted digits, to overfitting, to what is relied on.

Chapter: book/pooling_dropout.md. Cost: about a quarter of an hour on one core.
Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from dlexp.chapters.pooling_dropout.changing import Changing, change
from dlexp.chapters.pooling_dropout.commuting import Commuting, commute
from dlexp.chapters.pooling_dropout.counts import Counting, count
from dlexp.chapters.pooling_dropout.dense import (
    Averaging,
    Gathering,
    Relying,
    average,
    gather,
    rely,
)
from dlexp.chapters.pooling_dropout.described import Describing, describe
from dlexp.chapters.pooling_dropout.factorial import Factorial, cross
from dlexp.chapters.pooling_dropout.memory import Memorising, memorise
from dlexp.chapters.pooling_dropout.nets import ARCHITECTURES, REMEDIES, SEEDS
from dlexp.chapters.pooling_dropout.remedies import Mending, mend
from dlexp.chapters.pooling_dropout.rivals import Rivalling, rival
from dlexp.chapters.pooling_dropout.robustness import Moving, Watching, move, watch
from dlexp.lab.units import Unit

BUDGET = 17
"""CPU-minutes: eighty networks of convolutions, ten for long, each from images of its own."""

LONG_SIZE, LONG_EPOCHS = 4_000, 30
"""Training images and passes of the long trainings, with neither and with both."""


SLOW = Mending(remedy="global_average", epochs=6, learning_rate=0.01)
"""Global average pooling learns slowly: more passes, and of two rates, 0.003 and 0.01, the one with
the better validation accuracy in a training from another seed, which is not published."""


def units() -> list[Unit]:
    """Return every run of the chapter; the last is what its live figure of poolings shows."""
    moves = [
        Unit(measure=move, config=Moving(architecture=name), seed=seed)
        for name in ARCHITECTURES
        if name not in REMEDIES  # these are trained once, below
        for seed in SEEDS
    ]
    remedies = [
        Unit(measure=mend, config=config, seed=seed)
        for config in (*(Mending(remedy=name) for name in REMEDIES if name != SLOW.remedy), SLOW)
        for seed in SEEDS
    ]
    gathers = [Unit(measure=gather, config=Gathering(), seed=seed) for seed in SEEDS]
    crosses = [
        Unit(measure=cross, config=config, seed=seed) for config in _crosses() for seed in SEEDS
    ]
    averages = [Unit(measure=average, config=Averaging(), seed=seed) for seed in SEEDS]
    relies = [Unit(measure=rely, config=Relying(), seed=seed) for seed in SEEDS]
    memories = [Unit(measure=memorise, config=Memorising(), seed=seed) for seed in SEEDS]
    rivals = [Unit(measure=rival, config=Rivalling(), seed=seed) for seed in SEEDS]
    commutes = [Unit(measure=commute, config=Commuting(), seed=seed) for seed in SEEDS]
    changes = [Unit(measure=change, config=Changing(), seed=seed) for seed in SEEDS]
    looks = [
        Unit(measure=count, config=Counting(), seed=0),
        Unit(measure=describe, config=Describing(), seed=0),
    ]
    trained = [*moves, *crosses, *averages, *relies, *memories, *remedies, *gathers, *rivals]
    return [*trained, *commutes, *changes, *looks, *live_units()]


def live_units() -> list[Unit]:
    """Return the run that no claim needs: what the live figure of poolings shows."""
    return [Unit(measure=watch, config=Watching(), seed=0)]


def _crosses() -> list[Factorial]:
    """Return the four networks with few images, and two of them with many, for long."""
    both = [(False, 0.0), (True, 0.5)]
    factorial = [(False, 0.0), (False, 0.5), (True, 0.0), (True, 0.5)]
    return [
        *(Factorial(pooling=pooling, rate=rate) for pooling, rate in factorial),
        *(
            Factorial(pooling=pooling, rate=rate, size=LONG_SIZE, epochs=LONG_EPOCHS)
            for pooling, rate in both
        ),
    ]
