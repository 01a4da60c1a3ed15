"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/dense_networks.md. What is asked again was set down before its records were made.
"""

from collections.abc import Iterator

from dlexp.chapters.dense_networks import claims as at_home
from dlexp.chapters.dense_networks import measure
from dlexp.chapters.dense_networks.contenders import (
    ACTIVATIONS,
    BATCHES,
    DEFAULTS,
    OPTIMISERS,
    START,
)
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

CONFIGS = (
    START,
    ACTIVATIONS["sigmoid"],
    OPTIMISERS["Adam"],
    *DEFAULTS.values(),
    *BATCHES.values(),
)

SEEDS = (*measure.CHOOSING_SEEDS, *measure.FEW_SEEDS)
"""Those that choose the rates, and the first five of the others."""


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too; rates are chosen anew."""
    listed = measure.units()
    chosen = (unit for unit in listed if unit.config in CONFIGS and unit.seed in SEEDS)
    return moved(chosen, FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield from at_home.on_sigmoids(runs)
    yield from at_home.on_steps(runs)
