"""What a descent leaves behind: its points, their losses, and what it asked for on the way.

Chapter: book/logistic_regression.md. Notation: D weights. Everything is in double precision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats, require, require_axes, require_finite, require_shape
from dlexp.byhand.settings import (
    require_function,
    require_number,
)

Loss: TypeAlias = Callable[[Floats], float | np.floating]
"""Takes weights, (D,), and returns one number."""

Derivative: TypeAlias = Callable[[Floats], Floats]
"""Takes weights, (D,), and returns an array: (D,) for a gradient, (D, D) for a Hessian."""

ROUNDING = 10 * float(np.finfo(np.float64).eps)
"""How much of a loss may be rounding. Near a minimum, steps lower it by less than that."""


class Path(NamedTuple):
    """The way of a descent of so many steps, from its start on.

    ``points`` (steps + 1, D) and their ``losses`` (steps + 1,); the ``rates`` (steps,) of the
    steps. ``loss_evaluations`` and ``gradient_evaluations`` (steps + 1,) say how many the method
    had needed when it came to each point: losses that are only written down here do not count.
    """

    points: Floats
    losses: Floats
    rates: Floats
    loss_evaluations: NDArray[np.int64]
    gradient_evaluations: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class LineSearch:
    """How backtracking finds a rate: from a large one down, until the loss falls enough.

    Attributes
    ----------
    first : float
        The rate that each search begins with, > 0.
    decrease : float
        Share of the fall along the tangent that is enough, in (0, 1): Armijo's constant.
    shrink : float
        What a rate that is too large is multiplied by, in (0, 1).
    """

    first: float = 1.0
    decrease: float = 0.01
    shrink: float = 0.5


class Trail:
    """A descent on its way: where it is, and all that its `Path` will tell."""

    def __init__(
        self, loss: Loss, gradient: Derivative, start: Floats, *, searches: bool = False
    ) -> None:
        """Begin at a start, (D,), where a descent that ``searches`` needs the loss."""
        require_function(loss=loss, gradient=gradient)
        require_axes("weights", start=start)
        require(start.size > 0, "`start` must have one weight at least", f"shape {start.shape}")
        require_finite(start=start)
        self._loss, self._gradient = loss, gradient
        self._asked = [(int(searches), 0)]  # losses and gradients, at each point
        self._losses_asked, self._gradients_asked = self._asked[0]
        self._points: list[Floats] = [start.astype(np.float64)]
        self._losses = [_finite_loss(self._loss_at(self.point))]
        self._rates: list[float] = []

    @property
    def point(self) -> Floats:
        """The last point, (D,)."""
        return self._points[-1]

    def gradient(self) -> Floats:
        """Return the gradient at the last point, (D,)."""
        self._gradients_asked += 1
        gradient = _derivative("gradient", self._gradient, self.point, self.point.shape)
        return gradient.astype(np.float64)

    def move(self, move: Floats, rate: float) -> None:
        """Go on by a move, (D,), that was made with this rate."""
        point = self.point + move
        self._require_finite(point, rate)
        self._add(point, self._loss_at(point), rate)

    def search(self, direction: Floats, gradient: Floats, search: LineSearch) -> None:
        """Go on along a direction, (D,), by the first rate that lowers the loss enough.

        The search ends: a rate that has shrunk to nothing leaves the loss as it was.
        """
        rate, fall = search.first, search.decrease * float(gradient @ direction)
        before = self._losses[-1] + ROUNDING * abs(self._losses[-1])
        point, loss = self._tried(rate, direction)
        while not loss <= before + rate * fall:
            rate *= search.shrink
            point, loss = self._tried(rate, direction)
        self._add(point, loss, rate)

    def path(self) -> Path:
        """Return the way so far."""
        losses_asked, gradients_asked = np.array(self._asked, np.int64).T
        points, losses, rates = map(np.array, (self._points, self._losses, self._rates))
        return Path(points, losses, rates, losses_asked, gradients_asked)

    def _tried(self, rate: float, direction: Floats) -> tuple[Floats, float]:
        """Return the point that a rate leads to, and its loss, which may be infinite or NaN."""
        self._losses_asked += 1
        point = self.point + rate * direction
        return point, self._loss_at(point)

    def _loss_at(self, point: Floats) -> float:
        loss = self._loss(point)
        require_number(**{"loss(point)": cast(float, loss)})
        return float(loss)

    def _add(self, point: Floats, loss: float, rate: float) -> None:
        self._points.append(point)
        self._losses.append(_finite_loss(loss))
        self._rates.append(float(rate))
        self._asked.append((self._losses_asked, self._gradients_asked))

    def _require_finite(self, point: Floats, rate: float) -> None:
        step = len(self._points)
        got = f"one that is not, in step {step} with the rate {rate:.3g}"
        require(bool(np.isfinite(point).all()), "a descent must stay at finite points", got)


def _derivative(name: str, function: Derivative, point: Floats, shape: tuple[int, ...]) -> Floats:
    """Return what a function of the reader gives at a point; refuse another shape.

    Examples
    --------
    >>> _derivative("gradient", lambda point: point[:1], np.zeros(2), (2,))
    Traceback (most recent call last):
        ...
    ValueError: `gradient(point)` must have shape (2,); got (1,)
    """
    require_function(**{name: function})
    value, called = function(point), f"{name}(point)"
    require_shape(called, value, shape)
    require_finite(**{called: value})
    return value


def _finite_loss(loss: float) -> float:
    require(bool(np.isfinite(loss)), "`loss(point)` must be finite", loss)
    return loss
