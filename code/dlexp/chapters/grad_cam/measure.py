"""Train the reports' digit network, explain it, and ask whether the explanations are true.

Chapter: book/grad_cam.md. Cost: about half a minute per network and epoch on one core.
Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import grad_cam as byhand
from dlexp.lab import claims as claim
from dlexp.lab.claims import Claim
from dlexp.lab.results import Measurement, Record, Unit

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.floating]
SEEDS = (0, 1, 2, 3, 4)
FILTERS = (128, 64)
"""Of the last convolution: one report used 128, the other 64."""

REPORTED: dict[int, tuple[float, ...]] = {
    128: (
        0.9892, 0.9876, 0.9918, 0.9925, 0.9925, 0.9898, 0.9911, 0.9916, 0.9923, 0.9919, 0.9936,
        0.9885, 0.9915, 0.9921, 0.9921,
    ),
    64: (
        0.9846, 0.9855, 0.9896, 0.9888, 0.9884, 0.9908, 0.9911, 0.9911, 0.9911, 0.9914, 0.9912,
        0.9928, 0.9906, 0.9928, 0.9914,
    ),
}  # fmt: skip
"""Test accuracy after each epoch in the logs of the reports, by filters of the last convolution."""

BATCH = 500  # images explained at a time; divides 10,000
SIZE = (28, 28)  # of an MNIST image


# --- Training -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Config:
    """One network of the reports.

    Attributes
    ----------
    filters : int
        Of the third convolution.
    epochs : int
        Passes over the 55,000 training images.
    batch_size : int
        Images per step, as in the reports.
    learning_rate : float
        Of Adam.
    """

    filters: int = 128
    epochs: int = 4
    batch_size: int = 64
    learning_rate: float = 1e-3


@dataclass(frozen=True)
class Network:
    """One network, cut in two at the activations of its last convolution.

    ``model`` maps images to logits, ``trunk`` images to activations (B, 7, 7, filters), and
    ``head`` activations to logits. All three share their layers.
    """

    model: keras.Model
    trunk: keras.Model
    head: keras.Model


def network(filters: int) -> Network:
    """Build the reports' network with fresh weights from Keras's current seed."""
    from keras import Input, Model, layers

    last = layers.Conv2D(filters, 3, padding="same", activation="relu", name="conv_3")
    tail = [
        layers.MaxPooling2D(name="pool_3"),
        layers.Flatten(name="flatten"),
        layers.Dense(128, activation="relu", name="dense"),
        layers.Dense(10, name="logits"),
    ]
    images = Input((*SIZE, 1), name="images")
    x = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_1")(images)
    x = layers.MaxPooling2D(name="pool_1")(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu", name="conv_2")(x)
    activations = last(layers.MaxPooling2D(name="pool_2")(x))
    cut = Input(activations.shape[1:], name="activations")
    trunk = Model(images, activations)
    return Network(Model(images, _chain(tail, activations)), trunk, Model(cut, _chain(tail, cut)))


def _chain(layers: Sequence[Any], x: Any) -> Any:
    for layer in layers:
        x = layer(x)
    return x


def train(config: Config, seed: int) -> Measurement:
    """Fit one network; report the test accuracy of the epoch that validation chose.

    The weights are rounded to half precision first: what is stored is what is measured.
    """
    from dlexp import training

    mnist = data.load("mnist")
    plan = training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.learning_rate
    )
    watch = {"test": mnist.test}  # to measure what choosing by it would have claimed
    fitted = training.fit(
        lambda: network(config.filters).model, mnist, plan, seed=seed, watch=watch
    )
    weights = [array.astype(np.float16) for array in fitted.model.get_weights()]
    fitted.model.set_weights([array.astype(np.float32) for array in weights])
    logits = training.predict(fitted.model, mnist.test.images)
    numbers = {
        "parameters": int(fitted.model.count_params()),
        "test_accuracy": training.accuracy(logits, mnist.test.labels),
        "history": asdict(fitted.history),
    }
    arrays = {f"weight_{i}": array for i, array in enumerate(weights)}
    return Measurement(
        numbers=numbers, arrays={**arrays, "predictions": logits.argmax(axis=1).astype(np.int8)}
    )


def trained(record: Record) -> Network:
    """Rebuild a network by our own code and give it its stored weights."""
    result = network(record.config["filters"])
    count = len(result.model.get_weights())
    result.model.set_weights(
        [record.arrays[f"weight_{i}"].astype(np.float32) for i in range(count)]
    )
    return result


# --- Maps ---------------------------------------------------------------------------------------


def gradients(
    head: keras.Model,
    activations: Floats,
    classes: NDArray[np.integer],
    *,
    of: str = "logit",
) -> Floats:
    """Return the gradient of one class score per image with respect to the activations.

    Parameters
    ----------
    head : keras.Model
        Maps activations to logits.
    activations : array of shape (B, H, W, C)
    classes : int array of shape (B,)
        Whose score to differentiate, image by image.
    of : "logit" or "probability"
        The score: before the softmax, or after it.

    Returns
    -------
    array of shape (B, H, W, C)
    """
    import tensorflow as tf

    if of not in ("logit", "probability"):
        raise ValueError(f'`of` must be "logit" or "probability"; got {of!r}')
    inputs = tf.convert_to_tensor(activations)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        scores = head(inputs, training=False)
        scores = tf.nn.softmax(scores) if of == "probability" else scores
        # Each image's score depends on that image alone,
        # so the gradient of the sum is the gradient of each.
        chosen = tf.reduce_sum(tf.gather(scores, classes, batch_dims=1))
    result: Floats = tape.gradient(chosen, inputs).numpy()
    return result


def coarse_map(activations: Floats, gradient: Floats) -> Floats:
    """Return Grad-CAM maps as they come, (B, 7, 7), neither normalised nor enlarged."""
    return byhand.class_activation_map(activations, byhand.channel_weights(gradient))


def reported_map(head: keras.Model, activations: Floats) -> Floats:
    """Return the maps of one report's code for a batch of images, (B, 7, 7).

    Its class is that of the first image, its score the probability, and its channel weights
    are averaged over the batch.
    """
    logits = np.asarray(head(activations, training=False))
    first = np.full(len(activations), logits[0].argmax())
    gradient = gradients(head, activations, first, of="probability")
    pooled = byhand.channel_weights(gradient).mean(axis=0, keepdims=True)
    return byhand.class_activation_map(activations, np.repeat(pooled, len(activations), axis=0))


# --- Are the maps true? -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How maps are put to the test.

    Attributes
    ----------
    fractions : tuple of float
        Shares of the pixels that are deleted or inserted, best first.
    num_randomised : int
        Test images in the randomisation test.
    num_together : int
        Images that the report's code explains together.
    """

    fractions: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)
    num_randomised: int = 1_000
    num_together: int = 10


