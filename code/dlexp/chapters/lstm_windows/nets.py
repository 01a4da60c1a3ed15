"""LSTMs, GRUs and dense nets, many of one kind at once, forward and backward, with NumPy.

Chapter: book/lstm_windows.md. M nets that share nothing stand in one array, for a step of a small
net costs Python more than it computes. `laws` holds them, and how they are trained, to Keras.
Notation: M nets, B windows each, of T values; N units; K outputs. Single precision.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Weights = list[Array]
"""Of the hidden layer as Keras orders them, then kernel and bias of the output layer.

All have a first axis of length M; biases have a second one of length one.
"""


class Carried(NamedTuple):
    """What a recurrent layer hands from step to step, (M, B, N); the cell is the LSTM's."""

    shown: Array
    cell: Array


class Hidden(NamedTuple):
    """The hidden layer after the last step, and all that the way back needs."""

    state: Carried
    steps: list[Any]


# --- First weights ------------------------------------------------------------------------------


def first_weights(
    kind: str, window: int, units: int, outputs: int, generator: np.random.Generator
) -> Weights:
    """Return the weights that Keras's defaults would draw, for one net.

    Kernels are drawn by Glorot and Bengio's rule, recurrent weights orthogonal; biases are zero,
    but for those of the LSTM's forget gate, which are one.

    Parameters
    ----------
    kind : "lstm", "gru" or "dense"
    window, units, outputs : int
    generator : numpy.random.Generator

    Examples
    --------
    >>> [w.shape for w in first_weights("lstm", 4, 2, 1, np.random.default_rng(0))]
    [(1, 8), (2, 8), (1, 8), (2, 1), (1, 1)]
    """
    output = [_glorot(generator, units, outputs), np.zeros((1, outputs), np.float32)]
    if kind == "dense":
        return [_glorot(generator, window, units), np.zeros((1, units), np.float32), *output]
    width = {"lstm": 4, "gru": 3}[kind] * units
    biases = [np.zeros((1, width), np.float32)]
    if kind == "lstm":
        biases[0][:, units : 2 * units] = 1
    else:
        biases.append(biases[0].copy())
    return [_glorot(generator, 1, width), _orthogonal(generator, units, width), *biases, *output]


def _glorot(generator: np.random.Generator, inputs: int, outputs: int) -> Array:
    limit = np.sqrt(6 / (inputs + outputs))
    return generator.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)


def _orthogonal(generator: np.random.Generator, rows: int, columns: int) -> Array:
    q, r = np.linalg.qr(generator.normal(size=(columns, rows)))
    return np.asarray((q * np.sign(np.diag(r))).T, np.float32)


# --- Forward ------------------------------------------------------------------------------------


def outputs(kind: str, weights: Weights, x: Array, state: Carried | None = None) -> Array:
    """Return what nets answer to windows.

    Parameters
    ----------
    kind : "lstm", "gru" or "dense"
    weights : list of array
    x : array of shape (M, B, T)
    state : Carried, optional
        From before the first step; zero by default.

    Returns
    -------
    array of shape (M, B, K)
    """
    return read(weights, hidden(kind, weights, x, state))


def read(weights: Weights, layer: Hidden) -> Array:
    """Return what the output layer makes of the hidden one, (M, B, K)."""
    result: Array = layer.state.shown @ weights[-2] + weights[-1]
    return result


def hidden(kind: str, weights: Weights, x: Array, state: Carried | None = None) -> Hidden:
    """Return the hidden layer after the last step; the arguments are those of `outputs`."""
    if kind == "dense":
        shown = np.tanh(x @ weights[0] + weights[1])
        return Hidden(Carried(shown, shown), [])
    units = weights[1].shape[1]
    if state is None:
        nothing = np.zeros((*x.shape[:2], units), np.float32)
        state = Carried(nothing, nothing)
    step = _lstm_step if kind == "lstm" else _gru_step
    steps = []
    for t in range(x.shape[2]):
        state, parts = step(weights, x[:, :, t : t + 1], state)
        steps.append(parts)
    return Hidden(state, steps)


def _lstm_step(weights: Weights, x: Array, before: Carried) -> tuple[Carried, Any]:
    kernel, recurrent, bias = weights[:3]
    sums = x * kernel + before.shown @ recurrent + bias  # (M, B, 4 N)
    i, f, g, o = np.split(sums, 4, axis=2)
    i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
    cell = f * before.cell + i * g
    bent = np.tanh(cell)
    return Carried(o * bent, cell), (before, i, f, g, o, bent)


def _gru_step(weights: Weights, x: Array, before: Carried) -> tuple[Carried, Any]:
    kernel, recurrent, bias, recalled_bias = weights[:4]
    given = x * kernel + bias  # (M, B, 3 N)
    recalled = before.shown @ recurrent + recalled_bias
    units = before.shown.shape[2]
    gates = _sigmoid(given[..., : 2 * units] + recalled[..., : 2 * units])
    update, reset = gates[..., :units], gates[..., units:]
    memory = recalled[..., 2 * units :]
    candidate = np.tanh(given[..., 2 * units :] + reset * memory)
    shown = update * before.shown + (1 - update) * candidate
    return Carried(shown, shown), (before, update, reset, memory, candidate)


