"""What the chapter on measuring claims.

The sentences and bounds were set down after a pilot on two other seeds, before any of the records
was looked at.
"""

from collections.abc import Iterator

import numpy as np

from dlexp.chapters.mnist.readers import (
    FEWEST,
    MOST,
    at_chosen,
    best_accuracies,
    best_rates,
    dropped,
    gap,
    hidden_gap,
    if_independent,
    if_shared,
    optimism,
    rivals,
    sources,
    watched,
)
from dlexp.chapters.mnist.scaling import LARGEST_PIXEL
from dlexp.lab.claims import PERCENT, POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

LEAK = 0.02  # accuracy that a leak adds at the least
POINT = 0.01  # a difference of accuracies that one would notice
PASSES, CHOOSERS = 40, 2_500  # among how many passes is chosen, and on how many images
ADDED = 0.001  # accuracy that the choice of a pass adds at the least
CANDIDATES, FEW = 32, 500  # networks among which is chosen, and on how many images
NEAR = 0.2  # how far a formula may be from what is measured
ASKED = 5_000  # images of McNemar's test
ALLOWED = 0.05  # its false alarms between equal networks
HALF = 0.5  # of the width of an interval
RISE = 1.1  # loss after the last pass, times its lowest
TOO_SURE = 0.02  # mean confidence minus accuracy
DECADES = 0.5  # how far a learning rate may be from a law, in powers of ten


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_leaks(runs)
    yield from _on_reports(runs)
    yield from _on_choices(runs)
    yield from _on_chance(rivals(runs, alike=True))
    yield from on_losses(watched(runs))
    yield from _on_scales(runs)


def on_leak(watches: Runs) -> Claim:
    """Ask what a leak adds."""
    return watches.above(
        "leak_inflates",
        "accuracy after the last pass, on leaked images minus on unseen ones",
        gap(watches)[:, -1],
        threshold=LEAK,
        scale=POINTS,
    )


def _on_leaks(runs: Runs) -> Iterator[Claim]:
    watches = watched(runs)
    yield on_leak(watches)
    yield watches.paired(
        "leak_grows",
        "what the leak adds, after the last pass minus after the first",
        gap(watches)[:, -1],
        gap(watches)[:, 0],
        scale=POINTS,
    )
    few, many = watched(runs, FEWEST), watched(runs, MOST)
    yield (few + many).paired(
        "leak_shrinks_with_images",
        "what the leak adds after the last pass, fewest training images minus most",
        gap(few)[:, -1],
        gap(many)[:, -1],
        scale=POINTS,
    )


def _on_reports(runs: Runs) -> Iterator[Claim]:
    watches, drops = watched(runs), dropped(runs)
    yield watches.paired(
        "running_looks_low",
        "accuracy of the first pass, validation minus training as reported",
        watches.numbers("validation", "accuracy")[:, 0],
        watches.numbers("running", "accuracy")[:, 0],
        scale=POINTS,
    )
    yield drops.below(
        "level_means_no_overfitting",
        "training minus validation accuracy, both with all units, at the last pass at which "
        "the reported training accuracy is no higher than the validation accuracy",
        hidden_gap(drops),
        threshold=POINT,
        scale=POINTS,
    )


def _on_choices(runs: Runs) -> Iterator[Claim]:
    watches, alike = watched(runs), rivals(runs, alike=True)
    yield watches.above(
        "best_pass_flatters",
        "accuracy of the chosen pass, on the images that chose it minus on others",
        optimism(watches, CHOOSERS, PASSES),
        threshold=ADDED,
        scale=POINTS,
    )
    gained = optimism(alike, FEW, CANDIDATES)
    for name, law, words in (
        ("formula_for_independent", if_independent, "if they erred independently"),
        ("formula_for_shared", if_shared, "if images are hard for all alike"),
    ):
        yield alike.within(
            name,
            "what choosing the best of networks with the same training images adds, divided by "
            f"the formula {words}",
            gained / law(alike, FEW, CANDIDATES),
            low=1 - NEAR,
            high=1 + NEAR,
            scale=TIMES,
        )


def _on_chance(alike: Runs) -> Iterator[Claim]:
    ratios = [
        np.sqrt(parts.of_difference(FEW, paired=True) / parts.of_difference(FEW, paired=False))
        for parts in sources(alike)
    ]
    yield alike.below(
        "pairing_halves",
        "standard error of the difference of two networks with the same training images, on the "
        "same unseen images divided by on different ones",
        ratios,
        threshold=HALF,
        scale=TIMES,
    )
    column = list(alike.config["asked"]).index(ASKED)
    yield alike.above(
        "mcnemar_sees_seeds",
        "pairs of networks of one recipe and the same training images that McNemar's test calls "
        f"different, share of the {alike.config['networks'] // 2} pairs of each draw",
        alike.numbers("alarms")[:, column],
        threshold=ALLOWED,
        scale=PERCENT,
    )


def on_losses(watches: Runs) -> Iterator[Claim]:
    """Ask what becomes of loss, accuracy and confidence while a network overfits."""
    loss, accuracy = (watches.numbers("judges", what) for what in ("loss", "accuracy"))
    yield watches.above(
        "loss_rises",
        "loss on unseen images, after the last pass divided by that of the pass with the lowest "
        "validation loss",
        loss[:, -1] / at_chosen(watches, "loss", "judges", "loss"),
        threshold=RISE,
        scale=TIMES,
    )
    yield watches.paired(
        "accuracy_rises_too",
        "accuracy on unseen images, after the last pass minus that of the pass with the lowest "
        "validation loss",
        accuracy[:, -1],
        at_chosen(watches, "loss", "judges", "accuracy"),
        scale=POINTS,
    )
    yield watches.paired(
        "too_sure",
        "mean confidence minus accuracy on unseen images, after the last pass",
        watches.numbers("judges", "confidence")[:, -1],
        accuracy[:, -1],
        at_least=TOO_SURE,
        scale=POINTS,
    )


def _on_scales(runs: Runs) -> Iterator[Claim]:
    scales, law = runs("scale", optimizer="sgd"), 2 * np.log10(LARGEST_PIXEL)
    ratios = best_rates(runs, "sgd", "divided") / best_rates(runs, "sgd", "raw")
    yield scales.within(
        "rate_by_scale_squared",
        "best learning rate of divided pixels over that of raw ones, in powers of ten",
        np.log10(ratios),
        low=law - DECADES,
        high=law + DECADES,
    )
    yield scales.within(
        "raw_as_good",
        "accuracy at the best rate of each, divided pixels minus raw ones",
        best_accuracies(runs, "sgd", "divided") - best_accuracies(runs, "sgd", "raw"),
        low=-POINT,
        high=POINT,
        scale=POINTS,
    )
