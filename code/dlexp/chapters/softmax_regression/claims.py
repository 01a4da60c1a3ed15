"""What the chapter on softmax regression claims."""

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import Labels
from dlexp.chapters.softmax_regression.linear import CLASSES
from dlexp.lab.claims import PERCENT, POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

REPORTED = (0.98, 0.97, 0.87, 0.90, 0.93, 0.85, 0.95, 0.91, 0.89, 0.88)
"""The recall of each class in report D, to two decimals."""

REPORTED_PRECISION = (0.94, 0.96, 0.94, 0.90, 0.90, 0.90, 0.92, 0.92, 0.86, 0.89)
"""The precision of each class in report D, to two decimals."""

REPORTED_ACCURACY = 0.92
"""Of report D, to two decimals."""

HARDEST = 5

TOP_PAIRS = 9
"""Of the ninety pairs of a class and another that it can be taken for."""

ALL_FITTED = 0.9999
"""An accuracy on 5,000 images that only all of them together exceed."""

HELD = 1e-3
"""The penalty with which the claims compare; validation images prefer it among ours."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from on_the_recipe(runs("train"))
    yield from _on_mistakes(runs("train"))
    yield from on_the_end(runs("settle", l2=0.0))
    yield _on_the_penalty(runs("settle"))
    yield _on_labels_dealt_out(runs("shuffle"))


def printed(shares: Floats) -> Floats:
    """Return shares as a report with two decimals prints them."""
    rounded: Floats = np.floor(100 * shares + 0.5) / 100
    return rounded


def recalls(runs: Runs) -> Floats:
    """Return the share of each class that is recognised, (seeds, classes)."""
    confusion = runs.arrays("confusion")
    shares: Floats = np.diagonal(confusion, axis1=1, axis2=2) / confusion.sum(axis=2)
    return shares


def precisions(runs: Runs) -> Floats:
    """Return the share of each answer that is right, (seeds, classes)."""
    confusion = runs.arrays("confusion")
    shares: Floats = np.diagonal(confusion, axis1=1, axis2=2) / confusion.sum(axis=1)
    return shares


def mistakes(runs: Runs) -> Floats:
    """Return how many images of a class were taken for another: (seeds, classes, classes)."""
    confusion = runs.arrays("confusion").astype(np.float64)
    confusion[:, range(CLASSES), range(CLASSES)] = 0
    return confusion


def top_share(runs: Runs) -> Floats:
    """Return the share of each seed's mistakes in the pairs that the other seeds mistake most."""
    counts = mistakes(runs).reshape(len(runs), -1)
    others = counts.sum(axis=0) - counts
    top = np.argsort(-others, axis=1, kind="stable")[:, :TOP_PAIRS]
    shares: Floats = np.take_along_axis(counts, top, axis=1).sum(axis=1) / counts.sum(axis=1)
    return shares


def ahead_of_fives(recall: Floats, counts: Labels, label: int) -> tuple[float, float]:
    """Return the 95 percent interval, over images, of a recall less that of the fives.

    By the normal approximation for two independent shares.

    Parameters
    ----------
    recall, counts : arrays of shape (classes,)
        The share recognised, and the images, of each class.
    """
    both = [label, HARDEST]
    spread = float(np.sqrt((recall[both] * (1 - recall[both]) / counts[both]).sum()))
    ahead = float(recall[label] - recall[HARDEST])
    return ahead - 1.96 * spread, ahead + 1.96 * spread


def rounded_up(value: float) -> float:
    """Return the least number of one digit that is no smaller: what ``at most`` may be said of."""
    unit = 10.0 ** np.floor(np.log10(value))
    return float(np.ceil(value / unit - 1e-9) * unit)


def on_the_recipe(trained: Runs) -> Iterator[Claim]:
    """Ask how far the recipe goes, and how sure its answers are."""
    yield trained.above(
        "still_falling",
        "loss on the training images looked at, one pass before the end, less that at the end",
        -np.diff(trained.numbers("loss"))[:, -1],
    )
    yield trained.below(
        "no_gap",
        "accuracy on the training images less that on the test images",
        trained.numbers("train") - trained.numbers("test"),
        scale=POINTS,
    )
    yield trained.below(
        "too_unsure",
        "mean probability of the answer less the share of right ones, test images",
        trained.numbers("confidence") - trained.numbers("test"),
        scale=POINTS,
    )


def _on_mistakes(trained: Runs) -> Iterator[Claim]:
    found = recalls(trained)
    others = np.delete(found, HARDEST, axis=1).min(axis=1)
    yield trained.paired(
        "five_is_hardest",
        "the lowest recall of any other class, less that of the fives",
        others,
        found[:, HARDEST],
        scale=POINTS,
    )
    yield trained.above(
        "few_pairs",
        f"share of the mistakes in the {TOP_PAIRS} pairs that other seeds mistake most, divided by "
        "the share of the pairs",
        top_share(trained) / (TOP_PAIRS / (CLASSES * (CLASSES - 1))),
        threshold=2.0,
        scale=TIMES,
    )


def on_the_end(bare: Runs) -> Iterator[Claim]:
    """Ask what becomes of the network at the end of the descent without a penalty."""
    yield bare.paired(
        "early_helps",
        "test accuracy at the step of best validation accuracy less that at the last step",
        bare.numbers("early_test"),
        bare.numbers("test"),
        at_least=0.01,
        scale=POINTS,
    )
    yield bare.never(
        "all_fitted",
        "descents with a training image that is not fitted at the last step, share",
        failures=int((bare.numbers("train") < ALL_FITTED).sum()),
        trials=len(bare),
    )
    yield bare.above(
        "too_sure",
        "mean probability of the answer less the share of right ones, test images",
        bare.numbers("confidence") - bare.numbers("test"),
        threshold=0.05,
        scale=POINTS,
    )


def _on_the_penalty(ends: Runs) -> Claim:
    bare, held = ends(l2=0.0), ends(l2=HELD)
    return (held + bare).paired(
        "penalty_helps",
        f"test accuracy at the end with the penalty {HELD:g} less that without",
        held.numbers("test"),
        bare.numbers("test"),
        at_least=0.01,
        scale=POINTS,
    )


def _on_labels_dealt_out(dealt: Runs) -> Claim:
    return dealt.below(
        "not_by_heart",
        "accuracy on training images whose labels are shuffled, at the last step",
        dealt.numbers("train"),
        threshold=0.5,
        scale=PERCENT,
    )
