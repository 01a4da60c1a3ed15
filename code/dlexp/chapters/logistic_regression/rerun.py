"""Report D's run, whose outputs were lost: gradient descent with a line search, from zero.

Chapter: book/logistic_regression.md.
"""

from dataclasses import dataclass

import numpy as np

from dlexp.byhand import descent
from dlexp.chapters.logistic_regression.problem import ALL, drawn
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The settings of report D's program."""

    size: int = ALL  # training images; fewer than all are drawn by the seed
    intercept: bool = False  # whether there is a weight that no pixel has
    steps: int = 200  # of gradient descent
    first: float = 1.0  # rate that each line search begins with
    decrease: float = 0.01  # share of the fall along the tangent that is enough
    shrink: float = 0.5  # what a rate that is too large is multiplied by
    newton_steps: int = 16  # of Newton's method from zero, to learn how low the loss can be


def rerun(config: Reported, seed: int) -> Measurement:
    """Descend as report D does, and then by Newton's method, to see what was left."""
    train, test = drawn(config.size, seed, intercept=config.intercept)
    search = descent.LineSearch(
        first=config.first, decrease=config.decrease, shrink=config.shrink
    )  # fmt: skip
    path = descent.backtracking_descent(
        train.loss, train.gradient, train.start, steps=config.steps, search=search
    )
    best = descent.newton_descent(
        train.loss, train.gradient, train.hessian, train.start, steps=config.newton_steps
    )
    final = best.points[-1:]
    return Measurement(
        numbers={
            "base_rate": float(test.targets.mean()),
            "train_base_rate": float(train.targets.mean()),
            "smoothness": train.smoothness(),
            "said_five": float((test.x @ path.points[-1] > 0).mean()),
            "train_wrong": float(train.wrong(path.points[-1:])[0]),
            "mean_logit": float((train.x @ path.points[-1]).mean()),
            "newton": {
                "loss": float(best.losses[-1]),
                "before": float(best.losses[-2]),
                "norm": float(np.linalg.norm(final)),
                "train_wrong": round(float(train.wrong(final)[0]) * len(train.targets)),
                "test_wrong": float(test.wrong(final)[0]),
            },
        },
        arrays={
            "losses": path.losses,
            "test_losses": np.array([test.loss(point) for point in path.points]),
            "test_wrong": test.wrong(path.points),
            "rates": path.rates,
            "evaluations": path.loss_evaluations,
            "norms": np.linalg.norm(path.points, axis=1),
        },
    )
