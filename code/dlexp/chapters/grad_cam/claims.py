"""What the chapter on Grad-CAM claims, and how its runs are read.

The bars of the first edition were set before its first full run. What the second edition asks of
HiResCAM was known from a look at a fifth of the test images; here all of them answer.
"""

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.nets import FILTERS
from dlexp.lab.claims import POINTS, Claim
from dlexp.lab.runs import Runs

CORRELATION_BAR = 0.5
"""Below this, two maps are called different."""

SAME_BAR = 1e-5
"""Of the largest value: what is called the same up to the rounding of single precision."""

ORDERS = {
    "deletion_beats_random": ("deletion", "random", "right"),
    "ink_beats_map": ("deletion", "right", "ink"),
    "ink_deletion_prefers_right": ("ink_deletion", "reported", "right"),
    "ink_deletion_beats_borrowed": ("ink_deletion", "borrowed", "right"),
}
"""By claim: the test, the order that is to keep more predictions, and the one to keep fewer."""

CURES = {
    "hires_deletion": ("deletion", "grad_cam", "hires_cam"),
    "hires_ink_deletion": ("ink_deletion", "grad_cam", "hires_cam"),
    "hires_insertion": ("insertion", "hires_cam", "grad_cam"),
}
"""Likewise, on the whole test set."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_networks(runs)
    yield from _on_likeness(runs)
    yield from _on_orders(runs)
    yield from _on_the_cure(runs)
    yield from _on_heads(runs)


def _on_networks(runs: Runs) -> Iterator[Claim]:
    large, small = networks(runs), networks(runs, FILTERS[1])
    explained = runs("explain")
    yield (large + small).paired(
        "more_filters",
        f"test accuracy, {FILTERS[0]} minus {FILTERS[1]} filters",
        large.numbers("test_accuracy"),
        small.numbers("test_accuracy"),
        scale=POINTS,
    )
    yield explained.never(
        "maps_change_nothing",
        "predictions that differ after all maps were drawn, share of images",
        failures=explained.numbers("changed_predictions").sum(),
        trials=len(explained) * explained.config["num_images"],
    )


def _on_likeness(runs: Runs) -> Iterator[Claim]:
    explained = runs("explain")
    likeness = {
        "reported_map_differs": (
            "correlation of the report's map with Grad-CAM's, mean over test images",
            explained.numbers("reported_agrees", "mean"),
        ),
        "class_sensitive": (
            "correlation of the maps of the best and the second best class",
            explained.numbers("second_agrees", "mean"),
        ),
        "weights_matter": (
            "correlation of the maps with those of a network with random weights",
            explained.numbers("untrained_agrees"),
        ),
    }
    for name, (measure, values) in likeness.items():
        yield explained.below(name, measure, values, threshold=CORRELATION_BAR)


def _on_orders(runs: Runs) -> Iterator[Claim]:
    explained, judged = runs("explain"), runs("judge")
    for name, (test, more, fewer) in ORDERS.items():
        yield explained.paired(
            name,
            f"predictions kept, {more} minus {fewer}, mean over the fractions",
            share_kept(explained, test, more),
            share_kept(explained, test, fewer),
            scale=POINTS,
        )
    for name, (test, more, fewer) in CURES.items():
        yield judged.paired(
            name,
            f"predictions kept, {more} minus {fewer}, mean over the fractions, all test images",
            on_all(judged, test, more),
            on_all(judged, test, fewer),
            scale=POINTS,
        )


def _on_the_cure(runs: Runs) -> Iterator[Claim]:
    judged = runs("judge")
    yield judged.paired(
        "hires_reads",
        "correlation with what the logit loses when a cell is blanked, HiResCAM minus Grad-CAM",
        judged.numbers("truth", "hires_cam"),
        judged.numbers("truth", "grad_cam"),
    )
    base = runs("baselines")
    yield base.paired(
        "hires_leaves_blank",
        "share of the map on places without ink, of those that are read, Grad-CAM minus HiResCAM",
        base.numbers("maps", "grad_cam", "inkless_read"),
        base.numbers("maps", "hires_cam", "inkless_read"),
        scale=POINTS,
    )
    yield base.paired(
        "windows_matter",
        "correlation with what blanking costs, slopes that keep their window minus their winner",
        base.numbers("slopes", "window"),
        base.numbers("slopes", "winner"),
    )
    yield (judged + base).paired(
        "activations_suffice",
        "predictions kept, grad_cam minus activations, mean over the fractions",
        on_some(judged, "ink_deletion", "grad_cam"),
        base.numbers("activations", "ink_deletion").mean(axis=1),
        scale=POINTS,
    )


def _on_heads(runs: Runs) -> Iterator[Claim]:
    flat, average = runs("twin", head="flatten"), runs("twin", head="average")
    apart = average.numbers("apart")
    yield average.never(
        "one_map_under_averaging",
        "cells of networks whose two maps differ by more than rounding",
        failures=int(np.sum(np.where(apart > SAME_BAR, average.numbers("cells"), 0))),
        trials=int(average.numbers("cells").sum()),
    )
    yield flat.paired(
        "hires_finds_the_digit",
        "share of the map on the whole digit's half, HiResCAM minus Grad-CAM",
        flat.numbers("mass", "hires_cam"),
        flat.numbers("mass", "grad_cam"),
        scale=POINTS,
    )


# --- Reading the runs ---------------------------------------------------------------------------


def networks(runs: Runs, filters: int = FILTERS[0]) -> Runs:
    """Return the trained networks with this many filters."""
    return runs("train", filters=filters)


def share_kept(explained: Runs, test: str, method: str) -> Floats:
    """Return, per seed, the share of predictions kept, as a mean over the fractions.

    Parameters
    ----------
    explained : Runs
        Of ``explain``.
    test : "deletion", "insertion" or "ink_deletion"
    method : str
        Whose order the pixels were taken in: "right", "reported", "borrowed", "random" or
        "ink".
    """
    shares: Floats = explained.numbers(test, method).mean(axis=1)
    return shares


def on_all(judged: Runs, test: str, method: str) -> Floats:
    """Return, per seed, the share of predictions kept on all test images, mean over fractions."""
    shares: Floats = judged.numbers("all", method, test).mean(axis=1)
    return shares


def on_some(judged: Runs, test: str, method: str) -> Floats:
    """Return the same on the images that every method was asked about."""
    shares: Floats = judged.numbers("some", method, test).mean(axis=1)
    return shares
