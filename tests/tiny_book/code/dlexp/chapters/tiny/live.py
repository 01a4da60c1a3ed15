"""The live figure of the tiny book: its own numbers under the names of the real ones."""

from typing import Any

from dlexp.chapters.tiny.measure import units

from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load


def network() -> list[float]:
    """Return the values of the tiny experiment."""
    values: list[float] = load(units()).numbers("value").tolist()
    return values


def digits() -> dict[str, Any]:
    """Return nothing."""
    return {}


FIGURES = {"digit": LiveFigure(("engine", "digit"), {"network": network, "digits": digits})}
