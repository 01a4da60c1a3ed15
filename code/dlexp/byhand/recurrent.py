"""Recurrent layers and convolution over time, their gradients and their sizes, with NumPy alone.

Chapter: book/rnn_vs_cnn.md. Notation: B sequences of T steps with D features; N units; a layer's
weights lie side by side, gate after gate, in the order of Keras.
"""

from typing import Literal, NamedTuple, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import conv
from dlexp.byhand.conv import effective_kernel, require_shape

Floats: TypeAlias = NDArray[np.floating]
Mask: TypeAlias = NDArray[np.bool_]
Kind: TypeAlias = Literal["simple", "lstm", "gru"]
TimePadding: TypeAlias = Literal["valid", "same", "causal"]

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


class Gradients(NamedTuple):
    """What a recurrent layer hands back: to its input (B, T, D), and to its weights."""

    x: Floats
    kernel: Floats
    recurrent: Floats
    bias: Floats


class LSTMStates(NamedTuple):
    """What an LSTM has after each step: what it shows and what it keeps, both (B, T, N)."""

    shown: Floats
    cell: Floats


class ConvGradients(NamedTuple):
    """What a convolution over time hands back to its input, its kernel and its bias."""

    x: Floats
    kernel: Floats
    bias: Floats


# --- Forward ------------------------------------------------------------------------------------


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
    keep = _checked(x, weights, mask, "simple")
    state = np.zeros((len(x), len(weights.recurrent)))
    states = np.empty((*x.shape[:2], state.shape[1]))
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ weights.kernel + state @ weights.recurrent + weights.bias)
        state = np.where(keep[:, t], new, state)
        states[:, t] = state
    return states


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
    keep = _checked(x, weights, mask, "lstm")
    shown = cell = np.zeros((len(x), len(weights.recurrent)))
    states = LSTMStates(*(np.empty((*x.shape[:2], shown.shape[1])) for _ in range(2)))
    for t in range(x.shape[1]):
        step = _lstm_step(x[:, t], shown, cell, weights)
        cell = np.where(keep[:, t], step.cell, cell)
        shown = np.where(keep[:, t], step.output * np.tanh(step.cell), shown)
        states.shown[:, t], states.cell[:, t] = shown, cell
    return states


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
    keep = _checked(x, weights, mask, "gru", biases=2 if reset_after else 1)
    outer, inner = weights.bias if reset_after else (weights.bias, np.zeros(()))
    units = len(weights.recurrent)
    state = np.zeros((len(x), units))
    states = np.empty((*x.shape[:2], units))
    last = weights.recurrent[:, 2 * units :]
    for t in range(x.shape[1]):
        given = x[:, t] @ weights.kernel + outer
        recalled = state @ weights.recurrent + inner
        update, reset = np.split(_sigmoid((given + recalled)[:, : 2 * units]), 2, axis=1)
        memory = reset * recalled[:, 2 * units :] if reset_after else (reset * state) @ last
        candidate = np.tanh(given[:, 2 * units :] + memory)
        state = np.where(keep[:, t], update * state + (1 - update) * candidate, state)
        states[:, t] = state
    return states


# --- Backward through time ----------------------------------------------------------------------


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
    keep = _checked(x, weights, mask, "simple")
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
    keep = _checked(x, weights, mask, "lstm")
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


# --- PyTorch ------------------------------------------------------------------------------------


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


# --- Counts -------------------------------------------------------------------------------------


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
    _require_positive(features=features, units=units)
    if biases not in (0, 1, 2):
        raise ValueError(f"`biases` must be 0, 1 or 2; got {biases!r}")
    return _gates(kind) * units * (features + units + biases)


def conv1d_parameters(kernel: int, channels: int, filters: int) -> int:
    """Return the parameters of a convolution over time with a bias: F (k C + 1).

    Raises
    ------
    ValueError
        If a number is below one.

    Examples
    --------
    >>> conv1d_parameters(3, 8, 16)  # as many as a simple recurrent layer: k C = D + N
    400
    """
    _require_positive(kernel=kernel, channels=channels, filters=filters)
    return filters * (kernel * channels + 1)


# --- Convolution over time ----------------------------------------------------------------------


def conv1d(
    x: Floats,
    kernel: Floats,
    bias: Floats | None = None,
    *,
    stride: int = 1,
    padding: TimePadding = "valid",
    dilation: int = 1,
) -> Floats:
    """Return the convolution of sequences with a kernel: that of images of height one.

    Parameters
    ----------
    x : array of shape (B, T, C)
    kernel : array of shape (k, C, F)
    bias : array of shape (F,), optional
    stride, dilation : int
        As in `dlexp.byhand.conv.output_size`; >= 1.
    padding : "valid", "same" or "causal"
        No zeros; as many as TensorFlow adds at both ends; or all of them before the first step,
        so that no output sees a later step than its own.

    Returns
    -------
    array of shape (B, steps, F)

    Raises
    ------
    ValueError
        If shapes do not match, or the effective kernel does not fit.

    Examples
    --------
    >>> x = np.array([[[1.0], [2.0], [4.0], [8.0]]])
    >>> conv1d(x, np.ones((2, 1, 1)), padding="causal").ravel()  # each step plus the one before
    array([ 1.,  3.,  6., 12.])
    >>> conv1d(x, np.ones((2, 1, 1)), dilation=2).ravel()
    array([ 5., 10.])
    """
    options = _as_image(x, kernel, stride, padding, dilation)
    return conv.conv2d(x[:, np.newaxis], kernel[np.newaxis], bias, **options)[:, 0]


