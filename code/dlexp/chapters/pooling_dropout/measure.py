"""Ask what pooling and dropout really do: to shifted digits, to overfitting, to what is counted.

Chapter: book/pooling_dropout.md. Cost: about half an hour on one core.
Keras is imported inside the functions that compute, so that keys and pages never pay for it.
All claims and thresholds were set before any result was seen; a few were then left out for length.
The two on excess confidence were added when the records were in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import dropout, shapes
from dlexp.byhand.shapes import Convolution, Dense, Flatten, Layer, Pooling
from dlexp.lab import claims as claim
from dlexp.lab.claims import Claim
from dlexp.lab.results import Measurement, Record, Unit

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]
SEEDS = (0, 1, 2, 3, 4)
SIDE = 28
"""Height and width of an MNIST image."""


def _chain(*hidden: Any) -> keras.Model:
    """Return a classifier of MNIST images with these layers before its logits."""
    from keras import Input, Model, layers

    images = x = Input((SIDE, SIDE, 1))
    for layer in hidden:
        x = layer(x)
    return Model(images, layers.Dense(10)(x))


def _convolution(filters: int, stride: int = 1) -> Any:
    from keras import layers

    return layers.Conv2D(filters, 3, strides=stride, padding="same", activation="relu")


def _dropout(rate: float) -> Any:
    """Return a dropout layer; it draws a seed at any rate, so that what follows starts alike."""
    import random

    from keras import layers

    return layers.Dropout(rate, seed=random.randrange(2**31))


# --- Moving the digits --------------------------------------------------------------------------

ARCHITECTURES = ("dense", "strided", "average", "max", "flattened", "global_max")
"""Six networks of nearly as many parameters; the last two differ in their last step alone."""

MOVES: dict[str, tuple[float, ...]] = {
    "shift": (0, 1, 2, 3, 4),  # pixels
    "zoom": (0.8, 0.9, 1.1, 1.2),  # of the height and the width
    "rotation": (10, 20, 30),  # degrees
}


@dataclass(frozen=True, kw_only=True)
class Moving:
    """One network, trained on digits in their place and tested on moved ones.

    Attributes
    ----------
    architecture : str
        One of `ARCHITECTURES`.
    size : int
        Training images; which ones is drawn by the seed.
    epochs : int
        Passes over them.
    batch_size : int
        Images per step.
    learning_rate : float
        Of Adam.
    """

    architecture: str = "max"
    size: int = 10_000
    epochs: int = 4
    batch_size: int = 64
    learning_rate: float = 1e-3


def network(architecture: str) -> keras.Model:
    """Build one of the six networks with fresh weights from Keras's current seed.

    Raises
    ------
    ValueError
        If the architecture is unknown.
    """
    from keras import layers

    def blocks(pooling: Any) -> list[Any]:
        return [_convolution(16), pooling(2), _convolution(32), pooling(2)]

    flat = layers.Flatten()
    match architecture:
        case "dense":
            hidden = [flat, layers.Dense(26, activation="relu")]
        case "strided":
            hidden = [_convolution(16, stride=2), _convolution(32, stride=2), flat]
        case "average":
            hidden = [*blocks(layers.AveragePooling2D), flat]
        case "max":
            hidden = [*blocks(layers.MaxPooling2D), flat]
        case "flattened":
            hidden = [*blocks(layers.MaxPooling2D), _convolution(20), flat]
        case "global_max":
            last = [_convolution(52), layers.GlobalMaxPooling2D()]
            hidden = [*blocks(layers.MaxPooling2D), *last]
        case _:
            raise ValueError(
                f"`architecture` must be one of {', '.join(ARCHITECTURES)}; got {architecture!r}"
            )
    return _chain(*hidden)


def move(config: Moving, seed: int) -> Measurement:
    """Train one network and measure its accuracy on the whole test set, moved in every way."""
    from dlexp import training

    mnist = data.load("mnist").subset(config.size, seed=seed)
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    model = training.fit(lambda: network(config.architecture), mnist, plan, seed=seed).model
    images, labels = mnist.test.images, mnist.test.labels
    accuracy = {
        kind: [
            training.accuracy(training.predict(model, moved(images, kind, amount)), labels)
            for amount in amounts
        ]
        for kind, amounts in MOVES.items()
    }
    return Measurement(numbers={"parameters": int(model.count_params()), "accuracy": accuracy})


def moved(images: NDArray[np.float32], kind: str, amount: float) -> NDArray[np.float32]:
    """Return every image moved, by turns in each direction.

    Parameters
    ----------
    images : array of shape (n, 28, 28, 1)
    kind : "shift", "zoom" or "rotation"
        Shifts go right, down, left and up by turns, rotations left and right; a zoom keeps the
        middle. What leaves the frame is lost, and what enters is empty.
    amount : float
        Pixels, a factor of the height and the width, or degrees.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        If the kind is unknown.

    Examples
    --------
    >>> dot = np.zeros((2, 28, 28, 1), np.float32)
    >>> dot[:, 14, 14] = 1
    >>> np.argwhere(moved(dot, "shift", 3)[..., 0])  # right, and down
    array([[ 0, 14, 17],
           [ 1, 17, 14]])
    """
    if kind not in MOVES:
        raise ValueError(f"`kind` must be one of {', '.join(MOVES)}; got {kind!r}")
    ways = _ways(kind, amount)
    result = np.empty_like(images)
    for turn, (linear, offset) in enumerate(ways):
        rows = images[turn :: len(ways)]
        flat = rows.reshape(len(rows), SIDE * SIDE) @ sampling(linear, offset).T
        result[turn :: len(ways)] = flat.reshape(rows.shape)
    return result


def _ways(kind: str, amount: float) -> list[tuple[Floats, tuple[float, float]]]:
    """Return, per direction, the map from a new place to the old one: matrix and offset."""
    if kind == "shift":
        still = np.eye(2)
        return [(still, (-amount * y, -amount * x)) for y, x in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    if kind == "zoom":
        return [(np.eye(2) / amount, (0.0, 0.0))]
    angles = np.radians(amount) * np.array([1, -1])
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    return [(turn, (0.0, 0.0)) for turn in turns]


def sampling(
    linear: Floats, offset: tuple[float, float] = (0.0, 0.0), side: int = SIDE
) -> NDArray[np.float32]:
    """Return the matrix that moves an image, taken as one long row of pixels.

    Each new pixel looks up its old place and mixes the four pixels around it, the nearer the
    more (bilinear interpolation); outside the image there is nothing.

    Parameters
    ----------
    linear : array of shape (2, 2)
        Takes a place, as (row, column) from the middle of the image, to where it comes from.
    offset : (float, float)
        Added to that place, in pixels.
    side : int
        Height and width of the image.

    Returns
    -------
    array of shape (side * side, side * side)

    Examples
    --------
    >>> sampling(np.eye(2), (0, 0.5), side=2)  # half a pixel to the left
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5],
           [0. , 0. , 0. , 0.5]], dtype=float32)
    """
    middle = (side - 1) / 2
    places = np.stack(np.meshgrid(*[np.arange(side)] * 2, indexing="ij"), axis=-1).reshape(-1, 2)
    old = (places - middle) @ np.asarray(linear).T + middle + np.asarray(offset)
    old = old.round(9)  # a shift by whole pixels must not mix any
    corner = np.floor(old).astype(int)
    matrix = np.zeros((side * side, side * side), np.float32)
    for step in product((0, 1), repeat=2):
        cell = corner + step
        share = (1 - np.abs(old - cell)).prod(axis=1)
        inside = ((cell >= 0) & (cell < side)).all(axis=1)
        matrix[np.flatnonzero(inside), cell[inside] @ (side, 1)] += share[inside]
    return matrix


@dataclass(frozen=True, kw_only=True)
class Watching:
    """Networks of the moves, asked about a few digits at every place nearby.

    Attributes
    ----------
    architectures : tuple of str
        Some of `ARCHITECTURES`.
    images : tuple of int
        Places in the test set.
    reach : int
        Largest shift to each side, in pixels.
    training : Moving
        How each network is trained; its architecture does not matter here.
    """

    architectures: tuple[str, ...] = ("average", "max", "global_max")
    images: tuple[int, ...] = (0, 1, 3, 4)
    reach: int = 4
    training: Moving = Moving()


def watch(config: Watching, seed: int) -> Measurement:
    """Train networks and record what each makes of each digit at each place.

    The probabilities have the axes networks, images, rows and columns of the shift, classes.
    """
    from dlexp import training

    how = config.training
    mnist = data.load("mnist").subset(how.size, seed=seed)
    plan = training.Plan(
        epochs=how.epochs, batch_size=how.batch_size, learning_rate=how.learning_rate
    )
    places = list(product(range(-config.reach, config.reach + 1), repeat=2))
    digits = mnist.test.take(np.array(config.images)).images
    asked = np.concatenate([pushed(digits, down, right) for down, right in places])
    found = []
    for name in config.architectures:
        model = training.fit(partial(network, name), mnist, plan, seed=seed).model
        logits = training.predict(model, asked).reshape(len(places), len(digits), -1)
        found.append(softmax(logits.swapaxes(0, 1)))
    sides = 2 * config.reach + 1
    probabilities = np.array(found).reshape(len(found), len(digits), sides, sides, -1)
    return Measurement(
        numbers={"labels": [int(n) for n in mnist.test.labels[list(config.images)]]},
        arrays={"probabilities": probabilities.astype(np.float32)},
    )


def pushed(images: NDArray[np.float32], down: int, right: int) -> NDArray[np.float32]:
    """Return images moved by whole pixels; what leaves the frame is lost, what enters is empty.

    Parameters
    ----------
    images : array of shape (n, H, W, C)
    down, right : int
        Pixels; negative is up, or left.

    Examples
    --------
    >>> image = np.arange(1.0, 5).reshape(1, 2, 2, 1)
    >>> pushed(image, 0, 1)[0, :, :, 0]
    array([[0., 1.],
           [0., 3.]])
    """
    result = np.zeros_like(images)
    new_rows, old_rows = _overlap(down, images.shape[1])
    new_columns, old_columns = _overlap(right, images.shape[2])
    result[:, new_rows, new_columns] = images[:, old_rows, old_columns]
    return result


def _overlap(by: int, size: int) -> tuple[slice, slice]:
    """Return where what stays in the frame goes to, and where it comes from."""
    by = max(-size, min(by, size))
    return slice(max(by, 0), size + min(by, 0)), slice(max(-by, 0), size + min(-by, 0))


# --- Does it commute with a shift? --------------------------------------------------------------

CANVAS = 48  # a multiple of four; the digit and all that it touches stay clear of the border


@dataclass(frozen=True, kw_only=True)
class Commuting:
    """How layers are asked whether they commute with a shift.

    Attributes
    ----------
    images : int
        Test images, from the first one on.
    filters : int
        Of each convolution; their kernels are whole numbers, so that sums are exact.
    shifts : tuple of int
        Pixels to the right.
    """

    images: int = 200
    filters: int = 4
    shifts: tuple[int, ...] = (1, 2, 3, 4)


def commute(config: Commuting, seed: int) -> Measurement:
    """Count the images for which a shift before a layer is no shift after it; nothing is rounded.

    ``no_shift`` counts images whose map after the shift is not the old map moved by any number of
    cells; ``changed`` counts images whose map is not the old map as it is.
    """
    from keras import utils

    utils.set_random_seed(seed)
    digits = np.rint(255 * data.load("mnist").test.images[: config.images])
    margin = (CANVAS - SIDE) // 2
    canvas = np.pad(digits, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    found: dict[str, Any] = {}
    for name, steps in _stacks(config.filters).items():
        still = _through(steps, canvas)
        shifted = [_through(steps, np.roll(canvas, by, axis=2)) for by in config.shifts]
        found[name] = {
            "no_shift": [
                _count_no_shift(still, other, by)
                for other, by in zip(shifted, config.shifts, strict=True)
            ],
            "changed": [_count_changed(still, other) for other in shifted],
        }
    return Measurement(numbers={"images": len(canvas), "layers": found})


def _stacks(filters: int) -> dict[str, list[Any]]:
    """Return the layers that are asked, with kernels of whole numbers from -2 to 2."""
    from keras import layers

    def convolution(stride: int = 1) -> Any:
        return layers.Conv2D(
            filters,
            3,
            strides=stride,
            padding="same",
            activation="relu",
            kernel_initializer=_whole_numbers,
        )

    two_blocks = [convolution(), layers.MaxPooling2D(2), convolution(), layers.MaxPooling2D(2)]
    return {
        "convolution": [convolution()],
        "convolution, stride 2": [convolution(stride=2)],
        "average pooling": [layers.AveragePooling2D(2)],
        "max pooling": [layers.MaxPooling2D(2)],
        "two blocks": two_blocks,
        "two blocks, global max": [*two_blocks, layers.GlobalMaxPooling2D(keepdims=True)],
        "three convolutions, global max": [
            *two_blocks,
            convolution(),
            layers.GlobalMaxPooling2D(keepdims=True),
        ],
    }


def _whole_numbers(shape: Sequence[int], dtype: str | None = None) -> Any:
    from keras import ops, random

    return ops.cast(random.randint(shape, -2, 3), dtype or "float32")


def _through(steps: Sequence[Any], x: Floats) -> Floats:
    values: Any = x
    for step in steps:
        values = step(values)
    return np.asarray(values)


def _count_no_shift(still: Floats, shifted: Floats, most: int) -> int:
    """Count the images for which no number of cells, up to the pixels, explains the new map."""
    explained = np.zeros(len(still), bool)
    for cells in range(most + 1):
        explained |= (np.roll(still, cells, axis=2) == shifted).all(axis=(1, 2, 3))
    return int((~explained).sum())


def _count_changed(still: Floats, shifted: Floats) -> int:
    return int((still != shifted).any(axis=(1, 2, 3)).sum())


# --- With and without: the factorial ------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Factorial:
    """One network, with or without pooling, with or without dropout.

    Attributes
    ----------
    pooling : bool
        Whether a max pooling by two follows each of the two convolutions.
    rate : float
        Share of the 64 dense units that dropout takes away in training; 0 for none.
    size : int
        Training images; which ones is drawn by the seed.
    epochs : int
        Passes over them.
    batch_size : int
        Images per step.
    learning_rate : float
        Of Adam.
    """

    pooling: bool = True
    rate: float = 0.5
    size: int = 1_000
    epochs: int = 25
    batch_size: int = 64
    learning_rate: float = 1e-3


def crossed(config: Factorial) -> keras.Model:
    """Build one of the four networks: two convolutions, a dense layer, the logits."""
    from keras import layers

    def pooling() -> list[Any]:
        return [layers.MaxPooling2D(2)] if config.pooling else []

    return _chain(
        _convolution(8),
        *pooling(),
        _convolution(8),
        *pooling(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        _dropout(config.rate),
    )


def cross(config: Factorial, seed: int) -> Measurement:
    """Train one of the four; the training images are also looked at in inference mode."""
    from dlexp import training

    mnist = data.load("mnist").subset(config.size, seed=seed)
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    fitted = training.fit(
        lambda: crossed(config), mnist, plan, seed=seed, watch={"train": mnist.train}
    )
    history = fitted.history
    test = training.predict(fitted.model, mnist.test.images)
    return Measurement(
        numbers={
            "parameters": int(fitted.model.count_params()),
            "reported": history.running_accuracy,
            "train": history.accuracy["train"],
            "validation": history.accuracy["validation"],
            "test": training.accuracy(test, mnist.test.labels),
        }
    )


# --- Dropout against rate and data --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Dense networks that differ in their dropout alone.

    Attributes
    ----------
    rates : tuple of float
        Shares of the hidden units that are dropped; one network each.
    size : int
        Training images; which ones is drawn by the seed.
    epochs : int
        Passes over them.
    units : int
        In the one hidden layer.
    batch_size : int
        Images per step.
    learning_rate : float
        Of Adam.
    """

    rates: tuple[float, ...] = (0.0, 0.5)
    size: int = 2_000
    epochs: int = 20
    units: int = 256
    batch_size: int = 32
    learning_rate: float = 1e-3


