"""Gradients of the GRU, through time, in both of its forms.

Chapter: book/rnn_vs_cnn.md. Notation: B sequences of T steps with D features; N units. Gradients
are computed in double precision.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.recurrent_gradients import Gradients, _shifted, _zeros
from dlexp.byhand.recurrent_layers import _checked, _gru_step, gru
from dlexp.byhand.recurrent_weights import Weights
from dlexp.byhand.sequences import Mask
from dlexp.byhand.settings import require_instance


@keeps_precision
def gru_gradients(
    x: Floats,
    weights: Weights,
    upstream: Floats,
    *,
    reset_after: bool = True,
    mask: Mask | None = None,
) -> Gradients:
    """Return the gradients of `gru`, from the last step back to the first.

    Parameters
    ----------
    x, weights, reset_after, mask
        As in `gru`.
    upstream : array of shape (B, T, N)
        Gradient with respect to each state; zero where nobody looked at it.

    Raises
    ------
    ValueError
        If shapes do not match.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder for statistical
    machine translation; Werbos (1990), Backpropagation through time.

    Examples
    --------
    >>> half = Weights(np.ones((1, 3)), np.zeros((1, 3)), np.zeros(3))  # update gate: one half
    >>> last = np.array([[[0.0], [0.0], [1.0]]])
    >>> gru_gradients(np.zeros((1, 3, 1)), half, last, reset_after=False).x.ravel()
    array([0.125, 0.25 , 0.5  ])
    """
    require_instance(bool, "true or false", reset_after=reset_after)
    x, keep = _checked(x, weights, mask, "gru", biases=2 if reset_after else 1)
    states = gru(x, weights, reset_after=reset_after, mask=mask)
    require_shape("upstream", upstream, states.shape)
    before = _shifted(states)
    found = _zeros(x, weights)
    carried = np.zeros_like(states[:, 0])  # what later steps say of the state
    for t in reversed(range(x.shape[1])):
        arrived = upstream[:, t] + carried
        back = _back(x[:, t], before[:, t], np.where(keep[:, t], arrived, 0), weights, reset_after)
        _add(found, x[:, t], before[:, t], back, reset_after=reset_after)
        found.x[:, t] = back.sums @ weights.kernel.T
        carried = np.where(keep[:, t], back.state, arrived)
    return found


class _Back(NamedTuple):
    """What one step hands back: to the sums with the input and with the state, and to the state."""

    sums: Floats  # (B, 3 N)
    recalled: Floats  # (B, 3 N); before multiplying, its last block is for what is multiplied
    reset: Floats
    state: Floats


def _back(x: Floats, state: Floats, arrived: Floats, weights: Weights, reset_after: bool) -> _Back:
    step = _gru_step(x, state, weights, reset_after=reset_after)
    gates = 2 * len(weights.recurrent)
    last = weights.recurrent[:, gates:]
    candidate = arrived * (1 - step.update) * (1 - step.candidate**2)
    # What the product of reset gate and memory gets.
    product = candidate if reset_after else candidate @ last.T
    update = arrived * (state - step.candidate) * step.update * (1 - step.update)
    reset = product * step.memory * step.reset * (1 - step.reset)
    sums = np.concatenate([update, reset, candidate], axis=1)
    recalled = np.concatenate([update, reset, product * step.reset], axis=1)
    direct = arrived * step.update
    if reset_after:
        return _Back(sums, recalled, step.reset, direct + recalled @ weights.recurrent.T)
    by_gates = recalled[:, :gates] @ weights.recurrent[:, :gates].T
    return _Back(sums, recalled, step.reset, direct + by_gates + recalled[:, gates:])


def _add(found: Gradients, x: Floats, state: Floats, back: _Back, *, reset_after: bool) -> None:
    """Add what a step says of the weights: they are the same at each step."""
    found.kernel[...] += x.T @ back.sums
    if reset_after:
        found.recurrent[...] += state.T @ back.recalled
        found.bias[...] += np.stack([back.sums.sum(axis=0), back.recalled.sum(axis=0)])
        return
    gates = 2 * state.shape[1]
    found.recurrent[:, :gates] += state.T @ back.sums[:, :gates]
    found.recurrent[:, gates:] += (back.reset * state).T @ back.sums[:, gates:]
    found.bias[...] += back.sums.sum(axis=0)
