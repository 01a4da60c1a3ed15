"""What claims and pages read in the records of the chapter. Arrays have the seeds first.

Chapter: book/transfer_learning.md.
"""

from dlexp.byhand.arrays import Floats
from dlexp.chapters.transfer_learning import measure
from dlexp.chapters.transfer_learning.collapses import NONE, Collapse, collapse
from dlexp.chapters.transfer_learning.measure import NOTHING, frozen, tuned
from dlexp.chapters.transfer_learning.norms import Norms, normalise
from dlexp.chapters.transfer_learning.showings import Showing, show
from dlexp.chapters.transfer_learning.transfers import Transfer, transfer
from dlexp.lab.runs import Runs

WAYS = {
    "digits, tuned": tuned("digits"),
    "digits, frozen": frozen("digits"),
    "from scratch": tuned(NOTHING),
    "chance, frozen": frozen(NOTHING),
}
"""The four ways that are compared at all sizes."""

LAYERED, GRADUAL = measure.CAREFUL
CLOTHES_TUNED, CLOTHES_FROZEN, LABELS_TUNED, LABELS_FROZEN = measure.SPOILT
TO_CLOTHES, CLOTHES_SCRATCH = measure.CLOTHES
MANY_TUNED, MANY_SCRATCH, MANY_FROZEN = measure.LARGE
USUAL, INVERTED = measure.NORMS


def collapsed(runs: Runs, fault: str = NONE) -> Runs:
    """Return the trainings with a fault."""
    return runs.of(collapse, Collapse(fault=fault))


def took(runs: Runs, config: Transfer) -> Runs:
    """Return the trainings on the second task by one way."""
    return runs.of(transfer, config)


def right(trained: Runs, size: int) -> Floats:
    """Return the test accuracy with so many images: (seeds,)."""
    place = trained.config["sizes"].index(size)
    return trained.numbers("test")[:, place]


def normed(runs: Runs, config: Norms) -> Runs:
    """Return the trainings of a base with batch normalisation."""
    return runs.of(normalise, config)


def shown(runs: Runs) -> Runs:
    """Return the heads on images that are shown otherwise."""
    return runs.of(show, Showing())