def perceptron(units: int, rate: float) -> keras.Model:
    """Build a dense network whose hidden units are dropped at a rate, right before the logits."""
    from keras import layers

    return _chain(
        layers.Flatten(),
        layers.Dense(units, activation="relu", name="hidden"),
        _dropout(rate),
    )


def vary(config: Rates, seed: int) -> Measurement:
    """Train one dense network per rate; from one seed all start with the same weights."""
    mnist = data.load("mnist").subset(config.size, seed=seed)
    return Measurement(
        numbers={f"{rate:g}": _vary_one(config, mnist, rate, seed) for rate in config.rates}
    )


def _vary_one(config: Rates, mnist: data.Dataset, rate: float, seed: int) -> dict[str, float]:
    from dlexp import training

    model = _fit_perceptron(config, mnist, rate, seed)
    parts = {"train": mnist.train, "validation": mnist.validation, "test": mnist.test}
    logits = {name: training.predict(model, part.images) for name, part in parts.items()}
    return {
        **{name: training.accuracy(logits[name], part.labels) for name, part in parts.items()},
        "log_likelihood": log_likelihood(softmax(logits["test"]), mnist.test.labels),
    }


def _fit_perceptron(config: Rates, mnist: data.Dataset, rate: float, seed: int) -> keras.Model:
    from dlexp import training

    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    return training.fit(lambda: perceptron(config.units, rate), mnist, plan, seed=seed).model