def explain(config: Explanation, seed: int, network_record: Record) -> Measurement:
    """Put one network's maps to four tests, over the whole test set."""
    from keras import utils

    from dlexp import training

    utils.set_random_seed(seed)
    net = trained(network_record)
    untrained = network(network_record.config["filters"])
    images = data.load("mnist").test.images
    logits = training.predict(net.model, images)
    scores, facts = _all_scores(net, untrained, images, logits, config)
    numbers = {
        **facts,
        "changed_predictions": _changed_by_explaining(net, images, network_record),
        "deletion": _curves(net, images, logits, scores, config, _deleted),
        "insertion": _curves(net, images, logits, scores, config, _inserted),
        "ink_deletion": _curves(net, images, logits, scores, config, _ink_deleted),
        "relu_removed": _without_last_relu(net, images, logits),
        "randomisation": _randomisation(net, images, logits, config),  # last: it forgets net
    }
    return Measurement(numbers=numbers)


def _all_scores(
    net: Network, untrained: Network, images: Floats, logits: Floats, config: Explanation
) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Return pixel scores (n, 28, 28) of every method, and what was noticed on the way."""
    rows: list[dict[str, Floats]] = []
    for start in range(0, len(images), BATCH):
        chunk = slice(start, start + BATCH)
        rows.append(_chunk_maps(net, untrained, images[chunk], logits[chunk], config))
    maps = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    classes = [maps.pop(f"class_{label}") for label in range(10)]
    facts = {
        "empty": float(np.mean(maps["right"].max(axis=(1, 2)) == 0)),
        "reported_empty": float(np.mean(maps["reported"].max(axis=(1, 2)) == 0)),
        "probability_agrees": mean_correlation(maps["right"], maps.pop("probability")),
        "ink_agrees": mean_correlation(maps["right"], maps.pop("coarse_ink")),
        "reported_agrees": mean_correlation(maps["right"], maps["reported"]),
        "gradient_size": {
            of: float(np.median(maps.pop(f"size_{of}"))) for of in ("logit", "probability")
        },
        "class_sensitivity": _class_sensitivity(classes, logits),
    }
    scores = {name: byhand.upsample(value, SIZE) for name, value in maps.items()}
    generator = np.random.RandomState(0)  # its stream never changes
    # As smooth as the right maps, and about another image: what smoothness alone achieves.
    scores["borrowed"] = np.roll(scores["right"], 1, axis=0)
    scores["random"] = generator.rand(*images.shape[:3])
    scores["ink"] = images[..., 0]
    return scores, facts


def _changed_by_explaining(net: Network, images: Floats, network_record: Record) -> int:
    """Count the predictions that are no longer what they were before any map was drawn."""
    from dlexp import training

    now = training.predict(net.model, images).argmax(axis=1)
    return int(np.sum(now != network_record.arrays["predictions"]))


def _chunk_maps(
    net: Network, untrained: Network, images: Floats, logits: Floats, config: Explanation
) -> dict[str, Floats]:
    """Return all maps of a chunk of images, each (B, 7, 7), and sizes of gradients, (B,)."""
    activations = np.asarray(net.trunk(images, training=False))
    predicted = logits.argmax(axis=1)
    logit = gradients(net.head, activations, predicted)
    probability = gradients(net.head, activations, predicted, of="probability")
    other = np.asarray(untrained.trunk(images, training=False))
    together = range(0, len(images), config.num_together)
    return {
        "right": coarse_map(activations, logit),
        "probability": coarse_map(activations, probability),
        "untrained": coarse_map(other, gradients(untrained.head, other, predicted)),
        "reported": np.concatenate(
            [reported_map(net.head, activations[i : i + config.num_together]) for i in together]
        ),
        "coarse_ink": images[..., 0].reshape(len(images), 7, 4, 7, 4).mean(axis=(2, 4)),
        "size_logit": np.abs(logit).max(axis=(1, 2, 3)),
        "size_probability": np.abs(probability).max(axis=(1, 2, 3)),
        **{
            f"class_{label}": coarse_map(
                activations,
                gradients(net.head, activations, np.full(len(images), label)),
            )
            for label in range(10)
        },
    }


def mean_correlation(first: Floats, second: Floats) -> dict[str, float]:
    """Return the mean Pearson correlation of pairs of maps, over pairs where both vary.

    Parameters
    ----------
    first, second : arrays of shape (n, H, W)

    Returns
    -------
    dict
        ``mean`` in [-1, 1], and ``share``: of pairs that could be compared, in [0, 1].

    Examples
    --------
    >>> ramp = np.arange(4.0).reshape(1, 2, 2)
    >>> found = mean_correlation(ramp, 10 - ramp)
    >>> round(found["mean"], 6), found["share"]
    (-1.0, 1.0)
    """
    a, b = (maps.reshape(len(maps), -1).astype(np.float64) for maps in (first, second))
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (a, b))
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    usable = norms > 0
    if not usable.any():
        return {"mean": 0.0, "share": 0.0}
    values = np.sum(a[usable] * b[usable], axis=1) / norms[usable]
    return {"mean": float(values.mean()), "share": float(usable.mean())}


def _class_sensitivity(classes: Sequence[Floats], logits: Floats) -> dict[str, float]:
    """Compare the map of the predicted class with those of the second best and the least."""
    order = logits.argsort(axis=1)
    stacked, images = np.stack(classes), np.arange(len(logits))
    best = stacked[order[:, -1], images]
    return {
        "second": mean_correlation(best, stacked[order[:, -2], images])["mean"],
        "last": mean_correlation(best, stacked[order[:, 0], images])["mean"],
    }


def ranks(scores: Floats, *, seed: int = 0) -> NDArray[np.int64]:
    """Return the place of each pixel in the order of falling score, ties broken by chance.

    Parameters
    ----------
    scores : array of shape (n, H, W)

    Returns
    -------
    int array of shape (n, H * W)
        0 for the pixel with the largest score.

    Examples
    --------
    >>> ranks(np.array([[[0.1, 0.9], [0.5, 0.3]]]))
    array([[3, 0, 1, 2]])
    """
    flat = scores.reshape(len(scores), -1)
    generator = np.random.RandomState(seed)  # its stream never changes
    shuffled = generator.rand(*flat.shape).argsort(axis=1)
    order = np.take_along_axis(flat, shuffled, axis=1).argsort(axis=1, kind="stable")[:, ::-1]
    best_first = np.take_along_axis(shuffled, order, axis=1)
    return best_first.argsort(axis=1)


def _deleted(images: Floats, rank: NDArray[np.int64], fraction: float) -> Floats:
    return np.where(rank < fraction * rank.shape[1], 0, images)


def _inserted(images: Floats, rank: NDArray[np.int64], fraction: float) -> Floats:
    return np.where(rank < fraction * rank.shape[1], images, 0)


def _ink_deleted(images: Floats, rank: NDArray[np.int64], fraction: float) -> Floats:
    """Delete a share of each image's inked pixels, in the order of their rank among them."""
    inked = images > 0
    among_ink = np.where(inked, rank, rank.shape[1]).argsort(axis=1).argsort(axis=1)
    return np.where(among_ink < fraction * inked.sum(axis=1, keepdims=True), 0, images)


