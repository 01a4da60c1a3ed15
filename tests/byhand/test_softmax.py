"""Softmax regression by hand: laws, Keras, PyTorch, differences, messages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from byhand_calls import CALLS
from dlexp.byhand import logistic, softmax
from dlexp.byhand.dense import DenseLayer, dense_backward, dense_forward
from dlexp.grading import classification as laws
from helpers import (
    EXACT,
    FLOAT32,
    FLOAT64,
    assert_agree,
    assert_law,
    by_tape,
    numeric_gradient,
    random,
)
from parity import record_softmax

each_case = pytest.mark.parametrize(
    "case", record_softmax.recorded()["cases"], ids=lambda case: case["name"]
)

Scores = tuple[np.ndarray, np.ndarray]


@st.composite
def scores(draw: st.DrawFn) -> Scores:
    """Draw logits and labels."""
    generator = np.random.default_rng(draw(strategies.seeds))
    examples, classes = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    logits = draw(st.sampled_from([1, 100])) * generator.normal(size=(examples, classes))
    return logits, generator.integers(classes, size=examples)


def test_one_hot_rows_are_rows_of_the_unit_matrix() -> None:
    found = softmax.one_hot(np.array([2, 0], np.uint8), 3)

    assert found.tolist() == [[0, 0, 1], [1, 0, 0]]


# --- Laws ---------------------------------------------------------------------------------------


@given(scores())
def test_only_differences_of_logits_matter(drawn: Scores) -> None:
    unlabelled = {"logits": drawn[0]}
    scored = {**unlabelled, "labels": drawn[1]}

    assert_law(laws.only_differences_matter, softmax.softmax, **unlabelled)
    assert_law(laws.rows_add_up_to(1), softmax.softmax, **unlabelled)
    assert_law(laws.is_the_logarithm, softmax.log_softmax, **unlabelled)
    assert_law(laws.only_differences_matter, softmax.cross_entropy, **scored)
    assert_law(laws.rows_add_up_to(0), softmax.cross_entropy_gradient, **scored)


@given(scores())
def test_the_loss_is_minus_the_sum_of_one_hot_times_logarithm(drawn: Scores) -> None:
    """Integer labels and one-hot ones are two ways to write the same."""
    logits, labels = drawn
    rows = softmax.one_hot(labels, logits.shape[1])

    expected = -(rows * softmax.log_softmax(logits)).sum(axis=1).mean()

    assert_agree(softmax.cross_entropy(logits, labels), expected, tolerance=FLOAT64)


@given(strategies.seeds, st.integers(1, 6))
def test_two_classes_are_logistic_regression(seed: int, examples: int) -> None:
    x, weights, bias = random(seed, examples, 3), random(seed + 1, 3), np.zeros(2)
    labels = np.random.default_rng(seed).integers(2, size=examples)
    kernel = np.stack([0 * weights, weights], axis=1)  # the first class scores zero

    logits, targets = x @ kernel, labels.astype(float)
    loss = softmax.cross_entropy(logits, labels)
    found = softmax.softmax_regression_gradients(x, kernel, bias, labels).kernel

    assert_agree(loss, logistic.logistic_loss(weights, x, targets), tolerance=FLOAT64)
    gradient = logistic.logistic_gradient(weights, x, targets)
    assert_agree(found, np.stack([-gradient, gradient], axis=1), tolerance=FLOAT64)


@given(strategies.seeds)
def test_softmax_regression_is_a_network_of_one_layer(seed: int) -> None:
    x, kernel, bias = random(seed, 5, 3), random(seed + 1, 3, 4), random(seed + 2, 4)
    labels, layers = np.random.default_rng(seed).integers(4, size=5), [DenseLayer(kernel, bias)]

    tape = dense_forward(x, layers)
    upstream = softmax.cross_entropy_gradient(tape.output, labels)
    (expected,) = dense_backward(tape, layers, upstream).layers

    found = softmax.softmax_regression_gradients(x, kernel, bias, labels)
    assert_agree(found.kernel, expected.kernel, tolerance=EXACT)
    assert_agree(found.bias, expected.bias, tolerance=EXACT)


# --- Gradients by differences -------------------------------------------------------------------


@given(strategies.seeds, st.integers(1, 5), st.integers(1, 4))
def test_gradients_are_those_of_differences(seed: int, examples: int, classes: int) -> None:
    x, kernel = random(seed, examples, 2), random(seed + 1, 2, classes)
    bias = random(seed + 2, classes)
    labels = np.random.default_rng(seed).integers(classes, size=examples)

    def loss(logits: np.ndarray) -> np.ndarray:
        return np.array(softmax.cross_entropy(logits, labels))

    one, logits = np.ones(()), x @ kernel + bias
    found = softmax.softmax_regression_gradients(x, kernel, bias, labels)
    for gradient, function, at in (
        (softmax.cross_entropy_gradient(logits, labels), loss, logits),
        (found.kernel, lambda kernel: loss(x @ kernel + bias), kernel),
        (found.bias, lambda bias: loss(x @ kernel + bias), bias),
    ):
        expected = numeric_gradient(function, at, one, step=1e-5)
        assert np.abs(gradient - expected).max() <= 1e-8


# --- Keras and PyTorch --------------------------------------------------------------------------


@each_case
@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.filterwarnings("ignore:In loss categorical_crossentropy, expected")  # of one class
def test_losses_and_gradients_are_those_of_keras(case: dict[str, Any], sparse: bool) -> None:
    from keras import losses, ops

    *arrays, labels = record_softmax.inputs(case)
    x, kernel, bias = (array.astype(np.float32) for array in arrays)
    rows = softmax.one_hot(labels, case["classes"]).astype(np.float32)
    kind = losses.SparseCategoricalCrossentropy if sparse else losses.CategoricalCrossentropy
    targets = labels if sparse else rows

    value, (by_kernel, by_bias) = by_tape(
        lambda kernel, bias: kind(from_logits=True)(targets, ops.matmul(x, kernel) + bias),
        kernel, bias, upstream=np.float32(1),  # type: ignore[arg-type]
    )  # fmt: skip

    loss = softmax.cross_entropy(x @ kernel + bias, labels)
    found = softmax.softmax_regression_gradients(x, kernel, bias, labels)
    assert np.isclose(loss, value, rtol=FLOAT32, atol=FLOAT32)
    assert np.abs(found.kernel - by_kernel).max() <= FLOAT32 * np.abs(x).max()
    assert np.abs(found.bias - by_bias).max() <= FLOAT32


@each_case
def test_values_and_gradients_are_those_of_pytorch(case: dict[str, Any]) -> None:
    x, kernel, bias, labels = record_softmax.inputs(case)
    logits = x @ kernel + bias

    found = {
        "softmax": softmax.softmax(logits),
        "log_softmax": softmax.log_softmax(logits),
        "loss": softmax.cross_entropy(logits, labels),
        "for_logits": softmax.cross_entropy_gradient(logits, labels),
        **softmax.softmax_regression_gradients(x, kernel, bias, labels)._asdict(),
    }

    found["for_kernel"], found["for_bias"] = found.pop("kernel"), found.pop("bias")
    for name, value in found.items():
        assert_agree(value, case[name], tolerance=FLOAT64)


def test_softmax_is_that_of_keras() -> None:
    from keras import ops

    logits = 30 * random(0, 6, 4).astype(np.float32)

    expected = ops.convert_to_numpy(ops.softmax(logits))

    assert_agree(softmax.softmax(logits), expected, tolerance=FLOAT32)


# --- Messages -----------------------------------------------------------------------------------


def test_messages() -> None:
    call = CALLS["cross_entropy"]

    for wrong in (-1, 3):
        for function in ("cross_entropy", "cross_entropy_gradient", "softmax_regression_gradients"):
            with pytest.raises(ValueError, match=rf"^`labels` must be in 0 \.\.\. 2; got {wrong}$"):
                CALLS[function](labels=np.array([0, 1, 2, wrong]))
    with pytest.raises(ValueError, match=r"^`labels` must be a NumPy array of integers; got an ar"):
        call(labels=np.ones(4))
    with pytest.raises(ValueError, match=r"^`labels` must have shape \(4,\); got \(4, 3\)$"):
        call(labels=np.ones((4, 3), int))
    with pytest.raises(ValueError, match=r"^`labels` must have shape \(4,\); got \(2, 2\)$"):
        softmax.one_hot(np.ones((2, 2), int), 3)
    with pytest.raises(ValueError, match=r"^`logits` must have shape \(examples, classes\); got "):
        softmax.softmax(np.ones(3))
    for shape in ((0, 3), (3, 0)):
        with pytest.raises(ValueError, match=r"^`logits` must hold an example and a class at"):
            softmax.log_softmax(np.ones(shape))
    with pytest.raises(ValueError, match=r"^`kernel` must have shape \(2, 3\); got \(3, 3\)$"):
        CALLS["softmax_regression_gradients"](kernel=np.ones((3, 3)))
