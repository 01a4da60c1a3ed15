"""Batch normalisation by hand against Keras and PyTorch: values, gradients, statistics."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlexp.byhand import batch_norm as bn
from helpers import EXACT, FLOAT32, FLOAT64, assert_agree, by_tape, random
from parity import record_batch_norm

MODES: tuple[bn.Mode, ...] = ("training", "inference")

each_mode = pytest.mark.parametrize("mode", MODES)


# --- Keras and PyTorch --------------------------------------------------------------------------


@each_mode
@pytest.mark.parametrize("shape", [(8, 3), (2, 1), (1, 4), (3, 4, 5, 2), (1, 4, 4, 3)])
@pytest.mark.parametrize("options", [{}, {"epsilon": 1e-5, "momentum": 0.9}])
def test_values_gradients_and_statistics_are_those_of_keras(
    mode: bn.Mode, shape: tuple[int, ...], options: dict[str, float]
) -> None:
    from keras import layers

    x, upstream = (random(seed, *shape).astype(np.float32) for seed in (0, 1))
    x = 3 * x + 2
    gamma, beta, mean = (random(seed, shape[-1]).astype(np.float32) for seed in (2, 3, 4))
    before = bn.Statistics(mean, np.exp(random(5, shape[-1])).astype(np.float32))
    layer = layers.BatchNormalization(**options)
    layer.build(shape)
    layer.set_weights([gamma, beta, *before])

    value, (by_x,) = by_tape(lambda x: layer(x, training=mode == "training"), x, upstream=upstream)

    epsilon = options.get("epsilon", bn.KERAS.epsilon)
    convention = replace(bn.KERAS, keep=options.get("momentum", bn.KERAS.keep))
    arguments: dict[str, Any] = {"mode": mode, "running": before, "epsilon": epsilon}
    after = bn.updated(before, x, convention) if mode == "training" else before
    found = bn.batch_norm_gradients(x, gamma, upstream, **arguments)
    assert_agree(bn.batch_norm(x, gamma, beta, **arguments), value, tolerance=FLOAT32)
    if np.abs(found.x).max() > 0:
        # Channels of two values cancel almost wholly: rounding is measured against what cancels.
        assert np.abs(found.x - by_x).max() <= 10 * FLOAT32 * np.abs(upstream).max()
    else:
        assert_agree(by_x, found.x, tolerance=EXACT)
    for mine, in_keras in zip(after, layer.get_weights()[2:], strict=True):
        assert_agree(mine, in_keras, tolerance=FLOAT32)


def test_the_conventions_are_what_the_frameworks_take_for_granted() -> None:
    from keras import layers

    layer, torch = layers.BatchNormalization(), record_batch_norm.recorded()["defaults"]

    assert (layer.momentum, layer.epsilon) == (bn.KERAS.keep, bn.KERAS.epsilon)
    assert (1 - torch["momentum"], torch["epsilon"]) == (bn.PYTORCH.keep, bn.PYTORCH.epsilon)


@each_mode
@pytest.mark.parametrize("case", record_batch_norm.recorded()["cases"], ids=lambda c: c["name"])
def test_values_gradients_and_statistics_are_those_of_pytorch(
    mode: bn.Mode, case: dict[str, Any]
) -> None:
    x, gamma, beta, upstream, mean, variance = record_batch_norm.inputs(case)
    before, expected = bn.Statistics(mean, variance), case[mode]
    convention = replace(bn.PYTORCH, keep=1 - case["momentum"], epsilon=case["epsilon"])
    arguments: dict[str, Any] = {"mode": mode, "running": before, "epsilon": case["epsilon"]}

    found = bn.batch_norm_gradients(x, gamma, upstream, **arguments)

    value = bn.batch_norm(x, gamma, beta, **arguments)
    assert_agree(value, expected["value"], tolerance=FLOAT64)
    for name in ("x", "gamma", "beta"):
        assert_agree(getattr(found, name), expected[f"for_{name}"], tolerance=1e-8)
    after = bn.updated(before, x, convention) if mode == "training" else before
    assert_agree(after.mean, expected["running_mean"], tolerance=FLOAT64)
    assert_agree(after.variance, expected["running_variance"], tolerance=FLOAT64)


def test_the_variance_law_is_that_of_pytorch() -> None:
    for spread, after in record_batch_norm.recorded()["variance_law"]:
        assert np.isclose(after, spread**2 / (spread**2 + 1e-5), rtol=FLOAT64)
