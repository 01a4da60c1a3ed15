"""What the chapter on Grad-CAM claims, and how its runs are read.

The bars were set before the first full run. The two claims on the untrained network, and that on
ink among inked pixels, were added when the first records were in.
"""

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam.nets import FILTERS
from dlexp.lab.claims import PERCENT, POINTS, Claim
from dlexp.lab.runs import Runs

ACCURACY_BAR = 0.985
"""Of test accuracy: what an honest training of the reports' network should pass."""

CORRELATION_BAR = 0.5
"""Below this, two maps are called different."""

ORDERS = {
    "deletion_beats_random": ("deletion", "random", "right"),
    "deletion_prefers_right": ("deletion", "reported", "right"),
    "ink_beats_map": ("deletion", "right", "ink"),
    "ink_deletion_beats_random": ("ink_deletion", "random", "right"),
    "ink_deletion_beats_borrowed": ("ink_deletion", "borrowed", "right"),
    "ink_deletion_prefers_right": ("ink_deletion", "reported", "right"),
    "deletion_beats_untrained": ("deletion", "untrained", "right"),
    "ink_deletion_beats_untrained": ("ink_deletion", "untrained", "right"),
    "ink_deletion_beats_ink": ("ink_deletion", "ink", "right"),
    "insertion_beats_random": ("insertion", "right", "random"),
}
"""By claim: the test, the order that is to keep more predictions, and the one to keep fewer."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_networks(runs)
    yield from _on_maps(runs)
    explained = runs("explain")
    for name, (test, more, fewer) in ORDERS.items():
        yield explained.paired(
            name,
            f"predictions kept, {more} minus {fewer}, mean over the fractions",
            share_kept(explained, test, more),
            share_kept(explained, test, fewer),
            scale=POINTS,
        )


def _on_networks(runs: Runs) -> Iterator[Claim]:
    large, small = networks(runs), networks(runs, FILTERS[1])
    yield large.above(
        "honest_accuracy",
        "test accuracy, share of images",
        large.numbers("test_accuracy"),
        threshold=ACCURACY_BAR,
        scale=PERCENT,
    )
    watched = large.numbers("history", "accuracy", "test")
    chosen = large.numbers("history", "chosen")
    yield large.paired(
        "test_choice_flatters",
        "test accuracy, best epoch on the test set minus epoch chosen by validation",
        watched.max(axis=1),
        watched[np.arange(len(large)), chosen],
        scale=POINTS,
    )
    yield (large + small).paired(
        "more_filters",
        f"test accuracy, {FILTERS[0]} minus {FILTERS[1]} filters",
        large.numbers("test_accuracy"),
        small.numbers("test_accuracy"),
        scale=POINTS,
    )


def _on_maps(runs: Runs) -> Iterator[Claim]:
    explained = runs("explain")
    yield explained.never(
        "maps_change_nothing",
        "predictions that differ after all maps were drawn, share of images",
        failures=explained.numbers("changed_predictions").sum(),
        trials=networks(runs).arrays("predictions").size,
    )
    yield explained.above(
        "relu_matters",
        "predictions that change, share of images",
        1 - explained.numbers("relu_removed"),
        scale=PERCENT,
    )
    likeness = {
        "reported_map_differs": (
            "correlation of the report's map with the right map, mean over test images",
            explained.numbers("reported_agrees", "mean"),
        ),
        "class_sensitive": (
            "correlation of the maps of the best and the second best class",
            explained.numbers("class_sensitivity", "second"),
        ),
        "weights_matter": (
            "correlation of the maps before and after all weights were randomised",
            explained.numbers("randomisation", "correlation")[:, -1],
        ),
    }
    for name, (measure, values) in likeness.items():
        yield explained.below(name, measure, values, threshold=CORRELATION_BAR)


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
        Whose order the pixels were taken in: "right", "reported", "borrowed", "untrained",
        "random" or "ink".
    """
    shares: Floats = explained.numbers(test, method).mean(axis=1)
    return shares
