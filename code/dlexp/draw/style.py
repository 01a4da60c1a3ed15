"""One look for every figure: colours that survive colour blindness, text that survives a phone."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

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


class Look(NamedTuple):
    """What tells a line apart from others, with and without colour.

    Attributes
    ----------
    colour : str
        Of `PALETTE`.
    marker, line : str
        As Matplotlib writes them; an empty marker is none.
    """

    colour: str
    marker: str
    line: str


LOOKS = (
    Look("blue", "o", "-"),
    Look("vermillion", "s", "--"),
    Look("green", "^", "-."),
    Look("purple", "D", ":"),
    Look("orange", "v", "-"),
    Look("black", "x", "--"),
)
"""Of the first, second ... line of a panel."""

UNMARKED = tuple(look._replace(marker="") for look in LOOKS)
"""The same without markers, for lines of many settings."""

RC: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "image.cmap": "gray_r",
    # A picture below another stays one of its own: the same one is kept once in a file.
    "image.composite_image": False,
    "image.interpolation": "nearest",
    "legend.frameon": False,
    # The same drawing gives the same bytes: ids come from this salt, not from chance.
    "svg.hashsalt": "dlexp",
}


@contextlib.contextmanager
def ours() -> Iterator[None]:
    """Draw with Matplotlib's own settings and `RC`, whatever a ``matplotlibrc`` says.

    Examples
    --------
    >>> mpl.rcParams["lines.linewidth"] = 9
    >>> with ours():
    ...     mpl.rcParams["lines.linewidth"]
    1.5
    >>> mpl.rcdefaults()
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


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
    with ours():
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    return figure, axes


def without_ticks(*axes: Axes) -> None:
    """Leave only the picture: no ticks, no frame."""
    for axis in axes:
        axis.set_xticks([])
        axis.set_yticks([])
        for spine in axis.spines.values():
            spine.set_visible(False)


def grey_map(axis: Axes, values: ArrayLike, largest: float, title: str = "") -> None:
    """Draw a map in a frame, from white at zero to black at ``largest``.

    Parameters
    ----------
    axis : Axes
    values : array of shape (H, W), >= 0
    largest : float
        What is black; one for all maps that are to be compared.
    title : str
    """
    axis.imshow(values, vmin=0, vmax=largest, cmap="gray_r", interpolation="nearest")
    axis.set_title(title, fontsize=11)
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(True)


def legend_below(figure: Figure, columns: int, panels: Sequence[Axes] = ()) -> None:
    """Name the lines of some panels, of the first if none is given, below all, each name once."""
    named: dict[str, Artist] = {}
    for panel in panels or figure.axes[:1]:
        handles, labels = panel.get_legend_handles_labels()
        named |= dict(zip(labels, handles, strict=True))
    figure.legend([*named.values()], [*named], loc="outside lower center", ncols=columns)
