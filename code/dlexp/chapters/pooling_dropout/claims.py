"""What the chapter on pooling and dropout claims.

The sentences are those of the reports, read as they stand, and what the page needs beside them.
Those on small moves, on neither and both at 1,000 images, and on one pass and many masks, and the
count of what global pooling ignores, were settled on records that an edition had shown; the others
were set down before their records were computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.counts import REPORTED, counted_by_hand
from dlexp.chapters.pooling_dropout.factorial import Factorial
from dlexp.chapters.pooling_dropout.measure import LONG_SIZE
from dlexp.chapters.pooling_dropout.moves import MOVES
from dlexp.chapters.pooling_dropout.readers import (
    ALL_MASKS,
    accuracies,
    by_epoch,
    crossed,
    judged,
    loss,
    memory,
    relied_on,
    tested,
    trained,
)
from dlexp.chapters.pooling_dropout.reliance import NOISY
from dlexp.lab.claims import PERCENT, POINTS, Claim
from dlexp.lab.runs import Runs

EARLY = 5  # passes after which a hasty reader compares
AGREE = 0.99  # of the images: two predictors that choose the same class on more are called alike
FEW = Factorial().size
STEP = 4  # pixels from one cell to the next behind two poolings by two


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_counts(runs)
    yield from on_small_moves(runs)
    yield from _on_global_pooling(runs)
    yield from _on_neither_and_both(runs)
    yield _on_the_report(crossed(runs, LONG_SIZE, "both"))
    yield from _on_memory(runs("memorise"))
    yield from _on_reliance(runs("rely"))
    yield from _on_averages(runs)


def _on_counts(runs: Runs) -> Iterator[Claim]:
    commutes, counts = runs("commute"), runs("count")
    shifts = len(commutes.config["shifts"])
    yield commutes.never(
        "convolution_commutes",
        "digits and shifts for which it fails, share of digits and shifts",
        failures=commutes.numbers("layers", "convolution", "another").sum(),
        trials=shifts * commutes.numbers("images").sum(),
    )
    yield commutes.never(
        "global_ignores_step",
        "digits whose numbers behind global max pooling change, share of digits",
        failures=commutes.numbers("layers", "three convolutions, global max", "changed")[
            :, commutes.config["shifts"].index(STEP)
        ].sum(),
        trials=commutes.numbers("images").sum(),
    )
    agree = []
    for name, pooled in product(REPORTED, (True, False)):
        rows = counts.only.numbers[f"{name}, {'with' if pooled else 'without'}"]
        for own, theirs in zip(counted_by_hand(name, pooled=pooled), rows, strict=True):
            agree.append(own["parameters"] == theirs["parameters"])
            agree.append(2 * own["multiplications"] == theirs["operations"])
    yield counts.never(
        "counts_agree",
        "counts that differ, share of counts",
        failures=agree.count(False),
        trials=len(agree),
        exhaustive="all layers of both networks, with and without their poolings",
    )


def on_small_moves(runs: Runs) -> Iterator[Claim]:
    """Compare what moves cost with max pooling and with a stride in its place."""
    both = runs("move", architecture={"max", "strided"})
    for name, kind, amounts, words in (
        ("max_stands_small_shifts", "shift", (1, 2), "shifts by one and two pixels"),
        ("max_stands_zooms", "zoom", MOVES["zoom"], "all zooms"),
    ):
        yield both.paired(
            name,
            f"accuracy lost by moving, strided minus max pooling, mean over {words}",
            loss(runs, "strided", kind, *amounts),
            loss(runs, "max", kind, *amounts),
            scale=POINTS,
        )


def _on_global_pooling(runs: Runs) -> Iterator[Claim]:
    shifts = MOVES["shift"][1:]
    yield (trained(runs, "max") + trained(runs, "blurred")).paired(
        "blurring_helps",
        "accuracy lost by shifting, max pooling minus blurred, mean over the shifts",
        loss(runs, "max", "shift", *shifts),
        loss(runs, "blurred", "shift", *shifts),
        scale=POINTS,
    )
    both = trained(runs, "flattened") + trained(runs, "global_max")
    yield both.paired(
        "global_beats_flattened_shifted",
        "accuracy, global max minus flattened, mean over the shifts",
        _shifted(runs, "global_max"),
        _shifted(runs, "flattened"),
        scale=POINTS,
    )
    yield both.paired(
        "flattened_beats_global_in_place",
        "accuracy in place, flattened minus global max",
        accuracies(runs, "flattened", "shift")[:, 0],
        accuracies(runs, "global_max", "shift")[:, 0],
        scale=POINTS,
    )


def _shifted(runs: Runs, network: str) -> Floats:
    """Return the accuracy over all shifts but none, (seeds,)."""
    return np.asarray(accuracies(runs, network, "shift")[:, 1:].mean(axis=1))


def _on_neither_and_both(runs: Runs) -> Iterator[Claim]:
    yield _tests(runs, "both_test_better_few", FEW)
    yield _tests(runs, "both_test_better_many", LONG_SIZE)
    yield from _on_few(runs)


def on_few_images(runs: Runs) -> Iterator[Claim]:
    """Compare neither and both, with few training images."""
    yield _tests(runs, "both_test_better_few", FEW)
    yield from _on_few(runs)


def _tests(runs: Runs, name: str, size: int) -> Claim:
    return _pair(runs, size).paired(
        name,
        "test accuracy at the pass that validation chose, both minus neither",
        tested(runs, size, "both"),
        tested(runs, size, "neither"),
        scale=POINTS,
    )


def _on_few(runs: Runs) -> Iterator[Claim]:
    yield _pair(runs, FEW).paired(
        "both_start_behind",
        f"validation accuracy after {EARLY} passes, neither minus both",
        by_epoch(runs, FEW, "neither", "validation")[:, EARLY - 1],
        by_epoch(runs, FEW, "both", "validation")[:, EARLY - 1],
        scale=POINTS,
    )
    yield _pair(runs, FEW).paired(
        "both_raise_training",
        "training accuracy in inference mode after the last pass, both minus neither",
        by_epoch(runs, FEW, "both", "train")[:, -1],
        by_epoch(runs, FEW, "neither", "train")[:, -1],
        scale=POINTS,
    )
    gaps = [
        by_epoch(runs, FEW, factors, "train")[:, -1]
        - by_epoch(runs, FEW, factors, "validation")[:, -1]
        for factors in ("neither", "both")
    ]
    yield _pair(runs, FEW).paired(
        "both_narrow_gap",
        "training minus validation accuracy after the last pass, neither minus both",
        *gaps,
        scale=POINTS,
    )


def _pair(runs: Runs, size: int) -> Runs:
    """Return the runs of neither and both, with so many images."""
    return crossed(runs, size, "neither") + crossed(runs, size, "both")


def _on_the_report(crosses: Runs) -> Claim:
    """Compare the training accuracy that Keras reports with that of inference mode."""
    reported, train = (crosses.numbers(name)[:, -1] for name in ("reported", "train"))
    return crosses.paired(
        "reported_is_lower",
        "training accuracy in the last pass, inference mode minus reported",
        train,
        reported,
        scale=POINTS,
    )


def _on_memory(memories: Runs) -> Iterator[Claim]:
    without, dropped = memories.config["rates"]
    yield memories.paired(
        "dropout_memorises_less",
        "wrong labels known after the last pass, share, without dropout minus with",
        memory(memories, without, "memorised")[:, -1],
        memory(memories, dropped, "memorised")[:, -1],
        scale=POINTS,
    )


def _on_reliance(relies: Runs) -> Iterator[Claim]:
    columns = [NOISY.index(one) for one in NOISY[1:]]
    lost = [_lost(relied_on(relies, net, "noisy"), columns) for net in ("plain", "scaled")]
    yield relies.paired(
        "dropout_stands_noise",
        "accuracy lost, noisy images, mean over the shares of noise, without dropout minus with",
        *lost,
        scale=POINTS,
    )


def _lost(values: Floats, columns: list[int]) -> Floats:
    return np.asarray(values[:, 0] - values[:, columns].mean(axis=1))


def _on_averages(runs: Runs) -> Iterator[Claim]:
    averages = runs("average")
    yield averages.above(
        "one_pass_agrees_with_masks",
        "images with the same choice, share of images",
        averages.numbers("agreement"),
        threshold=AGREE,
        scale=PERCENT,
    )
    yield (averages + runs("gather")).paired(
        "networks_beat_masks",
        f"accuracy, five networks with dropout minus {ALL_MASKS} of one",
        judged(runs, "ensemble of dropout", "accuracy"),
        judged(runs, ALL_MASKS, "accuracy"),
        scale=POINTS,
    )
