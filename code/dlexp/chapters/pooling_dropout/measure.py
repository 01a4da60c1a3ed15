"""Ask what pooling and dropout really do: to shifted digits, to overfitting, to what is counted.

Chapter: book/pooling_dropout.md. Cost: about half an hour on one core.
Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from dlexp.chapters.pooling_dropout.commuting import Commuting, commute
from dlexp.chapters.pooling_dropout.counts import Counting, count
from dlexp.chapters.pooling_dropout.dense import Averaging, Rates, average, vary
from dlexp.chapters.pooling_dropout.factorial import Factorial, cross
from dlexp.chapters.pooling_dropout.nets import ARCHITECTURES, SEEDS
from dlexp.chapters.pooling_dropout.robustness import Moving, Watching, move, watch
from dlexp.lab.units import Unit

BUDGET = 14
"""CPU-minutes: some of its networks learn from all images, and all from several sets of them."""

TENFOLD_SIZE = 10_000
"""Training images of the larger factorial, ten times as many as in `Factorial.size`."""

SIZES = (Factorial().size, TENFOLD_SIZE)
"""Training images of the factorial, and below it how often each set is passed over."""

EPOCHS = {1_000: 25, 10_000: 8}

SMALLEST_SET, WHOLE_SET = 500, 55_000
"""Training images of the dense networks, at the ends of `DATA_SIZES`."""

DATA_SIZES = (SMALLEST_SET, 2_000, 10_000, WHOLE_SET)
"""Training images of the dense networks, and below it how often each set is passed over."""

DATA_EPOCHS = {500: 40, 2_000: 20, 10_000: 10, 55_000: 5}
RATES = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8)
RATES_AT = 2_000  # images for which every rate is tried


def units() -> list[Unit]:
    """Return every run of the chapter; the last is what its live figure of poolings shows."""
    moves = [
        Unit(measure=move, config=Moving(architecture=name), seed=seed)
        for name in ARCHITECTURES
        for seed in SEEDS
    ]
    crosses = [
        Unit(measure=cross, config=config, seed=seed) for config in _crosses() for seed in SEEDS
    ]
    rates = [
        Unit(measure=vary, config=_rates(size), seed=seed) for size in DATA_SIZES for seed in SEEDS
    ]
    averages = [Unit(measure=average, config=Averaging(), seed=seed) for seed in SEEDS]
    commutes = [Unit(measure=commute, config=Commuting(), seed=seed) for seed in SEEDS]
    counts = [Unit(measure=count, config=Counting(), seed=0)]
    return [*moves, *crosses, *rates, *averages, *commutes, *counts, *live_units()]


def live_units() -> list[Unit]:
    """Return the run that no claim needs: what the live figure of poolings shows."""
    return [Unit(measure=watch, config=Watching(), seed=0)]


def _crosses() -> list[Factorial]:
    return [
        Factorial(pooling=pooling, rate=rate, size=size, epochs=EPOCHS[size])
        for size in SIZES
        for pooling in (False, True)
        for rate in (0.0, 0.5)
    ]


def _rates(size: int) -> Rates:
    rates = RATES if size == RATES_AT else (0.0, 0.5)
    return Rates(rates=rates, size=size, epochs=DATA_EPOCHS[size])
