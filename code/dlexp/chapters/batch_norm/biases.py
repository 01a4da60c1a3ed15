"""Nets with normalisation that should be the same net, trained side by side.

Chapter: book/batch_norm.md. About the bias that does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.nets import KINDS, network, normal, scaled
from dlexp.lab.units import Measurement

if TYPE_CHECKING:
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