def _curves(
    net: Network,
    images: Floats,
    logits: Floats,
    scores: dict[str, Floats],
    config: Explanation,
    change: Any,
) -> dict[str, list[float]]:
    """Return, per method, the share of predictions that survive each fraction of change."""
    from dlexp import training

    flat = images.reshape(len(images), -1)
    predicted = logits.argmax(axis=1)
    curves: dict[str, list[float]] = {}
    for name, score in scores.items():
        rank = ranks(score)
        changed = (change(flat, rank, fraction) for fraction in config.fractions)
        curves[name] = [
            training.accuracy(training.predict(net.model, x.reshape(images.shape)), predicted)
            for x in changed
        ]
    return curves


def _randomisation(
    net: Network, images: Floats, logits: Floats, config: Explanation
) -> dict[str, list[Any]]:
    """Forget the layers one after another, the last first, and compare each map with the first.

    The network is left with random weights.

    References
    ----------
    Adebayo et al. (2018), Sanity Checks for Saliency Maps, cascading randomisation.
    """
    images = images[: config.num_randomised]
    predicted = logits[: config.num_randomised].argmax(axis=1)
    original = _maps_of(net, images, predicted)
    fresh = network(net.trunk.output.shape[-1])
    names, agreements = [], []
    for layer in _layers_from_the_top(net.model):
        layer.set_weights(fresh.model.get_layer(layer.name).get_weights())
        names.append(layer.name)
        agreements.append(mean_correlation(original, _maps_of(net, images, predicted))["mean"])
    return {"layers": names, "correlation": agreements}


