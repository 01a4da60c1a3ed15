"""The numbers behind a figure, read off what is drawn: one table, a row for each point.

Lines, bands around them, error bars, bars, scattered points, segments and small maps are data. A
panel without ticks on both axes is a picture, and so is a map of many cells: they have no numbers
to take along.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import FillBetweenPolyCollection, LineCollection, PathCollection
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter
from numpy.typing import NDArray

MOST_CELLS = 400
"""Of a map that is data: twenty rows of twenty."""

PLACES = ("x", "y", "x_low", "x_high", "y_low", "y_high", "value")
"""What a point may have; ``value`` is that of a map's cell."""

COLUMNS = ("panel", "series", "line", *PLACES, "x_label", "y_label")
"""Of the table, as far as the figure has something to put there."""

Point = dict[str, float]
"""Some of `PLACES`."""


@dataclass
class Series:
    """Points that belong together, by the name that the legend has for them."""

    name: str
    points: list[Point]
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
    rows = [row for axis in panels for row in _rows(axis, panels)]
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


def _rows(axis: Axes, panels: list[Axes]) -> Iterator[dict[str, str]]:
    """Yield the rows of a panel."""
    alone = len(panels) == 1
    title = axis.get_title() or ("" if alone else f"panel {panels.index(axis) + 1}")
    said = {
        "panel": _words(title),
        "x_label": _words(_shared_label(axis, panels, "x")),
        "y_label": _words(_shared_label(axis, panels, "y")),
    }
    names = {"x": tick_names(axis.xaxis), "y": tick_names(axis.yaxis)}
    met: dict[str, int] = {}
    for series in _all_series(axis):
        met[series.name] = met.get(series.name, 0) + 1
        for point in series.points:
            if all(np.isfinite(value) for value in point.values()):
                yield {
                    **said,
                    "series": _words(series.name),
                    "line": str(met[series.name]),
                    **{place: _text(value, names.get(place, {})) for place, value in point.items()},
                }


def _words(text: str) -> str:
    return " ".join(text.split())


def _text(value: float, names: dict[float, str]) -> str:
    """Return a number, or the words that stand for it at its axis."""
    near = [name for place, name in names.items() if abs(place - value) < 1e-9]
    return near[0] if near else f"{value:.10g}"


def tick_names(axis: Axis) -> dict[float, str]:
    """Return the words at the ticks of an axis that say something else than where they stand."""
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    if not isinstance(locator, FixedLocator):
        return {}
    if not isinstance(formatter, FixedFormatter | FuncFormatter):
        return {}
    said = {float(tick): _words(formatter(tick, i)) for i, tick in enumerate(locator())}
    return {tick: text for tick, text in said.items() if text and not _says(text, tick)}


def _says(text: str, number: float) -> bool:
    """Return whether a text is a number, written shortly perhaps."""
    try:
        return bool(np.isclose(float(text.replace("\N{MINUS SIGN}", "-")), number, rtol=0.01))
    except ValueError:
        return False


def _shared_label(axis: Axes, panels: Iterable[Axes], side: str) -> str:
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
    return "" if label.startswith("_") else label


def _lines(axis: Axes, drawn: Iterable[Any]) -> list[Series]:
    """Return the lines of a panel, each with the band around it."""
    found: list[Series] = []
    for artist in drawn:
        if isinstance(artist, Line2D):
            look = (to_rgb(artist.get_color()), artist.get_linestyle(), artist.get_marker())
            same = found[-1].name if found and found[-1].look == look else ""
            found.append(Series(_name(artist) or same, _points(axis, artist), look))
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
    return [Series(_name(band) or "band", [{"x": a, "y_low": b, "y_high": c} for a, b, c in ends])]


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
    return Series(_name(bars), points)


def _bars(bars: BarContainer) -> Series:
    """Return the ends of bars, at their middles."""
    upright = bars.orientation != "horizontal"
    middles = [
        {"x": bar.get_x() + bar.get_width() / 2, "y": bar.get_y() + bar.get_height()}
        if upright
        else {"x": bar.get_x() + bar.get_width(), "y": bar.get_y() + bar.get_height() / 2}
        for bar in bars.patches
    ]
    return Series(_name(bars), middles)


def _scattered(points: PathCollection) -> Series:
    places = np.asarray(points.get_offsets(), float)
    return Series(_name(points), [{"x": x, "y": y} for x, y in places])


def _segments(lines: LineCollection) -> Series:
    """Return segments by their ends."""
    points: list[Point] = []
    for segment in lines.get_segments():
        (x_low, y_low), (x_high, y_high) = segment[0], segment[-1]
        points.append({"x_low": x_low, "x_high": x_high, "y_low": y_low, "y_high": y_high})
    return Series(_name(lines), points)


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
    return Series("", cells)


READERS: dict[type, Callable[[Any], Series]] = {
    PathCollection: _scattered,
    LineCollection: _segments,
}
"""What reads single artists, by their kinds."""
