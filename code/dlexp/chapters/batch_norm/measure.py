"""Measure what batch normalisation does: to rates, first weights, small batches, time and noise.

Chapter: book/batch_norm.md. Cost: about five minutes per seed on one core, in units of a minute
or less. Keras and TensorFlow are imported inside the functions that compute. PyTorch is optional:
what it gives was recorded by tests/parity/record_batch_norm.py.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data, paths
from dlexp.byhand import batch_norm as byhand
from dlexp.lab import claims as claim
from dlexp.lab.claims import Claim
from dlexp.lab.results import Measurement, Record, Unit

if TYPE_CHECKING:
    import keras

    from dlexp import training

Floats = NDArray[np.floating]
Counts = tuple[int, int]
"""Counter-examples, and cases looked at."""

SEEDS = (0, 1, 2, 3, 4)
KINDS = ("dense", "conv")
WITHOUT, WITH = "without", "with"
"""Batch normalisation: the two nets of each comparison."""

EPSILON = byhand.KERAS.epsilon
IMAGE = (28, 28, 1)  # of MNIST

_RECORDED_SHA256 = "e2d5e31adcf9d77ebb32d18bf62f437b3aa4a11866f3e9b1ebaef3e7a54a4edd"


def pytorch() -> dict[str, Any]:
    """Return what PyTorch was recorded to give, once its checksum holds.

    Raises
    ------
    ValueError
        If the file is not the one that this module was written for.
    """
    content = (paths.DATA / "pytorch" / "batch_norm.json").read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != _RECORDED_SHA256:
        raise ValueError(
            f"batch_norm.json: SHA-256 must be {_RECORDED_SHA256[:12]}...; got {found[:12]}... "
            "(restore it with `git checkout data`)"
        )
    recorded: dict[str, Any] = json.loads(content)
    return recorded


# --- The nets -----------------------------------------------------------------------------------


def network(
    kind: str, normalisation: Callable[[], Any] | None = None, *, bias: bool = True
) -> keras.Model:
    """Return a net of three hidden layers for MNIST, its weights from Keras's current seed.

    Parameters
    ----------
    kind : "dense" or "conv"
        Three dense layers of 64, or three convolutions of 8, 16 and 16 filters with stride two.
    normalisation : callable, optional
        Makes the layer that stands between each hidden layer and its ReLU.
    bias : bool
        Whether the hidden layers have one.

    Raises
    ------
    ValueError
        If ``kind`` is unknown.
    """
    from keras import Sequential, layers

    if kind not in KINDS:
        raise ValueError(f'`kind` must be "dense" or "conv"; got {kind!r}')
    dense = kind == "dense"
    model = Sequential([layers.Input(IMAGE), *([layers.Flatten()] if dense else [])])
    for width in (64, 64, 64) if dense else (8, 16, 16):
        model.add(
            layers.Dense(width, use_bias=bias)
            if dense
            else layers.Conv2D(width, 3, strides=2, padding="same", use_bias=bias)
        )
        if normalisation is not None:
            model.add(normalisation())
        model.add(layers.ReLU())
    if not dense:
        model.add(layers.Flatten())
    model.add(layers.Dense(10))
    return model


def normal(epsilon: float = EPSILON, momentum: float = byhand.KERAS.keep) -> Callable[[], Any]:
    """Return what makes Keras's layer of batch normalisation."""
    from keras import layers

    return lambda: layers.BatchNormalization(epsilon=epsilon, momentum=momentum)


def nets(kind: str) -> dict[str, Callable[[], keras.Model]]:
    """Return what builds a net without and with batch normalisation."""
    return {WITHOUT: partial(network, kind), WITH: partial(network, kind, normal())}


def best_test(
    descent: training.Descent, dataset: data.Dataset, path: training.Path
) -> dict[str, Any]:
    """Return the accuracies of the weights that validation chose, in inference mode."""
    return {
        "validation": path.validation[path.chosen],
        "train": descent.accuracy(dataset.train),
        "test": descent.accuracy(dataset.test),
    }


# --- Laws: nothing is trained -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed compares with Keras.

    Attributes
    ----------
    layers : int
        Random layers per question.
    tolerance : float
        Largest difference that counts as rounding, as a share of the largest value.
    spreads : tuple of float
        Common logarithms of the first and the last standard deviation of an input.
    """

    layers: int = 100
    tolerance: float = 1e-4
    spreads: tuple[float, float] = (-6.0, 1.0)


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


# --- Learning rates -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Nets at each learning rate.

    Attributes
    ----------
    rates : tuple of float
        Of plain stochastic gradient descent.
    train_size : int
        Training images.
    batch_size : int
        Images per step.
    steps : int
        In all: three epochs.
    check_every : int
        Steps between two looks at the validation images.
    """

    rates: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
    train_size: int = 10_000
    batch_size: int = 64
    steps: int = 468
    check_every: int = 12


