"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/weight_decay.md. What is asked again was set down before any record was looked at.
"""

from collections.abc import Iterator
from dataclasses import replace

from dlexp.chapters.weight_decay import claims as at_home
from dlexp.chapters.weight_decay import measure
from dlexp.chapters.weight_decay.readers import DROPPED, HELD
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

CONFIGS = (measure.FEW, replace(measure.FEW, l2=HELD), replace(measure.FEW, dropout=DROPPED))
"""Few images: no penalty, the penalty of the chapter, and dropout."""


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too."""
    return moved((unit for unit in measure.units() if unit.config in CONFIGS), FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield from at_home.on_few_images(runs)