def _layers_from_the_top(model: keras.Model) -> Iterator[Any]:
    return (layer for layer in reversed(model.layers) if layer.get_weights())


def _maps_of(net: Network, images: Floats, classes: NDArray[np.integer]) -> Floats:
    activations = np.asarray(net.trunk(images, training=False))
    return coarse_map(activations, gradients(net.head, activations, classes))


def _without_last_relu(net: Network, images: Floats, logits: Floats) -> float:
    """Return the share of predictions that survive when the last convolution loses its ReLU."""
    from keras import Model, activations

    from dlexp import training

    last = net.model.get_layer("conv_3")
    last.activation = activations.linear
    tail = [net.model.get_layer(name) for name in ("pool_3", "flatten", "dense", "logits")]
    source = net.model.get_layer("pool_2").output
    linear = Model(net.model.input, _chain(tail, last(source)))
    kept = training.accuracy(training.predict(linear, images), logits.argmax(axis=1))
    last.activation = activations.relu
    return kept


# --- Pictures and faults ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Which test images the chapter shows.

    Attributes
    ----------
    num_first : int
        The first test images, which the reports explained.
    num_errors : int
        The errors that the network is surest of.
    """

    num_first: int = 10
    num_errors: int = 10


def gallery(config: Gallery, seed: int, network_record: Record) -> Measurement:  # noqa: ARG001
    """Store activations and gradients of a few images, so that pages draw maps without Keras."""
    from dlexp import training

    net, test = trained(network_record), data.load("mnist").test
    logits = training.predict(net.model, test.images)
    first = np.arange(config.num_first)
    wrong = hardest_errors(logits, test.labels, config.num_errors)
    doubtful = most_doubtful(logits, test.labels)
    arrays = {
        **_pictures("first", net, test.images, first, logits),
        **_pictures("errors", net, test.images, wrong, logits),
        **_pictures("doubtful", net, test.images, np.full(10, doubtful), logits),
    }
    arrays["first_zero"] = _gradients_at(net, test.images[first], logits[[0] * len(first)])
    arrays["first_zero_probability"] = _gradients_at(
        net, test.images[first], logits[[0] * len(first)], of="probability"
    )
    arrays["errors_true"] = _gradients_at(
        net, test.images[wrong], np.eye(10, dtype=np.float32)[test.labels[wrong]]
    )
    arrays["doubtful_classes"] = _gradients_at(
        net, test.images[np.full(10, doubtful)], np.eye(10, dtype=np.float32)
    )
    return Measurement(numbers=_framework_faults(), arrays=arrays)


def _pictures(
    name: str, net: Network, images: Floats, chosen: NDArray[np.integer], logits: Floats
) -> dict[str, NDArray[Any]]:
    picked = images[chosen]
    return {
        f"{name}_indices": chosen,
        f"{name}_activations": np.asarray(net.trunk(picked, training=False)),
        f"{name}_logit": _gradients_at(net, picked, logits[chosen]),
        f"{name}_probability": _gradients_at(net, picked, logits[chosen], of="probability"),
    }


def _gradients_at(net: Network, images: Floats, scores: Floats, *, of: str = "logit") -> Floats:
    """Return the gradients of the class with the largest of ``scores``, image by image."""
    activations = np.asarray(net.trunk(images, training=False))
    return gradients(net.head, activations, scores.argmax(axis=1), of=of)


def hardest_errors(logits: Floats, labels: NDArray[np.integer], count: int) -> NDArray[np.integer]:
    """Return the positions of the wrong predictions with the largest logit margin, worst first.

    Examples
    --------
    >>> hardest_errors(np.array([[3.0, 0.0], [1.0, 0.0], [5.0, 0.0]]), np.array([1, 1, 0]), 1)
    array([0])
    """
    own = logits[np.arange(len(labels)), labels]
    return np.argsort(own - logits.max(axis=1), kind="stable")[:count]


def most_doubtful(logits: Floats, labels: NDArray[np.integer]) -> int:
    """Return the position of the right prediction with the smallest margin over the second.

    Examples
    --------
    >>> most_doubtful(np.array([[3.0, 0.0], [1.0, 0.0], [0.0, 0.1]]), np.array([0, 0, 0]))
    1
    """
    second, best = np.sort(logits, axis=1)[:, -2:].T
    margins = np.where(logits.argmax(axis=1) == labels, best - second, np.inf)
    return int(margins.argmin())


def _framework_faults() -> dict[str, Any]:
    """Return what Keras 3 says to the three lines of the reports that concern Keras itself."""
    return {
        "sequential_output": _message_of_sequential_output(),
        "mean_exists": _backend_has_mean(),
        "gradient_inside_tape_differs_by": _gradient_inside_tape(),
    }


def _message_of_sequential_output() -> str:
    """Ask a Sequential without an Input for its output, as older Grad-CAM recipes do."""
    from keras import Sequential, layers

    model = Sequential([layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])
    model(np.zeros((1, 8, 8, 1), np.float32))
    try:
        model.output  # noqa: B018 - the access is the experiment
    except AttributeError as error:
        return str(error)
    return ""


def _backend_has_mean() -> bool:
    from keras import backend

    return hasattr(backend, "mean")


def _gradient_inside_tape() -> float:
    """Return how far a gradient taken inside the tape's block is from one taken after it."""
    import tensorflow as tf

    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.sin(x) * x)
        inside = tape.gradient(y, x)
    return float(tf.reduce_max(tf.abs(inside - tape.gradient(y, x))))


