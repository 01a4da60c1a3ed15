"""What the chapter on pooling and dropout claims.

All claims and thresholds were set before any result was seen; a few were then left out for length.
The two on excess confidence were added when the records were in.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.commuting import Commuting
from dlexp.chapters.pooling_dropout.counts import REPORTED, counted_by_hand
from dlexp.chapters.pooling_dropout.measure import (
    RATES_AT,
    SIZES,
    SMALLEST_SET,
    WHOLE_SET,
)
from dlexp.chapters.pooling_dropout.readers import (
    ALL_MASKS,
    OUTCOMES,
    accuracies,
    dense_accuracy,
    effects,
    excess,
    judged,
    loss,
)
from dlexp.lab.claims import PERCENT, POINTS, Claim, Scale
from dlexp.lab.runs import Runs

ROBUST_POINTS = 5  # of accuracy: what a move may cost a network that is called robust to it
AGREE = 0.99  # of the images: two predictors that choose the same class on more are called alike
HALF, FIFTH, MOST = 0.5, 0.2, 0.8  # shares of the units that are dropped
NATS = Scale(1, "nats")
ONE_MASK = "masks 1"  # exempt 1: so the records name their entries


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_commuting(runs("commute"))
    yield from _on_robustness(runs)
    yield from _on_moves(runs)
    yield from _on_counts(runs("count"))
    yield from _on_factors(runs)
    yield from _on_reports(runs("cross", size=SIZES[1], pooling=True, rate=0.5))
    yield from _on_rates(runs)
    yield from _on_averages(runs("average"))


def _on_commuting(commutes: Runs) -> Iterator[Claim]:
    columns = {by: column for column, by in enumerate(Commuting().shifts)}
    three = "three convolutions, global max"
    for name, layer, failure, shifts in (
        ("convolution_commutes", "convolution", "no_shift", [1, 2, 3, 4]),
        ("pooling_commutes_odd", "max pooling", "no_shift", [1, 3]),
        ("global_max_ignores_steps", three, "changed", [4]),
        ("global_max_ignores_all", three, "changed", [1, 2, 3]),
    ):
        failures = commutes.numbers("layers", layer, failure)  # (seeds, shifts)
        yield commutes.never(
            name,
            "digits and shifts for which it fails, share of digits and shifts",
            failures=failures[:, [columns[by] for by in shifts]].sum(),
            trials=len(shifts) * commutes.numbers("images").sum(),
        )


def _on_robustness(runs: Runs) -> Iterator[Claim]:
    for name, architecture, kind, amounts in (
        ("strided_robust_to_shift", "strided", "shift", [4]),
        ("max_robust_to_shift", "max", "shift", [4]),
        ("global_robust_to_shift", "global_max", "shift", [4]),
        ("max_robust_to_zoom", "max", "zoom", [0.8, 1.2]),
        ("max_robust_to_rotation", "max", "rotation", [20]),
    ):
        yield runs("move", architecture=architecture).below(
            name,
            "accuracy in place minus accuracy moved, same test images",
            loss(runs, architecture, kind, *amounts),
            threshold=ROBUST_POINTS / POINTS.factor,
            scale=POINTS,
        )


def _on_moves(runs: Runs) -> Iterator[Claim]:
    for name, better, worse, kind in (
        ("max_beats_strided_shifted", "max", "strided", "shift"),
        ("max_beats_average_shifted", "max", "average", "shift"),
        ("max_beats_strided_zoomed", "max", "strided", "zoom"),
        ("global_beats_flattened_shifted", "global_max", "flattened", "shift"),
        ("flattened_beats_global_in_place", "flattened", "global_max", "place"),
        ("max_beats_average_in_place", "max", "average", "place"),
    ):
        both = runs("move", architecture={better, worse})
        over = "" if kind == "place" else ", mean over the amounts"
        yield both.paired(
            name,
            f"accuracy, {better} minus {worse}{over}".replace("_", " "),
            _mean_accuracy(runs, better, kind),
            _mean_accuracy(runs, worse, kind),
            scale=POINTS,
        )


def _mean_accuracy(runs: Runs, architecture: str, kind: str) -> Floats:
    """Return the accuracy over all amounts of a kind of move, or in place, (seeds,)."""
    shift = accuracies(runs, architecture, "shift")
    if kind == "place":
        return shift[:, 0]
    moved = shift[:, 1:] if kind == "shift" else accuracies(runs, architecture, kind)
    return np.asarray(moved.mean(axis=1))


def _on_counts(counts: Runs) -> Iterator[Claim]:
    agree = []
    for name, pooled in product(REPORTED, (True, False)):
        rows = _counted_by_keras(counts, name, pooled)
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
    same = [layer for name in REPORTED for layer in _same_parameters(counts, name)]
    yield counts.never(
        "pooling_saves_everywhere",
        "layers behind a pooling that keep their parameters, share of those layers",
        failures=same.count(True),
        trials=len(same),
        exhaustive="all layers with weights behind a pooling, in both networks",
    )


def _counted_by_keras(counts: Runs, name: str, pooled: bool) -> list[dict[str, int]]:
    rows: list[dict[str, int]] = counts.only.numbers[f"{name}, {'with' if pooled else 'without'}"]
    return rows


def _same_parameters(counts: Runs, name: str) -> list[bool]:
    """Return, for each layer with weights behind the first pooling, whether it saves nothing."""
    with_pooling, without = (
        [row["parameters"] for row in _counted_by_keras(counts, name, pooled) if row["parameters"]]
        for pooled in (True, False)
    )
    return [a == b for a, b in zip(with_pooling[1:], without[1:], strict=True)]


def _on_factors(runs: Runs) -> Iterator[Claim]:
    for outcome, asserted, sizes in (
        ("train", "raises_training", SIZES),
        ("test", "raises_test", SIZES),
        ("gap", "narrows_gap", SIZES[:1]),
    ):
        for factor, size in product(("pooling", "dropout"), sizes):
            crosses = runs("cross", size=size)
            name = f"{factor}_{asserted}" + ("" if outcome == "gap" else f"_{size}")
            measure = f"{OUTCOMES[outcome]}, main effect of {factor}"
            effect = getattr(effects(runs, size, outcome), factor)
            settle = crosses.below if outcome == "gap" else crosses.above
            yield settle(name, measure, effect, scale=POINTS)
    yield runs("cross", size=SIZES[0]).below(
        "less_together",
        "test accuracy, effect of dropout with pooling minus that without",
        effects(runs, SIZES[0], "test").interaction,
        scale=POINTS,
    )


def _on_reports(crosses: Runs) -> Iterator[Claim]:
    """Compare the training accuracy that Keras reports with that of inference mode."""
    reported, train, validation = (
        crosses.numbers(name)[:, -1] for name in ("reported", "train", "validation")
    )
    yield crosses.above(
        "reported_is_lower",
        "accuracy at the end of the last epoch, inference mode minus reported",
        train - reported,
        scale=POINTS,
    )
    yield crosses.above(
        "reported_gap_is_positive",
        "accuracy, reported training minus validation, last epoch",
        reported - validation,
        scale=POINTS,
    )
    yield crosses.above(
        "real_gap_is_positive",
        "accuracy, training in inference mode minus validation, last epoch",
        train - validation,
        scale=POINTS,
    )


def _on_rates(runs: Runs) -> Iterator[Claim]:
    def half_over(rate: float, size: int) -> Floats:
        return dense_accuracy(runs, size, HALF) - dense_accuracy(runs, size, rate)

    for size in (SMALLEST_SET, WHOLE_SET):
        yield runs("vary", size=size).above(
            f"dropout_helps_{size}",
            f"test accuracy, rate {HALF} minus none",
            half_over(0.0, size),
            scale=POINTS,
        )
    yield runs("vary", size={SMALLEST_SET, WHOLE_SET}).above(
        "gain_shrinks_with_data",
        f"gain in test accuracy, {SMALLEST_SET:,} minus {WHOLE_SET:,} images",
        half_over(0.0, SMALLEST_SET) - half_over(0.0, WHOLE_SET),
        scale=POINTS,
    )
    for name, rate in (("half_beats_most", MOST), ("half_beats_fifth", FIFTH)):
        yield runs("vary", size=RATES_AT).above(
            name,
            f"test accuracy, rate {HALF} minus rate {rate}",
            half_over(rate, RATES_AT),
            scale=POINTS,
        )


_PREDICTORS = {
    "scaled": "one pass",
    ONE_MASK: "one mask",
    ALL_MASKS: ALL_MASKS,
    "ensemble": "ensemble",
    "plain": "trained without dropout",
}
"""What each predictor is called in a measure."""


def _on_averages(averages: Runs) -> Iterator[Claim]:
    yield averages.above(
        "scaling_agrees_with_masks",
        "images with the same choice, share of images",
        averages.numbers("agreement"),
        threshold=AGREE,
        scale=PERCENT,
    )
    for name, what, higher, lower in (
        ("masks_beat_one", "accuracy", ALL_MASKS, ONE_MASK),
        ("masks_more_accurate", "accuracy", ALL_MASKS, "scaled"),
        ("masks_more_likely", "log_likelihood", ALL_MASKS, "scaled"),
        ("masks_better_calibrated", "calibration_error", "scaled", ALL_MASKS),
        ("ensemble_beats_masks", "accuracy", "ensemble", ALL_MASKS),
        ("ensemble_more_likely", "log_likelihood", "ensemble", ALL_MASKS),
        ("dropout_more_likely", "log_likelihood", "scaled", "plain"),
    ):
        yield averages.paired(
            name,
            f"{what.replace('_', ' ')}, {_PREDICTORS[higher]} minus {_PREDICTORS[lower]}",
            judged(averages, higher, what),
            judged(averages, lower, what),
            scale=NATS if what == "log_likelihood" else POINTS,
        )
    measure = "mean confidence minus accuracy, whole test set"
    one_pass, masks = excess(averages, "scaled"), excess(averages, ALL_MASKS)
    yield averages.above("one_pass_too_sure", measure, one_pass, scale=POINTS)
    yield averages.below("masks_not_sure_enough", measure, masks, scale=POINTS)