def rates(config: Rates, seed: int) -> Measurement:
    """Train dense and convolutional nets with and without normalisation at every rate."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        for name, build in nets(kind).items():
            descent = training.Descent(build, dataset, seed=seed)
            rows = []
            for rate in config.rates:
                path = descent.run(_steps(config, rate))
                found = best_test(descent, dataset, path)
                rows.append({**found, "path": [round(value, 4) for value in path.validation]})
            numbers[f"{kind}_{name}"] = _columns(rows)
    return Measurement(numbers=numbers)


def _steps(config: Any, rate: float) -> training.Steps:
    from dlexp import training

    return training.Steps(
        count=config.steps,
        batch_size=config.batch_size,
        learning_rate=rate,
        check_every=config.check_every,
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: [row[name] for row in rows] for name in rows[0]}


# --- First weights ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Scales:
    """Dense nets from first weights of each size.

    Attributes
    ----------
    scales : tuple of float
        Standard deviations of all first weights, which are normal; biases start from zero.
    epsilons : tuple of float
        Of the nets with normalisation.
    learning_rate : float
    train_size, batch_size, steps, check_every : int
        As in `Rates`.
    """

    scales: tuple[float, ...] = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.3, 1.0, 10.0)
    epsilons: tuple[float, ...] = (1e-3, 1e-5, 1e-12)
    learning_rate: float = 0.1
    train_size: int = 10_000
    batch_size: int = 64
    steps: int = 468
    check_every: int = 78


def scales(config: Scales, seed: int) -> Measurement:
    """Train dense nets from first weights of every size, with each epsilon and without any."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    builds: dict[str, Callable[[], keras.Model]] = {WITHOUT: partial(network, "dense")}
    for epsilon in config.epsilons:
        builds[f"{epsilon:g}"] = partial(network, "dense", normal(epsilon))
    numbers: dict[str, Any] = {}
    for name, build in builds.items():
        descent = training.Descent(build, dataset, seed=seed)
        rows = []
        for scale in config.scales:
            first = scaled(descent.first, scale, seed)
            path = descent.run(_steps(config, config.learning_rate), first=first)
            rows.append(best_test(descent, dataset, path))
        numbers[name] = _columns(rows)
    numbers["first_variance"] = _first_variance(descent.first[0], dataset, seed)
    return Measurement(numbers=numbers)


def scaled(weights: Sequence[Floats], scale: float, seed: int) -> list[Floats]:
    """Return weights whose kernels are normal numbers of this spread; the rest as it is.

    Parameters
    ----------
    weights : sequence of arrays
        A net's. Arrays with two axes or more are kernels.
    scale : float
        Standard deviation, the same for all layers.
    seed : int
        Of the numbers: two nets whose kernels have the same shapes get the same ones.
    """
    generator = np.random.RandomState(seed)
    return [
        (scale * generator.normal(size=each.shape)).astype(np.float32) if each.ndim > 1 else each
        for each in weights
    ]


def _first_variance(kernel: Floats, dataset: data.Dataset, seed: int) -> float:
    """Return the variance before the first normalisation for a scale of one, median of units."""
    drawn = scaled([kernel], 1.0, seed)[0]
    before = dataset.train.images.reshape(len(dataset.train), -1) @ drawn
    return float(np.median(before.var(axis=0)))


# --- Batch sizes --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Batches:
    """Nets at each batch size, all seeing the same number of images.

    Attributes
    ----------
    batch_sizes : tuple of int
    rates : tuple of float
        Learning rates; validation chooses one for each net and batch size.
    train_size : int
    epochs : int
    checks : int
        Looks at the validation images in all.
    """

    batch_sizes: tuple[int, ...] = (1, 2, 4, 16, 64)
    rates: tuple[float, ...] = (0.01, 0.1)
    train_size: int = 5_000
    epochs: int = 3
    checks: int = 9


