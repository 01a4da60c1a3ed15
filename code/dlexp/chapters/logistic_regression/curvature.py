"""How curved the loss is: at the start, far away, between two points, and what steps make of it.

Chapter: book/logistic_regression.md.
"""

from dataclasses import dataclass

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.byhand.descent import BACKTRACKING
from dlexp.chapters.logistic_regression import methods
from dlexp.chapters.logistic_regression.problem import Problem, drawn
from dlexp.lab.units import Json, Measurement

ROUNDING = 1e-10
"""Curvatures below this share of the largest one are rounding."""


@dataclass(frozen=True, kw_only=True)
class Curving:
    """Where the curvature is looked at, and how often laws are tried."""

    size: int = 2_000  # training images, drawn by the seed
    lengths: tuple[float, ...] = (0.0, 0.1, 1.0, 10.0, 100.0)  # of weights in a random direction
    chords: int = 100  # pairs of random points, with a third between them
    spread: float = 0.3  # of each weight of such a point
    l2: float = 0.01  # of the problem whose bounds are tried
    steps: int = 300  # of the descents that are held to the bounds


def curve(config: Curving, seed: int) -> Measurement:
    """Look at the curvatures of drawn images, and count what would break a law."""
    problem = drawn(config.size, seed, intercept=True).train
    generator = np.random.default_rng(seed)
    direction = generator.normal(size=len(problem.start))
    direction /= np.linalg.norm(direction)
    curvatures = np.array(
        [np.linalg.eigvalsh(problem.hessian(length * direction)) for length in config.lengths]
    )
    held = Problem(problem.x, problem.targets, config.l2)
    return Measurement(
        numbers={
            "smoothness": problem.smoothness(),
            "largest": curvatures[:, -1].tolist(),
            "least": float(curvatures[0, 0]),
            "flat": int((curvatures[0] < ROUNDING * curvatures[0, -1]).sum()),
            "constant": int((problem.x.std(axis=0) == 0).sum() - 1),  # the ones are no pixel
            "above_chord": above_chords(problem, config, generator),
            "bounds": outside_bounds(held, config.steps),
        }
    )


def above_chords(problem: Problem, config: Curving, generator: np.random.Generator) -> int:
    """Return at how many places between two points the loss lies above their chord."""
    count = 0
    for _ in range(config.chords):
        a, b = config.spread * generator.normal(size=(2, len(problem.start)))
        share = generator.random()
        chord = share * problem.loss(a) + (1 - share) * problem.loss(b)
        count += problem.loss(share * a + (1 - share) * b) > chord * (1 + 1e-12)
    return count


def outside_bounds(problem: Problem, steps: int) -> dict[str, Json]:
    """Count the steps that break what is proven of them, on a problem with L2."""
    path, search = methods.fixed(problem, 1.0, steps), methods.searching(problem, steps)
    best = methods.newton(problem, 10)
    bound, k = problem.smoothness(), np.arange(1, steps + 1)
    gaps = path.losses - best.losses[-1]
    distance = float(best.points[-1] @ best.points[-1])
    return {
        "steps": steps,
        "rate_too_small": int((search.rates < least_rate(bound)).sum()),
        "rose": methods.rises(path) + methods.rises(search),
        "above_one_over_k": _above(gaps[1:], bound * distance / (2 * k)),
        "above_linear": _above(gaps[1:], gaps[0] * (1 - problem.l2 / bound) ** k),
    }


def least_rate(bound: float) -> float:
    """Return the rate that report D's search never goes below, if no curvature exceeds a bound.

    Examples
    --------
    >>> least_rate(0.5), round(least_rate(9.9), 3)
    (1.0, 0.1)
    """
    enough = 2 * (1 - BACKTRACKING.decrease) / bound  # any rate up to this one is accepted
    return min(BACKTRACKING.first, BACKTRACKING.shrink * enough)


def _above(values: Floats, bounds: Floats) -> int:
    return int((values > bounds + 1e-12).sum())
