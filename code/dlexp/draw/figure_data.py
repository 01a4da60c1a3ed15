"""The numbers behind a figure, read off what is drawn: one table, a row for each point.

Lines, bands around them, error bars, bars, scattered points, segments and small maps are data. A
panel without ticks on both axes is a picture, and so is a map of many cells: they have no numbers
to take along. A line without a name that only marks a level is none either.

Series have the names that their artists have as labels; ``label="_seeds"`` names one that has no
place in the legend.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection, LineCollection, PathCollection
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from dlexp.draw.axis_words import shared_label, tick_names, words

MOST_CELLS = 400
"""Of a map that is data: twenty rows of twenty."""

PLACES = ("x", "y", "x_low", "x_high", "y_low", "y_high", "value")
"""What a point may have; ``value`` is that of a map's cell."""

COLUMNS = ("panel", "series", "line", *PLACES, "x_label", "y_label")
"""Of the table, as far as the figure has something to put there."""

Point = dict[str, float]
"""Some of `PLACES`."""


_AUTOMATIC = re.compile(r"_(nolegend_|[a-z]+\d+)")
"""Labels that Matplotlib gives to what has none."""


@dataclass
class Series:
    """Points that belong together, by the name of their artist."""

    name: str
    points: list[Point]
    kind: str
    """What is drawn, in a word, for want of a name."""
    look: tuple[Any, ...] = field(default=())
    """What tells it from others: a line without a name goes with the one before that looks so."""


def table(figure: Figure) -> str:
    r"""Return what a figure shows as CSV (RFC 4180); the same figure, the same text.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    str
        A heading, and a row for each point; numbers with ten digits, in the units that are drawn,
        or the words at the axis where these stand for them. Empty if the figure has no data.

    Examples
    --------
    >>> from dlexp.draw import style
    >>> figure, axes = style.new()
    >>> _ = axes[0, 0].plot([1, 2], [0.5, 0.25], label="with")
    >>> table(figure).split("\r\n")
    ['series,x,y', 'with,1,0.5', 'with,2,0.25', '']
    """
    panels = [axis for axis in figure.axes if is_chart(axis)]
    drawn = _named([_kept(list(_all_series(axis))) for axis in panels])
    rows = [
        row for axis, found in zip(panels, drawn, strict=True) for row in _rows(axis, panels, found)
    ]
    if all(row["line"] == "1" for row in rows):
        rows = [row | {"line": ""} for row in rows]
    columns = [name for name in COLUMNS if any(row.get(name) for row in rows)]
    if not rows:
        return ""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return stream.getvalue()


def is_chart(axis: Axes) -> bool:
    """Return whether a panel shows numbers: it has ticks, and explains no colours of another."""
    ticks = len(axis.get_xticks()) and len(axis.get_yticks())
    return bool(axis.axison and ticks and axis.get_label() != "<colorbar>")


def _kept(found: list[Series]) -> list[Series]:
    """Leave out lines without a name that mark a level, or what both axes have alike."""
    has_names = any(series.name for series in found)
    return [series for series in found if series.name or not _marks(series, has_names)]


def _marks(series: Series, beside_names: bool) -> bool:
    if series.kind != "line":
        return False
    first, last = series.points[0], series.points[-1]
    slants = beside_names and all(first[place] != last[place] for place in first)
    return len(first) == 1 or (len(series.points) == 2 and slants)


def _named(panels: list[list[Series]]) -> list[list[Series]]:
    """Name what has no name by its kind, unless nothing in the figure has another."""
    every = [series for panel in panels for series in panel]
    if any(series.name for series in every) or len({series.kind for series in every}) > 1:
        for series in every:
            series.name = series.name or series.kind
    return panels


def _rows(axis: Axes, panels: list[Axes], found: list[Series]) -> Iterator[dict[str, str]]:
    """Yield the rows of a panel."""
    alone = len(panels) == 1
    title = axis.get_title() or ("" if alone else f"panel {panels.index(axis) + 1}")
    said = {
        "panel": words(title),
        "x_label": words(shared_label(axis, panels, "x")),
        "y_label": words(shared_label(axis, panels, "y")),
    }
    names = {"x": tick_names(axis.xaxis), "y": tick_names(axis.yaxis)}
    met: dict[str, int] = {}
    for series in found:
        met[series.name] = met.get(series.name, 0) + 1
        for point in series.points:
            if all(np.isfinite(value) for value in point.values()):
                yield {
                    **said,
                    "series": words(series.name),
                    "line": str(met[series.name]),
                    **{place: _text(value, names.get(place, {})) for place, value in point.items()},
                }


def _text(value: float, names: dict[float, str]) -> str:
    """Return a number, or the words that stand for it at its axis."""
    near = [name for place, name in names.items() if abs(place - value) < 1e-9]
    return near[0] if near else f"{value:.10g}"


# --- What is drawn --------------------------------------------------------------------------------


def _all_series(axis: Axes) -> Iterator[Series]:
    bars = [each for each in axis.containers if isinstance(each, ErrorbarContainer)]
    parts = {id(part) for each in bars for part in each.get_children()}
    drawn = [artist for artist in axis.get_children() if id(artist) not in parts]
    yield from _lines(axis, drawn)
    yield from map(_error_bars, bars)
    for container in axis.containers:
        if isinstance(container, BarContainer):
            yield _bars(container)
    for artist in drawn:
        for kind, read in READERS.items():
            if isinstance(artist, kind):
                yield read(artist)
    for image in axis.images:
        values = image.get_array()
        if values is not None and values.ndim == 2 and values.size <= MOST_CELLS:
            yield _map(np.ma.filled(values.astype(float), np.nan), image.get_extent())


