"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/rnn_vs_cnn.md. What is asked again was set down before its records were made.
"""

from collections.abc import Iterator

from dlexp.chapters.rnn_vs_cnn import claims as at_home
from dlexp.chapters.rnn_vs_cnn import measure
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too."""
    chosen = (unit for unit in measure.units() if unit.measure is measure.pictures)
    return moved(chosen, FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield from at_home.on_digits(runs("pictures"))
