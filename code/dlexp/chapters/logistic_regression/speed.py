"""What a clock says: report D's loops beside one product of matrices, and methods to one gap.

Chapter: book/logistic_regression.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlexp import clock
from dlexp.byhand import logistic
from dlexp.byhand.arrays import Floats
from dlexp.chapters.logistic_regression import methods
from dlexp.chapters.logistic_regression.methods import RACING, Racing
from dlexp.chapters.logistic_regression.problem import Problem, drawn
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What is timed, and how often."""

    size: int = 2_000  # examples
    features: tuple[int, ...] = (10, 785)  # of each example; the last is that of digits
    rounds: int = 3  # turns at the clock, of which the median counts
    seconds: float = 0.02  # of the processor that a turn takes at least
    gap: float = 1e-6  # above the least loss, at which a method has arrived
    racing: Racing = RACING  # the images, the penalty and the steps
    tolerance: float = 1e-12  # largest difference that is rounding, as a share of the largest value


def time(config: Timing, seed: int) -> Measurement:
    """Time losses and gradients in loops and without, and three methods on their way down."""
    generator = np.random.default_rng(seed)
    pairs = {features: _pairs(config.size, features, generator) for features in config.features}
    differ = sum(
        _differ(one(), other(), config.tolerance)
        for calls in pairs.values()
        for one, other in calls.values()
    )
    arrays = {
        name: np.array([_ratio(config, *pairs[features][name]) for features in config.features])
        for name in ("loss", "gradient")
    }
    seconds, steps = _to_gap(config, seed)
    return Measurement(
        numbers={"differ": int(differ), "asked": 2 * len(pairs), "steps": steps},
        arrays={**arrays, "seconds": seconds},
    )


def looped_loss(weights: Floats, x: Floats, targets: Floats) -> float:
    """Return the loss, example by example, as report D's program does."""
    total = 0.0
    for example, target in zip(x, targets, strict=True):
        logit = example @ weights
        wrong = target * np.logaddexp(0, -logit) + (1 - target) * np.logaddexp(0, logit)
        total += wrong / len(x)
    return total


def looped_gradient(weights: Floats, x: Floats, targets: Floats) -> Floats:
    """Return the gradient, example by example, as report D's program does."""
    total = np.zeros(len(weights))
    for example, target in zip(x, targets, strict=True):
        probability = 1 / (1 + np.exp(-(example @ weights)))
        total = total + example * (probability - target) / len(x)
    return total


Call = Callable[[], float | Floats]


def _pairs(
    size: int, features: int, generator: np.random.Generator
) -> dict[str, tuple[Call, Call]]:
    """Return loss and gradient, without loops and in loops, of random examples."""
    x = generator.normal(size=(size, features))
    weights = generator.normal(size=features) / np.sqrt(features)
    targets = generator.integers(0, 2, size).astype(float)
    return {
        "loss": (
            lambda: logistic.logistic_loss(weights, x, targets),
            lambda: looped_loss(weights, x, targets),
        ),
        "gradient": (
            lambda: logistic.logistic_gradient(weights, x, targets),
            lambda: looped_gradient(weights, x, targets),
        ),
    }


def _differ(one: float | Floats, other: float | Floats, tolerance: float) -> bool:
    return bool(np.abs(np.subtract(one, other)).max() > tolerance * np.abs(one).max())


def _ratio(config: Timing, fast: Call, slow: Call) -> float:
    """Return how many times as long the second call takes: the median over turns."""
    turns = [
        clock.seconds(slow, config.seconds) / clock.seconds(fast, config.seconds)
        for _ in range(config.rounds)
    ]
    return float(np.median(turns))


def _to_gap(config: Timing, seed: int) -> tuple[Floats, dict[str, int]]:
    """Return the seconds that each method takes to come so near, and its steps."""
    problem = drawn(config.racing.size, seed, intercept=True, l2=config.racing.l2).train
    least = methods.newton(problem, config.racing.newton_steps).losses[-1]
    ways = {"search": methods.searching, "lbfgs": methods.lbfgs, "newton": methods.newton}
    limits = dict.fromkeys(ways, 2 * config.racing.steps)
    limits["newton"] = config.racing.newton_steps
    steps = {
        name: _arrival(way(problem, limits[name]).losses - least, config.gap)
        for name, way in ways.items()
    }
    seconds = [_median(config, way, problem, steps[name]) for name, way in ways.items()]
    return np.array(seconds), steps


def _arrival(gaps: Floats, gap: float) -> int:
    """Return the first step at which no more than a gap is left; the last if there is none."""
    near = np.flatnonzero(gaps <= gap)
    return int(near[0]) if near.size else len(gaps) - 1


def _median(
    config: Timing, way: Callable[[Problem, int], object], problem: Problem, steps: int
) -> float:
    turns = [clock.seconds(lambda: way(problem, steps), 0) for _ in range(config.rounds)]
    return float(np.median(turns))
