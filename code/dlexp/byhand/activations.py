"""Activation functions and their slopes, number by number, for arrays of any shape.

Chapters: book/dense_networks.md, book/logistic_regression.md.
"""

import math
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from dlexp.byhand.arrays import Floats, require_floats
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_one_of

Activation: TypeAlias = Literal["linear", "sigmoid", "tanh", "relu", "gelu"]


@keeps_precision
def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)), which never overflows here and keeps its digits where it is small.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array of the shape of ``x``
        Each in [0, 1]; in (0, 1) as far as the precision reaches.

    Raises
    ------
    ValueError
        If ``x`` is no array of floats.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, np.log(3)]))
    array([0.  , 0.5 , 0.75])
    """
    require_floats(x=x)
    result: Floats = np.exp(-np.logaddexp(0, -x))
    return result


@keeps_precision
def activate(x: Floats, activation: Activation) -> Floats:
    """Return what an activation makes of weighted sums.

    Parameters
    ----------
    x : array of any shape
    activation : "linear", "sigmoid", "tanh", "relu" or "gelu"
        The last is x times the normal distribution function, which is Keras's and PyTorch's
        default; not its approximation by tanh.

    Returns
    -------
    array of the shape of ``x``

    Raises
    ------
    ValueError
        If ``x`` is no array of floats, or the activation is unknown.

    References
    ----------
    Glorot, Bordes and Bengio (2011), Deep sparse rectifier neural networks; Hendrycks and Gimpel
    (2016), Gaussian error linear units (GELUs), section 2.

    Examples
    --------
    >>> activate(np.array([-2.0, 0.0, 3.0]), "relu")
    array([0., 0., 3.])
    """
    return _known(x, activation).value(x)


@keeps_precision
def activation_slope(x: Floats, activation: Activation) -> Floats:
    """Return the derivative of an activation at weighted sums.

    Parameters
    ----------
    x, activation
        As in `activate`: the slope is taken at what goes in, not at what came out.

    Returns
    -------
    array of the shape of ``x``
        The corner of "relu", at zero, has the slope zero, as in Keras and PyTorch.

    Raises
    ------
    ValueError
        As in `activate`.

    Examples
    --------
    >>> activation_slope(np.array([-2.0, 0.0, 3.0]), "relu")
    array([0., 0., 1.])
    >>> activation_slope(np.zeros(1), "sigmoid")  # its largest: a layer divides by four or more
    array([0.25])
    """
    return _known(x, activation).slope(x)


class _Kind(NamedTuple):
    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def _below(x: Floats) -> Floats:
    """Return the share of normal numbers below each value; small ones keep their digits."""
    share: Floats = np.vectorize(math.erfc, otypes=[np.float64])(-x / math.sqrt(2)) / 2
    return share


def _density(x: Floats) -> Floats:
    density: Floats = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return density


_KINDS: dict[str, _Kind] = {
    "linear": _Kind(lambda x: x, np.ones_like),
    "sigmoid": _Kind(sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "tanh": _Kind(np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": _Kind(lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(x.dtype)),
    "gelu": _Kind(lambda x: x * _below(x), lambda x: _below(x) + x * _density(x)),
}

ACTIVATIONS: tuple[Activation, ...] = ("linear", "sigmoid", "tanh", "relu", "gelu")
"""All that there are, by name."""


def _known(x: Floats, activation: Activation) -> _Kind:
    require_floats(x=x)
    require_one_of(ACTIVATIONS, activation=activation)
    return _KINDS[activation]