# --- One network or many ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Averaging:
    """A network with dropout, averaged over masks, beside an ensemble of networks without it.

    Attributes
    ----------
    rate : float
        Of the network with dropout.
    masks : tuple of int
        How many masks are averaged; the last is the most.
    members : int
        Networks in the ensemble, trained on the same images from seeds of their own.
    training : Rates
        How all of them are trained; its ``rates`` are not used.
    """

    rate: float = 0.5
    masks: tuple[int, ...] = (1, 3, 10, 30, 100)
    members: int = 5
    training: Rates = Rates()


def average(config: Averaging, seed: int) -> Measurement:
    """Judge the predictions of single networks, of averages over masks, and of an ensemble."""
    from dlexp import training

    mnist = data.load("mnist").subset(config.training.size, seed=seed)
    images, labels = mnist.test.images, mnist.test.labels
    members = []
    for member in range(config.members):
        own_seed = len(SEEDS) * member + seed  # no network is in two ensembles
        plain = _fit_perceptron(config.training, mnist, 0.0, own_seed)
        members.append(softmax(training.predict(plain, images)))
    dropped = _fit_perceptron(config.training, mnist, config.rate, seed)
    scaled = softmax(training.predict(dropped, images))
    averages, geometric = masked(*head_of(dropped, images), config.rate, config.masks, seed)
    judged = {
        "plain": members[0],
        "ensemble": np.mean(members, axis=0),
        "scaled": scaled,
        "geometric": geometric,
        **{f"masks {count}": found for count, found in averages.items()},
    }
    most = averages[config.masks[-1]]
    return Measurement(
        numbers={
            "agreement": float(np.mean(most.argmax(axis=1) == scaled.argmax(axis=1))),
            "geometric_distance": float(np.abs(geometric - scaled).max()),
            "judged": {name: judge(found, labels) for name, found in judged.items()},
        }
    )