def batches(config: Batches, seed: int) -> Measurement:
    """Train nets with and without normalisation at every batch size."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        for name, build in nets(kind).items():
            descent = training.Descent(build, dataset, seed=seed)
            numbers[f"{kind}_{name}"] = _columns(
                [_best_rate(descent, dataset, config, size) for size in config.batch_sizes]
            )
    return Measurement(numbers=numbers)


def _best_rate(
    descent: training.Descent, dataset: data.Dataset, config: Batches, size: int
) -> dict[str, Any]:
    """Return the accuracies at the learning rate that validation chose."""
    from dlexp import training

    count = config.epochs * (config.train_size // size)
    rows: list[dict[str, Any]] = []
    for rate in config.rates:
        plan = training.Steps(
            count=count, batch_size=size, learning_rate=rate, check_every=count // config.checks
        )
        rows.append({**best_test(descent, dataset, descent.run(plan)), "rate": rate})
    return max(rows, key=itemgetter("validation"))


# --- The bias that does nothing -----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Biases:
    """Nets with normalisation that should be the same net.

    Attributes
    ----------
    stops : tuple of int
        Steps after which they are compared.
    learning_rate : float
    scale : float
        Standard deviation of the first weights.
    train_size, batch_size : int
        As in `Rates`.
    """

    stops: tuple[int, ...] = (1, 3, 10, 30, 100, 300, 468)
    learning_rate: float = 0.1
    scale: float = 0.05
    train_size: int = 10_000
    batch_size: int = 64


def biases(config: Biases, seed: int) -> Measurement:
    """Compare a net without biases with one that has them, and with one that was only nudged.

    The nudge moves each first weight to the next number that the computer can write. What it
    does is what rounding alone can do. The distances are arrays: they begin as rounding, which is
    another one on another processor, and arrays are not compared by value.
    """
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    arrays: dict[str, Floats] = {}
    for kind in KINDS:
        descents = {
            name: training.Descent(
                partial(network, kind, normal(), bias=name == "biased"), dataset, seed=seed
            )
            for name in ("plain", "biased", "nudged")
        }
        for name, descent in descents.items():
            first = scaled(descent.first, config.scale, seed)
            descent.restart([_nudged(w) for w in first] if name == "nudged" else first)
        numbers[kind], distances = _side_by_side(descents, dataset, config)
        arrays |= {f"{kind}_{name}": np.array(values) for name, values in distances.items()}
    return Measurement(numbers=numbers, arrays=arrays)


def _nudged(weights: Floats) -> Floats:
    """Return the next larger number for each weight of a kernel."""
    return np.nextafter(weights, np.float32(np.inf)) if weights.ndim > 1 else weights


def _side_by_side(
    descents: Mapping[str, training.Descent], dataset: data.Dataset, config: Biases
) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Train nets step by step; return accuracies, and how far their kernels are apart."""
    apart: dict[str, list[float]] = {"biased": [], "nudged": []}
    order = descents["plain"].order(config.stops[-1], config.batch_size)
    for start, stop in zip((0, *config.stops), config.stops, strict=False):
        for descent in descents.values():
            descent.advance(order[start:stop], config.learning_rate)
        kernels = {name: _kernels(descent) for name, descent in descents.items()}
        for name, distances in apart.items():
            pairs = zip(kernels[name], kernels["plain"], strict=True)
            distances.append(max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs))
    chosen = {name: each.logits(dataset.test).argmax(axis=1) for name, each in descents.items()}
    numbers = {
        "test": {name: each.accuracy(dataset.test) for name, each in descents.items()},
        "differ": {name: int(np.sum(chosen[name] != chosen["plain"])) for name in apart},
    }
    return numbers, {**apart, "largest_bias": [_largest_bias(descents["biased"])]}


def _kernels(descent: training.Descent) -> list[Floats]:
    return [array for array in descent.model.get_weights() if array.ndim > 1]


def _largest_bias(descent: training.Descent) -> float:
    """Return the largest bias of the hidden layers; all of them started from zero."""
    hidden = [layer for layer in descent.model.layers[:-1] if getattr(layer, "use_bias", False)]
    return max(float(np.abs(np.asarray(layer.bias)).max()) for layer in hidden)


# --- Statistics that lag behind -----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Lags:
    """Nets stopped after a few steps.

    Attributes
    ----------
    stops : tuple of int
        Steps after which the net is looked at.
    momenta : tuple of float
        Shares of the old moving statistics that a step keeps.
    learning_rate : float
    train_size, batch_size : int
        As in `Rates`.
    statistics_size : int
        Training images from which statistics are computed anew.
    """

    stops: tuple[int, ...] = (1, 3, 10, 30, 100, 300, 1000)
    momenta: tuple[float, ...] = (0.99, 0.9)
    learning_rate: float = 0.1
    train_size: int = 10_000
    batch_size: int = 64
    statistics_size: int = 2_000


