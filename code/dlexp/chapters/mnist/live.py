"""The live figure of the chapter on measuring: how many images and networks a difference takes.

Chapter: book/mnist.md.
"""

from collections.abc import Mapping

from dlexp.chapters.mnist import measure
from dlexp.chapters.mnist.readers import mean_sources
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load


def sources() -> dict[str, float]:
    """Return the variance of one answer by where it comes from, as we measured it.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    return dict(mean_sources(load(measure.units()))._asdict())


FIGURES: Mapping[str, LiveFigure] = {
    "telling_apart": LiveFigure(("charts", "telling_apart"), {"sources": sources}),
}
