"""Dense networks by hand: cases on paper, laws, differences, Keras, PyTorch, messages."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from byhand_calls import CALLS
from dlexp.byhand import dense
from dlexp.byhand.activations import ACTIVATIONS, Activation
from dlexp.byhand.dense import DenseLayer
from dlexp.grading import networks as laws
from helpers import FLOAT32, FLOAT64, assert_agree, assert_law, by_tape, numeric_gradient
from parity import record_dense

each_activation = pytest.mark.parametrize("name", ACTIVATIONS)

SMOOTH: tuple[Activation, ...] = ("sigmoid", "tanh", "gelu")

Network = tuple[np.ndarray, list[DenseLayer], np.ndarray]


@st.composite
def networks(draw: st.DrawFn, *kinds: Activation) -> Network:
    """Draw examples, one to four layers, and a gradient for the output."""
    generator = np.random.default_rng(draw(strategies.seeds))
    examples, *sizes = draw(st.lists(st.integers(1, 4), min_size=3, max_size=6))
    layers = [
        DenseLayer(
            generator.normal(size=both),
            generator.normal(size=both[1]),
            draw(st.sampled_from(kinds or SMOOTH)),
        )
        for both in pairwise(sizes)
    ]
    x, upstream = (generator.normal(size=(examples, size)) for size in (sizes[0], sizes[-1]))
    return x, layers, upstream


def most(x: np.ndarray, layers: list[DenseLayer], upstream: np.ndarray) -> float:
    """Return a size that no gradient of this network is above."""
    factors = [1 + np.abs(layer.kernel).sum() + np.abs(layer.bias).sum() for layer in layers]
    return float(np.abs(upstream).sum() * (1 + np.abs(x).max()) * np.prod(factors))


def output(x: np.ndarray, layers: list[DenseLayer]) -> np.ndarray:
    return dense.dense_forward(x, layers).output


# --- Cases on paper -----------------------------------------------------------------------------


def test_counts_of_reports_c_and_d_and_of_pytorch() -> None:
    expected = {
        (784, 10): 7_850,
        (784, 64, 64, 10): 55_050,
        (784, 128, 64, 10): 109_386,
        (784, 500, 300, 10): 545_810,
    }

    for sizes, parameters in record_dense.recorded()["parameters"]:
        assert dense.dense_parameters(sizes) == parameters == expected[tuple(sizes)]
    assert 50_176 + 64 + 4_096 + 64 + 640 + 10 == 55_050  # as report C adds them up


# --- Laws ---------------------------------------------------------------------------------------


@given(networks("linear"))
def test_linear_layers_collapse_into_one(drawn: Network) -> None:
    x, layers, upstream = drawn
    zeros, ones = np.zeros((1, x.shape[1])), np.eye(x.shape[1])
    bias = output(zeros, layers)[0]
    one = [DenseLayer(output(ones, layers) - bias, bias)]

    assert_agree(output(x, one), output(x, layers), tolerance=1e-9)
    by_one, by_all = (
        dense.dense_backward(dense.dense_forward(x, each), each, upstream).x
        for each in (one, layers)
    )
    assert np.abs(by_one - by_all).max() <= FLOAT64 * most(x, layers, upstream)


@given(networks())
def test_each_example_goes_its_own_way(drawn: Network) -> None:
    x, layers, upstream = drawn
    whole = dense.dense_backward(dense.dense_forward(x, layers), layers, upstream)

    parts = [
        dense.dense_backward(dense.dense_forward(row, layers), layers, slope)
        for row, slope in zip(np.split(x, len(x)), np.split(upstream, len(x)), strict=True)
    ]

    assert_agree(np.concatenate([part.x for part in parts]), whole.x, tolerance=1e-9)
    for number, layer in enumerate(whole.layers):
        kernel = sum(part.layers[number].kernel for part in parts)
        scale = sum(np.abs(part.layers[number].kernel) for part in parts)
        assert (np.abs(kernel - layer.kernel) <= FLOAT64 * (scale + 1e-300)).all()


@given(networks(), strategies.seeds)
def test_hidden_units_have_no_order(drawn: Network, seed: int) -> None:
    """So no loss has one minimum alone: each exchange of units gives another."""
    x, (first, *others), _ = drawn
    second = others[0] if others else DenseLayer(np.eye(len(first.bias)), np.zeros(len(first.bias)))
    order = np.random.default_rng(seed).permutation(len(first.bias))

    exchanged = [
        DenseLayer(first.kernel[:, order], first.bias[order], first.activation),
        DenseLayer(second.kernel[order], second.bias, second.activation),
    ]

    assert_agree(output(x, exchanged), output(x, [first, second]), tolerance=1e-9)


@given(networks())
def test_a_backward_pass_is_linear_in_what_comes_from_above(drawn: Network) -> None:
    x, layers, upstream = drawn
    tape = dense.dense_forward(x, layers)

    assert_law(
        laws.linear_in_upstream, dense.dense_backward, tape=tape, layers=layers, upstream=upstream
    )


# --- Gradients by differences -------------------------------------------------------------------


@given(networks())
def test_gradients_are_those_of_differences(drawn: Network) -> None:
    x, layers, upstream = drawn
    found = dense.dense_backward(dense.dense_forward(x, layers), layers, upstream)
    scale = most(x, layers, upstream)

    def assert_close(gradient: np.ndarray, function: Any, at: np.ndarray) -> None:
        expected = numeric_gradient(function, at, upstream, step=1e-5)
        assert np.abs(gradient - expected).max() <= 1e-8 * scale

    assert_close(found.x, lambda x: output(x, layers), x)
    for number, (layer, gradients) in enumerate(zip(layers, found.layers, strict=True)):
        for name, gradient in gradients._asdict().items():

            def changed(array: np.ndarray, number: int = number, name: str = name) -> np.ndarray:
                other = layers[number]._replace(**{name: array})
                return output(x, [*layers[:number], other, *layers[number + 1 :]])

            assert_close(gradient, changed, getattr(layer, name))


# --- Keras and PyTorch --------------------------------------------------------------------------


@each_activation
def test_values_and_gradients_are_those_of_keras(name: Activation) -> None:
    import keras

    x, layers, upstream = record_dense.inputs(name)
    x, upstream = x.astype(np.float32), upstream.astype(np.float32)
    layers = [DenseLayer(k.astype(np.float32), b.astype(np.float32), a) for k, b, a in layers]
    network = keras.Sequential(
        [keras.layers.Dense(len(bias), activation=kind) for _, bias, kind in layers]
    )
    network.build(x.shape)
    network.set_weights([array for layer in layers for array in layer[:2]])

    tape = dense.dense_forward(x, layers)
    found = dense.dense_backward(tape, layers, upstream)

    value, (by_x,) = by_tape(network, x, upstream=upstream)
    assert_agree(tape.output, value, tolerance=FLOAT32)
    assert_agree(found.x, by_x, tolerance=FLOAT32)
    assert network.count_params() == dense.dense_parameters(record_dense.SIZES)
    for expected, gradients in zip(_of_weights(network, x, upstream), found.layers, strict=True):
        for mine, in_keras in zip(gradients, expected, strict=True):
            assert_agree(mine, in_keras, tolerance=FLOAT32)


def _of_weights(network: Any, x: np.ndarray, upstream: np.ndarray) -> list[list[np.ndarray]]:
    """Return Keras's gradients for kernel and bias of each layer."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = network(x)
    variables = [variable.value for variable in network.trainable_variables]
    found = [g.numpy() for g in tape.gradient(value, variables, output_gradients=upstream)]
    return [found[i : i + 2] for i in range(0, len(found), 2)]