def lags(config: Lags, seed: int) -> Measurement:
    """Compare moving statistics with those of the moment, step by step."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        twin = network(kind, normal(momentum=0.0))
        for momentum in config.momenta:
            descent = training.Descent(
                partial(network, kind, normal(momentum=momentum)),
                dataset,
                seed=seed,
            )
            order = descent.order(config.stops[-1], config.batch_size)
            rows = []
            for start, stop in zip((0, *config.stops), config.stops, strict=False):
                descent.advance(order[start:stop], config.learning_rate)
                rows.append(_looked_at(descent, twin, dataset, config.statistics_size))
            numbers[f"{kind}_{momentum:g}"] = _columns(rows)
    return Measurement(numbers=numbers)


def _looked_at(
    descent: training.Descent, twin: keras.Model, dataset: data.Dataset, size: int
) -> dict[str, Any]:
    """Return test accuracies with three kinds of statistics.

    The twin has the same weights and forgets its moving statistics at each batch.
    """
    from dlexp import training

    twin.set_weights(descent.model.get_weights())
    test, batch = dataset.test, training.PREDICT_BATCH
    by_batch = [
        np.asarray(twin(test.images[i : i + batch], training=True))
        for i in range(0, len(test), batch)
    ]
    twin(dataset.train.images[:size], training=True)  # now its moving statistics are these
    anew = [
        np.asarray(twin(test.images[i : i + batch], training=False))
        for i in range(0, len(test), batch)
    ]
    moving, now = (_variances(model) for model in (descent.model, twin))
    return {
        "moving": descent.accuracy(test),
        "batch": training.accuracy(np.concatenate(by_batch), test.labels),
        "anew": training.accuracy(np.concatenate(anew), test.labels),
        "variance_ratio": [float(np.median(a / b)) for a, b in zip(moving, now, strict=True)],
    }


def _variances(model: keras.Model) -> list[Floats]:
    """Return the moving variances of each normalisation of a net, in their order."""
    return [
        np.maximum(np.asarray(layer.moving_variance), 1e-12)
        for layer in model.layers
        if hasattr(layer, "moving_variance")
    ]


# --- Noise --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Noises:
    """Nets trained with one batch size, whose statistics come from parts of the batch.

    Attributes
    ----------
    ghosts : tuple of int
        Images in a part; each divides ``batch_size``.
    learning_rate : float
    train_size, batch_size, steps : int
        Few training images and many epochs, so that there is something to regularise.
    momentum : float
        Of the moving statistics.
    """

    ghosts: tuple[int, ...] = (2, 4, 16, 64, 256)
    learning_rate: float = 0.1
    train_size: int = 1_024
    batch_size: int = 256
    steps: int = 300
    momentum: float = 0.9


def noises(config: Noises, seed: int) -> Measurement:
    """Train nets whose steps are all alike but for the noise of their statistics."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        rows = []
        for size in (*config.ghosts, None):
            layer = ghost(size, config.momentum) if size else None
            descent = training.Descent(partial(network, kind, layer), dataset, seed=seed)
            descent.advance(descent.order(config.steps, config.batch_size), config.learning_rate)
            row = {
                f"{part}_{name}": value
                for part in ("train", "test")
                for name, value in _scores(descent, getattr(dataset, part)).items()
            }
            rows.append(row)
        numbers[f"{kind}_{WITHOUT}"] = rows.pop()
        numbers[f"{kind}_{WITH}"] = _columns(rows)
        numbers[f"{kind}_noise"] = _noise(kind, dataset, config, seed)
    return Measurement(numbers=numbers)


def _scores(descent: training.Descent, part: data.Split) -> dict[str, float]:
    """Return accuracy and mean cross-entropy, in nats, in inference mode."""
    logits = descent.logits(part).astype(np.float64)
    largest = logits.max(axis=1, keepdims=True)
    partition = np.log(np.exp(logits - largest).sum(axis=1)) + largest[:, 0]
    loss = float(np.mean(partition - logits[np.arange(len(part)), part.labels]))
    return {"accuracy": float(np.mean(logits.argmax(axis=1) == part.labels)), "loss": loss}


def ghost(size: int, momentum: float) -> Callable[[], Any]:
    """Return what makes a layer that normalises each part of a batch by itself.

    References
    ----------
    Hoffer, Hubara and Soudry (2017), Train longer, generalize better, algorithm 1.
    """
    from keras import layers, ops

    class Ghost(layers.BatchNormalization):  # type: ignore[misc]  # Keras is untyped
        """Batch normalisation whose statistics, in training mode, are those of `size` images."""

        def call(self, inputs: Any, training: bool | None = None) -> Any:
            if not training:
                return super().call(inputs, training=False)
            parts = ops.reshape(inputs, (-1, size, *inputs.shape[1:]))
            axes = tuple(range(1, len(parts.shape) - 1))
            mean, variance = ops.moments(parts, axes=axes, keepdims=True)
            for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
                average = ops.mean(ops.reshape(now, (-1, inputs.shape[-1])), axis=0)
                moving.assign(self.momentum * moving + (1 - self.momentum) * average)
            normalised = (parts - mean) * ops.rsqrt(variance + self.epsilon)
            return ops.reshape(normalised * self.gamma + self.beta, ops.shape(inputs))

    return lambda: Ghost(momentum=momentum)


