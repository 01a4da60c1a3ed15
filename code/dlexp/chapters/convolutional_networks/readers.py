"""What claims and pages read in the records of the chapter, by the names that they use.

Chapter: book/convolutional_networks.md. Arrays have the seeds first.
"""

from collections.abc import Iterable

import numpy as np

from dlexp.byhand import shapes
from dlexp.byhand.arrays import Floats
from dlexp.byhand.layers import Convolution, Dense, Flatten, Layer, Pooling
from dlexp.byhand.sizes import Padding
from dlexp.chapters.convolutional_networks import contenders, nets, reports
from dlexp.chapters.convolutional_networks.clock import TIMED
from dlexp.chapters.convolutional_networks.contenders import FEW, on
from dlexp.chapters.convolutional_networks.learning import Learning, learn
from dlexp.chapters.convolutional_networks.recipes import Recipe, Report, begin, follow
from dlexp.lab.runs import Runs
from dlexp.looks import Z

EQUAL_WORK, EQUAL_PARAMETERS = tuple(contenders.KINDS)[2:]
"""The dense networks: with the multiplications of the convolutional one, or its parameters."""


def learnt(runs: Runs, config: Learning) -> Runs:
    """Return the trainings of a contender."""
    return runs.of(learn, config)


def few(runs: Runs, kind: str, *, permuted: bool = False) -> Runs:
    """Return the trainings of a contender on few images, with pixels in place or permuted."""
    return learnt(runs, on(kind, FEW, permuted=permuted))


def followed(runs: Runs, recipe: Recipe) -> Runs:
    """Return the trainings by a recipe."""
    return runs.of(follow, recipe)


def begun(runs: Runs, report: Report) -> Runs:
    """Return the trainings that a report's recipe begins with."""
    return runs.of(begin, report)


def seconds(runs: Runs, network: str) -> Floats:
    """Return the processor time of an image in training, the least of the rounds, (seeds,)."""
    times = runs("clock").arrays("seconds")[:, :, TIMED.index(network)]
    return np.asarray(times.min(axis=1))


def cost_ratio(runs: Runs, passes: int = reports.PASSES_TO_GOAL) -> Floats:
    """Return how much longer report C trains in some passes than our recipe, by seed."""
    theirs = passes * reports.TRAINED * seconds(runs, "C")
    return np.asarray(theirs / (contenders.FAST.images * seconds(runs, "ours")))


def layers_of(config: Learning) -> list[Layer]:
    """Return a contender's layers, as they are counted; local layers as if they shared weights."""
    if config.kind == "dense":
        return [Flatten(), Dense(units=config.hidden), Dense(units=nets.CLASSES)]
    body: list[Layer] = [
        Convolution(filters=filters, kernel=kernel, stride=stride, padding="same")
        for filters, kernel, stride in config.layers
    ]
    pool: list[Layer] = [Pooling(window=2)] if config.pooled else []
    return [*body, *pool, Flatten(), Dense(units=nets.CLASSES)]


def layers_of_report(report: str) -> list[Layer]:
    """Return the layers of a report's network, as they are counted; dropout has none."""
    filters, windows, padding, _ = nets.REPORTED[report]
    body: list[Layer] = []
    for count, window in zip(filters, windows, strict=True):
        kept: Padding = "same" if padding == "same" else "valid"
        body.append(Convolution(filters=count, kernel=3, padding=kept))
        body.append(Pooling(window=window))
    return [*body, Flatten(), Dense(units=128), Dense(units=nets.CLASSES)]


def luck_apart(one: Runs, other: Runs, tested: int) -> float:
    """Return how far the draw of the test images may move a difference of accuracies, at most.

    It does so by the images on which just one of two networks is right: at most all that either
    gets wrong.
    """
    wrong = sum(1 - float(runs.numbers("test").mean()) for runs in (one, other))
    return float(Z * np.sqrt(wrong / tested))


def products(layers: Iterable[Layer]) -> int:
    """Return how many products layers compute for an image, one after the other.

    Examples
    --------
    >>> [products(layers_of(config)) for config in contenders.KINDS.values()]
    [78400, 78400, 78606, 8734]
    >>> products(layers_of_report("C"))
    2631040
    """
    total = 0
    shape: tuple[int, ...] = nets.IMAGE
    for layer in layers:
        total += shapes.multiplications(layer, shape)
        shape = shapes.output_shape(layer, shape)
    return total


def multiplications(config: Learning) -> int:
    """Return how many products a contender computes for an image."""
    return products(layers_of(config))


def field(config: Learning) -> int:
    """Return how many pixels wide the window is that one cell of the last map sees.

    Examples
    --------
    >>> [field(config) for config in contenders.KERNELS.values()]
    [2, 10, 18, 26]
    """
    stack = [layer for layer in layers_of(config) if isinstance(layer, Convolution)]
    return shapes.receptive_field(stack)