def head_of(model: keras.Model, images: Floats) -> tuple[Floats, Floats, Floats]:
    """Return what dropout meets: hidden activations (n, units), and the last kernel and bias."""
    from keras import Model

    from dlexp import training

    hidden = training.predict(Model(model.inputs, model.get_layer("hidden").output), images)
    kernel, bias = (array.astype(np.float64) for array in model.layers[-1].get_weights())
    return hidden.astype(np.float64), kernel, bias


def masked(
    hidden: Floats,
    kernel: Floats,
    bias: Floats,
    rate: float,
    counts: Sequence[int],
    seed: int,
) -> tuple[dict[int, Floats], Floats]:
    """Return probabilities averaged over masks, arithmetically and geometrically.

    Parameters
    ----------
    hidden : array of shape (n, units)
    kernel, bias : arrays of shape (units, classes) and (classes,)
    rate : float
        Of dropout, in [0, 1).
    counts : sequence of int, rising
        After how many masks the arithmetic mean is read off.
    seed : int
        Of the masks.

    Returns
    -------
    dict of int to array of shape (n, classes)
        Arithmetic means by number of masks.
    array of shape (n, classes)
        The geometric mean over the most masks, made to add up to one.

    Examples
    --------
    >>> means, geometric = masked(np.ones((1, 2)), np.eye(2), np.zeros(2), 0.0, (1, 2), 0)
    >>> means[2], geometric
    (array([[0.5, 0.5]]), array([[0.5, 0.5]]))
    """
    generator = np.random.default_rng(seed)
    shape = (len(hidden), len(bias))
    total, logits_total = np.zeros(shape), np.zeros(shape)
    means: dict[int, Floats] = {}
    for count in range(1, max(counts) + 1):
        kept = dropout.mask(rate, hidden.shape, generator)
        logits = dropout.forward(hidden, rate, kept) @ kernel + bias
        total += softmax(logits)
        logits_total += logits  # the geometric mean of softmaxes is the softmax of the mean
        if count in counts:
            means[count] = total / count
    return means, softmax(logits_total / max(counts))


def softmax(logits: Floats) -> Floats:
    """Return probabilities that add up to one along the last axis, in double precision.

    Examples
    --------
    >>> softmax(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    probabilities: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


BINS = 10


def judge(probabilities: Floats, labels: Integers) -> dict[str, Any]:
    """Return how right, how sure and how honest predictions are.

    Parameters
    ----------
    probabilities : array of shape (n, classes)
    labels : int array of shape (n,)

    Returns
    -------
    dict
        ``accuracy`` in [0, 1]; ``log_likelihood``, nats per image, higher is better;
        ``calibration_error`` in [0, 1], lower is better; ``reliability``, the bins behind it.
    """
    bins = reliability(probabilities, labels)
    weights = np.array(bins["count"]) / len(labels)
    gaps = np.abs(np.subtract(bins["confidence"], bins["accuracy"]))
    return {
        "accuracy": float(np.mean(probabilities.argmax(axis=1) == labels)),
        "log_likelihood": log_likelihood(probabilities, labels),
        "calibration_error": float(weights @ gaps),
        "reliability": bins,
    }


def log_likelihood(probabilities: Floats, labels: Integers) -> float:
    """Return the mean logarithm of the probability of the label, in nats; 0 is perfect.

    Examples
    --------
    >>> round(log_likelihood(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([0, 1])), 4)
    -0.3466
    """
    own = probabilities[np.arange(len(labels)), labels]
    return float(np.log(np.maximum(own, np.finfo(np.float64).tiny)).mean())


def reliability(probabilities: Floats, labels: Integers, bins: int = BINS) -> dict[str, Any]:
    """Sort predictions by their confidence and compare it with how often they are right.

    Parameters
    ----------
    probabilities : array of shape (n, classes)
    labels : int array of shape (n,)
    bins : int
        Equally wide, from 0 to 1.

    Returns
    -------
    dict of str to list
        Per bin ``count``, mean ``confidence`` and ``accuracy``; zeros where a bin is empty. The
        mean gap, weighted by count, is the expected calibration error of Guo et al. (2017).

    Examples
    --------
    >>> reliability(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 0]), bins=2)
    {'count': [0, 2], 'confidence': [0.0, 0.85], 'accuracy': [0.0, 0.5]}
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, weights=values, minlength=bins) for values in (confidence, right)]
    means = [(total / np.maximum(count, 1)).round(12).tolist() for total in sums]
    return {"count": count.tolist(), "confidence": means[0], "accuracy": means[1]}


# --- What pooling saves -------------------------------------------------------------------------


def reported(name: str, *, pooled: bool = True) -> list[Layer]:
    """Return one of the reports' networks for digits, with or without its poolings.

    Parameters
    ----------
    name : "one convolution" or "two convolutions"
    pooled : bool

    Examples
    --------
    >>> len(reported("two convolutions")), len(reported("two convolutions", pooled=False))
    (7, 5)
    """
    pool: list[Layer] = [Pooling(window=2)] if pooled else []
    if name == "one convolution":
        first = Convolution(filters=128, kernel=3, padding="same")
        return [first, *pool, Flatten(), *(Dense(units=n) for n in (96, 256, 192, 32, 10))]
    convolutions = [Convolution(filters=filters, kernel=3) for filters in (32, 64)]
    return [
        *(layer for convolution in convolutions for layer in (convolution, *pool)),
        Flatten(),
        Dense(units=128),
        Dense(units=10),
    ]


REPORTED = ("one convolution", "two convolutions")
IMAGE: shapes.Shape = (SIDE, SIDE, 1)