def _sigmoid(x: Array) -> Array:
    result: Array = 0.5 + 0.5 * np.tanh(0.5 * x)  # never overflows
    return result


# --- Backward -----------------------------------------------------------------------------------


def gradients(kind: str, weights: Weights, x: Array, then: Array) -> Weights:
    """Return the gradients of each net's mean squared error, for all of its weights.

    Parameters
    ----------
    kind, weights, x
        As in `outputs`.
    then : array of shape (M, B, K)
        What the nets should have answered.
    """
    return backward(kind, weights, x, then, hidden(kind, weights, x))


def backward(kind: str, weights: Weights, x: Array, then: Array, layer: Hidden) -> Weights:
    """Return the gradients, given the hidden layer; they stop where the first step begins."""
    wrong: Array = read(weights, layer) - then
    upstream: Array = wrong * np.float32(2 / (wrong.shape[1] * wrong.shape[2]))
    shown = layer.state.shown
    ends = [_turned(shown) @ upstream, upstream.sum(axis=1, keepdims=True)]
    arrived: Array = upstream @ _turned(weights[-2])
    if kind == "dense":
        sums = arrived * (1 - shown**2)
        return [_turned(x) @ sums, sums.sum(axis=1, keepdims=True), *ends]
    found = [np.zeros_like(each) for each in weights[:-2]]
    back = _lstm_back if kind == "lstm" else _gru_back
    by_cell: Array = np.zeros_like(arrived)
    for t in reversed(range(x.shape[2])):
        arrived, by_cell = back(
            weights, x[:, :, t : t + 1], layer.steps[t], arrived, by_cell, found
        )
    return [*found, *ends]


def _lstm_back(
    weights: Weights, x: Array, parts: Any, arrived: Array, by_cell: Array, found: Weights
) -> tuple[Array, Array]:
    """Add one step's gradients to ``found``; return what the step before gets."""
    before, i, f, g, o, bent = parts
    inside = by_cell + arrived * o * (1 - bent**2)
    sums = np.concatenate(
        [
            inside * g * i * (1 - i),
            inside * before.cell * f * (1 - f),
            inside * i * (1 - g**2),
            arrived * bent * o * (1 - o),
        ],
        axis=2,
    )
    found[0] += (x * sums).sum(axis=1, keepdims=True)
    found[1] += _turned(before.shown) @ sums
    found[2] += sums.sum(axis=1, keepdims=True)
    return sums @ _turned(weights[1]), inside * f


def _gru_back(
    weights: Weights, x: Array, parts: Any, arrived: Array, by_cell: Array, found: Weights
) -> tuple[Array, Array]:
    """Add one step's gradients to ``found``; return what the step before gets."""
    before, update, reset, memory, candidate = parts
    inside = arrived * (1 - update) * (1 - candidate**2)
    by_update = arrived * (before.shown - candidate) * update * (1 - update)
    by_reset = inside * memory * reset * (1 - reset)
    sums = np.concatenate([by_update, by_reset, inside], axis=2)
    recalled = np.concatenate([by_update, by_reset, inside * reset], axis=2)
    found[0] += (x * sums).sum(axis=1, keepdims=True)
    found[1] += _turned(before.shown) @ recalled
    found[2] += sums.sum(axis=1, keepdims=True)
    found[3] += recalled.sum(axis=1, keepdims=True)
    return arrived * update + recalled @ _turned(weights[1]), by_cell


def _turned(array: Array) -> Array:
    return array.transpose(0, 2, 1)


# --- Steps --------------------------------------------------------------------------------------


class Adam:
    """Adam with the defaults of Keras, and a rate for each net.

    Parameters
    ----------
    weights : list of array
        Are changed in place.
    rates : array of shape (M,)
    """

    def __init__(self, weights: Weights, rates: NDArray[np.floating]) -> None:
        self._weights, self._rates = weights, np.asarray(rates, np.float32)[:, None, None]
        self._first = [np.zeros_like(each) for each in weights]
        self._second = [np.zeros_like(each) for each in weights]
        self._taken = 0

    def step(self, slopes: Weights) -> None:
        """Take a step down, given the gradients."""
        self._taken += 1
        correction = np.sqrt(1 - 0.999**self._taken) / (1 - 0.9**self._taken)
        rates = self._rates * np.float32(correction)
        lists = zip(self._weights, slopes, self._first, self._second, strict=True)
        for weight, slope, first, second in lists:
            first += np.float32(0.1) * (slope - first)
            second += np.float32(0.001) * (slope**2 - second)
            weight -= rates * first / (np.sqrt(second) + np.float32(1e-7))
