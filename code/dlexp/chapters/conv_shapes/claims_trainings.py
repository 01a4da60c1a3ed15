"""What the chapter on shapes claims of shifted windows, and of networks that were trained."""

from collections.abc import Iterator

from dlexp.byhand.arrays import Floats
from dlexp.chapters.conv_shapes.carried import HEADS, PAIR, Carrying
from dlexp.lab.claims import PERCENT, POINTS, Claim
from dlexp.lab.runs import Runs

LOST = 0.5
"""Accuracy that a network must lose, at the least; set after the first runs, see the page."""

ALIKE = 0.005
"""Accuracies that differ by less are alike to a reader of this page."""

PASSES = PAIR["mean"].epochs
"""Passes of the two heads, side by side."""

EQUAL = 0.95
"""Share of digits that two networks must answer alike for one to do what the other does."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what is claimed of shifts and of trainings."""
    yield _on_shifts(runs("shift_windows"))
    yield from _on_trainings(short(runs))
    yield _on_heads(*side_by_side(runs))
    yield _on_places(runs("control"))


def short(runs: Runs) -> Runs:
    """Return the trainings with either padding, which took fewer passes."""
    return runs("carry", epochs=Carrying().epochs)


def _on_shifts(shifted: Runs) -> Claim:
    """Count the stacks whose windows start elsewhere than the rule says."""
    return shifted.never(
        "shift_by_the_rule",
        "stacks of layers that are shifted otherwise, share of stacks",
        failures=int(shifted.numbers("differ").sum()),
        trials=int(shifted.numbers("stacks").sum()),
    )


def side_by_side(runs: Runs) -> tuple[Runs, Runs]:
    """Return the trainings of the two heads that got the same passes: flattening, averaging."""
    flat, mean = (runs("carry", head=head, epochs=PAIR[head].epochs) for head in HEADS)
    return flat, mean


def _on_trainings(carried: Runs) -> Iterator[Claim]:
    """Compare a network with itself under other zeros, and with one that was trained with them."""
    same, half = (carried.numbers("test", name) for name in ("same", "half"))
    yield carried.above(
        "shift_costs", "test accuracy before minus after", lost(carried),
        threshold=LOST, scale=POINTS,
    )  # fmt: skip
    yield carried.above(
        "shift_is_a_move",
        "test digits answered as the moved ones are, share of digits",
        carried.numbers("answers", "equal") / carried.config["tested"],
        threshold=EQUAL,
        scale=PERCENT,
    )
    yield carried.within(
        "either_padding_learns",
        "test accuracy with half a kernel minus that with the zeros of TensorFlow",
        half - same,
        low=-ALIKE,
        high=ALIKE,
        scale=POINTS,
    )


def _on_heads(flat: Runs, mean: Runs) -> Claim:
    """Compare what the two heads lose after the same passes."""
    return (flat + mean).paired(
        "mean_suffers_less",
        "test accuracy that the flattening network loses minus that of the averaging one",
        lost(flat),
        lost(mean),
        scale=POINTS,
    )


def _on_places(controlled: Runs) -> Claim:
    """Compare a move by one whole place with that by which the zeros move the windows."""
    place, far = (controlled.numbers("plain", name) for name in ("place", "far"))
    whole = controlled.numbers("whole")
    return controlled.paired(
        "a_place_costs_less",
        "accuracy on digits moved by one place minus that on digits moved as the zeros do",
        place / whole,
        far / whole,
        scale=POINTS,
    )


def lost(carried: Runs) -> Floats:
    """Return the test accuracy that each network loses when it is carried over."""
    return carried.numbers("test", "same") - carried.numbers("test", "carried")