@dataclass(frozen=True)
class Counting:
    """Nothing to set: the networks are those of the reports."""


def count(_config: Counting, _seed: int) -> Measurement:
    """Ask Keras for the parameters, and TensorFlow for the operations, of each layer."""
    return Measurement(
        numbers={
            f"{name}, {'with' if pooled else 'without'}": _count_layers(name, pooled)
            for name, pooled in product(REPORTED, (True, False))
        }
    )


def _count_layers(name: str, pooled: bool) -> list[dict[str, int]]:
    from keras import Input

    rows, x = [], Input(IMAGE)
    for layer in reported(name, pooled=pooled):
        built = _keras_layer(layer)
        shape, x = x.shape[1:], built(x)
        operations = _operations(built, shape)
        rows.append({"parameters": built.count_params(), "operations": operations})
    return rows


def _keras_layer(layer: Layer) -> Any:
    from keras import layers

    match layer:
        case Convolution():
            return layers.Conv2D(layer.filters, layer.kernel, padding=layer.padding)
        case Pooling():
            return layers.MaxPooling2D(layer.window)
        case Dense():
            return layers.Dense(layer.units)
        case _:
            return layers.Flatten()


def _operations(layer: Any, shape: Sequence[int]) -> int:
    """Return the floating-point operations in a layer's products, as TensorFlow counts them."""
    import tensorflow as tf

    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder.float_operation() | {"output": "none"}
    graph = tf.function(lambda x: layer(x)).get_concrete_function(tf.TensorSpec((1, *shape))).graph
    found = profiler.profile(graph, options=options, cmd="op")
    return sum(node.float_ops for node in _nodes(found) if node.name in ("Conv2D", "MatMul"))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from _nodes(child)


# --- What is published --------------------------------------------------------------------------

SIZES = (1_000, 10_000)
"""Training images of the factorial."""

EPOCHS = {1_000: 25, 10_000: 8}

DATA_SIZES = (500, 2_000, 10_000, 55_000)
"""Training images of the dense networks, and below it how often each set is passed over."""

DATA_EPOCHS = {500: 40, 2_000: 20, 10_000: 10, 55_000: 5}
RATES = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8)
RATES_AT = 2_000  # images for which every rate is tried


def units() -> list[Unit]:
    """Return every run of the chapter."""
    moves = [
        Unit(measure=move, config=Moving(architecture=name), seed=seed)
        for name in ARCHITECTURES
        for seed in SEEDS
    ]
    crosses = [
        Unit(measure=cross, config=config, seed=seed) for config in _crosses() for seed in SEEDS
    ]
    varied = [
        Unit(measure=vary, config=_rates(size), seed=seed) for size in DATA_SIZES for seed in SEEDS
    ]
    averages = [Unit(measure=average, config=Averaging(), seed=seed) for seed in SEEDS]
    commutes = [Unit(measure=commute, config=Commuting(), seed=seed) for seed in SEEDS]
    return [
        *moves,
        *crosses,
        *varied,
        *averages,
        *commutes,
        Unit(measure=count, config=Counting(), seed=0),
    ]


def live_units() -> list[Unit]:
    """Return the run that no claim needs: what the live figure of poolings shows."""
    return [Unit(measure=watch, config=Watching(), seed=0)]


def _crosses() -> list[Factorial]:
    return [
        Factorial(pooling=pooling, rate=rate, size=size, epochs=EPOCHS[size])
        for size in SIZES
        for pooling in (False, True)
        for rate in (0.0, 0.5)
    ]


def _rates(size: int) -> Rates:
    rates = RATES if size == RATES_AT else (0.0, 0.5)
    return Rates(rates=rates, size=size, epochs=DATA_EPOCHS[size])


# --- Reading the records ------------------------------------------------------------------------


def of(records: Sequence[Record], measure: str, **settings: Any) -> list[Record]:
    """Return the records of one measure function with these settings, in the order of seeds."""
    return [
        record
        for record in records
        if record.name.split("-")[0] == measure
        and all(record.config[name] == value for name, value in settings.items())
    ]


def accuracies(records: Sequence[Record], architecture: str, kind: str) -> Floats:
    """Return the accuracy on moved test images, (seeds, amounts).

    Parameters
    ----------
    records : all records of the chapter
    architecture : str
    kind : "shift", "zoom" or "rotation"
    """
    found = of(records, "move", architecture=architecture)
    return np.array([record.numbers["accuracy"][kind] for record in found])


def losses(records: Sequence[Record], architecture: str, kind: str) -> Floats:
    """Return how much accuracy each move costs, (seeds, amounts): in place minus moved."""
    in_place = accuracies(records, architecture, "shift")[:, :1]
    return in_place - accuracies(records, architecture, kind)


def displacement(images: Floats, kind: str, amount: float) -> float:
    """Return how far a move carries the ink, in pixels, on average over all ink.

    Parameters
    ----------
    images : array of shape (n, 28, 28, 1), >= 0
    kind, amount
        As in `moved`.

    Examples
    --------
    >>> displacement(np.ones((1, 28, 28, 1)), "shift", 3)
    3.0
    """
    ink = images.sum(axis=(0, 3)).ravel()
    middle = (SIDE - 1) / 2
    grid = np.meshgrid(*[np.arange(SIDE) - middle] * 2, indexing="ij")
    places = np.stack(grid, axis=-1).reshape(-1, 2)
    linear, offset = _ways(kind, amount)[0]
    # A new place looks up an old one; the ink goes the other way.
    new = (places - np.asarray(offset)) @ np.linalg.inv(linear).T
    return float(np.average(np.hypot(*(new - places).T), weights=ink))


OUTCOMES: dict[str, str] = {
    "train": "training accuracy",
    "test": "test accuracy",
    "gap": "training minus validation accuracy",
}


def outcome(record: Record, name: str) -> float:
    """Return what came out of one network of the factorial; see `OUTCOMES`.

    Training and validation are read in inference mode at the end of the last epoch; the test
    accuracy is that of the epoch that validation chose.
    """
    numbers = record.numbers
    if name == "gap":
        return float(numbers["train"][-1] - numbers["validation"][-1])
    return float(numbers[name][-1] if name == "train" else numbers[name])


