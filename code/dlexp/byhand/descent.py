"""Descents by hand: gradient descent, line search, momentum and Newton, each with its whole way.

Chapter: book/logistic_regression.md. Notation: D weights. A descent is given functions of a point,
which is an array of float64 of shape (D,): ``loss(point)`` must return one number,
``gradient(point)`` an array of floats of shape (D,), ``hessian(point)`` one of shape (D, D).
Everything is computed in double precision. Single steps for any arrays, with Adam and weight
decay, come from `dlexp.byhand.sgd` and `dlexp.byhand.adam`.
"""

import numpy as np

from dlexp.byhand.arrays import Floats, require
from dlexp.byhand.settings import (
    require_at_least,
    require_inside,
    require_instance,
    require_positive,
    require_rate,
)
from dlexp.byhand.sgd import _rolled
from dlexp.byhand.trail import Derivative, LineSearch, Loss, Path, Trail, _derivative

__all__ = [
    "BACKTRACKING",
    "LineSearch",
    "Path",
    "backtracking_descent",
    "gradient_descent",
    "momentum_descent",
    "newton_descent",
]

BACKTRACKING = LineSearch()
"""The line search of report D: begin at 1, halve, be content with a hundredth of the fall."""


@np.errstate(all="ignore")  # what is not finite is refused
def gradient_descent(
    loss: Loss, gradient: Derivative, start: Floats, *, rate: float, steps: int
) -> Path:
    """Return the way of gradient descent with one rate: w <- w - rate * gradient.

    Parameters
    ----------
    loss, gradient : functions of a point
        As at the head of this module. The method itself needs no loss.
    start : array of shape (D,)
    rate : float
        > 0. Up to 1 / L no step raises a loss whose curvature is at most L
        (`logistic.logistic_smoothness`); above 2 / L it moves away from the least one.
    steps : int
        >= 0.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If a function returns something of another shape, or something that is not finite; if a
        point is not finite, for the rate is too large; or if a setting is out of its range.

    References
    ----------
    Bubeck (2015), Convex optimization: algorithms and complexity, section 3.2.

    Examples
    --------
    >>> path = gradient_descent(
    ...     lambda w: w @ w / 2, lambda w: w, np.array([8.0]), rate=0.5, steps=3
    ... )
    >>> path.points.ravel(), path.losses
    (array([8., 4., 2., 1.]), array([32. ,  8. ,  2. ,  0.5]))
    """
    require_positive(rate=rate)
    require_at_least(0, steps=steps)
    trail = Trail(loss, gradient, start)
    for _ in range(steps):
        trail.move(-rate * trail.gradient(), rate)
    return trail.path()


@np.errstate(all="ignore")
def momentum_descent(
    loss: Loss,
    gradient: Derivative,
    start: Floats,
    *,
    rate: float,
    steps: int,
    momentum: float = 0.9,
    nesterov: bool = False,
) -> Path:
    """Return the way of gradient descent whose moves go on: the steps of `sgd.sgd_step`.

    Parameters
    ----------
    loss, gradient, start, rate, steps
        As in `gradient_descent`.
    momentum : float
        Share of the last move that is made again, in [0, 1).
    nesterov : bool
        Whether the gradient is taken where momentum leads. The points are those that Keras and
        PyTorch hold, at which it is taken.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        As in `gradient_descent`.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods; Nesterov
    (1983), A method of solving a convex programming problem with convergence rate O(1/k²);
    Sutskever, Martens, Dahl and Hinton (2013), On the importance of initialization and momentum in
    deep learning, equations 1 to 4.

    Examples
    --------
    >>> path = momentum_descent(
    ...     lambda w: w @ w / 2, lambda w: w, np.array([8.0]), rate=0.5, momentum=0.5, steps=3
    ... )
    >>> path.points.ravel()  # moves of -4, -4 / 2 - 2 and -4 / 2 - 1
    array([ 8.,  4.,  0., -2.])
    """
    require_positive(rate=rate)
    require_at_least(0, steps=steps)
    require_rate(momentum=momentum)
    require_instance(bool, "true or false", nesterov=nesterov)
    trail = Trail(loss, gradient, start)
    velocity = np.zeros_like(trail.point)
    for _ in range(steps):
        move, velocity = _rolled(trail.gradient(), velocity, rate, momentum, nesterov)
        trail.move(move, rate)
    return trail.path()


