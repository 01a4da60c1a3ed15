"""What the chapter on dense networks claims."""

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.dense_networks.contenders import (
    ACTIVATIONS,
    BATCHES,
    DEEP_ONES,
    DEFAULTS,
    LARGE,
    NONE,
    OPTIMISERS,
    SHALLOW_ONES,
    SIZES,
)
from dlexp.chapters.dense_networks.enlarged import Enlarged
from dlexp.chapters.dense_networks.learning import Learning
from dlexp.chapters.dense_networks.measure import ENLARGED
from dlexp.chapters.dense_networks.readers import factor, followed, larger, learnt, sent
from dlexp.chapters.dense_networks.recipes import REPORT_D, REPORT_D_LINEAR, Recipe
from dlexp.chapters.dense_networks.signals import Untrained
from dlexp.lab.claims import PERCENT, POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

ALIKE = 0.005
"""Accuracies that differ by less are called alike: half a point."""

REPORTED = 0.9739
"""The accuracy that report C gives, of its last pass."""

BEND = 0.03
"""What hidden layers that bend are to gain at the least: three points."""

HARDLY = 0.2
"""Of ten classes, the largest has about a tenth: this is no answer worth having."""


USEFUL = 0.8
"""What a deep network that learns at all should pass; chosen after a pilot that had nine tenths."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_the_recipes(runs)
    yield from on_defaults(runs)
    yield from _on_activations(runs)
    yield from _on_beginnings(runs)
    yield from _on_sizes(runs)
    yield from _on_steps(runs)


def on_defaults(runs: Runs) -> Iterator[Claim]:
    """Compare at the rates that nobody chose."""
    yield _ahead(
        runs,
        "sigmoid_slow",
        "with ReLU less that with sigmoids, both at the default rate",
        DEFAULTS["SGD"],
        DEFAULTS["SGD, sigmoid"],
        at_least=0.1,
    )
    yield _ahead(
        runs,
        "adam_default",
        "with Adam less that with SGD, both at Keras's default rates",
        DEFAULTS["Adam"],
        DEFAULTS["SGD"],
        at_least=0.02,
    )


def _ahead(
    runs: Runs, name: str, words: str, first: Learning, second: Learning, at_least: float = 0.0
) -> Claim:
    """Claim that one contender's test accuracy exceeds that of another."""
    a, b = learnt(runs, first), learnt(runs, second)
    measure = f"test accuracy {words}"
    return (a + b).paired(
        name, measure, a.numbers("test"), b.numbers("test"), at_least=at_least, scale=POINTS
    )


def _alike(runs: Runs, name: str, words: str, first: Learning, second: Learning) -> Claim:
    """Claim that the test accuracies of two contenders differ by less than `ALIKE`."""
    a, b = learnt(runs, first), learnt(runs, second)
    difference = a.numbers("test") - b.numbers("test")
    measure = f"test accuracy {words}"
    return (a + b).within(name, measure, difference, low=-ALIKE, high=ALIKE, scale=POINTS)


def _stuck(runs: Runs, name: str, words: str, tests: Floats) -> Claim:
    """Claim that with no seed a test accuracy came to `HARDLY`."""
    failures = int((tests >= HARDLY).sum())
    measure = f"share of seeds with which {words} got a fifth of the test images right"
    return runs.never(name, measure, failures=failures, trials=len(tests))


def _on_the_recipes(runs: Runs) -> Iterator[Claim]:
    modified, linear = followed(runs, REPORT_D), followed(runs, REPORT_D_LINEAR)
    yield (modified + linear).paired(
        "relu_ahead",
        "test accuracy of report D's network less that of the same without its ReLU",
        modified.numbers("test"),
        linear.numbers("test"),
        at_least=BEND,
        scale=POINTS,
    )
    recipe = followed(runs, Recipe())
    yield recipe.paired(
        "running_lags",
        "accuracy on training images after the first pass less what was shown for that pass",
        recipe.numbers("train")[:, 0],
        recipe.numbers("running")[:, 0],
        at_least=0.03,
        scale=POINTS,
    )


def _on_activations(runs: Runs) -> Iterator[Claim]:
    relu, sigmoid = ACTIVATIONS["ReLU"], ACTIVATIONS["sigmoid"]
    yield _alike(
        runs,
        "linear_adds_nothing",
        "of two hidden layers without a bend less that of none, each at its rate",
        ACTIVATIONS["linear"],
        NONE,
    )
    yield _ahead(
        runs,
        "bend_adds",
        "of two hidden layers of ReLU less that of none, each at its rate",
        relu,
        NONE,
        at_least=BEND,
    )
    yield _alike(
        runs, "sigmoid_alike", "with sigmoids less that with ReLU, each at its rate", sigmoid, relu
    )
    glorot, large = learnt(runs, DEEP_ONES["sigmoid"]), larger(runs, Enlarged())
    best = np.maximum(glorot.numbers("test"), large.numbers("test").max(axis=1))
    yield _stuck(glorot + large, "deep_sigmoid_stuck", "deep sigmoids, with either weights,", best)
    centred = larger(runs, ENLARGED[1])
    yield centred.above(
        "centred_learns",
        "test accuracy of a deep network of sigmoids with larger weights and biases against them",
        centred.numbers("test")[:, 0],
        threshold=USEFUL,
        scale=PERCENT,
    )


def _on_beginnings(runs: Runs) -> Iterator[Claim]:
    glorot = sent(runs, Untrained())
    yield glorot.within(
        "glorot_shrinks",
        "factor by which a hidden layer of ReLU changes the size of sums, Glorot's first weights",
        factor(glorot.numbers("sums")),
        low=0.6,
        high=0.8,
        scale=TIMES,
    )
    yield _alike(
        runs,
        "beginning_alike",
        "of two hidden layers with He's first weights less that with Glorot's",
        SHALLOW_ONES["He"],
        SHALLOW_ONES["Glorot"],
    )
    yield _ahead(
        runs,
        "he_deep",
        "of deep networks with He's first weights less that with Glorot's",
        DEEP_ONES["He"],
        DEEP_ONES["Glorot"],
    )
    small = learnt(runs, DEEP_ONES["small"])
    yield _stuck(small, "small_stuck", "deep networks of small weights", small.numbers("test"))


def _on_sizes(runs: Runs) -> Iterator[Claim]:
    yield _ahead(
        runs,
        "wider",
        "of two wide hidden layers less that of report C's",
        SIZES["wide"],
        SIZES["two"],
    )
    yield _alike(
        runs,
        "shape_alike",
        "with one hidden layer less that with two, equal parameters",
        SIZES["one"],
        SIZES["two"],
    )


def _on_steps(runs: Runs) -> Iterator[Claim]:
    small = BATCHES["32"]
    yield _alike(
        runs,
        "adam_alike",
        "with Adam less that with SGD, each at its rate",
        OPTIMISERS["Adam"],
        OPTIMISERS["SGD"],
    )
    yield _ahead(
        runs,
        "small_batches",
        f"in steps on {small.batch_size} images less that in steps on {LARGE}, after equal passes",
        small,
        BATCHES[str(LARGE)],
        at_least=0.01,
    )