def _noise(kind: str, dataset: data.Dataset, config: Noises, seed: int) -> list[float]:
    """Return how far the mean of a part strays, as a share of the spread, for each part size.

    Measured before the first normalisation of an untrained net; the root mean square over the
    parts and the channels.
    """
    from keras import Model, utils

    utils.set_random_seed(seed)
    model = network(kind)
    hidden = model.layers[1 if kind == "dense" else 0]
    before = np.asarray(Model(model.inputs, hidden.output)([dataset.train.images]))
    before = before.reshape(len(before), -1, before.shape[-1])
    standard = (before - before.mean(axis=(0, 1))) / before.std(axis=(0, 1))
    return [
        float(np.sqrt(np.mean(standard.reshape(-1, size, *standard.shape[1:]).mean((1, 2)) ** 2)))
        for size in config.ghosts
    ]


# --- Time ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Steps of two nets, timed in turn.

    Attributes
    ----------
    blocks : int
        Pairs of measurements.
    steps : int
        In each measurement.
    batch_size : int
        Images per step.
    """

    blocks: int = 30
    steps: int = 20
    batch_size: int = 64


def clock(config: Clock, seed: int) -> Measurement:
    """Time training steps with and without normalisation, side by side, in processor time.

    The ratios are an array: no two runs agree on them, and arrays are not compared by value.
    """
    from dlexp import training

    dataset = data.load("mnist").subset(2_000)
    arrays = {}
    for kind in KINDS:
        both = [training.Descent(build, dataset, seed=seed) for build in nets(kind).values()]
        for descent in both:
            descent.advance(descent.order(config.steps, config.batch_size), 0.01)  # traces it
        ratios = []
        for _ in range(config.blocks):
            without, with_it = (_seconds(descent, config) for descent in both)
            ratios.append(with_it / without)
        arrays[kind] = np.array(ratios)
    return Measurement(numbers={"blocks": config.blocks}, arrays=arrays)


def _seconds(descent: training.Descent, config: Clock) -> float:
    order = descent.order(config.steps, config.batch_size)
    start = time.process_time()
    descent.advance(order, 0.01)
    return time.process_time() - start


# --- What is published --------------------------------------------------------------------------

MEASURES: dict[str, tuple[Callable[..., Measurement], Any]] = {
    "laws": (laws, Laws()),
    "rates": (rates, Rates()),
    "scales": (scales, Scales()),
    "batches": (batches, Batches()),
    "biases": (biases, Biases()),
    "lags": (lags, Lags()),
    "noises": (noises, Noises()),
    "clock": (clock, Clock()),
}


def units() -> list[Unit]:
    """Return every run of the chapter: each measure with each seed."""
    return [
        Unit(measure=measure, config=config, seed=seed)
        for measure, config in MEASURES.values()
        for seed in SEEDS
    ]


# --- What is claimed ----------------------------------------------------------------------------
# The bars below were set after a trial of one seed and before the first full run.

LEARNT = 0.8
"""Of test accuracy: a net above it has learnt."""

CHANCE = 0.2
"""Of accuracy: a net below it has learnt nothing; one class of ten would be right at 0.1."""

BAR = 0.9
"""Of validation accuracy: what the nets race to."""

TINY, TINIEST, GOOD, HUGE = 3, 0, 4, 8
"""Places in `Scales.scales`."""


def of(records: Sequence[Record], measure: str) -> list[Record]:
    """Return the records of one measure, in the order of the seeds."""
    return [record for record in records if record.name.startswith(f"{measure}-")]


def column(records: Sequence[Record], measure: str, net: str, name: str) -> Floats:
    """Return what a measure found for a net, of shape (seeds, settings)."""
    return np.array([record.numbers[net][name] for record in of(records, measure)])


def tuned(records: Sequence[Record], net: str) -> list[float]:
    """Return, per seed, the test accuracy at the learning rate that validation chose."""
    chosen = column(records, "rates", net, "validation").argmax(axis=1)
    test = column(records, "rates", net, "test")
    return [float(row[i]) for row, i in zip(test, chosen, strict=True)]


def highest_rate(records: Sequence[Record], net: str) -> Floats:
    """Return, per seed, the common logarithm of the largest rate at which a net learns.

    The smallest rate of the grid where it learns at none.
    """
    grid = np.log10(Rates().rates)
    learnt = column(records, "rates", net, "test") >= LEARNT
    found: Floats = np.where(learnt, grid, grid[0]).max(axis=1)
    return found


def race(records: Sequence[Record], net: str) -> tuple[Floats, Floats]:
    """Return, per seed, the way of a net at its fastest learning rate, and when it was at the bar.

    Parameters
    ----------
    records : sequence of Record
    net : str
        As in ``"dense_with"``.

    Returns
    -------
    validation : array of shape (seeds, looks)
        Accuracy at each look at the validation images.
    steps : array of shape (seeds,)
        Steps to the bar; all steps, where no rate leads there.
    """
    config = Rates()
    paths = column(records, "rates", net, "path")  # (seeds, rates, looks)
    stops = np.minimum(config.check_every * (1 + np.arange(paths.shape[2])), config.steps)
    arrived = np.where(paths >= BAR, stops, config.steps).min(axis=2)
    fastest = arrived.argmin(axis=1)
    seeds = np.arange(len(paths))
    return paths[seeds, fastest], arrived[seeds, fastest].astype(float)


def steps_to_bar(records: Sequence[Record], net: str) -> Floats:
    """Return, per seed, the steps to the bar at a net's fastest learning rate; see `race`."""
    return race(records, net)[1]


