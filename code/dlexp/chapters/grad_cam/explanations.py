"""Are the maps true? Tests over many test images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import grad_cam as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.nets import (
    SIZE,
    Network,
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

BATCH = 500  # images explained at a time


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How maps are put to the test."""

    fractions: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)  # of pixels changed, best first
    num_images: int = 500  # test images: those on which all methods were judged
    num_together: int = 10  # images that the report's code explains together


def explain(config: Explanation, seed: int, network_record: Record) -> Measurement:
    """Put one network's maps to the tests."""
    from keras import utils

    from dlexp import training

    utils.set_random_seed(seed)
    net = trained(network_record)
    test = data.mnist().test.sample(config.num_images)
    images = test.images
    logits = training.predict(net.model, images)
    scores, facts = _all_scores(net, images, logits, config)
    orders = {name: ranks(score) for name, score in scores.items()}
    numbers = {
        **facts,
        "untrained_agrees": _untrained(net, images, logits),
        "changed_predictions": _changed_by_explaining(net, test, network_record),
        "deletion": _curves(net, images, logits, orders, config, deleted),
        "insertion": _curves(net, images, logits, orders, config, inserted),
        "ink_deletion": _curves(net, images, logits, orders, config, ink_deleted),
    }
    return Measurement(numbers=numbers)


def _all_scores(
    net: Network, images: Floats, logits: Floats, config: Explanation
) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Return pixel scores (n, 28, 28) of every method, and what was noticed on the way."""
    rows: list[dict[str, Floats]] = []
    for start in range(0, len(images), BATCH):
        chunk = slice(start, start + BATCH)
        rows.append(_chunk_maps(net, images[chunk], logits[chunk], config))
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
        "second_agrees": mean_correlation(maps["right"], maps.pop("second")),
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
    net: Network, images: Floats, logits: Floats, config: Explanation
) -> dict[str, Floats]:
    """Return all maps of a chunk of images, each (B, 7, 7), and sizes of gradients, (B,)."""
    activations = np.asarray(net.trunk(images, training=False))
    *_, second, predicted = logits.argsort(axis=1).T
    logit = gradients(net.head, activations, predicted)
    probability = gradients(net.head, activations, predicted, of="probability")
    together = range(0, len(images), config.num_together)
    return {
        "right": coarse_map(activations, logit),
        "probability": coarse_map(activations, probability),
        "reported": np.concatenate(
            [reported_map(net.head, activations[i : i + config.num_together]) for i in together]
        ),
        "coarse_ink": images[..., 0].reshape(len(images), 7, 4, 7, 4).mean(axis=(2, 4)),
        "size_logit": np.abs(logit).max(axis=(1, 2, 3)),
        "size_probability": np.abs(probability).max(axis=(1, 2, 3)),
        "second": coarse_map(activations, gradients(net.head, activations, second)),
    }


def _curves(
    net: Network,
    images: Floats,
    logits: Floats,
    orders: dict[str, NDArray[np.int64]],
    config: Explanation,
    change: Any,
) -> dict[str, list[float]]:
    """Return, per method, the share of predictions that survive each fraction of change."""
    from dlexp import training

    flat = images.reshape(len(images), -1)
    predicted = logits.argmax(axis=1)
    curves: dict[str, list[float]] = {}
    for name, rank in orders.items():
        changed = (change(flat, rank, fraction) for fraction in config.fractions)
        curves[name] = [
            training.accuracy(training.predict(net.model, x.reshape(images.shape)), predicted)
            for x in changed
        ]
    return curves


def _untrained(net: Network, images: Floats, logits: Floats) -> float:
    """Return how alike maps are to those of a network with random weights, for the same classes.

    References
    ----------
    Adebayo et al. (2018), Sanity Checks for Saliency Maps: all weights random.
    """
    classes = logits.argmax(axis=1)
    fresh = network(net.trunk.output.shape[-1])
    maps = (maps_of(each, images, classes) for each in (net, fresh))
    return mean_correlation(*maps)["mean"]
