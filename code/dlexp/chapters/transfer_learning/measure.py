"""Ask how a network fails to learn without a word, and what one that has learnt can take along.

Chapter: book/transfer_learning.md. Cost: eighteen minutes on one core.
"""

from collections.abc import Sequence
from dataclasses import replace

from dlexp.chapters.transfer_learning.bases import Bases, count
from dlexp.chapters.transfer_learning.collapses import FAULTS, NONE, Collapse, collapse
from dlexp.chapters.transfer_learning.norms import Norms, normalise
from dlexp.chapters.transfer_learning.pretraining import Pretraining, pretrain
from dlexp.chapters.transfer_learning.showings import Showing, show
from dlexp.chapters.transfer_learning.transfers import FROZEN, Transfer, transfer
from dlexp.lab.units import Unit

BUDGET = 18
"""CPU-minutes: every way to learn has rates of its own, for each number of images."""

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
"""With the first five, half of the differences between bases were undecided; three were added."""

SOME_SEEDS, FEW_SEEDS = SEEDS[:5], SEEDS[:3]
"""Of what differs by more, or costs more; of the faults that leave hardly a difference."""

NOTHING = "nothing"
"""What a base has learnt that begins from chance."""

COMPARED = (NONE, "softmax", "bytes")
"""Faults whose accuracy is compared."""

FIRST = {
    "digits": Pretraining(),
    "fashion": Pretraining(kind="fashion"),
    "labels": Pretraining(kind="labels", size=1_000, passes=25),
}
"""What bases learn. Labels that mean nothing are learnt by heart: fewer images, more passes."""

NORMED = Pretraining(normed=True)

FEW = Transfer().sizes[:2]
"""Images of the second task, where fewest are of interest."""

PROBED = (0.003, 0.01, 0.03)
"""Rates of a head on features that were learnt; a pilot with another seed found them between."""

BY_CHANCE = (0.1, 0.3, 1.0, 3.0)
"""Rates of a head on features by chance, which are smaller; at up to 0.3, the highest was best."""

MANY = Transfer(sizes=(3_000,), steps=600, batch_size=32, looks=3)
"""The second task with many images, and more steps."""


def tuned(source: str) -> Transfer:
    """Return the way in which base and head learn at one rate."""
    return Transfer(source=source)


def frozen(source: str) -> Transfer:
    """Return the way in which the head learns alone."""
    rates = BY_CHANCE if source == NOTHING else PROBED
    return Transfer(source=source, way=FROZEN, rates=rates)


CAREFUL = (
    Transfer(way="layered", sizes=FEW[1:], rates=(0.01, 0.03, 0.1)),
    Transfer(way="gradual", sizes=FEW[1:], looks=4),
)
"""Ways to go easy on what was learnt; in the first, lower layers have a share of a higher rate;
the second has four phases, each with a look at its end."""

DIGITS = (tuned("digits"), frozen("digits"), tuned(NOTHING), frozen(NOTHING), *CAREFUL)

SPOILT = tuple(
    way
    for source in ("fashion", "labels")
    for way in (replace(tuned(source), sizes=FEW), replace(frozen(source), sizes=FEW))
)
"""Bases that learnt from something else."""

CLOTHES = tuple(
    replace(tuned(source), target="fashion", sizes=FEW) for source in ("digits", NOTHING)
)
"""The way back: what digits are worth to clothes."""

LARGE = (
    replace(MANY, rates=(0.003, 0.01)),
    replace(MANY, source=NOTHING, rates=(0.01, 0.03)),
    replace(MANY, way=FROZEN),
)

NORMS = Norms(), Norms(shown="inverted")


def units() -> list[Unit]:
    """Return the runs of the chapter."""
    return [
        Unit(measure=count, config=Bases(), seed=0),
        *(
            Unit(measure=collapse, config=Collapse(fault=fault), seed=seed)
            for fault in FAULTS
            for seed in (SOME_SEEDS if fault in COMPARED else FEW_SEEDS)
        ),
        *(_learnt(config, seed) for config in FIRST.values() for seed in SEEDS),
        *(_learnt(NORMED, seed) for seed in SOME_SEEDS),
        *_transfers((*DIGITS, *SPOILT), SEEDS),
        *_transfers((*CLOTHES, *LARGE), SOME_SEEDS),
        *(
            Unit(measure=normalise, config=config, seed=seed, needs=(_learnt(NORMED, seed),))
            for config in NORMS
            for seed in SOME_SEEDS
        ),
        *(
            Unit(measure=show, config=Showing(), seed=seed, needs=(_learnt(Pretraining(), seed),))
            for seed in SOME_SEEDS
        ),
    ]


def _learnt(config: Pretraining, seed: int) -> Unit:
    return Unit(measure=pretrain, config=config, seed=seed)


def _transfers(configs: Sequence[Transfer], seeds: Sequence[int]) -> list[Unit]:
    return [
        Unit(measure=transfer, config=config, seed=seed, needs=_needed(config.source, seed))
        for config in configs
        for seed in seeds
    ]


def _needed(source: str, seed: int) -> tuple[Unit, ...]:
    return () if source == NOTHING else (_learnt(FIRST[source], seed),)