@dataclass(frozen=True)
class Effects:
    """What two factors do, one value per seed.

    Attributes
    ----------
    pooling, dropout : array of shape (seeds,)
        Main effects: with minus without, mean over the other factor.
    interaction : array of shape (seeds,)
        The effect of dropout with pooling minus that without it.
    """

    pooling: Floats
    dropout: Floats
    interaction: Floats


def effects(records: Sequence[Record], size: int, name: str) -> Effects:
    """Return the effects of pooling and dropout on an outcome, paired by seed."""
    cell = {
        (pooling, rate > 0): np.array(
            [
                outcome(record, name)
                for record in of(records, "cross", size=size, pooling=pooling, rate=rate)
            ]
        )
        for pooling in (False, True)
        for rate in (0.0, 0.5)
    }
    with_pooling = cell[True, True] - cell[True, False]
    without = cell[False, True] - cell[False, False]
    return Effects(
        pooling=(cell[True, True] + cell[True, False] - cell[False, True] - cell[False, False]) / 2,
        dropout=(with_pooling + without) / 2,
        interaction=with_pooling - without,
    )


def varied(records: Sequence[Record], size: int, rate: float, part: str = "test") -> list[float]:
    """Return the accuracy of the dense networks of a size and a rate, one per seed."""
    return [record.numbers[f"{rate:g}"][part] for record in of(records, "vary", size=size)]


def judged(records: Sequence[Record], who: str, what: str) -> list[Any]:
    """Return how one way to predict was judged, one value per seed; see `judge`."""
    return [record.numbers["judged"][who][what] for record in of(records, "average")]


def excess(records: Sequence[Record], who: str) -> list[float]:
    """Return the mean confidence minus the accuracy, one value per seed; see `judged`."""
    return [
        float(np.average(np.subtract(bins["confidence"], bins["accuracy"]), weights=bins["count"]))
        for bins in judged(records, who, "reliability")
    ]


def pooled_reliability(records: Sequence[Record], who: str) -> dict[str, Floats]:
    """Return the bins of `reliability` over all seeds together; see `judged`."""
    bins = judged(records, who, "reliability")
    count = np.array([each["count"] for each in bins])
    total = count.sum(axis=0)
    sums = {
        name: np.sum(count * [each[name] for each in bins], axis=0)
        for name in ("confidence", "accuracy")
    }
    return {"count": total} | {name: each / np.maximum(total, 1) for name, each in sums.items()}


def counted_by_hand(name: str, *, pooled: bool) -> list[dict[str, int]]:
    """Return the parameters and multiplications of each layer of a report's network."""
    layers, shape, rows = reported(name, pooled=pooled), IMAGE, []
    for row in shapes.walk(layers, IMAGE):
        products = shapes.multiplications(row.layer, shape)
        rows.append({"parameters": row.parameters, "multiplications": products})
        assert row.shape is not None
        shape = row.shape
    return rows


# --- What is claimed ----------------------------------------------------------------------------

ROBUST = 0.05
"""Of accuracy: what a move may cost a network that is called robust to it."""

AGREE = 0.99
"""Of the images: where the two ways to predict choose the same class, they are called alike."""


def claims(records: Sequence[Record]) -> list[Claim]:
    """Settle what the chapter claims."""
    return [
        *_claims_on_commuting(of(records, "commute")),
        *_claims_on_robustness(records),
        *_claims_on_moves(records),
        *_claims_on_counts(of(records, "count")[0]),
        *_claims_on_factors(records),
        *_claims_on_reports(of(records, "cross", size=SIZES[1], pooling=True, rate=0.5)),
        *_claims_on_rates(records),
        *_claims_on_averages(of(records, "average")),
    ]


def _names(records: Sequence[Record]) -> tuple[str, ...]:
    return tuple(record.name for record in records)


_COMMUTE: dict[str, tuple[str, str, str, tuple[int, ...]]] = {
    "convolution_commutes": (
        "A shift before a convolution is the same shift after it, to the last bit.",
        "no_shift",
        "convolution",
        (1, 2, 3, 4),
    ),
    "pooling_commutes_odd": (
        "A shift by an odd number of pixels before a max pooling by two is a shift after it.",
        "no_shift",
        "max pooling",
        (1, 3),
    ),
    "global_max_ignores_steps": (
        "Behind two poolings and three convolutions, global max pooling does not notice a shift "
        "by four pixels, the step of the map.",
        "changed",
        "three convolutions, global max",
        (4,),
    ),
    "global_max_ignores_all": (
        "Behind two poolings and three convolutions, global max pooling does not notice a shift "
        "by fewer pixels than the step of the map.",
        "changed",
        "three convolutions, global max",
        (1, 2, 3),
    ),
}


def _claims_on_commuting(records: Sequence[Record]) -> list[Claim]:
    shifts = Commuting().shifts
    return [
        claim.none_of(
            f"pooling_dropout.{name}",
            sentence,
            "digits and shifts for which it fails, share of digits and shifts",
            failures=sum(
                record.numbers["layers"][layer][what][shifts.index(by)]
                for record in records
                for by in pixels
            ),
            trials=len(pixels) * sum(record.numbers["images"] for record in records),
            seeds=SEEDS,
            units=_names(records),
        )
        for name, (sentence, what, layer, pixels) in _COMMUTE.items()
    ]


_ROBUST: dict[str, tuple[str, str, str, tuple[int, ...]]] = {
    "strided_robust_to_shift": (
        "Convolution makes the network robust to position: without any pooling, a shift by "
        "four pixels costs less than {bar:.0f} points of accuracy.",
        "strided",
        "shift",
        (4,),
    ),
    "max_robust_to_shift": (
        "Max pooling makes the network robust to position: a shift by four pixels costs less than "
        "{bar:.0f} points of accuracy.",
        "max",
        "shift",
        (4,),
    ),
    "global_robust_to_shift": (
        "With global max pooling, a shift by four pixels costs less than {bar:.0f} points of "
        "accuracy.",
        "global_max",
        "shift",
        (4,),
    ),
    "max_robust_to_zoom": (
        "Max pooling makes the network robust to scale: a zoom by a fifth, on average over smaller "
        "and larger, costs less than {bar:.0f} points of accuracy.",
        "max",
        "zoom",
        (0, 3),
    ),
    "max_robust_to_rotation": (
        "With max pooling, a rotation by twenty degrees costs less than {bar:.0f} points of "
        "accuracy.",
        "max",
        "rotation",
        (1,),
    ),
}
"""By name: sentence, architecture, kind, and which amounts are averaged."""


