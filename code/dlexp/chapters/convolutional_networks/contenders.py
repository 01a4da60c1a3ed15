"""Which networks and recipes are compared, by what the page calls them.

Chapter: book/convolutional_networks.md. A comparison changes one thing at a time.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from dlexp.chapters.convolutional_networks.learning import Learning
from dlexp.chapters.convolutional_networks.recipes import Recipe, Report

Learners = Mapping[str, Learning]
Recipes = Mapping[str, Recipe]

SIZES = (100, 1_000, 10_000, 55_000)
"""Training images."""

FEWEST = SIZES[0]

STEPS = MappingProxyType({100: 100, 1_000: 150, 10_000: 470, 55_000: 859})
"""By training images: 64, 10, 3 and 1 passes."""

KINDS: Learners = MappingProxyType(
    {
        "conv": Learning(),
        "local": Learning(kind="local"),
        "dense, equal multiplications": Learning(kind="dense", hidden=99),
        "dense, equal parameters": Learning(kind="dense", hidden=11),
    }
)
"""Small networks; the convolutional one is what the others are set beside."""

FEW, MANY = SIZES[1], SIZES[2]
"""Where rates are chosen and weight sharing is taken apart; where images are shifted."""


def on(kind: str, size: int = FEW, *, permuted: bool = False) -> Learning:
    """Return a contender on so many training images.

    Examples
    --------
    >>> on("conv", 100).steps
    100
    """
    return replace(KINDS[kind], size=size, steps=STEPS[size], permuted=permuted, moves=size == MANY)


def is_run(kind: str, size: int) -> bool:
    """Return whether a contender learns from so many images: unshared weights are dear."""
    return kind != "local" or size in (FEW, MANY)


STEM = (8, 2, 2)
"""A first layer that all kernels are compared behind: 14 x 14 cells of 2 x 2 pixels."""


KERNEL_STEPS = 100
"""Of the trainings that compare kernels."""


def behind_the_stem(filters: int, kernel: int, depth: int) -> Learning:
    """Return a network of equal layers behind the stem, with one rate for all."""
    layers = (STEM, *[(filters, kernel, 1)] * depth)
    return Learning(layers=layers, pooled=True, steps=KERNEL_STEPS, rates=(0.01,), looks=4)


KERNELS: Mapping[int, Learning] = MappingProxyType(
    {
        kernel: behind_the_stem(filters, kernel, 2)
        for kernel, filters in ((1, 22), (3, 16), (5, 12), (7, 9))
    }
)
"""By the side of their kernels; filters such that parameters are nearly equal."""

FIELDS: Learners = MappingProxyType(
    {"one 7×7": behind_the_stem(8, 7, 1), "three 3×3": behind_the_stem(8, 3, 3)}
)
"""Both see 7 x 7 cells of the stem, with equal filters."""

PLAIN = Recipe()
FALLING = replace(PLAIN, rate=0.01, schedule="falling")
WARM = replace(FALLING, schedule="warm")
NORMALISED = replace(WARM, normalised=True)

LADDER: Recipes = MappingProxyType(
    {
        "plain": PLAIN,
        "falling": FALLING,
        "warm": WARM,
        "normalised": NORMALISED,
    }
)
"""One step after the other, each on top of the last."""

AVERAGING: Recipes = MappingProxyType(
    {
        "constant": replace(NORMALISED, schedule="constant"),
        "averaged": replace(NORMALISED, schedule="constant", averaged=True),
    }
)
"""The top of the ladder with a rate that stays, and the same with its weights averaged."""

FURTHER: Recipes = MappingProxyType(
    {"batch": replace(NORMALISED, batch_size=128), "shift": replace(NORMALISED, shift=1)}
)
"""The top of the ladder, changed in one thing."""

FAST_PASSES = 2

FAST = replace(NORMALISED, images=FAST_PASSES * SIZES[-1])

BEST = replace(FAST, images=220_000, shift=1)
"""Four passes, over shifted images."""

REPORT_C = Report()
D_STEPS = 200
"""Of report D's network, a ninth part of a pass."""

_WITH_ADAM = Report(report="D", batch_size=32, steps=D_STEPS, looks=4)

REPORT_D = MappingProxyType(
    {"Adam": _WITH_ADAM, "SGD": replace(_WITH_ADAM, optimizer="sgd", rate=0.01)}
)
"""Report D's network: with its own SGD, and with Adam, each at Keras's default rate."""