# --- For the reader's browser -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Browser:
    """What the live figures get of a network.

    Attributes
    ----------
    num_first : int
        The first test images, to start from; the batch of the reports' faults.
    num_errors : int
        The errors that the quantised network is surest of.
    """

    num_first: int = 10
    num_errors: int = 10


def export(config: Browser, seed: int, network_record: Record) -> Measurement:  # noqa: ARG001
    """Quantise one network, measure what that costs, and store it with some of Keras's answers."""
    from dlexp import training
    from dlexp.chapters.grad_cam import browser_network as interactive

    net, test = trained(network_record), data.load("mnist").test
    weights = interactive.quantise_all(net.model.get_weights())
    # From here on, Keras computes with the numbers that the browser gets.
    net.model.set_weights(interactive.values(weights))
    logits = training.predict(net.model, test.images)
    chosen = logits.argmax(axis=1)
    errors = hardest_errors(logits, test.labels, config.num_errors)
    indices = np.concatenate([np.arange(config.num_first), errors])
    numbers = {
        "layers": interactive.describe(net.model),
        "input": list(net.model.input_shape[1:]),
        "test_accuracy": training.accuracy(logits, test.labels),
        "changed_predictions": int(np.sum(chosen != network_record.arrays["predictions"])),
    }
    arrays = {
        **interactive.to_arrays(weights),
        "indices": indices,
        "logits": logits[indices],
        "maps": _maps_of_all_classes(net, test.images[indices]),
    }
    return Measurement(numbers=numbers, arrays=arrays)