def step_ratios(records: Sequence[Record], kind: str) -> Floats:
    """Return, per seed, the time of a step with normalisation as a multiple of one without."""
    return np.array([float(np.median(record.arrays[kind])) for record in of(records, "clock")])


def claims(records: Sequence[Record]) -> list[Claim]:
    """Settle what the chapter claims."""
    return [
        *_claims_on_laws(records),
        *_claims_on_rates(records),
        *_claims_on_time(records),
        *_claims_on_scales(records),
        *_claims_on_batches(records),
        _claim_on_biases(records),
        *_claims_on_lags(records),
        *_claims_on_noise(records),
    ]


def _names(records: Sequence[Record], *measures: str) -> tuple[str, ...]:
    return tuple(record.name for measure in measures for record in of(records, measure))


def _claims_on_laws(records: Sequence[Record]) -> list[Claim]:
    found = [record.numbers for record in of(records, "laws")]
    return [
        claim.none_of(
            f"batch_norm.{name}", sentence, measure, failures=failures, trials=trials,
            seeds=SEEDS, units=_names(records, "laws"),
        )
        for name, (sentence, measure, failures, trials) in _counted(found).items()
    ]  # fmt: skip


def _counted(found: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str, int, int]]:
    """Return sentence, measure, counter-examples and cases of each law, over all seeds."""
    drawn = Laws().layers * len(found)
    laws = [n["variance_law"] for n in found]
    return {
        "keras_agrees": (
            "Keras gives the values, gradients and running statistics of the hand-written layer.",
            "random layers that differ, share",
            sum(n["agreement"] for n in found), drawn,
        ),
        "one_says_beta": (
            "A dense layer that normalises a batch of one answers its shift, whatever the input.",
            "random layers of Keras with another answer, share",
            sum(n["batch_of_one"]["values"] for n in found), drawn,
        ),
        "one_hands_nothing_back": (
            "The input of a dense layer that normalises a batch of one gets a gradient of exactly "
            "zero.",
            "random layers of Keras with another gradient, share",
            sum(n["batch_of_one"]["gradients"] for n in found), drawn,
        ),
        "one_image_is_instance": (
            "In training mode, a convolutional layer that normalises a batch of one is instance "
            "normalisation.",
            "random layers of Keras that differ, share",
            sum(n["instance"] for n in found), drawn,
        ),
        "variance_law": (
            "The variance after the normalisation is the variance before, divided by itself plus "
            "epsilon.",
            "spreads at which Keras gives another variance, share",
            sum(n["0.001"] + n["1e-05"] for n in laws), sum(2 * n["spreads"] for n in laws),
        ),
        "bias_gets_no_gradient": (
            "A bias right before a normalisation gets no gradient but rounding.",
            "random layers whose bias gets more than a ten-thousandth of the kernel's, share",
            sum(n["bias"] for n in found), drawn,
        ),
    }  # fmt: skip


def _claims_on_rates(records: Sequence[Record]) -> list[Claim]:
    words = {"dense": "dense", "conv": "convolutional"}
    found = []
    for kind in KINDS:
        pair = f"{kind}_{WITH}", f"{kind}_{WITHOUT}"
        cases: dict[str, tuple[str, str, Floats, Floats]] = {
            "higher_rate": (
                f"With normalisation, the {words[kind]} net learns at higher learning rates.",
                "common logarithm of the largest rate that learns, with minus without",
                highest_rate(records, pair[0]),
                highest_rate(records, pair[1]),
            ),
            "tuned": (
                f"Each at the learning rate that validation chose, the {words[kind]} net is better "
                "on test images with normalisation than without.",
                "test accuracy, with minus without",
                np.array(tuned(records, pair[0])),
                np.array(tuned(records, pair[1])),
            ),
            "fewer_steps": (
                f"Each at its fastest rate, the {words[kind]} net needs fewer steps to a "
                f"validation accuracy of {BAR:.0%} with normalisation than without.",
                "steps, without minus with",
                steps_to_bar(records, pair[1]),
                steps_to_bar(records, pair[0]),
            ),
        }
        found += [
            claim.paired(
                f"batch_norm.{name}_{kind}", sentence, measure, a, b,
                seeds=SEEDS, units=_names(records, "rates"),
            )
            for name, (sentence, measure, a, b) in cases.items()
        ]  # fmt: skip
    return found


