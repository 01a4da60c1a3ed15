"""Nets with normalisation that should be the same net, trained side by side.

Chapter: book/batch_norm.md. About the bias that does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.nets import KINDS, network, normal, scaled
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
    import keras

    from dlexp import training


@dataclass(frozen=True, kw_only=True)
class Biases:
    """Pairs of nets, and when they are compared."""

    stops: tuple[int, ...] = (1, 3, 10, 30, 100, 300, 468)  # steps after which they are compared
    learning_rate: float = 0.1  # of plain stochastic gradient descent
    scale: float = 0.05  # standard deviation of the first weights
    train_size: int = 10_000  # training images
    batch_size: int = 64  # images per step


def biases(config: Biases, seed: int) -> Measurement:
    """Compare a net without biases with one that has them, and with one that was only nudged.

    The nudge moves each first weight to the next number that the computer can write. What it
    does is what rounding alone can do. The distances are arrays: they begin as rounding, which is
    another one on another processor, and arrays are not compared by value.
    """
    from dlexp import training

    dataset = data.mnist().subset(config.train_size)
    numbers: dict[str, Any] = {}
    arrays: dict[str, Floats] = {}
    for kind in KINDS:
        loops = {
            name: training.Loop(
                partial(network, kind, normal(), bias=name == "biased"), dataset.train, seed=seed
            )
            for name in ("plain", "biased", "nudged")
        }
        for name, loop in loops.items():
            first = scaled(loop.first, config.scale, seed)
            weights = [_nudged(w) for w in first] if name == "nudged" else first
            loop.begin(weights=weights, learning_rate=config.learning_rate)
        numbers[kind], distances = _side_by_side(loops, dataset, config, seed)
        arrays |= {f"{kind}_{name}": np.array(values) for name, values in distances.items()}
    return Measurement(numbers=numbers, arrays=arrays)


def _nudged(weights: Floats) -> Floats:
    """Return the next larger number for each weight of a kernel."""
    return np.nextafter(weights, np.float32(np.inf)) if weights.ndim > 1 else weights


def _side_by_side(
    loops: Mapping[str, training.Loop], dataset: data.Dataset, config: Biases, seed: int
) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Train nets step by step; return accuracies, and how far their kernels are apart."""
    from dlexp import training

    apart: dict[str, list[float]] = {"biased": [], "nudged": []}
    batches = training.batches(len(dataset.train), config.batch_size, seed=seed)
    for start, stop in pairwise((0, *config.stops)):
        rows = [*islice(batches, stop - start)]
        for loop in loops.values():
            loop.advance(rows)
        kernels = {name: _kernels(loop.model) for name, loop in loops.items()}
        for name, distances in apart.items():
            pairs = zip(kernels[name], kernels["plain"], strict=True)
            distances.append(max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs))
    test = dataset.test
    logits = {name: training.predict(loop.model, test.images) for name, loop in loops.items()}
    chosen = {name: each.argmax(axis=1) for name, each in logits.items()}
    numbers = {
        "test": {name: training.accuracy(each, test.labels) for name, each in logits.items()},
        "differ": {name: int(np.sum(chosen[name] != chosen["plain"])) for name in apart},
    }
    return numbers, {**apart, "largest_bias": [_largest_bias(loops["biased"].model)]}


def _kernels(model: keras.Model) -> list[Floats]:
    return [array for array in model.get_weights() if array.ndim > 1]


def _largest_bias(model: keras.Model) -> float:
    """Return the largest bias of the hidden layers; all of them started from zero."""
    hidden = [layer for layer in model.layers[:-1] if getattr(layer, "use_bias", False)]
    return max(float(np.abs(np.asarray(layer.bias)).max()) for layer in hidden)