def _maps_of_all_classes(net: Network, images: Floats) -> Floats:
    """Return the map of each class of each image, (B, 10, 7, 7)."""
    activations = np.asarray(net.trunk(images, training=False))
    classes = (np.full(len(images), label) for label in range(10))
    maps = [coarse_map(activations, gradients(net.head, activations, c)) for c in classes]
    return np.stack(maps, axis=1)


# --- What is published --------------------------------------------------------------------------


def units() -> list[Unit]:
    """Return every run of the chapter: ten networks, five explanations, an export, a gallery."""
    networks = [
        Unit(measure=train, config=Config(filters=filters), seed=seed)
        for filters in FILTERS
        for seed in SEEDS
    ]
    explained = [
        Unit(measure=explain, config=Explanation(), seed=seed, needs=(unit,))
        for seed, unit in zip(SEEDS, networks, strict=False)
    ]
    exported = Unit(measure=export, config=Browser(), seed=0, needs=(networks[0],))
    pictures = Unit(measure=gallery, config=Gallery(), seed=0, needs=(networks[0],))
    return [*networks, *explained, exported, pictures]


# --- What is claimed ----------------------------------------------------------------------------
# The bars below were set before the first full run.

ACCURACY_BAR = 0.985
"""Of test accuracy: what an honest training of the reports' network should pass."""

