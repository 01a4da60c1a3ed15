"""What the chapter on transfer learning claims.

Sentences and bounds were set down after a pilot with another seed, before any of the records was
looked at; but for the one on the frozen base that knows clothes, which was asked when they were.
All records were made anew since, with the same images for all ways; no bound was changed.
"""

from collections.abc import Iterator

import numpy as np

from dlexp.chapters.transfer_learning import readers
from dlexp.chapters.transfer_learning.collapses import NONE
from dlexp.chapters.transfer_learning.measure import NOTHING, frozen, tuned
from dlexp.chapters.transfer_learning.transfers import Transfer
from dlexp.lab.claims import PERCENT, POINTS, Claim
from dlexp.lab.runs import Runs

TEN, HUNDRED, THOUSAND = Transfer().sizes

MANY = readers.MANY_TUNED.sizes[0]

POINT = 0.01
"""One point of accuracy."""

SCALING = 0.02
"""What unscaled images may cost, and be called harmless."""

HARM = 0.05
"""What labels without meaning were expected to cost at least, with ten images."""

LOST = 0.2
"""By how much a network with a softmax over one logit looks worse than it is."""

GUESS = 0.3
"""Of five classes, one in five is guessed; below this nothing useful is known."""

DRIFT = 0.05
"""Of the length of running statistics."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_collapses(runs)
    yield from _on_scaling(runs)
    yield from _on_transfer(runs)
    yield from _on_ways(runs)
    yield from _on_sources(runs)
    yield from _on_norms(runs)
    yield from _on_showing(runs)


def _on_collapses(runs: Runs) -> Iterator[Claim]:
    healthy, softmax = readers.collapsed(runs), readers.collapsed(runs, "softmax")
    hidden = readers.collapsed(runs, "hidden_softmax")
    both = softmax + hidden
    tested = int(softmax.config["tested"])
    yield both.never(
        "one_answer",
        "test images that a network with a softmax over one logit calls even",
        failures=round(float((tested * np.minimum(abs(1 - both.numbers("positive")), 1)).sum())),
        trials=tested * len(both),
    )
    losses = softmax.numbers("loss"), healthy.numbers("loss")
    yield (softmax + healthy).never(
        "same_loss",
        "losses that differ between softmax and sigmoid over one logit",
        failures=int((losses[0] != losses[1]).sum()),
        trials=losses[0].size,
    )
    gradients = hidden.numbers("gradient")
    yield hidden.never(
        "no_gradient",
        "gradients that are not zero where a layer stands behind the softmax",
        failures=int(np.count_nonzero(gradients)),
        trials=gradients.size,
    )
    yield softmax.paired(
        "learnt_all_the_same",
        "test accuracy by the sign of the logit less that by the softmax",
        softmax.numbers("rescued"),
        softmax.numbers("test"),
        at_least=LOST,
        scale=POINTS,
    )


def _on_scaling(runs: Runs) -> Iterator[Claim]:
    healthy, unscaled = (readers.collapsed(runs, name) for name in (NONE, "bytes"))
    yield (healthy + unscaled).paired(
        "unscaled_costs",
        "test accuracy with images in [0, 1] less that with 0 to 255",  # exempt 0, 1, 255: ranges
        healthy.numbers("test"),
        unscaled.numbers("test"),
        at_least=SCALING,
        scale=POINTS,
    )


def _on_transfer(runs: Runs) -> Iterator[Claim]:
    taken, scratch = (readers.took(runs, tuned(source)) for source in ("digits", NOTHING))
    for name, size in (("ten", TEN), ("hundred", HUNDRED), ("thousand", THOUSAND)):
        yield (taken + scratch).paired(
            f"gain_with_{name}",
            "test accuracy with the base taken along and tuned, less that from scratch",
            readers.right(taken, size),
            readers.right(scratch, size),
            scale=POINTS,
        )
    many, many_scratch = (
        readers.took(runs, config) for config in (readers.MANY_TUNED, readers.MANY_SCRATCH)
    )
    yield (many + many_scratch).within(
        "gain_is_gone",
        "test accuracy with the base taken along and tuned, less that from scratch",
        readers.right(many, MANY) - readers.right(many_scratch, MANY),
        low=-POINT,
        high=POINT,
        scale=POINTS,
    )


def _on_ways(runs: Runs) -> Iterator[Claim]:
    taken = readers.took(runs, tuned("digits"))
    still, chance = (readers.took(runs, frozen(source)) for source in ("digits", NOTHING))
    yield (still + chance).paired(
        "better_than_chance",
        "test accuracy of a head on learnt features less that on features by chance",
        readers.right(still, HUNDRED),
        readers.right(chance, HUNDRED),
        scale=POINTS,
    )
    others = {
        "frozen": ("with the base frozen", still),
        "layered": ("with rates by layers", readers.took(runs, readers.LAYERED)),
        "gradual": ("by gradual unfreezing", readers.took(runs, readers.GRADUAL)),
    }
    for name, (way, other) in others.items():
        yield (other + taken).within(
            f"{name}_alike",
            f"test accuracy {way} less that with the base tuned at one rate",
            readers.right(other, HUNDRED) - readers.right(taken, HUNDRED),
            low=-POINT,
            high=POINT,
            scale=POINTS,
        )


def _on_sources(runs: Runs) -> Iterator[Claim]:
    scratch = readers.took(runs, tuned(NOTHING))
    clothes, labels = (
        readers.took(runs, config) for config in (readers.CLOTHES_TUNED, readers.LABELS_TUNED)
    )
    yield (scratch + clothes).paired(
        "clothes_hurt",
        "test accuracy from scratch less that of a base that knows clothes",
        readers.right(scratch, HUNDRED),
        readers.right(clothes, HUNDRED),
        scale=POINTS,
    )
    yield (scratch + labels).paired(
        "labels_hurt",
        "test accuracy from scratch less that of a base that learnt shuffled labels",
        readers.right(scratch, TEN),
        readers.right(labels, TEN),
        at_least=HARM,
        scale=POINTS,
    )
    still = readers.took(runs, readers.CLOTHES_FROZEN)
    yield (scratch + still).paired(
        "frozen_clothes_hurt",
        "test accuracy from scratch less that of a frozen base that knows clothes",
        readers.right(scratch, HUNDRED),
        readers.right(still, HUNDRED),
        scale=POINTS,
    )


def _on_norms(runs: Runs) -> Iterator[Claim]:
    usual = readers.normed(runs, readers.USUAL)
    yield usual.above(
        "statistics_drift",
        "drift of the running statistics under frozen weights, as a share of their length",
        usual.numbers("frozen_moving", "statistics"),
        threshold=DRIFT,
        scale=PERCENT,
    )


def _on_showing(runs: Runs) -> Iterator[Claim]:
    heads = readers.shown(runs)
    yield heads.below(
        "served_inverted",
        "test accuracy on inverted images of a head that learnt from the others",
        heads.numbers("served", "inverted"),
        threshold=GUESS,
        scale=PERCENT,
    )
