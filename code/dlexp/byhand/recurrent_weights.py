"""The weights of recurrent layers: their order, their number, and how PyTorch keeps them.

Chapter: book/rnn_vs_cnn.md. Notation: D features, N units; a layer's weights lie side by side,
gate after gate, in the order of Keras.
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from dlexp.byhand.arrays import Floats, require_axes, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import counts_exactly, require_at_least, require_one_of

Kind: TypeAlias = Literal["simple", "lstm", "gru"]

GATES: dict[str, int] = {"simple": 1, "lstm": 4, "gru": 3}
"""Blocks of weights per kind of layer.

In Keras, and here: input, forget, candidate, output (lstm); update, reset, candidate (gru).
PyTorch has the four of the LSTM in the same order, and puts the reset of the GRU first.
"""


class Weights(NamedTuple):
    """The weights of a recurrent layer, as Keras keeps them.

    ``kernel`` (D, gates * N) is for the input, ``recurrent`` (N, gates * N) for the state of the
    step before, and ``bias`` has the shape (gates * N,). A GRU that resets after multiplying has a
    bias of shape (2, gates * N): for the input, and for the state.
    """

    kernel: Floats
    recurrent: Floats
    bias: Floats


@counts_exactly
def recurrent_parameters(kind: Kind, features: int, units: int, *, biases: int = 1) -> int:
    """Return the parameters of a recurrent layer: gates · N · (D + N + biases).

    The number of steps does not occur: each step uses the same weights.

    Parameters
    ----------
    kind : "simple", "lstm" or "gru"
    features, units : int
        D and N; >= 1.
    biases : int
        Per gate: 1 in Keras, but 2 in its GRU with ``reset_after``; 2 in PyTorch.

    Raises
    ------
    ValueError
        If ``kind`` is unknown, or a number is out of its range.

    Examples
    --------
    >>> [recurrent_parameters(kind, 8, 16) for kind in ("simple", "lstm", "gru")]
    [400, 1600, 1200]
    >>> recurrent_parameters("gru", 8, 16, biases=2)
    1248
    """
    require_at_least(1, features=features, units=units)
    require_one_of((0, 1, 2), biases=biases)
    return _gates(kind) * units * (features + units + biases)


@keeps_precision
def from_pytorch(
    weight_ih: Floats, weight_hh: Floats, bias_ih: Floats, bias_hh: Floats, *, kind: Kind
) -> Weights:
    """Return the weights of PyTorch's ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU`` in Keras's form.

    PyTorch keeps the weights transposed and adds two biases, of which one would do except in the
    candidate of the GRU. Its GRU (reset, update, new) resets after multiplying.

    Parameters
    ----------
    weight_ih : array of shape (gates * N, D)
    weight_hh : array of shape (gates * N, N)
    bias_ih, bias_hh : array of shape (gates * N,)
    kind : "simple", "lstm" or "gru"

    Returns
    -------
    Weights
        For the GRU, those of a layer with ``reset_after``.

    Raises
    ------
    ValueError
        If ``kind`` is unknown, or shapes do not match.

    Examples
    --------
    >>> weight = np.array([[1.0], [2.0], [3.0]])  # reset, update, new
    >>> from_pytorch(weight, weight, np.ones(3), np.ones(3), kind="gru").kernel
    array([[2., 1., 3.]])
    """
    require_axes("gates and units, inputs", weight_ih=weight_ih, weight_hh=weight_hh)
    rows = _gates(kind) * weight_hh.shape[-1]
    require_shape("weight_hh", weight_hh, (rows, weight_hh.shape[-1]))
    require_shape("weight_ih", weight_ih, (rows, weight_ih.shape[-1]))
    require_shape("bias_ih", bias_ih, (rows,))
    require_shape("bias_hh", bias_hh, (rows,))
    if kind != "gru":
        return Weights(weight_ih.T, weight_hh.T, bias_ih + bias_hh)
    units = weight_hh.shape[1]
    order = np.r_[units : 2 * units, :units, 2 * units : 3 * units]
    bias = np.stack([bias_ih[order], bias_hh[order]])
    return Weights(weight_ih[order].T, weight_hh[order].T, bias)


def _gates(kind: str) -> int:
    require_one_of(tuple(GATES), kind=kind)
    return GATES[kind]
