"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/batch_norm.md. What is asked again was set down before its records were made.
"""

from collections.abc import Iterator

from dlexp.chapters.batch_norm import claims as at_home
from dlexp.chapters.batch_norm import measure
from dlexp.chapters.batch_norm.noise import noises
from dlexp.chapters.batch_norm.rates import dense_rates
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too."""
    chosen = (noises, dense_rates)
    return moved((unit for unit in measure.units() if unit.measure in chosen), FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield at_home.on_tuned(runs, "dense")
    yield from at_home.on_noise(runs("noises"))