CORRELATION_BAR = 0.5
"""Below this, two maps are called different."""


def networks(records: Sequence[Record], filters: int = FILTERS[0]) -> list[Record]:
    """Return the trained networks with this many filters, in the order of their seeds."""
    return [r for r in records if r.name.startswith("train") and r.config["filters"] == filters]


def explanations(records: Sequence[Record]) -> list[Record]:
    """Return what the maps were measured to do, in the order of the seeds."""
    return [record for record in records if record.name.startswith("explain")]


def kept(records: Sequence[Record], test: str, method: str) -> list[float]:
    """Return, per seed, the share of predictions kept, as a mean over the fractions.

    Parameters
    ----------
    records : records of ``explain``
    test : "deletion", "insertion" or "ink_deletion"
    method : str
        Whose order the pixels were taken in: "right", "reported", "borrowed", "untrained",
        "random" or "ink".
    """
    return [float(np.mean(record.numbers[test][method])) for record in records]


def claims(records: Sequence[Record]) -> list[Claim]:
    """Settle what the chapter claims."""
    return [*_claims_on_networks(records), *_claims_on_maps(records), *_claims_on_tests(records)]


def _claims_on_networks(records: Sequence[Record]) -> list[Claim]:
    large, small = networks(records), networks(records, FILTERS[1])
    accuracy = [record.numbers["test_accuracy"] for record in large]
    watched = [record.numbers["history"] for record in large]
    best = [max(history["accuracy"]["test"]) for history in watched]
    honest = [history["accuracy"]["test"][history["chosen_epoch"]] for history in watched]
    of_large = tuple(record.name for record in large)
    return [
        claim.mean_above(
            "grad_cam.honest_accuracy",
            "Trained without a look at the test set, the network of the reports gets more than "
            f"{ACCURACY_BAR:.1%} of the test digits right.",
            "test accuracy, share of images",
            accuracy,
            threshold=ACCURACY_BAR,
            seeds=SEEDS,
            units=of_large,
        ),
        claim.paired(
            "grad_cam.test_choice_flatters",
            "Choosing the epoch by the test set reports a higher test accuracy than choosing it "
            "by validation.",
            "test accuracy, best epoch on the test set minus epoch chosen by validation",
            best,
            honest,
            seeds=SEEDS,
            units=of_large,
        ),
        claim.paired(
            "grad_cam.more_filters",
            "The report with more filters in the last convolution has the better network.",
            f"test accuracy, {FILTERS[0]} minus {FILTERS[1]} filters",
            accuracy,
            [record.numbers["test_accuracy"] for record in small],
            seeds=SEEDS,
            units=tuple(record.name for record in [*large, *small]),
        ),
    ]


