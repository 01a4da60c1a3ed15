"""What stands at the axes of a panel, in words: names of ticks, and labels that panels share."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter


def words(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())


def tick_names(axis: Axis) -> dict[float, str]:
    """Return the words at the ticks of an axis that say something else than where they stand."""
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    if not isinstance(locator, FixedLocator):
        return {}
    if not isinstance(formatter, FixedFormatter | FuncFormatter):
        return {}
    said = {float(tick): words(formatter(tick, i)) for i, tick in enumerate(locator())}
    return {tick: text for tick, text in said.items() if text and not _says(text, tick)}


def _says(text: str, number: float) -> bool:
    """Return whether a text is a number, written shortly perhaps."""
    try:
        return bool(np.isclose(float(text.replace("\N{MINUS SIGN}", "-")), number, rtol=0.01))
    except ValueError:
        return False


def shared_label(axis: Axes, panels: Iterable[Axes], side: str) -> str:
    """Return what stands at an axis, or at that of a panel in its column or row."""
    own = str(getattr(axis, f"get_{side}label")())
    place = axis.get_subplotspec()
    if own or place is None:
        return own
    span = "colspan" if side == "x" else "rowspan"
    for other in panels:
        there = other.get_subplotspec()
        said = str(getattr(other, f"get_{side}label")())
        if said and there is not None and getattr(there, span) == getattr(place, span):
            return said
    return ""