def _claims_on_robustness(records: Sequence[Record]) -> list[Claim]:
    return [
        claim.mean_below(
            f"pooling_dropout.{name}",
            sentence.format(bar=100 * ROBUST),
            "accuracy in place minus accuracy moved, whole test set",
            losses(records, architecture, kind)[:, list(which)].mean(axis=1),
            threshold=ROBUST,
            seeds=SEEDS,
            units=_names(of(records, "move", architecture=architecture)),
        )
        for name, (sentence, architecture, kind, which) in _ROBUST.items()
    ]


_BETTER: dict[str, tuple[str, str, str, str]] = {
    "max_beats_strided_shifted": (
        "On shifted digits, max pooling is more accurate than a strided convolution.",
        "max",
        "strided",
        "shift",
    ),
    "max_beats_average_shifted": (
        "On shifted digits, max pooling is more accurate than average pooling.",
        "max",
        "average",
        "shift",
    ),
    "max_beats_strided_zoomed": (
        "On zoomed digits, max pooling is more accurate than a strided convolution.",
        "max",
        "strided",
        "zoom",
    ),
    "global_beats_flattened_shifted": (
        "On shifted digits, global max pooling is more accurate than flattening the map of as many "
        "convolutions and as many parameters.",
        "global_max",
        "flattened",
        "shift",
    ),
    "flattened_beats_global_in_place": (
        "On digits in their place, flattening is more accurate than global max pooling.",
        "flattened",
        "global_max",
        "place",
    ),
    "max_beats_average_in_place": (
        "On digits in their place, max pooling is more accurate than average pooling.",
        "max",
        "average",
        "place",
    ),
}
"""By name: sentence, the better architecture, the worse one, and on which digits."""


def _claims_on_moves(records: Sequence[Record]) -> list[Claim]:
    def mean(architecture: str, kind: str) -> Floats:
        shift = accuracies(records, architecture, "shift")
        if kind == "place":
            return shift[:, 0]
        moves = shift[:, 1:] if kind == "shift" else accuracies(records, architecture, kind)
        return np.asarray(moves.mean(axis=1))

    return [
        claim.paired(
            f"pooling_dropout.{name}",
            sentence,
            f"accuracy, {first} minus {second}".replace("_", " ")
            + ("" if kind == "place" else ", mean over the amounts"),
            mean(first, kind),
            mean(second, kind),
            seeds=SEEDS,
            units=_names(
                [r for each in (first, second) for r in of(records, "move", architecture=each)]
            ),
        )
        for name, (sentence, first, second, kind) in _BETTER.items()
    ]


def _claims_on_counts(record: Record) -> list[Claim]:
    cells, kept = [], []
    for name in REPORTED:
        for pooled in (True, False):
            rows = record.numbers[f"{name}, {'with' if pooled else 'without'}"]
            for own, theirs in zip(counted_by_hand(name, pooled=pooled), rows, strict=True):
                cells.append(own["parameters"] == theirs["parameters"])
                cells.append(2 * own["multiplications"] == theirs["operations"])
        kept += _same_parameters(name)
    return [
        claim.none_of(
            "pooling_dropout.counts_agree",
            "Counted by hand, every layer of the reports' networks has the parameters that Keras "
            "counts, and the multiplications that TensorFlow counts.",
            "counts that differ, share of counts",
            failures=cells.count(False),
            trials=len(cells),
            seeds=(),
            exhaustive=True,
            units=(record.name,),
        ),
        claim.none_of(
            "pooling_dropout.pooling_saves_everywhere",
            "In the reports' networks, pooling reduces the parameters of every layer behind it.",
            "layers behind a pooling that keep their parameters, share of those layers",
            failures=kept.count(True),
            trials=len(kept),
            seeds=(),
            exhaustive=True,
            units=(record.name,),
        ),
    ]


def _same_parameters(name: str) -> list[bool]:
    """Return, for each layer with weights behind the first pooling, whether it saves nothing."""
    with_pooling, without = (
        [row["parameters"] for row in counted_by_hand(name, pooled=pooled) if row["parameters"]]
        for pooled in (True, False)
    )
    return [a == b for a, b in zip(with_pooling[1:], without[1:], strict=True)]


_FACTORS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "{factor}_raises_training_{size}": (
        "{Factor} raises the training accuracy, measured without dropout, with {size:,} images.",
        "train",
        SIZES,
    ),
    "{factor}_raises_test_{size}": (
        "{Factor} raises the test accuracy, with {size:,} images.",
        "test",
        SIZES,
    ),
    "{factor}_narrows_gap": (
        "{Factor} narrows the gap between training and validation, with {size:,} images.",
        "gap",
        SIZES[:1],
    ),
}
"""By name: sentence, the outcome, and for which numbers of images."""


def _claims_on_factors(records: Sequence[Record]) -> list[Claim]:
    found = []
    for name, (sentence, on, sizes) in _FACTORS.items():
        settle = claim.mean_below if on == "gap" else claim.mean_above
        for factor, size in product(("pooling", "dropout"), sizes):
            found.append(
                settle(
                    f"pooling_dropout.{name.format(factor=factor, size=size)}",
                    sentence.format(Factor=factor.capitalize(), size=size),
                    f"{OUTCOMES[on]}, main effect of {factor}",
                    getattr(effects(records, size, on), factor),
                    threshold=0.0,
                    seeds=SEEDS,
                    units=_names(of(records, "cross", size=size)),
                )
            )
    return [*found, _claim_on_interaction(records, SIZES[0])]


def _claim_on_interaction(records: Sequence[Record], size: int) -> Claim:
    return claim.mean_below(
        "pooling_dropout.less_together",
        f"Dropout adds less test accuracy where there is pooling, with {size:,} images.",
        "test accuracy, effect of dropout with pooling minus that without",
        effects(records, size, "test").interaction,
        threshold=0.0,
        seeds=SEEDS,
        units=_names(of(records, "cross", size=size)),
    )


