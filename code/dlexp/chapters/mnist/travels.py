"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/mnist.md. What is asked again was set down before any record was looked at.
"""

from collections.abc import Iterator

from dlexp.chapters.mnist import claims as at_home
from dlexp.chapters.mnist import measure
from dlexp.chapters.mnist.passes import Watching
from dlexp.chapters.mnist.readers import watched
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit


def units() -> list[Unit]:
    """Return the runs of the chapter that are made on Fashion-MNIST too."""
    return moved((unit for unit in measure.units() if unit.config == Watching()), FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield at_home.on_leak(watched(runs))
    yield from at_home.on_losses(watched(runs))
