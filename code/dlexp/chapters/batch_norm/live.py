"""The live figure of the chapter on batch normalisation: the law of the variance.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlexp.byhand import batch_norm as byhand
from dlexp.draw.live import LiveFigure


def variance() -> dict[str, Any]:
    """Return the epsilon of each framework.

    Examples
    --------
    >>> variance()
    {'frameworks': {'Keras': 0.001, 'PyTorch': 1e-05}}
    """
    return {"frameworks": {"Keras": byhand.KERAS.epsilon, "PyTorch": byhand.PYTORCH.epsilon}}


FIGURES: Mapping[str, LiveFigure] = {
    "variance": LiveFigure(("charts", "variance"), {"variance": variance}),
}
