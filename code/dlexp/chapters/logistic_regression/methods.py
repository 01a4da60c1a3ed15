"""Ways down: gradient descent, line search, momentum, Newton and L-BFGS, and what each asks for.

Chapter: book/logistic_regression.md. A *pass* reads all training images once: a loss takes one,
a gradient two, forward and back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dlexp.byhand import descent
from dlexp.byhand.arrays import Floats
from dlexp.byhand.descent import Path
from dlexp.chapters.logistic_regression.problem import Problem, drawn
from dlexp.lab.units import Json, Measurement

PASSES_OF_LOSS, PASSES_OF_GRADIENT = 1, 2


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Rates of the methods that need one, as multiples of one over the largest curvature."""

    bound: float = 1.0  # of gradient descent: the largest rate that is known never to raise a loss
    tuned: float = 10.0  # of gradient descent: what `choose` found best
    momentum: float = 4.0  # of momentum: what `choose` found best
    nesterov: float = 4.0  # of Nesterov's: what `choose` found best


RATES = Rates()

MOMENTUM = 0.9
"""Share of the last move that is made again."""


def fixed(problem: Problem, multiple: float, steps: int) -> Path:
    """Go down with one rate, a multiple of one over the largest curvature there can be."""
    rate = multiple / problem.smoothness()
    return descent.gradient_descent(
        problem.loss, problem.gradient, problem.start, rate=rate, steps=steps
    )


def rolling(problem: Problem, multiple: float, steps: int, *, nesterov: bool = False) -> Path:
    """Go down with momentum, at a rate as in `fixed`."""
    rate = multiple / problem.smoothness()
    return descent.momentum_descent(
        problem.loss, problem.gradient, problem.start, rate=rate, steps=steps,
        momentum=MOMENTUM, nesterov=nesterov,
    )  # fmt: skip


def searching(problem: Problem, steps: int) -> Path:
    """Go down with report D's line search."""
    return descent.backtracking_descent(
        problem.loss, problem.gradient, problem.start, steps=steps
    )  # fmt: skip


def newton(problem: Problem, steps: int) -> Path:
    """Go down by Newton's method."""
    return descent.newton_descent(
        problem.loss, problem.gradient, problem.hessian, problem.start, steps=steps
    )


def lbfgs(problem: Problem, steps: int) -> Path:
    """Go down by L-BFGS of SciPy, which asks for losses and gradients in pairs."""
    from scipy.optimize import minimize

    asked, counts, points = 0, [1], [problem.start]

    def both(weights: Floats) -> tuple[float, Floats]:
        nonlocal asked
        asked += 1
        return problem.loss(weights), problem.gradient(weights)

    def keep(xk: Floats) -> None:
        points.append(xk.copy())
        counts.append(asked)

    minimize(
        both, problem.start, jac=True, method="L-BFGS-B", callback=keep,
        options={"maxiter": steps, "gtol": 1e-12, "ftol": 0.0},  # to go on as far as it can
    )  # fmt: skip
    losses = np.array([problem.loss(point) for point in points])
    evaluations = np.array(counts, np.int64)
    return Path(np.array(points), losses, np.ones(len(points) - 1), evaluations, evaluations)


def passes(path: Path) -> Floats:
    """Return how often a method had read the images when it came to each point, (steps + 1,).

    Examples
    --------
    >>> passes(descent.backtracking_descent(
    ...     lambda w: 2 * w @ w, lambda w: 4 * w, np.array([1.0]), steps=1))
    array([1., 6.])
    """
    losses = PASSES_OF_LOSS * path.loss_evaluations
    return np.asarray(losses + PASSES_OF_GRADIENT * path.gradient_evaluations, float)


# --- With L2, where there is a least loss -------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Racing:
    """Six ways down to a least loss that exists."""

    size: int = 2_000  # training images, drawn by the seed
    l2: float = 0.01  # on all weights, the intercept too
    steps: int = 300  # of every method but Newton's
    newton_steps: int = 10  # of Newton's method; the last of them gives the least loss
    rates: Rates = RATES  # of the methods that need one


RACING = Racing()