def _claims_on_maps(records: Sequence[Record]) -> list[Claim]:
    explained = explanations(records)
    numbers = [record.numbers for record in explained]
    names = tuple(record.name for record in explained)
    nothing_changes = claim.none_of(
        "grad_cam.maps_change_nothing",
        "Drawing the maps changes no prediction.",
        "predictions that differ after all maps were drawn, share of images",
        failures=sum(n["changed_predictions"] for n in numbers),
        trials=sum(len(record.arrays["predictions"]) for record in networks(records)),
        seeds=SEEDS,
        units=names,
    )
    relu_matters = claim.mean_above(
        "grad_cam.relu_matters",
        "Taking the ReLU off the last convolution changes predictions: it is part of the network, "
        "not of the method.",
        "predictions that change, share of images",
        [1 - n["relu_removed"] for n in numbers],
        threshold=0.0,
        seeds=SEEDS,
        units=names,
    )
    return [nothing_changes, relu_matters, *_claims_on_likeness(numbers, names)]


def _claims_on_likeness(numbers: Sequence[dict[str, Any]], names: tuple[str, ...]) -> list[Claim]:
    """Compare maps that should be different maps."""
    cases = {
        "reported_map_differs": (
            "The map of the report's code is not the map of the image.",
            "correlation of the report's map with the right map, mean over the test set",
            [n["reported_agrees"]["mean"] for n in numbers],
        ),
        "class_sensitive": (
            "The map of the second best class is another map.",
            "correlation of the maps of the best and the second best class",
            [n["class_sensitivity"]["second"] for n in numbers],
        ),
        "weights_matter": (
            "When every layer has forgotten its weights, the map is another map.",
            "correlation of the maps before and after all weights were randomised",
            [n["randomisation"]["correlation"][-1] for n in numbers],
        ),
    }
    return [
        claim.mean_below(
            f"grad_cam.{name}",
            sentence,
            measure,
            values,
            threshold=CORRELATION_BAR,
            seeds=SEEDS,
            units=names,
        )
        for name, (sentence, measure, values) in cases.items()
    ]


def _claims_on_tests(records: Sequence[Record]) -> list[Claim]:
    """Compare orders of pixels; the fewer predictions a deletion keeps, the better the order.

    The two claims on the untrained network, and that on ink among inked pixels, were added when
    the first records were in.
    """
    sentences = {
        ("deletion", "random", "right"): "deletion_beats_random:"
        "Deleting pixels in the order of the right map does more harm than in random order.",
        ("deletion", "reported", "right"): "deletion_prefers_right:"
        "Deletion tells the right map from the report's: it does more harm.",
        ("deletion", "right", "ink"): "ink_beats_map:"
        "Deleting the darkest ink, without any network, does more harm than the right map.",
        ("ink_deletion", "random", "right"): "ink_deletion_beats_random:"
        "Among inked pixels alone, the right map does more harm than random order.",
        ("ink_deletion", "borrowed", "right"): "ink_deletion_beats_borrowed:"
        "Among inked pixels alone, the right map does more harm than a map as smooth that belongs "
        "to another image.",
        ("ink_deletion", "reported", "right"): "ink_deletion_prefers_right:"
        "Among inked pixels alone, the right map does more harm than the report's.",
        ("deletion", "untrained", "right"): "deletion_beats_untrained:"
        "The order of the right map does more harm than that of an untrained network's map.",
        ("ink_deletion", "untrained", "right"): "ink_deletion_beats_untrained:"
        "Among inked pixels alone, the right map does more harm than an untrained network's.",
        ("ink_deletion", "ink", "right"): "ink_deletion_beats_ink:"
        "Among inked pixels alone, the right map does more harm than the darkest ink first.",
        ("insertion", "right", "random"): "insertion_beats_random:"
        "Inserting pixels in the order of the right map restores more predictions than in random "
        "order.",
    }
    explained = explanations(records)
    return [
        claim.paired(
            f"grad_cam.{sentence.partition(':')[0]}",
            sentence.partition(":")[2],
            f"predictions kept, {first} minus {second}, mean over the fractions",
            kept(explained, test, first),
            kept(explained, test, second),
            seeds=SEEDS,
            units=tuple(record.name for record in explained),
        )
        for (test, first, second), sentence in sentences.items()
    ]
