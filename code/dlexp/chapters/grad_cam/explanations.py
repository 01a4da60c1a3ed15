"""Are the maps true? Four tests over many test images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand import grad_cam as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.nets import (
    SIZE,
    Network,
    chain,
    coarse_map,
    gradients,
    maps_of,
    network,
    reported_map,
    trained,
)
from dlexp.chapters.grad_cam.scores import deleted, ink_deleted, inserted, mean_correlation, ranks
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement
from dlexp.looks import CURVE, images_for

if TYPE_CHECKING:
    import keras


BATCH = 500  # images explained at a time


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How maps are put to the test."""

    fractions: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)  # of pixels changed, best first
    num_images: int = images_for(CURVE, share=0.9)  # test images: rivals, who are far apart
    num_randomised: int = 500  # of them, in the randomisation test
    num_together: int = 10  # images that the report's code explains together


def explain(config: Explanation, seed: int, network_record: Record) -> Measurement:
    """Put one network's maps to four tests."""
    from keras import utils

    from dlexp import training

    utils.set_random_seed(seed)
    net = trained(network_record)
    untrained = network(network_record.config["filters"])
    test = data.mnist().test.sample(config.num_images)
    images = test.images
    logits = training.predict(net.model, images)
    scores, facts = _all_scores(net, untrained, images, logits, config)
    numbers = {
        **facts,
        "changed_predictions": _changed_by_explaining(net, test, network_record),
        "deletion": _curves(net, images, logits, scores, config, deleted),
        "insertion": _curves(net, images, logits, scores, config, inserted),
        "ink_deletion": _curves(net, images, logits, scores, config, ink_deleted),
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
    facts = {
        "empty": float(np.mean(maps["right"].max(axis=(1, 2)) == 0)),
        "reported_empty": float(np.mean(maps["reported"].max(axis=(1, 2)) == 0)),
        "probability_agrees": mean_correlation(maps["right"], maps.pop("probability")),
        "ink_agrees": mean_correlation(maps["right"], maps.pop("coarse_ink")),
        "reported_agrees": mean_correlation(maps["right"], maps["reported"]),
        "gradient_size": {
            of: float(np.median(maps.pop(f"size_{of}"))) for of in ("logit", "probability")
        },
        "class_sensitivity": {
            which: mean_correlation(maps["right"], maps.pop(which))["mean"]
            for which in ("second", "last")
        },
    }
    scores = {name: byhand.upsample(value, SIZE) for name, value in maps.items()}
    generator = np.random.RandomState(0)  # its stream never changes
    # As smooth as the right maps, and about another image: what smoothness alone achieves.
    scores["borrowed"] = np.roll(scores["right"], 1, axis=0)
    scores["random"] = generator.rand(*images.shape[:3])
    scores["ink"] = images[..., 0]
    return scores, facts


def _changed_by_explaining(net: Network, test: data.Split, network_record: Record) -> int:
    """Count the predictions that are no longer what they were before any map was drawn."""
    from dlexp import training

    now = training.predict(net.model, test.images).argmax(axis=1)
    return int(np.sum(now != network_record.arrays["predictions"][test.indices]))


def _chunk_maps(
    net: Network, untrained: Network, images: Floats, logits: Floats, config: Explanation
) -> dict[str, Floats]:
    """Return all maps of a chunk of images, each (B, 7, 7), and sizes of gradients, (B,)."""
    activations = np.asarray(net.trunk(images, training=False))
    last, *_, second, predicted = logits.argsort(axis=1).T
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
        "second": coarse_map(activations, gradients(net.head, activations, second)),
        "last": coarse_map(activations, gradients(net.head, activations, last)),
    }


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
    original = maps_of(net, images, predicted)
    fresh = network(net.trunk.output.shape[-1])
    names, agreements = [], []
    for layer in _layers_from_the_top(net.model):
        layer.set_weights(fresh.model.get_layer(layer.name).get_weights())
        names.append(layer.name)
        agreements.append(mean_correlation(original, maps_of(net, images, predicted))["mean"])
    return {"layers": names, "correlation": agreements}


def _layers_from_the_top(model: keras.Model) -> Iterator[Any]:
    return (layer for layer in reversed(model.layers) if layer.get_weights())


def _without_last_relu(net: Network, images: Floats, logits: Floats) -> float:
    """Return the share of predictions that survive when the last convolution loses its ReLU."""
    from keras import Model, activations

    from dlexp import training

    last = net.model.get_layer("conv_3")
    last.activation = activations.linear
    tail = [net.model.get_layer(name) for name in ("pool_3", "flatten", "dense", "logits")]
    source = net.model.get_layer("pool_2").output
    linear = Model(net.model.input, chain(tail, last(source)))
    kept = training.accuracy(training.predict(linear, images), logits.argmax(axis=1))
    last.activation = activations.relu
    return kept
