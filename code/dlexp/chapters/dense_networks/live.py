"""The live figure of the chapter: a small network that learns points of a plane.

Chapter: book/dense_networks.md.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlexp.chapters.dense_networks import measure
from dlexp.chapters.dense_networks.bending import Bending, disc
from dlexp.draw.live import LiveFigure


def points() -> dict[str, Any]:
    """Return the points of the printed figure, to three decimals, and their classes."""
    learnt = disc(Bending().points, np.random.default_rng(measure.SEEDS[0]))
    return {"x": np.round(learnt.x, 3).tolist(), "labels": learnt.labels.tolist()}


FIGURES: Mapping[str, LiveFigure] = {
    "playground": LiveFigure(("charts", "playground"), {"disc": points}),
}
"""The live figure of the chapter, its scripts and its data."""
