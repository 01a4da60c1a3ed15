"""What is published beside what a reader got: a panel for each number, or for each list of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from dlexp.draw import style
from dlexp.draw.drawing import LONGEST_ALT, Drawing
from dlexp.lab.intervals import FEWEST_SEEDS, mean_interval

Numbers = Mapping[str, NDArray[np.float64]]
"""By name, of shape (seeds,) or (seeds, places): a number of each seed, or a list of them."""

MOST_PANELS = 12
"""More are not drawn: nobody would find one among them."""

COLUMNS = 3
"""Panels beside each other."""

SHORTEST_LIST = 3
"""Numbers; a shorter list is drawn number by number."""

MOST_MARKS = 10
"""Marks on a line: more would hide it, and the other one."""

SIDES = (style.LOOKS[0], style.LOOKS[1])
"""How the one and the other side look."""


def numbers(records: Sequence[Mapping[str, Any]]) -> dict[str, NDArray[np.float64]]:
    """Return what all records have, seed by seed; what is neither number nor list is left out.

    Parameters
    ----------
    records : sequence of mapping
        The nested numbers of each seed.

    Examples
    --------
    >>> made = numbers([{"loss": [3, 2, 1], "run": {"epochs": 2, "by": "Adam"}}] * 2)
    >>> {name: values.shape for name, values in made.items()}
    {'loss': (2, 3), 'run.epochs': (2,)}
    """
    found = [dict(_named(record)) for record in records]
    return {
        name: np.array([each[name] for each in found], float)
        for name in found[0]
        if len({np.shape(each.get(name, "absent")) for each in found}) == 1
        and all(name in each for each in found)
    }


def _named(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the numbers and lists of numbers in nested values."""
    if isinstance(value, Mapping):
        for part, item in value.items():
            yield from _named(item, f"{name}.{part}" if name else part)
    elif isinstance(value, list) and not (_numeric(value) and len(value) >= SHORTEST_LIST):
        for i, item in enumerate(value):
            yield from _named(item, f"{name}[{i}]")
    elif isinstance(value, list) or _numeric([value]):
        yield name, value


def _numeric(values: Sequence[Any]) -> bool:
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)


def versus(one: Numbers, other: Numbers, names: tuple[str, str]) -> Drawing:
    """Draw the mean of each number with its interval over seeds, on both sides.

    Parameters
    ----------
    one, other : mapping of str to array of shape (seeds,) or (seeds, places)
        What only one side has is not drawn, nor is what comes after the first `MOST_PANELS`.
    names : tuple of str
        Of the sides.

    Raises
    ------
    ValueError
        If there is nothing that both sides have.

    Examples
    --------
    >>> mean = {"mean": np.array([1.0, 2.0, 3.0])}
    >>> versus(mean, {"mean": mean["mean"] + 1}, ("published", "yours")).alt
    'Published and yours, a panel for each number. mean: 2 and 3.'
    """
    shared = [name for name in one if name in other and one[name].ndim == other[name].ndim]
    if not shared:
        raise ValueError(f"both sides must have a number; got {sorted({*one, *other})}")
    shared = shared[:MOST_PANELS]
    columns = min(COLUMNS, len(shared))
    rows = -(-len(shared) // columns)
    figure, axes = style.new(1 + 2.6 * columns, 1 + 1.7 * rows, rows=rows, columns=columns)
    panels: list[Axes] = axes.ravel().tolist()
    for axis, name in zip(panels, shared, strict=False):
        axis.set_title(name, fontsize=10)
        paint = _lists if one[name].ndim == 2 else _points
        paint(axis, (one[name], other[name]), names)
    for axis in panels[len(shared) :]:
        axis.remove()
    lists = [axis for axis, name in zip(panels, shared, strict=False) if one[name].ndim == 2]
    if lists:
        style.legend_below(figure, 2, lists[:1])
    return Drawing(figure, _said(one, other, shared, names))


def _points(axis: Axes, sides: Sequence[NDArray[np.float64]], names: tuple[str, str]) -> None:
    """Draw each seed, and the mean with its interval, a side a row."""
    for row, (values, look) in enumerate(zip(sides, SIDES, strict=True)):
        axis.plot(values, np.full(len(values), row - 0.25), "|", color="0.5")
        low, high = _interval(values)
        mean = values.mean()
        bars = [[mean - low], [high - mean]]
        axis.errorbar([mean], [row], xerr=bars, fmt=look.marker, color=style.PALETTE[look.colour])
    axis.set_yticks([0, 1], names)
    axis.set_ylim(1.6, -0.6)


def _lists(axis: Axes, sides: Sequence[NDArray[np.float64]], names: tuple[str, str]) -> None:
    """Draw the means of a list, place by place, with a band of their intervals."""
    for values, look, name in zip(sides, SIDES, names, strict=True):
        places = np.arange(1, values.shape[1] + 1)
        colour = style.PALETTE[look.colour]
        axis.plot(
            places, values.mean(axis=0), look.line, marker=look.marker, ms=3, color=colour,
            label=name, markevery=-(-len(places) // MOST_MARKS),
        )  # fmt: skip
        low, high = np.array([_interval(column) for column in values.T]).T
        axis.fill_between(places, low, high, alpha=0.15, linewidth=0, color=colour)
    axis.set_xlabel("place in the list", fontsize=9)


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the interval of a mean over seeds; too few, or equal ones, have none."""
    if len(values) < FEWEST_SEEDS or np.ptp(values) == 0 or not np.isfinite(values).all():
        return float(values.mean()), float(values.mean())
    return mean_interval(values)


def _said(one: Numbers, other: Numbers, shared: Sequence[str], names: tuple[str, str]) -> str:
    """Return as much of what is drawn, in words, as an alt text may have."""
    words = f"{names[0].capitalize()} and {names[1]}, a panel for each number."
    for name in shared:
        ends = [each[name].mean(axis=0).reshape(-1)[-1] for each in (one, other)]
        last = ", at the end" if one[name].ndim == 2 else ""
        more = f" {name}{last}: {ends[0]:.3g} and {ends[1]:.3g}."
        if len(words) + len(more) > LONGEST_ALT:
            break
        words += more
    return words
