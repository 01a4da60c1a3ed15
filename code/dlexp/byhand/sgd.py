"""One step of gradient descent with momentum, and two ways to keep weights small.

Chapters: book/weight_decay.md, book/dense_networks.md. L2 adds ``l2`` times the weights to the
gradient, which then goes through whatever an optimiser does to gradients. Decay shrinks the
weights apart from it: w <- (1 - rate * decay) w. Without momentum the two are one here; in Adam
(`dlexp.byhand.adam`) they never are.

Who means what: PyTorch's ``weight_decay`` is ``l2`` in its SGD and Adam, ``decay`` in its AdamW.
Keras's ``weight_decay`` is ``decay`` in every optimiser; its ``regularizers.L2(s)`` is an ``l2``
of 2 s.
"""

from typing import NamedTuple

from dlexp.byhand.arrays import Floats, require, require_floats, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import (
    require_instance,
    require_positive,
    require_rate,
    require_zero_or_more,
)


class SGDStep(NamedTuple):
    """The weights after a step of SGD, and the velocity for the next; both of one shape."""

    weights: Floats
    velocity: Floats


@keeps_precision
def sgd_step(
    weights: Floats,
    gradient: Floats,
    velocity: Floats,
    *,
    rate: float,
    momentum: float = 0.0,
    nesterov: bool = False,
    l2: float = 0.0,
) -> SGDStep:
    """Return weights moved against the gradient, and along with what moved them before.

    Parameters
    ----------
    weights, gradient, velocity : arrays of one shape, whichever
        The velocity is zero at first. It has the rate in it, as in Keras and unlike in PyTorch:
        the two part only where the rate changes.
    rate : float
        > 0.
    momentum : float
        Share of the velocity that is kept, in [0, 1).
    nesterov : bool
        Whether the move looks one step of momentum ahead.
    l2 : float
        Added to the gradient, times the weights; >= 0.

    Returns
    -------
    SGDStep

    Raises
    ------
    ValueError
        If shapes do not match, or a setting is out of its range.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods; Sutskever,
    Martens, Dahl and Hinton (2013), On the importance of initialization and momentum in deep
    learning, equations 1 to 4.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones(1)
    >>> sgd_step(one, one, np.zeros(1), rate=0.5).weights
    array([0.5])
    >>> sgd_step(one, 0 * one, one, rate=0.5, momentum=0.25)  # no gradient: it rolls on
    SGDStep(weights=array([1.25]), velocity=array([0.25]))
    """
    _require_alike(weights, gradient=gradient, velocity=velocity)
    require_positive(rate=rate)
    require_rate(momentum=momentum)
    require_instance(bool, "true or false", nesterov=nesterov)
    require_zero_or_more(l2=l2)
    move, velocity = _rolled(gradient + l2 * weights, velocity, rate, momentum, nesterov)
    return SGDStep(weights + move, velocity)


@keeps_precision
def sgd_decay_step(
    weights: Floats,
    gradient: Floats,
    velocity: Floats,
    *,
    rate: float,
    decay: float,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> SGDStep:
    """Return weights that shrank by the factor ``1 - rate * decay``, and then made an `sgd_step`.

    Parameters
    ----------
    weights, gradient, velocity, rate, momentum, nesterov
        As in `sgd_step`.
    decay : float
        In [0, 1 / rate]: what shrinks does not change its sign.

    Returns
    -------
    SGDStep
        Without momentum, that of `sgd_step` with ``l2 = decay``.

    Raises
    ------
    ValueError
        As in `sgd_step`.

    References
    ----------
    Loshchilov and Hutter (2019), Decoupled weight decay regularization, algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> sgd_decay_step(np.ones(1), np.zeros(1), np.zeros(1), rate=0.5, decay=0.2).weights
    array([0.9])
    """
    shrunk = _shrunk(weights, rate, decay)
    return sgd_step(shrunk, gradient, velocity, rate=rate, momentum=momentum, nesterov=nesterov)


def _rolled(
    gradient: Floats, velocity: Floats, rate: float, momentum: float, nesterov: bool
) -> tuple[Floats, Floats]:
    """Return the move of a step, and its velocity."""
    push = -rate * gradient
    velocity = momentum * velocity + push
    return (momentum * velocity + push if nesterov else velocity), velocity


def _shrunk(weights: Floats, rate: float, decay: float) -> Floats:
    require_floats(weights=weights)
    require_positive(rate=rate)
    require_zero_or_more(decay=decay)
    require(rate * decay <= 1, "`rate` times `decay` must be 1 at most", rate * decay)
    return (1 - rate * decay) * weights


def _require_alike(weights: Floats, **others: Floats) -> None:
    require_floats(weights=weights)
    for name, array in others.items():
        require_shape(name, array, weights.shape)
