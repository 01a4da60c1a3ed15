"""One step of Adam, with L2 in its gradients, or with weight decay apart from them (AdamW).

Chapters: book/weight_decay.md, book/dense_networks.md. `dlexp.byhand.sgd` says what L2 and decay
are, and who means which by ``weight_decay``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats, require_floats, require_not_negative
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import (
    require_at_least,
    require_instance,
    require_positive,
    require_rate,
    require_zero_or_more,
)
from dlexp.byhand.sgd import _require_alike, _shrunk


class Moments(NamedTuple):
    """What Adam remembers: running means of gradients and of their squares, and its steps."""

    mean: Floats
    square: Floats
    steps: int


class AdamStep(NamedTuple):
    """The weights after a step of Adam, and its moments for the next."""

    weights: Floats
    moments: Moments


@dataclass(frozen=True, kw_only=True)
class Convention:
    """How a framework keeps Adam from dividing by zero.

    Attributes
    ----------
    epsilon : float
        Added to the root of the mean square, > 0.
    corrects_first : bool
        Whether it is added after the root was corrected for its start at zero, as in algorithm 1
        of the paper, or before, as in the faster form at the end of the paper's section 2. In the
        first steps, the same epsilon weighs more in the second way.
    """

    epsilon: float
    corrects_first: bool


KERAS = Convention(epsilon=1e-7, corrects_first=False)
"""Of ``keras.optimizers.Adam`` and ``AdamW``."""

PYTORCH = Convention(epsilon=1e-8, corrects_first=True)
"""Of ``torch.optim.Adam`` and ``AdamW``."""


def still(weights: Floats) -> Moments:
    """Return what Adam remembers before its first step: nothing.

    Examples
    --------
    >>> still(np.ones(2))
    Moments(mean=array([0., 0.]), square=array([0., 0.]), steps=0)
    """
    require_floats(weights=weights)
    return Moments(np.zeros_like(weights), np.zeros_like(weights), 0)


@keeps_precision
def adam_step(
    weights: Floats,
    gradient: Floats,
    moments: Moments,
    *,
    rate: float = 1e-3,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    convention: Convention = KERAS,
    l2: float = 0.0,
) -> AdamStep:
    """Return weights moved by the mean of past gradients over the root of their mean square.

    Parameters
    ----------
    weights, gradient : arrays of one shape, whichever
    moments : Moments
        `still` ones at first; their arrays have the shape of the weights.
    rate : float
        > 0: about the size of a step, whatever that of the gradients.
    beta_1, beta_2 : float
        Shares of the running means that are kept, in [0, 1).
    convention : Convention
        `KERAS` or `PYTORCH`, or another.
    l2 : float
        Added to the gradient, times the weights; >= 0. It is divided by the root as well, so
        that weights with large gradients hardly shrink: see `adam_decay_step`.

    Returns
    -------
    AdamStep

    Raises
    ------
    ValueError
        If shapes do not match, a mean square is negative, or a setting is out of its range.

    References
    ----------
    Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1 and section 2.

    Examples
    --------
    >>> weights, gradient = np.zeros(2), np.array([1e-3, -1e3])
    >>> adam_step(weights, gradient, still(weights), convention=PYTORCH).weights.round(6)
    array([-0.001,  0.001])
    """
    _require_moments(weights, moments)
    _require_alike(weights, gradient=gradient)
    require_positive(rate=rate)
    require_rate(beta_1=beta_1, beta_2=beta_2)
    require_zero_or_more(l2=l2)
    gradient = gradient + l2 * weights
    mean = beta_1 * moments.mean + (1 - beta_1) * gradient
    square = beta_2 * moments.square + (1 - beta_2) * gradient**2
    moments = Moments(mean, square, moments.steps + 1)
    return AdamStep(weights - rate * _direction(moments, beta_1, beta_2, convention), moments)


@keeps_precision
def adam_decay_step(
    weights: Floats,
    gradient: Floats,
    moments: Moments,
    *,
    rate: float = 1e-3,
    decay: float,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    convention: Convention = KERAS,
) -> AdamStep:
    """Return weights after a step of AdamW: shrunk by ``1 - rate * decay``, then an `adam_step`.

    Parameters
    ----------
    weights, gradient, moments, rate, beta_1, beta_2, convention
        As in `adam_step`.
    decay : float
        In [0, 1 / rate]. All weights shrink by the same factor, whatever their gradients.

    Returns
    -------
    AdamStep

    Raises
    ------
    ValueError
        As in `adam_step`.

    References
    ----------
    Loshchilov and Hutter (2019), Decoupled weight decay regularization, algorithm 2.

    Examples
    --------
    >>> weights, gradient = np.ones(2), np.array([0.0, 0.0])
    >>> adam_decay_step(weights, gradient, still(weights), rate=0.5, decay=0.2).weights
    array([0.9, 0.9])
    """
    shrunk = _shrunk(weights, rate, decay)
    settings = {"rate": rate, "beta_1": beta_1, "beta_2": beta_2}
    return adam_step(shrunk, gradient, moments, **settings, convention=convention)


def _direction(moments: Moments, beta_1: float, beta_2: float, convention: Convention) -> Floats:
    """Return mean over root, both corrected for their start at zero."""
    require_instance(Convention, "a convention", convention=convention)
    require_positive(epsilon=convention.epsilon)
    mean = moments.mean / (1 - beta_1**moments.steps)
    correction = np.sqrt(1 - beta_2**moments.steps)
    if convention.corrects_first:
        direction: Floats = mean / (np.sqrt(moments.square) / correction + convention.epsilon)
    else:
        direction = mean * correction / (np.sqrt(moments.square) + convention.epsilon)
    return direction


def _require_moments(weights: Floats, moments: Moments) -> None:
    require_instance(Moments, "the moments of Adam", moments=moments)
    _require_alike(weights, mean=moments.mean, square=moments.square)
    require_not_negative(square=moments.square)
    require_at_least(0, steps=moments.steps)
