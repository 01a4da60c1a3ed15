"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/dense_networks.md. What is asked again was set down before any record was looked at.
"""

from collections.abc import Iterator

from dlexp.chapters.dense_networks import claims as at_home
from dlexp.chapters.dense_networks import measure
from dlexp.chapters.dense_networks.contenders import DEFAULTS
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

SEEDS = measure.FEW_SEEDS
"""The first five."""


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too: at default rates."""
    listed = measure.units()
    chosen = (unit for unit in listed if unit.config in DEFAULTS.values() and unit.seed in SEEDS)
    return moved(chosen, FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield from at_home.on_defaults(runs)
