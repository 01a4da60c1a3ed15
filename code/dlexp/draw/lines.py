"""Figures of lines: a panel for each situation, a line for each thing compared, and their words.

A line has a value per seed and setting. What is drawn of the seeds is their mean with a band
around it, or each by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.style import Look

Settings = Sequence[float] | NDArray[np.number]
"""What the columns of a line belong to."""

Lines = Mapping[str, Floats]
"""A line's name to its values, of shape (seeds, settings)."""

Looks = Sequence[Look] | Mapping[str, Look]
"""Of lines, in their order or by their names."""

Paint = Callable[[Axes, Settings, Floats, Look, str], None]
"""Draws one line, with its name for the legend."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How panels look and stand beside each other."""

    width: float = 6.8  # inches
    height: float = 3.7  # inches
    share: bool = True  # one upright axis for all panels
    log: str = "x"  # the logarithmic axes: "", "x", "y" or "xy"
    ticks: bool = False  # each setting is written at its axis
    title: int = 12  # points
    columns: int = 3  # of the legend below all panels; 0 for none


# --- One line -----------------------------------------------------------------------------------


def band(
    axis: Axes,
    settings: Settings,
    values: Floats,
    look: Look,
    name: str,
    *,
    quantiles: tuple[float, float] | None = (0.0, 1.0),
    size: float = 4.0,
    step: int = 1,
) -> None:
    """Draw the mean of the seeds, with a band between two of their quantiles.

    Parameters
    ----------
    axis, settings, values, look, name
        As a `Paint` has them; values of shape (seeds, settings).
    quantiles : tuple of float, or None
        Over the seeds: their range, unless said otherwise; None draws no band.
    size : float
        Of the markers, in points.
    step : int
        Settings from one marker to the next.
    """
    colour = style.PALETTE[look.colour]
    axis.plot(
        settings, values.mean(axis=0), look.line, marker=look.marker, ms=size, markevery=step,
        color=colour, label=name,
    )  # fmt: skip
    if quantiles is not None:
        low, high = np.quantile(values, quantiles, axis=0)
        axis.fill_between(settings, low, high, alpha=0.15, linewidth=0, color=colour)


def strands(
    axis: Axes, settings: Settings, values: Floats, look: Look, name: str, *, width: float = 1.0
) -> None:
    """Draw a thin line for each seed, ``width`` points wide."""
    for seed, row in enumerate(values):
        axis.plot(
            settings, row, look.line, marker=look.marker, ms=3, lw=width,
            color=style.PALETTE[look.colour], label=None if seed else name,
        )  # fmt: skip


# --- Panels of lines ----------------------------------------------------------------------------


def lines(
    panels: Mapping[str, Lines],
    settings: Settings | Mapping[str, Settings],
    *,
    x: str,
    y: str,
    what: str,
    words: str,
    factor: float = 1.0,
    paint: Paint = band,
    looks: Looks = style.LOOKS,
    layout: Layout = Layout(),
) -> Drawing:
    """Draw a panel for each group of lines, and say what is drawn and what it shows.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
    settings : sequence of float, or one for each panel
    x, y : str
        What stands below each panel, and beside the first.
    what, words : str
        The two parts of the alt text, without full stops; see `by_line` and `by_panel`.
    factor : float
        On the values that are drawn: 100 for percentages.
    paint : callable
        `band` or `strands`.
    looks : sequence or mapping of Look
    layout : Layout

    Examples
    --------
    >>> panels = {"dense": {"with": np.array([[0.5, 0.9], [0.7, 0.9]])}}
    >>> lines(panels, [1, 10], x="rate", y="accuracy", what="Accuracy, from 1 to 10",
    ...       words=by_line(panels, ends)).alt
    'Accuracy, from 1 to 10. dense, with: 0.6 to 0.9.'
    """
    figure, axes = style.new(layout.width, layout.height, columns=len(panels), sharey=layout.share)
    for axis, (title, group) in zip(axes[0], panels.items(), strict=True):
        places = settings[title] if isinstance(settings, Mapping) else settings
        panel(axis, places, group, factor=factor, paint=paint, looks=looks)
        axis.set_title(title, fontsize=layout.title)
        axis.set_xlabel(x)
        scale(axis, layout.log, places if layout.ticks else None)
    axes[0, 0].set_ylabel(y)
    if layout.columns:
        style.legend_below(figure, layout.columns)
    return Drawing(figure, f"{what}. {words}.")


def panel(
    axis: Axes,
    settings: Settings,
    group: Lines,
    *,
    factor: float = 1.0,
    paint: Paint = band,
    looks: Looks = style.LOOKS,
) -> None:
    """Draw the lines of one panel; the arguments are those of `lines`."""
    for place, (name, values) in enumerate(group.items()):
        look = looks[name] if isinstance(looks, Mapping) else looks[place]
        paint(axis, settings, factor * values, look, name)


def scale(axis: Axes, log: str, ticks: Settings | None = None) -> None:
    """Make axes logarithmic that ``log`` names, and write each setting that is a tick."""
    if "x" in log:
        axis.set_xscale("log")
    if ticks is not None:
        axis.set_xticks(ticks, [f"{setting:g}" for setting in ticks])
        axis.minorticks_off()
    if "y" in log:  # last: it brings back the small ticks beside it
        axis.set_yscale("log")


def labelled(group: Lines, names: Mapping[str, tuple[str, Look]]) -> Lines:
    """Return lines by what the reader calls them: the first of each name's label and look."""
    return {names[name][0]: values for name, values in group.items()}


# --- Their words --------------------------------------------------------------------------------


def ends(values: Floats, spec: str = ".3g", to: str = " to ") -> str:
    """Say the first and the last mean over seeds of a line.

    Examples
    --------
    >>> ends(np.array([[0.5, 0.9], [0.7, 0.9]]), ".0%")
    '60% to 90%'
    """
    mean = values.mean(axis=0)
    return f"{mean[0]:{spec}}{to}{mean[-1]:{spec}}"


def by_line(panels: Mapping[str, Lines], say: Callable[[Floats], str]) -> str:
    """Say something of each line, with the title of its panel.

    Examples
    --------
    >>> by_line({"": {"with": np.ones((1, 2))}, "conv": {"with": np.zeros((1, 2))}}, ends)
    'with: 1 to 1; conv, with: 0 to 0'
    """
    return "; ".join(
        f"{title}, {name}: {say(values)}" if title else f"{name}: {say(values)}"
        for title, group in panels.items()
        for name, values in group.items()
    )


def by_panel(
    panels: Mapping[str, Lines],
    say: Callable[[Floats], str],
    *,
    comma: str = ", ",
    semicolon: str = "; ",
) -> str:
    """Say something of each line, panel by panel.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
    say : callable
        Of the values of a line.
    comma, semicolon : str
        What stands between lines, and between panels.

    Examples
    --------
    >>> group = {"with": np.zeros((1, 2)), "without": np.ones((1, 2))}
    >>> by_panel({"dense": group, "conv": group}, ends)
    'dense: with 0 to 0, without 1 to 1; conv: with 0 to 0, without 1 to 1'
    """
    return semicolon.join(
        (f"{title}: " if title else "")
        + comma.join(f"{name} {say(values)}" for name, values in group.items())
        for title, group in panels.items()
    )
