"""Recurrent layers, step by step: the simple one, the LSTM and the GRU.

Chapter: book/rnn_vs_cnn.md. Notation: B sequences of T steps with D features; N units. States
are computed in double precision.
"""

from typing import NamedTuple

import numpy as np

from dlexp.byhand.arrays import Floats, require_axes, require_sequences, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.recurrent_weights import Kind, Weights, _gates
from dlexp.byhand.sequences import Mask, _steps_kept
from dlexp.byhand.settings import require_instance


class LSTMStates(NamedTuple):
    """What an LSTM has after each step: what it shows and what it keeps, both (B, T, N)."""

    shown: Floats
    cell: Floats


@keeps_precision
def simple_rnn(x: Floats, weights: Weights, *, mask: Mask | None = None) -> Floats:
    """Return the states of a simple recurrent layer: tanh(x_t W + h_{t-1} U + b).

    Parameters
    ----------
    x : array of shape (B, T, D)
    weights : Weights
        One block.
    mask : bool array of shape (B, T), optional
        Where it is False, the step is skipped: the state stays what it was.

    Returns
    -------
    array of shape (B, T, N)
        Each in (-1, 1). The state before the first step is zero.

    Raises
    ------
    ValueError
        If shapes do not match.

    References
    ----------
    Elman (1990), Finding structure in time.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> states = simple_rnn(np.zeros((1, 3, 1)), Weights(one, one, np.ones(1)))
    >>> states.ravel().round(3)
    array([0.762, 0.943, 0.96 ])
    """
    x, keep = _checked(x, weights, mask, "simple")
    state = np.zeros((len(x), len(weights.recurrent)))
    states = np.empty((*x.shape[:2], state.shape[1]))
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ weights.kernel + state @ weights.recurrent + weights.bias)
        state = np.where(keep[:, t], new, state)
        states[:, t] = state
    return states


@keeps_precision
def lstm(x: Floats, weights: Weights, *, mask: Mask | None = None) -> LSTMStates:
    """Return the states of an LSTM: a cell that is kept by one gate and filled by another.

    Parameters
    ----------
    x, mask
        As in `simple_rnn`.
    weights : Weights
        Four blocks: input gate, forget gate, candidate, output gate.

    Returns
    -------
    LSTMStates
        Of all steps. States before the first step are zero.

    Raises
    ------
    ValueError
        If shapes do not match.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory; Gers, Schmidhuber and Cummins
    (2000), Learning to forget.

    Examples
    --------
    >>> weights = Weights(np.ones((1, 4)), np.zeros((1, 4)), np.array([0.0, 99.0, 0.0, 99.0]))
    >>> x = np.array([[[1.0], [0.0], [0.0]]])  # the forget gate is open: the cell keeps its value
    >>> lstm(x, weights).cell.ravel().round(3)
    array([0.557, 0.557, 0.557])
    """
    x, keep = _checked(x, weights, mask, "lstm")
    shown = cell = np.zeros((len(x), len(weights.recurrent)))
    states = LSTMStates(*(np.empty((*x.shape[:2], shown.shape[1])) for _ in range(2)))
    for t in range(x.shape[1]):
        step = _lstm_step(x[:, t], shown, cell, weights)
        cell = np.where(keep[:, t], step.cell, cell)
        shown = np.where(keep[:, t], step.output * np.tanh(step.cell), shown)
        states.shown[:, t], states.cell[:, t] = shown, cell
    return states


@keeps_precision
def gru(
    x: Floats, weights: Weights, *, reset_after: bool = True, mask: Mask | None = None
) -> Floats:
    """Return the states of a GRU: a mean of the old state and a candidate, weighed by a gate.

    Parameters
    ----------
    x, mask
        As in `simple_rnn`.
    weights : Weights
        Three blocks: update gate, reset gate, candidate.
    reset_after : bool
        Whether the reset gate acts after the state was multiplied by its weights. Then there are
        two biases, of shape (2, 3 N): Keras's default, and PyTorch's only form. Otherwise it acts
        before, as in the paper, and one bias is all.

    Returns
    -------
    array of shape (B, T, N)

    Raises
    ------
    ValueError
        If shapes do not match.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder for statistical
    machine translation.

    Examples
    --------
    >>> closed = Weights(np.ones((1, 3)), np.zeros((1, 3)), np.array([-99.0, 0.0, 0.0]))
    >>> gru(np.ones((1, 2, 1)), closed, reset_after=False).ravel().round(3)  # update gate at zero
    array([0.762, 0.762])
    """
    require_instance(bool, "true or false", reset_after=reset_after)
    x, keep = _checked(x, weights, mask, "gru", biases=2 if reset_after else 1)
    state = np.zeros((len(x), len(weights.recurrent)))
    states = np.empty((*x.shape[:2], state.shape[1]))
    for t in range(x.shape[1]):
        step = _gru_step(x[:, t], state, weights, reset_after=reset_after)
        new = step.update * state + (1 - step.update) * step.candidate
        state = np.where(keep[:, t], new, state)
        states[:, t] = state
    return states


class _GRUStep(NamedTuple):
    """The gates of a GRU at one step, what its reset gate multiplies, and its candidate."""

    update: Floats
    reset: Floats
    memory: Floats
    candidate: Floats


def _gru_step(x: Floats, state: Floats, weights: Weights, *, reset_after: bool) -> _GRUStep:
    outer, inner = weights.bias if reset_after else (weights.bias, np.zeros(()))
    gates = 2 * len(weights.recurrent)
    given = x @ weights.kernel + outer
    recalled = state @ weights.recurrent + inner
    update, reset = np.split(_sigmoid((given + recalled)[:, :gates]), 2, axis=1)
    if reset_after:
        memory = recalled[:, gates:]
        candidate = np.tanh(given[:, gates:] + reset * memory)
    else:
        memory = state
        candidate = np.tanh(given[:, gates:] + (reset * memory) @ weights.recurrent[:, gates:])
    return _GRUStep(update, reset, memory, candidate)


class _Step(NamedTuple):
    """The gates of an LSTM at one step, and its cell after it; each (B, N)."""

    input: Floats
    forget: Floats
    candidate: Floats
    output: Floats
    cell: Floats


def _lstm_step(x: Floats, shown: Floats, cell: Floats, weights: Weights) -> _Step:
    sums = x @ weights.kernel + shown @ weights.recurrent + weights.bias
    i, f, c, o = np.split(sums, 4, axis=1)
    fill, forget, candidate, output = _sigmoid(i), _sigmoid(f), np.tanh(c), _sigmoid(o)
    return _Step(fill, forget, candidate, output, forget * cell + fill * candidate)


def _sigmoid(x: Floats) -> Floats:
    result: Floats = (1 + np.tanh(x / 2)) / 2  # never overflows
    return result


def _checked(
    x: Floats, weights: Weights, mask: Mask | None, kind: Kind, *, biases: int = 1
) -> tuple[Floats, Mask]:
    """Return the steps that count, zeros in place of the others, and which: (B, T, 1)."""
    require_sequences(x)
    require_instance(Weights, "the weights of a layer", weights=weights)
    require_axes("units, gates and units", recurrent=weights.recurrent)
    units = len(weights.recurrent)
    width = _gates(kind) * units
    require_shape("kernel", weights.kernel, (x.shape[2], width))
    require_shape("recurrent", weights.recurrent, (units, width))
    require_shape("bias", weights.bias, (width,) if biases == 1 else (biases, width))
    keep = _steps_kept(x, mask)
    # Zero times what is no number is no number, so it must not come into a sum.
    return x if mask is None else np.where(keep, x, 0), keep
