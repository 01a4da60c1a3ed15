"""Gradients of recurrent layers: backpropagation through time, from the last step to the first.

Chapter: book/rnn_vs_cnn.md. Notation: B sequences of T steps with D features; N units. Gradients
are computed in double precision.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.recurrent_layers import _checked, _lstm_step, lstm, simple_rnn
from dlexp.byhand.recurrent_weights import Weights
from dlexp.byhand.sequences import Mask


class Gradients(NamedTuple):
    """What a recurrent layer hands back: to its input (B, T, D), and to its weights."""

    x: Floats
    kernel: Floats
    recurrent: Floats
    bias: Floats


@keeps_precision
def simple_rnn_gradients(
    x: Floats, weights: Weights, upstream: Floats, *, mask: Mask | None = None
) -> Gradients:
    """Return the gradients of `simple_rnn`, from the last step back to the first.

    Parameters
    ----------
    x, weights, mask
        As in `simple_rnn`.
    upstream : array of shape (B, T, N)
        Gradient with respect to each state; zero where nobody looked at it.

    Raises
    ------
    ValueError
        If shapes do not match.

    References
    ----------
    Werbos (1990), Backpropagation through time: what it does and how to do it.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> weights, last = Weights(one, one / 2, np.zeros(1)), np.array([[[0.0], [0.0], [1.0]]])
    >>> simple_rnn_gradients(np.zeros((1, 3, 1)), weights, last).x.ravel()  # halved per step back
    array([0.25, 0.5 , 1.  ])
    """
    x, keep = _checked(x, weights, mask, "simple")
    states = simple_rnn(x, weights, mask=mask)
    require_shape("upstream", upstream, states.shape)
    before = _shifted(states)
    found = _zeros(x, weights)
    carried = np.zeros_like(states[:, 0])  # what later steps say of the state
    for t in reversed(range(x.shape[1])):
        arrived = upstream[:, t] + carried
        sums = np.where(keep[:, t], arrived * (1 - states[:, t] ** 2), 0.0)
        _add(found, t, x, before[:, t], sums, weights)
        carried = np.where(keep[:, t], sums @ weights.recurrent.T, arrived)
    return found


@keeps_precision
def lstm_gradients(
    x: Floats, weights: Weights, upstream: Floats, *, mask: Mask | None = None
) -> Gradients:
    """Return the gradients of what `lstm` shows, from the last step back to the first.

    Parameters
    ----------
    x, weights, mask
        As in `lstm`.
    upstream : array of shape (B, T, N)
        Gradient with respect to what is shown at each step.

    Raises
    ------
    ValueError
        If shapes do not match.

    Examples
    --------
    >>> weights = Weights(np.ones((1, 4)), np.zeros((1, 4)), np.array([0.0, 99.0, 0.0, 99.0]))
    >>> last = np.array([[[0.0], [0.0], [1.0]]])  # the forget gate is open: nothing gets lost
    >>> lstm_gradients(np.zeros((1, 3, 1)), weights, last).x.ravel()
    array([0.5, 0.5, 0.5])
    """
    x, keep = _checked(x, weights, mask, "lstm")
    states = lstm(x, weights, mask=mask)
    require_shape("upstream", upstream, states.shown.shape)
    shown, cells = map(_shifted, states)
    found = _zeros(x, weights)
    by_shown = by_cell = np.zeros_like(shown[:, 0])
    for t in reversed(range(x.shape[1])):
        step = _lstm_step(x[:, t], shown[:, t], cells[:, t], weights)
        bent = np.tanh(step.cell)
        arrived = upstream[:, t] + by_shown
        inside = by_cell + arrived * step.output * (1 - bent**2)
        sums = np.concatenate(
            [
                inside * step.candidate * step.input * (1 - step.input),
                inside * cells[:, t] * step.forget * (1 - step.forget),
                inside * step.input * (1 - step.candidate**2),
                arrived * bent * step.output * (1 - step.output),
            ],
            axis=1,
        )
        sums = np.where(keep[:, t], sums, 0.0)
        _add(found, t, x, shown[:, t], sums, weights)
        by_shown = np.where(keep[:, t], sums @ weights.recurrent.T, arrived)
        by_cell = np.where(keep[:, t], inside * step.forget, by_cell)
    return found


def _shifted(states: Floats) -> Floats:
    """Return the state before each step."""
    return np.concatenate([np.zeros_like(states[:, :1]), states[:, :-1]], axis=1)


def _zeros(x: Floats, weights: Weights) -> Gradients:
    return Gradients(np.zeros(x.shape), *(np.zeros(each.shape) for each in weights))


def _add(
    found: Gradients, t: int, x: Floats, before: Floats, sums: Floats, weights: Weights
) -> None:
    """Add what step ``t`` says: each step has the same weights, so its gradients add up."""
    found.x[:, t] = sums @ weights.kernel.T
    found.kernel[...] += x[:, t].T @ sums
    found.recurrent[...] += before.T @ sums
    found.bias[...] += sums.sum(axis=0)