def _claims_on_reports(records: Sequence[Record]) -> list[Claim]:
    """Compare the training accuracy that Keras reports with that of inference mode."""
    numbers = [record.numbers for record in records]
    last = {
        name: np.array([n[name][-1] for n in numbers])
        for name in ("reported", "train", "validation")
    }
    cases = {
        "reported_is_lower": (
            "With dropout, the training accuracy that Keras reports is lower than that of the same "
            "images at the end of the epoch, in inference mode.",
            "accuracy at the end of the last epoch, inference mode minus reported",
            last["train"] - last["reported"],
        ),
        "reported_gap_is_positive": (
            "The reported training accuracy is above that of validation, as overfitting has it.",
            "accuracy, reported training minus validation, last epoch",
            last["reported"] - last["validation"],
        ),
        "real_gap_is_positive": (
            "In inference mode, the training accuracy is above that of validation.",
            "accuracy, training in inference mode minus validation, last epoch",
            last["train"] - last["validation"],
        ),
    }
    return [
        claim.mean_above(
            f"pooling_dropout.{name}",
            sentence,
            measure,
            values,
            threshold=0.0,
            seeds=SEEDS,
            units=_names(records),
        )
        for name, (sentence, measure, values) in cases.items()
    ]


_RATES: dict[str, tuple[str, str]] = {
    "dropout_helps_{few}": (
        "With {few:,} training images, a dense network gains by dropout of one half.",
        "test accuracy, rate 0.5 minus none",
    ),
    "dropout_helps_{many}": (
        "With {many:,} training images, a dense network gains by dropout of one half.",
        "test accuracy, rate 0.5 minus none",
    ),
    "gain_shrinks_with_data": (
        "Dropout gains more with {few:,} training images than with {many:,}.",
        "gain in test accuracy, {few:,} minus {many:,} images",
    ),
    "half_beats_most": (
        "With {at:,} training images, to drop one half is better than to drop four fifths.",
        "test accuracy, rate 0.5 minus rate 0.8",
    ),
    "half_beats_fifth": (
        "With {at:,} training images, to drop one half is better than to drop one fifth.",
        "test accuracy, rate 0.5 minus rate 0.2",
    ),
}


def _claims_on_rates(records: Sequence[Record]) -> list[Claim]:
    def gain(size: int, over: float = 0.0) -> Floats:
        return np.subtract(varied(records, size, 0.5), varied(records, size, over))

    few, many = DATA_SIZES[0], DATA_SIZES[-1]
    settled: list[tuple[Floats, tuple[int, ...]]] = [
        (gain(few), (few,)),
        (gain(many), (many,)),
        (gain(few) - gain(many), (few, many)),
        (gain(RATES_AT, over=0.8), (RATES_AT,)),
        (gain(RATES_AT, over=0.2), (RATES_AT,)),
    ]
    return [
        claim.mean_above(
            f"pooling_dropout.{name.format(few=few, many=many)}",
            sentence.format(few=few, many=many, at=RATES_AT),
            measure.format(few=few, many=many),
            values,
            threshold=0.0,
            seeds=SEEDS,
            units=_names([r for size in sizes for r in of(records, "vary", size=size)]),
        )
        for (name, (sentence, measure)), (values, sizes) in zip(
            _RATES.items(), settled, strict=True
        )
    ]


_AVERAGES: dict[str, tuple[str, str, str, str]] = {
    "masks_beat_one": (
        "The average over masks is more accurate than a single mask.",
        "accuracy",
        "most",
        "masks 1",
    ),
    "masks_more_accurate": (
        "The average over masks is more accurate than a single pass with dropout off.",
        "accuracy",
        "most",
        "scaled",
    ),
    "masks_more_likely": (
        "The average over masks gives the labels a higher log-likelihood than a single pass with "
        "dropout off.",
        "log_likelihood",
        "most",
        "scaled",
    ),
    "masks_better_calibrated": (
        "The average over masks is better calibrated than a single pass with dropout off.",
        "calibration_error",
        "scaled",
        "most",
    ),
    "ensemble_beats_masks": (
        "A true ensemble of five networks without dropout is more accurate than one network "
        "averaged over masks.",
        "accuracy",
        "ensemble",
        "most",
    ),
    "ensemble_more_likely": (
        "A true ensemble of five networks without dropout gives the labels a higher log-likelihood "
        "than one network averaged over masks.",
        "log_likelihood",
        "ensemble",
        "most",
    ),
    "dropout_more_likely": (
        "In a single pass, the network trained with dropout gives the labels a higher "
        "log-likelihood than one trained without.",
        "log_likelihood",
        "scaled",
        "plain",
    ),
}
"""By name: sentence, what is compared, whose value is claimed to be higher, and than whose."""


def _claims_on_averages(records: Sequence[Record]) -> list[Claim]:
    most = f"masks {Averaging().masks[-1]}"

    called = {
        "most": most,
        "masks 1": "one mask",
        "scaled": "one pass",
        "plain": "trained without dropout",
    }

    def values(who: str, what: str) -> list[float]:
        return judged(records, most if who == "most" else who, what)

    alike = claim.mean_above(
        "pooling_dropout.scaling_agrees_with_masks",
        f"On more than {AGREE:.0%} of the test images, a single pass with dropout off chooses the "
        "class that the average over masks chooses.",
        "images with the same choice, share of images",
        [record.numbers["agreement"] for record in records],
        threshold=AGREE,
        seeds=SEEDS,
        units=_names(records),
    )
    compared = [
        claim.paired(
            f"pooling_dropout.{name}",
            sentence,
            f"{what.replace('_', ' ')}, "
            f"{called.get(first, first)} minus {called.get(second, second)}",
            values(first, what),
            values(second, what),
            seeds=SEEDS,
            units=_names(records),
        )
        for name, (sentence, what, first, second) in _AVERAGES.items()
    ]
    return [alike, *compared, *_claims_on_excess(records, most)]


def _claims_on_excess(records: Sequence[Record], most: str) -> list[Claim]:
    """Ask who is too sure and who is not sure enough; added when the records were in."""
    sentences = {
        "one_pass_too_sure": (
            "A single pass with dropout off is surer than it is right.",
            claim.mean_above,
            "scaled",
        ),
        "masks_not_sure_enough": (
            "The average over masks is less sure than it is right.",
            claim.mean_below,
            most,
        ),
    }
    return [
        settle(
            f"pooling_dropout.{name}",
            sentence,
            "mean confidence minus accuracy, whole test set",
            excess(records, who),
            threshold=0.0,
            seeds=SEEDS,
            units=_names(records),
        )
        for name, (sentence, settle, who) in sentences.items()
    ]
