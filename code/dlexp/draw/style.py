"""One look for every figure: colours that survive colour blindness, text that survives a phone."""

from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

PALETTE = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
}
"""The eight colours of Okabe and Ito (2008), told apart by all common kinds of colour vision."""

LOOKS: tuple[tuple[str, str, str], ...] = (
    ("blue", "o", "-"),
    ("vermillion", "s", "--"),
    ("green", "^", "-."),
    ("purple", "D", ":"),
    ("orange", "v", "-"),
    ("black", "x", "--"),
)
"""Colour, marker and line of the first, second ... line of a panel."""

RC: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "image.cmap": "gray_r",
    "image.interpolation": "nearest",
    "legend.frameon": False,
    # The same drawing gives the same bytes: ids come from this salt, not from chance.
    "svg.hashsalt": "dlexp",
}


def new(
    width: float = 6.4, height: float = 3.6, *, rows: int = 1, columns: int = 1, **subplots: Any
) -> tuple[Figure, NDArray[np.object_]]:
    """Return a figure and its axes as an array of shape (rows, columns).

    Parameters
    ----------
    width, height : float
        Size in inches; a page is 6.4 wide.
    rows, columns : int
        The grid of axes.
    **subplots
        Passed on to ``Figure.subplots`` (``sharey``, ``width_ratios`` ...).

    Examples
    --------
    >>> figure, axes = new(columns=2)
    >>> axes.shape
    (1, 2)
    """
    with mpl.rc_context(RC):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    return figure, axes


def without_ticks(*axes: Axes) -> None:
    """Leave only the picture: no ticks, no frame."""
    for each in axes:
        each.set_xticks([])
        each.set_yticks([])
        for spine in each.spines.values():
            spine.set_visible(False)
