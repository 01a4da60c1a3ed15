"""Dense networks by hand: forward and backward through any number of layers.

Chapter: book/dense_networks.md. Notation: B examples, D features in, a layer of N units. The last
layer is linear as a rule, and gives logits: `dlexp.byhand.softmax` has the loss and its gradient.
"""

import functools
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

from dlexp.byhand.activations import Activation, activate, activation_slope
from dlexp.byhand.arrays import Floats, require, require_axes, require_shape
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import counts_exactly, require_all, require_instance, require_sizes

P = ParamSpec("P")
R = TypeVar("R")


class DenseLayer(NamedTuple):
    """A dense layer as Keras keeps it: ``kernel`` (D, N) and ``bias`` (N,)."""

    kernel: Floats
    bias: Floats
    activation: Activation = "linear"


class Tape(NamedTuple):
    """What a forward pass keeps for the backward pass, and what came out of it.

    ``inputs`` (B, D) went into each layer, and ``sums`` (B, N) into its activation.
    """

    inputs: tuple[Floats, ...]
    sums: tuple[Floats, ...]
    output: Floats


class LayerGradients(NamedTuple):
    """What one layer's weights get: of the shapes of its kernel and its bias."""

    kernel: Floats
    bias: Floats


class Gradients(NamedTuple):
    """What a network hands back: to its input (B, D), and to its layers, the first one first."""

    x: Floats
    layers: tuple[LayerGradients, ...]


def _as_a_tuple(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function take layers in a list, too: `keeps_precision` looks into tuples alone."""

    def plain(value: Any) -> Any:
        is_network = isinstance(value, list) and value and isinstance(value[0], DenseLayer)
        return tuple(value) if is_network else value

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        named = {name: plain(value) for name, value in kwargs.items()}
        return cast(R, cast(Any, function)(*map(plain, args), **named))

    return call


@_as_a_tuple
@keeps_precision
def dense_forward(x: Floats, layers: Sequence[DenseLayer]) -> Tape:
    """Run examples through layers: each gives activation(x W + b) to the next.

    Parameters
    ----------
    x : array of shape (B, D)
    layers : sequence of DenseLayer
        One or more; each takes as many features as the one before has units.

    Returns
    -------
    Tape
        Its ``output`` has the shape (B, units of the last layer).

    Raises
    ------
    ValueError
        If these are no layers, an activation is unknown, or shapes do not fit.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), Deep learning, algorithm 6.3.

    Examples
    --------
    >>> import numpy as np
    >>> hidden = DenseLayer(np.array([[1.0, -1.0]]), np.zeros(2), "relu")
    >>> absolute = [hidden, DenseLayer(np.ones((2, 1)), np.zeros(1))]  # relu(x) + relu(-x)
    >>> dense_forward(np.array([[-3.0], [2.0]]), absolute).output
    array([[3.],
           [2.]])
    """
    require_axes("examples, features", x=x)
    _require_layers(layers, x.shape[1])
    inputs, sums = [], []
    for layer in layers:
        inputs.append(x)
        sums.append(x @ layer.kernel + layer.bias)  # (B, N)
        x = activate(sums[-1], layer.activation)
    return Tape(tuple(inputs), tuple(sums), x)


@_as_a_tuple
@keeps_precision
def dense_backward(tape: Tape, layers: Sequence[DenseLayer], upstream: Floats) -> Gradients:
    """Return the gradients of `dense_forward`, from the last layer back to the first.

    Parameters
    ----------
    tape : Tape
        What `dense_forward` gave for the same layers.
    layers : sequence of DenseLayer
    upstream : array of shape (B, units of the last layer)
        Gradient with respect to the output.

    Returns
    -------
    Gradients

    Raises
    ------
    ValueError
        If these are no layers, an activation is unknown, or shapes do not fit.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), Deep learning, algorithm 6.4; Rumelhart, Hinton and
    Williams (1986), Learning representations by back-propagating errors.

    Examples
    --------
    >>> import numpy as np
    >>> hidden = DenseLayer(np.array([[1.0, -1.0]]), np.zeros(2), "relu")
    >>> absolute = [hidden, DenseLayer(np.ones((2, 1)), np.zeros(1))]
    >>> tape = dense_forward(np.array([[-3.0], [2.0]]), absolute)
    >>> dense_backward(tape, absolute, np.ones((2, 1))).x.ravel()  # the slope of |x|
    array([-1.,  1.])
    """
    _require_tape(tape, layers)
    require_shape("upstream", upstream, tape.output.shape)
    found: list[LayerGradients] = []
    for layer, x, sums in zip(layers[::-1], tape.inputs[::-1], tape.sums[::-1], strict=True):
        by_sums = upstream * activation_slope(sums, layer.activation)  # (B, N)
        found.append(LayerGradients(x.T @ by_sums, by_sums.sum(axis=0)))
        upstream = by_sums @ layer.kernel.T  # (B, D): the upstream of the layer before
    return Gradients(upstream, tuple(found[::-1]))


@counts_exactly
def dense_parameters(sizes: Sequence[int]) -> int:
    """Return the parameters of a dense network: a kernel and a bias per layer.

    Parameters
    ----------
    sizes : sequence of int
        Features of an example, then the units of each layer; each >= 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If these are no integers in their range, or there is no layer.

    Examples
    --------
    >>> dense_parameters((784, 10))  # softmax regression
    7850
    >>> dense_parameters((784, 64, 64, 10)), dense_parameters((784, 128, 64, 10))
    (55050, 109386)
    """
    require_sizes(1, sizes=sizes)
    require(len(sizes) > 1, "`sizes` must have the features and a layer at least", repr(sizes))
    return sum(features * units + units for features, units in pairwise(map(int, sizes)))


def _require_layers(layers: Sequence[DenseLayer], features: int) -> None:
    """Raise a ValueError that names a layer which does not fit the one before."""
    require_all(DenseLayer, "layers", layers=layers)
    require(len(layers) > 0, "`layers` must have one layer or more", repr(layers[:0]))
    for number, layer in enumerate(layers):
        _require_layer(number, layer, features)
        features = len(layer.bias)


def _require_layer(number: int, layer: DenseLayer, features: int) -> None:
    kernel, bias = f"kernel of layer {number}", f"bias of layer {number}"
    require_axes("features, units", **{kernel: layer.kernel})
    units = layer.kernel.shape[1]
    require_shape(kernel, layer.kernel, (features, units))
    require_shape(bias, layer.bias, (units,))


def _require_tape(tape: Tape, layers: Sequence[DenseLayer]) -> None:
    """Raise a ValueError unless a tape could come from these layers."""
    if not isinstance(tape, Tape):  # else its arrays would be written out, to no purpose
        require_instance(Tape, "what `dense_forward` gave", tape=tape)
    require_all(object, "arrays", inputs=tape.inputs, sums=tape.sums)
    require_axes("examples, units", output=tape.output)
    require_all(DenseLayer, "layers", layers=layers)
    counts = (len(tape.inputs), len(tape.sums))
    require(set(counts) == {len(layers)}, f"`tape` must be of {len(layers)} layers", counts)
    for number, (x, layer, sums) in enumerate(zip(tape.inputs, layers, tape.sums, strict=True)):
        inputs = f"inputs of layer {number}"
        require_axes("examples, features", **{inputs: x})
        require_shape(inputs, x, (len(tape.output), x.shape[1]))
        _require_layer(number, layer, x.shape[1])
        require_shape(f"sums of layer {number}", sums, (len(x), len(layer.bias)))