def race(config: Racing, seed: int) -> Measurement:
    """Go down in each way; keep how far above the least loss each step is."""
    problem = drawn(config.size, seed, intercept=True, l2=config.l2).train
    ways = contestants(config)
    paths = {name: way(problem) for name, way in ways.items()}
    least = min(path.losses.min() for path in paths.values())
    best = paths["newton"].points[-1]
    curvatures = np.linalg.eigvalsh(problem.hessian(best))
    return Measurement(
        numbers={
            "smoothness": problem.smoothness(),
            "curvature": [float(curvatures[0]), float(curvatures[-1])],  # at the minimum
            "square": float(best @ best),
            "first": float(problem.loss(problem.start) - least),
            "rose": {name: rises(path) for name, path in paths.items()},
            "rates": _counted(paths["search"].rates),
        },
        arrays={
            **{name: path.losses - least for name, path in paths.items()},
            **{f"{name}_passes": passes(path) for name, path in paths.items()},
        },
    )


def contestants(config: Racing) -> Mapping[str, Callable[[Problem], Path]]:
    """Return the ways down by their names, as they are raced."""
    rates, steps = config.rates, config.steps
    return {
        "bound": lambda problem: fixed(problem, rates.bound, steps),
        "tuned": lambda problem: fixed(problem, rates.tuned, steps),
        "search": lambda problem: searching(problem, steps),
        "momentum": lambda problem: rolling(problem, rates.momentum, steps),
        "nesterov": lambda problem: rolling(problem, rates.nesterov, steps, nesterov=True),
        "lbfgs": lambda problem: lbfgs(problem, steps),
        "newton": lambda problem: newton(problem, config.newton_steps),
    }


def rises(path: Path) -> int:
    """Return how many steps raised the loss, by more than rounding.

    Examples
    --------
    >>> rises(Path(np.zeros((4, 1)), np.array([3.0, 1, 2, 2]), *[np.zeros(3)] * 3))
    1
    """
    return int((np.diff(path.losses) > 1e-12).sum())


def _counted(rates: Floats) -> dict[str, Json]:
    values, counts = np.unique(rates, return_counts=True)
    return {f"{value:g}": int(count) for value, count in zip(values, counts, strict=True)}


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """Rates that each method is tried with, on other seeds than the race is run with."""

    multiples: tuple[float, ...] = (1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0)  # of one over the bound
    steps: int = 100  # after which what is left is compared
    racing: Racing = RACING  # the images and the penalty


def choose(config: Choosing, seed: int) -> Measurement:
    """Measure how far above the least loss each rate leads, for each method that needs one."""
    racing = config.racing
    problem = drawn(racing.size, seed, intercept=True, l2=racing.l2).train
    least = newton(problem, racing.newton_steps).losses[-1]
    ways: Mapping[str, Callable[[float], Path]] = {
        "tuned": lambda multiple: fixed(problem, multiple, config.steps),
        "momentum": lambda multiple: rolling(problem, multiple, config.steps),
        "nesterov": lambda multiple: rolling(problem, multiple, config.steps, nesterov=True),
    }
    return Measurement(
        numbers={
            name: [float(way(multiple).losses[-1] - least) for multiple in config.multiples]
            for name, way in ways.items()
        }
    )


# --- Without L2, where there may be none --------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Going:
    """Report D's search on few images, with L2 and without, and much further than it went."""

    size: int = 2_000  # training images, drawn by the seed
    l2: float = 0.0  # on all weights, the intercept too
    steps: int = 1_000  # of gradient descent with the line search
    newton_steps: int = 10  # of Newton's method, to see whether the classes can be separated


def go_on(config: Going, seed: int) -> Measurement:
    """Go on for long; keep losses, lengths of the weights and errors along the way."""
    train, test = drawn(config.size, seed, intercept=True, l2=config.l2)
    path = searching(train, config.steps)
    leaps = newton(train, config.newton_steps)
    return Measurement(
        numbers={
            "base_rate": float(test.targets.mean()),
            "newton": {
                "loss": float(leaps.losses[-1]),
                "norm": float(np.linalg.norm(leaps.points[-1])),
                "wrong": round(float(train.wrong(leaps.points[-1:])[0]) * config.size),
            },
        },
        arrays={
            "losses": path.losses,
            "norms": np.linalg.norm(path.points, axis=1),
            "train_wrong": train.wrong(path.points),
            "test_wrong": test.wrong(path.points),
        },
    )
