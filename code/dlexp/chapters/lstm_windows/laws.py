"""Hold what the chapter derives, and the nets that it trains, to Keras.

Chapter: book/lstm_windows.md. Keras and TensorFlow are imported inside the functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlexp.byhand import forecasting, recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.lstm_windows import nets
from dlexp.lab.units import Measurement

KINDS = ("lstm", "gru", "dense")


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed compares with Keras."""

    cases: int = 10  # random layers per question
    trained: int = 2  # trainings per kind of net
    steps: int = 30  # of each training
    tolerance: float = 1e-4  # largest difference that is rounding, as a share of the largest value


def laws(config: Laws, seed: int) -> Measurement:
    """Count what breaks a law; nothing should."""
    generator = np.random.default_rng(seed)
    cases, tolerance = range(config.cases), config.tolerance
    one_step = [_one_step(generator) for _ in cases]
    return Measurement(
        numbers={
            "formula": sum(far > tolerance for far, _ in one_step),
            "idle": sum(wrong for _, wrong in one_step),
            "stateful": sum(_stateful(generator) > tolerance for _ in cases),
            "r_squared": sum(_metric(generator) > tolerance for _ in cases),
            "trainings": sum(
                _training(kind, generator, config.steps) > 10 * tolerance
                for kind in KINDS
                for _ in range(config.trained)
            ),
        }
    )


def idle_weights(features: int, units: int) -> int:
    """Return the parameters of an LSTM that get no gradient from sequences of one step.

    All recurrent weights, 4 N², and the forget gate's kernel and bias, N (D + 1).

    Examples
    --------
    >>> idle_weights(3, 6), recurrent.recurrent_parameters("lstm", 3, 6)
    (168, 240)
    """
    return 4 * units**2 + units * (features + 1)


def one_step(x: Floats, weights: recurrent.Weights) -> Floats:
    """Return what an LSTM shows after one step, by a formula without a state.

    Parameters
    ----------
    x : array of shape (B, D)
    weights : Weights
        Its recurrent ones are not read.

    Returns
    -------
    array of shape (B, N)

    Examples
    --------
    >>> given = recurrent.Weights(np.ones((1, 4)), np.ones((1, 4)), np.zeros(4))
    >>> one_step(np.array([[1.0]]), given).round(3)
    array([[0.37]])
    """
    i, _, g, o = np.split(x @ weights.kernel + weights.bias, 4, axis=1)
    shown: Floats = _sigmoid(o) * np.tanh(_sigmoid(i) * np.tanh(g))
    return shown


def _sigmoid(z: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-z))
    return result


def _one_step(generator: np.random.Generator) -> tuple[float, int]:
    """Return how far Keras's LSTM is from the formula, and whether other weights are idle."""
    features, units = (int(n) for n in generator.integers(1, 9, 2))
    layer, x = _layer(generator, features, units), generator.normal(size=(5, 2, features))
    shown, slopes = _asked(layer, x[:, :1], generator)
    given = recurrent.Weights(*(np.asarray(w, np.float64) for w in layer.get_weights()))
    silent = sum(int((slope == 0).sum()) for slope in slopes)
    _, of_two = _asked(layer, x, generator)
    wrong = silent != idle_weights(features, units) or any((s == 0).any() for s in of_two)
    return _share(one_step(x[:, 0], given), shown), int(wrong)


def _layer(generator: np.random.Generator, features: int, units: int, **options: Any) -> Any:
    from keras import layers

    built = layers.LSTM(units, **options)
    built.build((5, None, features))
    built.set_weights([generator.normal(size=w.shape) / 2 for w in built.get_weights()])
    return built


def _asked(layer: Any, x: Floats, generator: np.random.Generator) -> tuple[Floats, list[Floats]]:
    """Return what a layer shows, and the gradients of a random weighing for its weights."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        shown = layer(tf.constant(x.astype(np.float32)))
        loss = tf.reduce_sum(shown * generator.normal(size=shown.shape).astype(np.float32))
    slopes = tape.gradient(loss, [variable.value for variable in layer.trainable_variables])
    return shown.numpy(), [slope.numpy() for slope in slopes]


def _share(mine: Floats, theirs: Floats) -> float:
    return float(np.abs(mine - theirs).max() / np.abs(mine).max())


def _stateful(generator: np.random.Generator) -> float:
    """Return how far a stateful layer, fed one value at a time, is from the whole sequence."""
    features, units = (int(n) for n in generator.integers(1, 9, 2))
    layer = _layer(generator, features, units, stateful=True)
    x = generator.normal(size=(5, 7, features)).astype(np.float32)
    for t in range(x.shape[1]):
        last = np.asarray(layer(x[:, t : t + 1]))
    given = recurrent.Weights(*(np.asarray(w, np.float64) for w in layer.get_weights()))
    return _share(recurrent.lstm(x.astype(np.float64), given).shown[:, -1], last)


def _metric(generator: np.random.Generator) -> float:
    """Return how far Keras's R² is from that by hand, as a share of one and what is missing."""
    import keras

    truth = generator.normal(size=50)
    told = truth + generator.normal(size=50) * generator.uniform(0, 3) + generator.normal()
    metric = keras.metrics.R2Score()
    metric.update_state(truth[:, np.newaxis].astype(np.float32), told[:, np.newaxis])
    mine = forecasting.r_squared(truth, told)
    return float(abs(mine - float(np.asarray(metric.result()))) / (2 - mine))


def _training(kind: str, generator: np.random.Generator, steps: int) -> float:
    """Return how far the weights are that Keras comes to, in as many steps on the same windows."""
    import keras
    import tensorflow as tf

    window, units, rate = 4, 5, 0.01
    weights = nets.first_weights(kind, window, units, 1, generator)
    model = _model(kind, window, units)
    model.set_weights([_as_keras(kind, i, weights) for i in range(len(model.weights))])
    ours = [each[np.newaxis].copy() for each in weights]
    adam, theirs = nets.Adam(ours, np.array([rate])), keras.optimizers.Adam(rate)
    for _ in range(steps):
        x = generator.normal(size=(1, 16, window)).astype(np.float32)
        then = generator.normal(size=(1, 16, 1)).astype(np.float32)
        adam.step(nets.gradients(kind, ours, x, then))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x[0][:, :, np.newaxis]) - then[0]) ** 2)
        slopes = tape.gradient(loss, [v.value for v in model.trainable_variables])
        theirs.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
    trained = [each[0] for each in ours]
    found = [_as_keras(kind, i, trained).ravel() for i in range(len(model.weights))]
    # All weights together: one that is almost zero by chance is no yardstick for itself.
    return _share(*map(np.concatenate, (found, [w.ravel() for w in model.get_weights()])))


def _model(kind: str, window: int, units: int) -> Any:
    import keras
    from keras import layers

    hidden = {
        "lstm": [layers.LSTM(units)],
        "gru": [layers.GRU(units)],
        "dense": [layers.Flatten(), layers.Dense(units, activation="tanh")],
    }[kind]
    return keras.Sequential([keras.Input((window, 1)), *hidden, layers.Dense(1)])


def _as_keras(kind: str, index: int, weights: nets.Weights) -> Floats:
    """Return one of the weights in Keras's shape: biases have one axis; a GRU's two are one."""
    if kind == "gru":
        weights = [*weights[:2], np.concatenate(weights[2:4]), *weights[4:]]
    biases = {"lstm": (2, 4), "gru": (4,), "dense": (1, 3)}[kind]
    return weights[index][0] if index in biases else weights[index]
