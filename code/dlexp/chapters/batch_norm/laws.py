"""Laws of batch normalisation, held to Keras on layers drawn at random: nothing is trained.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.byhand import batch_norm as byhand
from dlexp.byhand.arrays import Floats
from dlexp.lab.units import Measurement


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed compares with Keras."""

    layers: int = 100  # drawn at random, per question
    tolerance: float = 1e-4  # what counts as rounding, as a share of the largest value
    spreads: tuple[float, float] = (-6.0, 1.0)  # powers of ten: the first and last spread


def laws(config: Laws, seed: int) -> Measurement:
    """Hold the hand-written layer, and what it predicts, to Keras."""
    generator = np.random.default_rng(seed)
    cases = [_draw(generator) for _ in range(config.layers)]
    numbers: dict[str, Any] = {
        "agreement": [_differ(case, config.tolerance) for case in cases].count(True),
        "batch_of_one": _batch_of_one(generator, config),
        "instance": _not_instance(generator, config),
        "bias": _biases_with_gradient(generator, config),
        "variance_law": _breaks_of_variance_law(generator, config),
        "parameters": _parameters(),
    }
    return Measurement(numbers=numbers)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One layer and one batch for it, in float32."""

    x: Floats
    upstream: Floats
    gamma: Floats
    beta: Floats
    running: byhand.Statistics
    mode: byhand.Mode
    epsilon: float
    momentum: float


def _draw(generator: np.random.Generator, shape: tuple[int, ...] | None = None) -> Case:
    """Draw a layer, dense or convolutional; a batch has three examples or more unless told."""
    if shape is None:
        batch, height, width, channels = (int(n) for n in generator.integers(3, 9, 4))
        positions = (height, width) if generator.integers(2) else ()
        shape = (batch, *positions, channels)
    channels = shape[-1]
    vectors = generator.normal(size=(5, channels)).astype(np.float32)
    x, upstream = generator.normal(size=(2, *shape)).astype(np.float32)
    mode: byhand.Mode = "training" if generator.integers(2) else "inference"
    return Case(
        x=np.exp(vectors[4]) * x + vectors[3],
        upstream=upstream,
        gamma=vectors[0],
        beta=vectors[1],
        running=byhand.Statistics(vectors[2], np.exp(vectors[3])),
        mode=mode,
        epsilon=float(10.0 ** generator.uniform(-5, -1)),
        momentum=float(generator.choice([0.9, 0.99])),
    )


def _in_keras(case: Case, mode: byhand.Mode) -> dict[str, Floats]:
    """Return a Keras layer's value, gradients and running statistics."""
    import tensorflow as tf
    from keras import layers

    layer = layers.BatchNormalization(epsilon=case.epsilon, momentum=case.momentum)
    layer.build(case.x.shape)
    layer.set_weights([case.gamma, case.beta, *case.running])
    inputs = tf.constant(case.x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = layer(inputs, training=mode == "training")
    variables = [inputs, *(v.value for v in layer.trainable_variables)]
    names = ("x", "gamma", "beta")
    gradients = tape.gradient(value, variables, output_gradients=tf.constant(case.upstream))
    found = dict(zip(names, (g.numpy() for g in gradients), strict=True))
    mean, variance = layer.get_weights()[2:]
    return {"value": value.numpy(), **found, "mean": mean, "variance": variance}


def _differ(case: Case, tolerance: float) -> bool:
    """Whether Keras gives another value, gradient or running statistic than the hand."""
    options: dict[str, Any] = {
        "mode": case.mode,
        "running": case.running,
        "epsilon": case.epsilon,
    }
    convention = byhand.Convention(keep=case.momentum, unbiased=False, epsilon=case.epsilon)
    after = case.running
    if case.mode == "training":
        after = byhand.updated(case.running, case.x, convention)
    gradients = byhand.batch_norm_gradients(case.x, case.gamma, case.upstream, **options)
    mine = {
        "value": byhand.batch_norm(case.x, case.gamma, case.beta, **options),
        **gradients._asdict(),
        **after._asdict(),
    }
    found = _in_keras(case, case.mode)
    return any(
        np.abs(mine[name] - found[name]).max() > tolerance * np.abs(mine[name]).max()
        for name in mine
    )


def _batch_of_one(generator: np.random.Generator, config: Laws) -> dict[str, Any]:
    """Count dense layers that do more with a batch of one than to answer beta."""
    values = gradients = exact = 0
    for _ in range(config.layers):
        case = _draw(generator, (1, int(generator.integers(1, 9))))
        found = _in_keras(case, "training")
        # Keras subtracts two products, each as large as x divided by the root of epsilon.
        size = np.abs(case.gamma * case.x).max() / np.sqrt(case.epsilon) + np.abs(case.beta).max()
        away = np.abs(found["value"] - case.beta).max()
        values += int(away > config.tolerance * size)
        gradients += int(bool(found["x"].any()))
        by_hand = byhand.batch_norm(case.x, case.gamma, case.beta, mode="training")
        exact += int(bool((by_hand != case.beta).any()))
    return {"values": values, "gradients": gradients, "by_hand": exact}


def _not_instance(generator: np.random.Generator, config: Laws) -> int:
    """Count single images that batch normalisation treats other than instance normalisation."""
    from keras import layers

    count = 0
    for _ in range(config.layers):
        height, width, channels = (int(n) for n in generator.integers(2, 9, 3))
        case = _draw(generator, (1, height, width, channels))
        value = _in_keras(case, "training")["value"]
        instance = layers.GroupNormalization(groups=-1, epsilon=case.epsilon)
        instance.build(case.x.shape)
        instance.set_weights([case.gamma, case.beta])
        away = np.abs(value - np.asarray(instance(case.x))).max()
        count += int(away > config.tolerance * np.abs(value).max())
    return count


def _biases_with_gradient(generator: np.random.Generator, config: Laws) -> int:
    """Count biases before a normalisation whose gradient is no rounding beside the kernel's."""
    import tensorflow as tf
    from keras import layers

    count = 0
    for index in range(config.layers):
        dense = index % 2 == 0
        units, inputs = (int(n) for n in generator.integers(2, 9, 2))
        shape = (16, inputs) if dense else (4, 6, 6, inputs)
        layer = layers.Dense(units) if dense else layers.Conv2D(units, 3)
        norm = layers.BatchNormalization()
        x = tf.constant(generator.normal(size=shape).astype(np.float32))
        with tf.GradientTape() as tape:
            y = norm(layer(x), training=True)
            weights = tf.constant(generator.normal(size=y.shape).astype(np.float32))
            score = tf.reduce_sum(weights * tf.nn.relu(y))
        kernel, bias = tape.gradient(score, [v.value for v in layer.trainable_variables])
        count += int(np.abs(bias).max() > config.tolerance * np.abs(kernel).max())
    return count


def _breaks_of_variance_law(generator: np.random.Generator, config: Laws) -> dict[str, int]:
    """Count variances of Keras's output that are not those of the law, for both epsilons."""
    spreads = np.logspace(*config.spreads, 29)
    counts = {}
    for epsilon in (byhand.KERAS.epsilon, byhand.PYTORCH.epsilon):
        x = _standardised(generator, 512) * spreads  # one channel per spread
        ones, zeros = np.ones(len(spreads), np.float32), np.zeros(len(spreads), np.float32)
        case = Case(
            x=x.astype(np.float32), upstream=np.zeros_like(x, np.float32), gamma=ones, beta=zeros,
            running=byhand.Statistics(zeros, ones), mode="training", epsilon=epsilon, momentum=0.9,
        )  # fmt: skip
        found = _in_keras(case, "training")["value"].astype(np.float64).var(axis=0)
        law = variance_after(spreads, epsilon)
        counts[f"{epsilon:g}"] = int(np.sum(np.abs(found - law) > config.tolerance * law))
    return {**counts, "spreads": len(spreads)}


def _standardised(generator: np.random.Generator, count: int) -> Floats:
    """Return one column of numbers with mean zero and variance one."""
    values = generator.normal(size=(count, 1))
    result: Floats = (values - values.mean()) / values.std()
    return result


def variance_after(spread: Floats, epsilon: float, *, inside: bool = True) -> Floats:
    """Return the variance of a normalised channel, by the law.

    Parameters
    ----------
    spread : array
        Standard deviations before.
    epsilon : float
    inside : bool
        Whether epsilon is added under the root, or to the root.

    Returns
    -------
    array of the shape of ``spread``

    Examples
    --------
    >>> variance_after(np.array([1.0]), 1.0), variance_after(np.array([1.0]), 1.0, inside=False)
    (array([0.5]), array([0.25]))
    """
    after: Floats = spread**2 / (spread**2 + epsilon)
    return after if inside else (spread / (spread + epsilon)) ** 2


def _parameters() -> dict[str, Any]:
    """Count the parameters of the reports' layer in Keras, with and without the bias."""
    from keras import Sequential, layers

    counts: dict[str, Any] = {}
    for name, bias in (("with_bias", True), ("without_bias", False)):
        dense = layers.Dense(20, use_bias=bias)
        model = Sequential([layers.Input((10,)), dense, layers.BatchNormalization()])
        trainable = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
        counts[name] = {
            "dense": int(dense.count_params()),
            "trainable": trainable,
            "all": int(model.count_params()),
        }
    return counts
