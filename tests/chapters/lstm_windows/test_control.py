"""The control: dense nets with ReLU are Keras's; beyond what they saw they go on along a line."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlexp.chapters.lstm_windows import control, nets, tasks, trainings
from helpers import FLOAT32, assert_agree, random

TINY = {"steps": 4, "looks": 2, "batch_size": 3, "units": 2, "length": 300}


def several() -> nets.Weights:
    """Return the weights of three nets, each from a seed of its own."""
    drawn = [nets.first_weights("dense", 4, 5, 1, np.random.default_rng(s)) for s in range(3)]
    return [np.stack(group) + np.float32(0.1) for group in zip(*drawn, strict=True)]


def test_values_and_gradients_are_those_of_keras() -> None:
    weights, x = several(), random(7, 3, 6, 4).astype(np.float32)
    then = random(8, 3, 6, 1).astype(np.float32)
    layers = [keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.set_weights([each[1] if i % 2 == 0 else each[1, 0] for i, each in enumerate(weights)])

    with tf.GradientTape() as tape:
        told = model(x[1])
        loss = tf.reduce_mean((told - then[1]) ** 2)
    slopes = tape.gradient(loss, [variable.value for variable in model.trainable_variables])

    assert_agree(control.outputs(weights, x)[1], told.numpy(), tolerance=FLOAT32)
    for mine, theirs in zip(control.gradients(weights, x, then), slopes, strict=True):
        assert_agree(mine[1].reshape(theirs.shape), theirs.numpy(), tolerance=FLOAT32)


def test_a_net_that_has_learnt_a_line_goes_on_along_a_line() -> None:
    problem = tasks.problem(np.linspace(0, 10, 300), "scaled", 1, first=2)
    config = control.Control(rates=(1e-9, 0.02), steps=1_000)

    [own] = control.fit(config, [problem], 1)

    steps = np.diff(control.forecast(own, problem.test, problem.scale))
    assert steps.mean() > 0.5 * np.diff(problem.test.truth[:, 0]).mean()
    np.testing.assert_allclose(steps, steps.mean(), rtol=1e-3)


def test_it_starts_where_the_net_with_tanh_starts_and_sees_its_windows() -> None:
    problem = tasks.problem(np.linspace(0, 10, 300), "scaled", 2, first=3)
    config = control.Control(rates=(1e-9,), steps=1, looks=1)
    plan = trainings.Plan(units=config.units, steps=1, batch_size=config.batch_size, looks=1)

    [own] = control.fit(config, [problem], 1)
    other = trainings.fit("dense", [problem], config.rates, plan, seed=1)

    for mine, theirs in zip(own, other.first, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-7)


def test_a_tiny_control_has_a_number_for_each_window() -> None:
    found = control.control(control.Control(windows=(1, 3), rates=(0.01,), **TINY), 1)

    for name in tasks.SERIES:
        for treatment in control.GIVEN:
            assert np.isfinite(found.numbers[name][treatment]).all()
            assert len(found.numbers[name][treatment]) == 2
    assert found.arrays["bent"].shape == (control.BENT,)


@pytest.mark.parametrize("member", range(3))
def test_nets_side_by_side_share_nothing(member: int) -> None:
    weights, x = several(), random(9, 3, 6, 4).astype(np.float32)

    alone = control.outputs([w[member : member + 1] for w in weights], x[member : member + 1])

    assert_agree(alone[0], control.outputs(weights, x)[member], tolerance=FLOAT32)
