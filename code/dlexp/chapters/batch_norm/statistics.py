"""Nets whose statistics lag behind.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.nets import KINDS, _columns, network, normal
from dlexp.lab.units import Measurement
from dlexp.looks import REPORT, images_for

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Lags:
    """Nets stopped after a few steps."""

    stops: tuple[int, ...] = (1, 3, 10, 30, 100, 300, 1000)  # steps before each look
    momenta: tuple[float, ...] = (0.99, 0.9)  # share of the moving statistics that a step keeps
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    train_size: int = 10_000  # training images
    batch_size: int = 64  # images per step
    statistics_size: int = 2_000  # training images that give the statistics computed anew
    tested: int = images_for(REPORT, share=0.95)  # test images


def lags(config: Lags, seed: int) -> Measurement:
    """Compare moving statistics with those of the moment, step by step."""
    from dlexp import training

    dataset = data.mnist().subset(config.train_size)
    numbers: dict[str, Any] = {}
    for kind in KINDS:
        twin = network(kind, normal(momentum=0.0))
        for momentum in config.momenta:
            build = partial(network, kind, normal(momentum=momentum))
            loop = training.Loop(build, dataset.train, seed=seed)
            loop.begin(learning_rate=config.learning_rate)
            batches = training.batches(len(dataset.train), config.batch_size, seed=seed)
            rows = []
            for start, stop in pairwise((0, *config.stops)):
                loop.advance(islice(batches, stop - start))
                rows.append(_looked_at(loop.model, twin, dataset, config))
            numbers[f"{kind}_{momentum:g}"] = _columns(rows)
    return Measurement(numbers=numbers)


def _looked_at(
    model: keras.Model, twin: keras.Model, dataset: data.Dataset, config: Lags
) -> dict[str, Any]:
    """Return test accuracies with three kinds of statistics.

    The twin has the same weights and forgets its moving statistics at each batch.
    """
    from dlexp import training

    twin.set_weights(model.get_weights())
    test, batch = dataset.test.sample(config.tested), training.LOOK
    by_batch = [
        np.asarray(twin(test.images[i : i + batch], training=True))
        for i in range(0, len(test), batch)
    ]
    twin(
        dataset.train.images[: config.statistics_size], training=True
    )  # now its moving statistics are these
    anew = [
        np.asarray(twin(test.images[i : i + batch], training=False))
        for i in range(0, len(test), batch)
    ]
    moving, now = (_variances(each) for each in (model, twin))
    return {
        "moving": training.score(model, test),
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