@each_activation
def test_values_and_gradients_are_those_of_pytorch(name: Activation) -> None:
    x, layers, upstream = record_dense.inputs(name)
    expected = record_dense.recorded()["networks"][name]

    tape = dense.dense_forward(x, layers)
    found = dense.dense_backward(tape, layers, upstream)

    assert_agree(tape.output, expected["value"], tolerance=FLOAT64)
    assert_agree(found.x, expected["for_x"], tolerance=FLOAT64)
    for number, gradients in enumerate(found.layers):
        assert_agree(gradients.kernel, expected["for_kernels"][number], tolerance=FLOAT64)
        assert_agree(gradients.bias, expected["for_biases"][number], tolerance=FLOAT64)


# --- Messages -----------------------------------------------------------------------------------


def test_messages_name_the_layer() -> None:
    forward, backward = CALLS["dense_forward"], CALLS["dense_backward"]

    with pytest.raises(ValueError, match=r"^`kernel of layer 1` must have shape \(5, 2\); got \(4"):
        forward(**{"kernel of layer 1": np.ones((4, 2))})
    with pytest.raises(ValueError, match=r"^`bias of layer 0` must have shape \(5,\); got \(4,\)$"):
        forward(**{"bias of layer 0": np.ones(4)})
    with pytest.raises(ValueError, match=r"^`inputs of layer 1` must have shape \(4, 5\); got \(3"):
        backward(**{"inputs of layer 1": np.ones((3, 5))})
    with pytest.raises(ValueError, match=r"^`sums of layer 0` must have shape \(4, 5\); got \(4, "):
        backward(**{"sums of layer 0": np.ones((4, 3))})
    with pytest.raises(ValueError, match=r"^`upstream` must have shape \(4, 2\); got \(4, 3\)$"):
        backward(upstream=np.ones((4, 3)))


def test_what_is_no_network_is_refused() -> None:
    layer, x = DenseLayer(np.ones((3, 1)), np.ones(1)), np.ones((2, 3))
    tape = dense.dense_forward(x, [layer])

    with pytest.raises(ValueError, match=r"^`layers` must have one layer or more; got \[\]$"):
        dense.dense_forward(x, [])
    with pytest.raises(
        ValueError, match=r"^`layers` must be a sequence of layers; got DenseLayer\("
    ):
        dense.dense_forward(x, layer)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r'^`activation` must be "linear".*; got \'step\'$'):
        dense.dense_forward(x, [layer._replace(activation="step")])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^`tape` must be of 2 layers; got \(1, 1\)$"):
        dense.dense_backward(tape, [layer, layer], np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"^`inputs` must be a sequence of arrays; got None$"):
        dense.dense_backward(dense.Tape(None, (), x), [layer], x)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^`sizes` must have the features and a layer at least"):
        dense.dense_parameters([784])