def _claims_on_time(records: Sequence[Record]) -> list[Claim]:
    ratios = {kind: step_ratios(records, kind) for kind in KINDS}
    slower = claim.mean_above(
        "batch_norm.step_takes_longer",
        "In both nets, a training step takes longer with normalisation.",
        "time of a step, with divided by without; the smaller ratio of the two nets",
        np.minimum(*ratios.values()),
        threshold=1.0,
        seeds=SEEDS,
        units=_names(records, "clock"),
    )
    words = {"dense": "dense", "conv": "convolutional"}
    races = []
    for kind in KINDS:
        steps = [steps_to_bar(records, f"{kind}_{name}") for name in (WITH, WITHOUT)]
        races.append(
            claim.mean_below(
                f"batch_norm.less_time_{kind}",
                f"With normalisation, the {words[kind]} net takes less time to a validation "
                f"accuracy of {BAR:.0%}, each at its fastest rate.",
                "steps times time of a step, with divided by without",
                ratios[kind] * steps[0] / steps[1],
                threshold=1.0,
                seeds=SEEDS,
                units=_names(records, "clock", "rates"),
            )
        )
    return [slower, *races]


def _claims_on_scales(records: Sequence[Record]) -> list[Claim]:
    def test(net: str, place: int) -> Floats:
        values: Floats = column(records, "scales", net, "test")[:, place]
        return values

    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "scales")}
    tiny, tiniest, huge = (f"{Scales().scales[i]:g}" for i in (TINY, TINIEST, HUGE))
    keras_epsilon, smallest = f"{EPSILON:g}", f"{Scales().epsilons[-1]:g}"
    return [
        claim.mean_below(
            "batch_norm.tiny_dies_without",
            f"From first weights of {tiny}, the net without normalisation learns nothing.",
            "test accuracy", test(WITHOUT, TINY), threshold=CHANCE, **options,
        ),
        claim.mean_above(
            "batch_norm.tiny_learns_with",
            f"From first weights of {tiny}, the net with normalisation learns.",
            "test accuracy", test(keras_epsilon, TINY), threshold=LEARNT, **options,
        ),
        claim.mean_below(
            "batch_norm.tiniest_dies_with",
            f"From first weights of {tiniest}, the net with normalisation learns nothing with the "
            "epsilon of Keras.",
            "test accuracy", test(keras_epsilon, TINIEST), threshold=CHANCE, **options,
        ),
        claim.mean_above(
            "batch_norm.epsilon_repairs",
            f"From first weights of {tiniest}, the net with normalisation learns with an epsilon "
            f"of {smallest}.",
            "test accuracy", test(smallest, TINIEST), threshold=LEARNT, **options,
        ),
        claim.paired(
            "batch_norm.huge_helped",
            f"From first weights of {huge}, the net with normalisation is better than the one "
            "without by a tenth.",
            "test accuracy, with minus without",
            test(keras_epsilon, HUGE), test(WITHOUT, HUGE), at_least=0.1, **options,
        ),
    ]  # fmt: skip


def _claims_on_batches(records: Sequence[Record]) -> list[Claim]:
    sizes = Batches().batch_sizes

    def found(net: str, size: int, part: str = "test") -> Floats:
        values: Floats = column(records, "batches", net, part)[:, sizes.index(size)]
        return values

    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "batches")}
    return [
        claim.mean_below(
            "batch_norm.dense_one_cannot_fit",
            "In batches of one, the dense net with normalisation does not even fit what it is "
            "trained on.",
            "training accuracy", found("dense_with", 1, "train"), threshold=CHANCE, **options,
        ),
        claim.mean_above(
            "batch_norm.plain_one_learns",
            "In batches of one, the dense net without normalisation learns.",
            "test accuracy", found("dense_without", 1), threshold=LEARNT, **options,
        ),
        claim.mean_above(
            "batch_norm.conv_one_learns",
            "In batches of one, the convolutional net with normalisation learns.",
            "test accuracy", found("conv_with", 1), threshold=LEARNT, **options,
        ),
        claim.paired(
            "batch_norm.conv_one_beats_plain",
            "In batches of one, the convolutional net is better with normalisation than without.",
            "test accuracy, with minus without",
            found("conv_with", 1), found("conv_without", 1), **options,
        ),
        claim.paired(
            "batch_norm.dense_two_suffers",
            "In batches of two, the dense net is worse with normalisation than without.",
            "test accuracy, without minus with",
            found("dense_without", 2), found("dense_with", 2), **options,
        ),
    ]  # fmt: skip


