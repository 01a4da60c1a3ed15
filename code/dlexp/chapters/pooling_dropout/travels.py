"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/pooling_dropout.md. What is asked again was set down before any record was looked at.
"""

from collections.abc import Iterator

from dlexp.chapters.pooling_dropout import claims as at_home
from dlexp.chapters.pooling_dropout import measure
from dlexp.chapters.pooling_dropout.factorial import Factorial
from dlexp.chapters.pooling_dropout.robustness import Moving
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

CONFIGS = (
    Moving(architecture="strided"),
    Moving(architecture="max"),
    Factorial(pooling=False, rate=0.0),
    Factorial(),
)
"""Strides and max pooling; neither and both, with few images."""


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too."""
    return moved((unit for unit in measure.units() if unit.config in CONFIGS), FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield from at_home.on_small_moves(runs)
    yield from at_home.on_few_images(runs)