@np.errstate(all="ignore")
def backtracking_descent(
    loss: Loss,
    gradient: Derivative,
    start: Floats,
    *,
    steps: int,
    search: LineSearch = BACKTRACKING,
) -> Path:
    """Return the way of gradient descent that looks for the rate of each step.

    Parameters
    ----------
    loss, gradient, start, steps
        As in `gradient_descent`. A loss may be infinite where a rate is tried, and is then too
        large.
    search : LineSearch

    Returns
    -------
    Path
        ``loss_evaluations``: one at the start, and one for each rate that was tried.

    Raises
    ------
    ValueError
        As in `gradient_descent`.

    References
    ----------
    Armijo (1966), Minimization of functions having Lipschitz continuous first partial derivatives;
    Nocedal and Wright (2006), Numerical optimization, algorithm 3.1.

    Examples
    --------
    >>> path = backtracking_descent(
    ...     lambda w: 2 * w @ w, lambda w: 4 * w, np.array([1.0]), steps=1
    ... )
    >>> path.rates, path.loss_evaluations  # 1 leads to -3, and 1/2 to -1: no better
    (array([0.25]), array([1, 4]))
    """
    require_at_least(0, steps=steps)
    _require_search(search)
    trail = Trail(loss, gradient, start, searches=True)
    for _ in range(steps):
        slope = trail.gradient()
        trail.search(-slope, slope, search)
    return trail.path()


@np.errstate(all="ignore")
def newton_descent(
    loss: Loss,
    gradient: Derivative,
    hessian: Derivative,
    start: Floats,
    *,
    steps: int,
    search: LineSearch = BACKTRACKING,
) -> Path:
    """Return the way of Newton's method: to where a parabola would be least, if the loss falls.

    Where a direction has no curvature, such as the weight of a pixel that never changes, the
    parabola says nothing, and the point does not move along it. Where there is no minimum, such as
    for classes that a plane separates, curvatures vanish, and leaps grow until they are cut short.

    Parameters
    ----------
    loss, gradient, start, steps, search
        As in `backtracking_descent`. Near the minimum the rate is one.
    hessian : function of a point
        Asked for as often as the gradient. It must be symmetric and have no eigenvalue below
        zero, as that of a convex loss.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        As in `gradient_descent`, or if a Hessian is not symmetric or has an eigenvalue below zero.

    References
    ----------
    Boyd and Vandenberghe (2004), Convex optimization, algorithm 9.5.

    Examples
    --------
    >>> curvature = np.diag([1.0, 100.0])
    >>> path = newton_descent(
    ...     lambda w: w @ curvature @ w / 2, lambda w: curvature @ w, lambda w: curvature,
    ...     np.array([3.0, 7.0]), steps=1,
    ... )
    >>> path.losses
    array([2454.5,    0. ])
    """
    require_at_least(0, steps=steps)
    _require_search(search)
    trail = Trail(loss, gradient, start, searches=True)
    size = len(trail.point)
    for _ in range(steps):
        slope = trail.gradient()
        curvature = _derivative("hessian", hessian, trail.point, (size, size))
        trail.search(_newton_direction(curvature, slope), slope, search)
    return trail.path()


def _newton_direction(curvature: Floats, slope: Floats) -> Floats:
    """Return minus the slope divided by the curvature, along each axis that has some."""
    values, axes = _curved_axes(curvature)
    direction: Floats = -axes @ (axes.T @ slope / values)
    return direction


def _curved_axes(curvature: Floats) -> tuple[Floats, Floats]:
    """Return the curvatures above zero, (R,), and their axes, (D, R)."""
    epsilon, curvature = float(np.finfo(curvature.dtype).eps), curvature.astype(np.float64)
    largest, uneven = (np.abs(a).max() for a in (curvature, curvature - curvature.T))
    symmetric = bool(uneven <= epsilon**0.5 * largest)
    require(symmetric, "`hessian(point)` must be symmetric", f"{uneven:.3g} off")
    values, axes = np.linalg.eigh(curvature)
    rounding = 10 * len(values) * epsilon * largest
    rule = "`hessian(point)` must have no eigenvalue below zero"
    require(bool(values[0] >= -rounding), rule, f"{values[0]:.3g}")
    return values[values > rounding], axes[:, values > rounding]


def _require_search(search: LineSearch) -> None:
    require_instance(LineSearch, "a line search", search=search)
    require_positive(first=search.first)
    require_inside(decrease=search.decrease, shrink=search.shrink)