def _claim_on_biases(records: Sequence[Record]) -> Claim:
    tests = [[r.numbers[kind]["test"] for kind in KINDS] for r in of(records, "biases")]
    return claim.mean_below(
        "batch_norm.bias_is_idle",
        "Without the biases before the normalisation, the trained net is as good: within one "
        "percentage point.",
        "difference in test accuracy, the larger of the two nets",
        [max(abs(each["biased"] - each["plain"]) for each in row) for row in tests],
        threshold=0.01,
        seeds=SEEDS,
        units=_names(records, "biases"),
    )


def lag(records: Sequence[Record], stop: int, a: str, b: str) -> Floats:
    """Return the difference of two test accuracies after a number of steps, (kinds, seeds).

    Parameters
    ----------
    records : sequence of Record
    stop : int
        One of `Lags.stops`.
    a, b : str
        The momentum and the kind of statistics, as in ``"0.99 moving"`` or ``"0.99 anew"``.
    """
    place = Lags().stops.index(stop)

    def test(kind: str, words: str) -> Floats:
        momentum, statistics = words.split()
        values: Floats = column(records, "lags", f"{kind}_{momentum}", statistics)[:, place]
        return values

    return np.array([test(kind, a) - test(kind, b) for kind in KINDS])


def _claims_on_lags(records: Sequence[Record]) -> list[Claim]:
    """The weaker of the two nets counts."""
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "lags")}
    return [
        claim.mean_above(
            "batch_norm.lag_costs",
            "After ten steps, both nets are better with statistics computed anew than with the "
            "running ones of Keras.",
            "test accuracy, anew minus running, the smaller of the two nets",
            lag(records, 10, "0.99 anew", "0.99 moving").min(axis=0), threshold=0.0, **options,
        ),
        claim.mean_below(
            "batch_norm.lag_heals",
            "After a thousand steps, to compute the statistics anew makes less than half a "
            "percentage point of difference.",
            "difference in test accuracy, anew and running, the larger of the two nets",
            np.abs(lag(records, 1000, "0.99 anew", "0.99 moving")).max(axis=0),
            threshold=0.005, **options,
        ),
        claim.mean_above(
            "batch_norm.forgetting_helps",
            "After thirty steps, both nets are better with statistics that forget ten times as "
            "fast.",
            "test accuracy, momentum 0.9 minus 0.99, the smaller of the two nets",
            lag(records, 30, "0.9 moving", "0.99 moving").min(axis=0), threshold=0.0, **options,
        ),
    ]  # fmt: skip


def _claims_on_noise(records: Sequence[Record]) -> list[Claim]:
    """Compare nets that differ in the noise of their statistics.

    The two claims on nets without normalisation were added when the first records were in.
    """
    whole = Noises().ghosts[-1]

    def test(kind: str, size: int) -> Floats:
        if not size:
            rows = [r.numbers[f"{kind}_{WITHOUT}"] for r in of(records, "noises")]
            return np.array([row["test_accuracy"] for row in rows])
        values = column(records, "noises", f"{kind}_{WITH}", "test_accuracy")
        found: Floats = values[:, Noises().ghosts.index(size)]
        return found

    cases = {
        "noise_helps_dense:The noise of small parts regularises the dense net: parts of sixteen "
        "images are better than the whole batch.": ("dense", 16, whole),
        "noise_helps_conv:The noise of small parts regularises the convolutional net: parts of "
        "sixteen images are better than the whole batch.": ("conv", 16, whole),
        "too_much_noise:Too much noise does harm: in the dense net, parts of two are worse than "
        "the whole batch.": ("dense", whole, 2),
        "quiet_dense_gains:Normalised by the whole batch, the dense net is better than without "
        "normalisation.": ("dense", whole, 0),
        "quiet_conv_gains:Normalised by the whole batch, the convolutional net is better than "
        "without normalisation.": ("conv", whole, 0),
    }
    return [
        claim.paired(
            f"batch_norm.{words.partition(':')[0]}",
            words.partition(":")[2],
            f"test accuracy, {_part(better)} minus {_part(worse)}",
            test(kind, better),
            test(kind, worse),
            seeds=SEEDS,
            units=_names(records, "noises"),
        )
        for words, (kind, better, worse) in cases.items()
    ]


def _part(size: int) -> str:
    return f"statistics of {size} images" if size else "no normalisation"
