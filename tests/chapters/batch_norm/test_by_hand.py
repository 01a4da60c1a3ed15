"""The net that is trained in NumPy: its gradients, its modes, its steps beside those of Keras."""

from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.batch_norm import by_hand, nets
from dlexp.chapters.batch_norm.by_hand import Kind, Net

IMAGES = np.random.default_rng(0).random((8, 28, 28, 1)).astype(np.float32)
LABELS = np.arange(8)
PART = data.Split(IMAGES, LABELS, np.arange(8))
KINDS = {
    "without": Kind(normalised=False),
    "with": Kind(),
    "behind": Kind(behind=True),
    "parts": Kind(part=4),
    "single": Kind(single=True),
}


def loss(net: Net) -> float:
    """Return the loss of the batch in training mode."""
    a = IMAGES.reshape(8, -1)
    for layer in net.layers[:-1]:
        a = net._forward(layer, a)
    logits = a @ net.layers[-1].kernel + net.layers[-1].bias
    return float(by_hand.losses(logits, LABELS).mean())


def in_double(net: Net) -> Net:
    for layer in net.layers:
        for name in ("kernel", "bias", "gamma", "beta", "mean", "variance"):
            setattr(layer, name, getattr(layer, name).astype(np.float64))
    return net


@pytest.mark.parametrize("name", KINDS)
def test_a_step_goes_down_the_numeric_gradient(name: str) -> None:
    rate, small = 1e-3, 1e-5
    net = in_double(Net(KINDS[name], 0))
    stepped = in_double(Net(KINDS[name], 0))
    stepped.step(IMAGES, LABELS, rate)

    for place, array in ((0, "kernel"), (1, "gamma"), (2, "beta"), (3, "bias")):
        weights = getattr(net.layers[place], array)
        at = (400, 5) if place == 0 else (5,)
        values = []
        for move in (small, -small):
            weights[at] += move
            values.append(loss(net))
            weights[at] -= move
        slope = (values[0] - values[1]) / (2 * small)
        moved = (getattr(stepped.layers[place], array)[at] - weights[at]) / -rate
        assert moved == pytest.approx(slope, rel=1e-3, abs=1e-6), array


def test_a_disturbed_net_goes_down_its_own_gradient() -> None:
    """Two nets of one seed are disturbed alike, so that their steps are the same."""
    one, other = (Net(Kind(most=1.0), 0) for _ in range(2))

    for net in (one, other):
        net.step(IMAGES, LABELS, 0.1)

    np.testing.assert_array_equal(one.first, other.first)
    assert np.abs(one.hidden(IMAGES) - one.hidden(IMAGES)).max() > 0.1
    np.testing.assert_array_equal(one.logits(IMAGES), one.logits(IMAGES))


def test_looking_inside_leaves_the_running_statistics_alone() -> None:
    net = Net(Kind(), 0)
    before = net.logits(IMAGES)

    net.hidden(IMAGES)

    np.testing.assert_array_equal(net.logits(IMAGES), before)


def test_a_batch_of_one_leaves_the_hidden_layers_where_they_are() -> None:
    net = Net(Kind(), 0)
    kernels = [layer.kernel.copy() for layer in net.layers]

    net.step(IMAGES[:1], LABELS[:1], 0.1)

    for layer, kernel in zip(net.layers[:-1], kernels, strict=False):
        np.testing.assert_array_equal(layer.kernel, kernel)


def test_what_overflows_is_wrong() -> None:
    net = Net(Kind(normalised=False), 0)
    net.layers[-1].kernel[:] = np.inf

    assert net.accuracy(IMAGES, LABELS) == 0


def test_a_training_takes_its_steps_and_learns() -> None:
    net = Net(Kind(), 0)
    before = loss(net)

    steps = list(by_hand.train(net, PART, steps=30, batch_size=4, rate=0.1, seed=0))

    assert steps == list(range(1, 31))
    assert loss(net) < before / 2


def test_orders_are_those_of_the_loop_of_keras() -> None:
    from itertools import islice

    from dlexp import training

    ours, theirs = by_hand.orders(10, 4, 0), training.batches(10, 4, seed=0)
    for a, b in islice(zip(ours, theirs, strict=False), 5):
        np.testing.assert_array_equal(a, b)


def _as_keras(net: Net, model: Any) -> None:
    layers = [layer for layer in model.layers if layer.weights]
    hidden = iter(net.layers)
    for layer in layers:
        if "batch_norm" not in layer.name:
            current = next(hidden)
            layer.set_weights([current.kernel, current.bias])


@pytest.mark.parametrize("name", ["without", "with"])
def test_steps_are_those_of_keras(name: str) -> None:
    from dlexp import training

    net = Net(KINDS[name], 0)
    loop = training.Loop(nets.nets("dense")[name], PART, seed=0)
    loop.begin(learning_rate=0.1)
    _as_keras(net, loop.model)

    for row in ([0, 1, 2, 3], [4, 5, 6, 7], [2, 3, 6, 1]):
        loop.advance([np.array(row)])
        net.step(IMAGES[row], LABELS[row], 0.1)

    expected = training.predict(loop.model, IMAGES)
    # In batches of four, rounding grows tenfold a step; another formula is off by tenths.
    np.testing.assert_allclose(net.logits(IMAGES), expected, atol=2e-3)