def _name(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if _AUTOMATIC.fullmatch(label) else label.removeprefix("_")


def _lines(axis: Axes, drawn: Iterable[Any]) -> list[Series]:
    """Return the lines of a panel, each with the band around it."""
    found: list[Series] = []
    for artist in drawn:
        if isinstance(artist, Line2D):
            look = (to_rgb(artist.get_color()), artist.get_linestyle(), artist.get_marker())
            same = found[-1].name if found and found[-1].look == look else ""
            kind = "line" if artist.get_linestyle() != "None" else "points"
            found.append(Series(_name(artist) or same, _points(axis, artist), kind, look))
        elif isinstance(artist, FillBetweenPolyCollection):
            found += _band(artist, found)
    return [series for series in found if series.points]


def _points(axis: Axes, line: Line2D) -> list[Point]:
    """Return the points of a line; of one across the whole panel, its height or its place."""
    x, y = (np.asarray(each, float) for each in line.get_data(orig=False))
    in_x, in_y = line.get_transform().contains_branch_seperately(axis.transData)
    if in_x and in_y:
        return [{"x": a, "y": b} for a, b in zip(x, y, strict=True)]
    return [{"y": y[0]} if in_y else {"x": x[0]}] if in_x or in_y else []


def _band(band: FillBetweenPolyCollection, lines: list[Series]) -> list[Series]:
    """Give the ends of a band to the line inside it, or return them as what they are."""
    parts = [_edges(path.vertices) for path in band.get_paths()]
    if not parts or getattr(band, "t_direction", "x") != "x":  # the stubs do not know it
        return []
    x, first, second = np.hstack(parts)
    low, high = np.minimum(first, second), np.maximum(first, second)
    colour = np.asarray(band.get_facecolor(), float)[0, :3]
    for series in reversed(lines):
        same = [point.get("x") for point in series.points] == list(x)
        if same and np.allclose(series.look[0], colour):
            for point, a, b in zip(series.points, low, high, strict=True):
                point |= {"y_low": a, "y_high": b}
            return []
    ends = zip(x, low, high, strict=True)
    points = [{"x": a, "y_low": b, "y_high": c} for a, b, c in ends]
    return [Series(_name(band), points, "band")]


def _edges(corners: Any) -> NDArray[np.float64]:
    """Return places, and both edges there, of the polygon of a band.

    It goes along the one edge, back along the other, and begins and ends with a corner of its own.
    """
    count = (len(corners) - 3) // 2
    there, back = corners[1 : count + 1], corners[count + 2 : 2 * count + 2][::-1]
    return np.array([there[:, 0], there[:, 1], back[:, 1]])


def _error_bars(bars: ErrorbarContainer) -> Series:
    line, _, collections = bars.lines
    spans = dict(zip([s for s in "xy" if getattr(bars, f"has_{s}err")], collections, strict=True))
    points: list[Point] = [{} for _ in next(iter(spans.values())).get_segments()] if spans else []
    if line is not None:
        x, y = (np.asarray(each, float) for each in line.get_data(orig=False))
        points = [{"x": a, "y": b} for a, b in zip(x, y, strict=True)]
    for side, collection in spans.items():
        for point, segment in zip(points, collection.get_segments(), strict=True):
            ends = np.sort(segment[:, "xy".index(side)])
            point |= {f"{side}_low": float(ends[0]), f"{side}_high": float(ends[1])}
    return Series(_name(bars), points, "points")


def _bars(bars: BarContainer) -> Series:
    """Return the ends of bars, at their middles."""
    upright = bars.orientation != "horizontal"
    middles = [
        {"x": bar.get_x() + bar.get_width() / 2, "y": bar.get_y() + bar.get_height()}
        if upright
        else {"x": bar.get_x() + bar.get_width(), "y": bar.get_y() + bar.get_height() / 2}
        for bar in bars.patches
    ]
    return Series(_name(bars), middles, "bars")


def _scattered(points: PathCollection) -> Series:
    places = np.asarray(points.get_offsets(), float)
    return Series(_name(points), [{"x": x, "y": y} for x, y in places], "points")


def _segments(lines: LineCollection) -> Series:
    """Return segments by their ends."""
    points: list[Point] = []
    for segment in lines.get_segments():
        (x_low, y_low), (x_high, y_high) = segment[0], segment[-1]
        points.append({"x_low": x_low, "x_high": x_high, "y_low": y_low, "y_high": y_high})
    return Series(_name(lines), points, "segments")


def _map(values: NDArray[np.float64], extent: tuple[float, float, float, float]) -> Series:
    """Return the cells of a map at their middles."""
    left, right, bottom, top = extent
    rows, columns = values.shape
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top + (np.arange(rows) + 0.5) * (bottom - top) / rows
    cells = [
        {"x": x[column], "y": y[row], "value": values[row, column]}
        for row in range(rows)
        for column in range(columns)
    ]
    return Series("", cells, "cells")


READERS: dict[type, Callable[[Any], Series]] = {
    PathCollection: _scattered,
    LineCollection: _segments,
}
"""What reads single artists, by their kinds."""