def conv1d_gradients(
    x: Floats,
    kernel: Floats,
    upstream: Floats,
    *,
    stride: int = 1,
    padding: TimePadding = "valid",
    dilation: int = 1,
) -> ConvGradients:
    """Return the gradients of `conv1d` with respect to its input, its kernel and its bias.

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As in `conv1d`.
    upstream : array of shape (B, steps, F)

    Raises
    ------
    ValueError
        If shapes do not match.

    Examples
    --------
    >>> found = conv1d_gradients(np.ones((1, 4, 1)), np.ones((2, 1, 1)), np.ones((1, 3, 1)))
    >>> found.x.ravel()  # how often each step is seen
    array([1., 2., 2., 1.])
    """
    options = _as_image(x, kernel, stride, padding, dilation)
    if upstream.ndim != 3:
        raise ValueError(
            f"`upstream` must have shape (batch, steps, filters); got {upstream.shape}"
        )
    found = conv.conv2d_gradients(
        x[:, np.newaxis], kernel[np.newaxis], upstream[:, np.newaxis], **options
    )
    return ConvGradients(found.x[:, 0], found.kernel[0], found.bias)


class _Options(TypedDict):
    """Options of `dlexp.byhand.conv.conv2d`."""

    stride: tuple[int, int]
    padding: conv.Padding2D
    dilation: tuple[int, int]


def _as_image(
    x: Floats, kernel: Floats, stride: int, padding: TimePadding, dilation: int
) -> _Options:
    """Return how images of height one are convolved for the same result."""
    _require_sequences(x)
    if kernel.ndim != 3:
        raise ValueError(f"`kernel` must have shape (taps, channels, filters); got {kernel.shape}")
    if padding not in ("valid", "same", "causal"):
        raise ValueError(f'`padding` must be "valid", "same" or "causal"; got {padding!r}')
    along: conv.Padding = padding if padding != "causal" else (
        effective_kernel(len(kernel), dilation) - 1, 0
    )  # fmt: skip
    return {"stride": (1, stride), "padding": (0, along), "dilation": (1, dilation)}


# --- Sequences of several lengths ---------------------------------------------------------------


def mask_of(lengths: NDArray[np.integer], steps: int) -> Mask:
    """Return which steps of padded sequences are real, of shape (B, steps).

    Parameters
    ----------
    lengths : int array of shape (B,)
        Each in 1 ... ``steps``; what is padded comes after.
    steps : int

    Raises
    ------
    ValueError
        If a length is out of its range.

    Examples
    --------
    >>> mask_of(np.array([1, 3]), 3).astype(int)
    array([[1, 0, 0],
           [1, 1, 1]])
    """
    outside = lengths[(lengths < 1) | (lengths > steps)]
    if outside.size:
        raise ValueError(f"`lengths` must be in 1 ... {steps}; got {outside[0]}")
    result: Mask = np.arange(steps) < lengths[:, np.newaxis]
    return result


def pooled(x: Floats, *, how: Literal["mean", "max"], mask: Mask | None = None) -> Floats:
    """Return mean or maximum over time, of shape (B, C); with a mask, over the real steps alone.

    Parameters
    ----------
    x : array of shape (B, T, C)
    how : "mean" or "max"
    mask : bool array of shape (B, T), optional
        At least one real step per sequence.

    Raises
    ------
    ValueError
        If shapes do not match, ``how`` is unknown, or a sequence has no real step.

    Examples
    --------
    >>> x, mask = np.array([[[2.0], [4.0], [0.0]]]), mask_of(np.array([2]), 3)
    >>> pooled(x, how="mean"), pooled(x, how="mean", mask=mask)
    (array([[2.]]), array([[3.]]))
    """
    _require_sequences(x)
    keep = _steps_kept(x, mask)
    if not keep.any(axis=1).all():
        raise ValueError("`mask` must leave a step of each sequence; got one without")
    if how == "max":
        largest: Floats = np.where(keep, x, -np.inf).max(axis=1)
        return largest
    if how != "mean":
        raise ValueError(f'`how` must be "mean" or "max"; got {how!r}')
    mean: Floats = np.where(keep, x, 0).sum(axis=1) / keep.sum(axis=1)
    return mean


# --- What is asked of arguments -----------------------------------------------------------------


def _gates(kind: str) -> int:
    if kind not in GATES:
        raise ValueError(f'`kind` must be "simple", "lstm" or "gru"; got {kind!r}')
    return GATES[kind]


def _checked(
    x: Floats, weights: Weights, mask: Mask | None, kind: Kind, *, biases: int = 1
) -> Mask:
    """Return which steps count, of shape (B, T, 1), once all shapes match."""
    _require_sequences(x)
    units = len(weights.recurrent)
    width = _gates(kind) * units
    require_shape("kernel", weights.kernel, (x.shape[2], width))
    require_shape("recurrent", weights.recurrent, (units, width))
    require_shape("bias", weights.bias, (width,) if biases == 1 else (biases, width))
    return _steps_kept(x, mask)


def _steps_kept(x: Floats, mask: Mask | None) -> Mask:
    if mask is None:
        return np.ones((*x.shape[:2], 1), bool)
    if mask.dtype != bool or mask.shape != x.shape[:2]:
        raise ValueError(
            f"`mask` must be bool of shape {x.shape[:2]}; got {mask.dtype} of shape {mask.shape}"
        )
    return mask[:, :, np.newaxis]


def _require_sequences(x: Floats) -> None:
    if x.ndim != 3 or not x.shape[1]:
        raise ValueError(
            f"`x` must have shape (batch, steps, features) with a step or more; got {x.shape}"
        )


def _require_positive(**values: int) -> None:
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"`{name}` must be an integer >= 1; got {name}={value!r}")
