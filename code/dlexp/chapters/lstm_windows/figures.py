"""The figures of the chapter on LSTM windows, each with its words from the same numbers.

Chapter: book/lstm_windows.md.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing
from dlexp.draw.style import Look

NAMES = {
    "noise": "noise",
    "ar": "swing",
    "trend": "trend",
    "walk": "walk",
    "sunspots": "sunspots",
    "co2": "CO₂",
}
"""What the reader calls the series."""

GIVEN = {"raw": "raw", "scaled": "scaled", "changes": "changes"}
"""What the reader calls the treatments."""

LOOKS = {
    "raw": Look("vermillion", "s", "--"),
    "scaled": Look("blue", "o", "-"),
    "changes": Look("green", "^", "-."),
    "least squares": Look("black", "x", ":"),
}

IN_TIME = {
    "truth": Look("black", "", "-"),
    "scaled": Look("blue", "", "--"),
    "changes": Look("green", "", "-."),
    "last value": Look("orange", "", ":"),
}
"""How a series and its forecasts look, one step after the other."""

PARTS = ("learn", "choose", "test")
"""The three parts of a series, in order of time."""


def series(values: Mapping[str, Floats], stops: Mapping[str, tuple[int, int]]) -> Drawing:
    """Draw series, with the parts that are learnt from, chosen by and tested on.

    Parameters
    ----------
    values : mapping of a series' name to an array (steps,)
    stops : mapping of a series' name to where the first two parts end
    """
    figure, axes = style.new(7.2, 4.2, rows=2, columns=3)
    words = []
    for axis, (name, each) in zip(axes.ravel(), values.items(), strict=True):
        edges = (0, *stops[name], len(each))
        for place, (start, stop) in enumerate(itertools.pairwise(edges)):
            colour = style.PALETTE[("blue", "orange", "vermillion")[place]]
            rows = np.arange(start, stop)
            axis.plot(rows, each[start:stop], lw=0.8, color=colour, label=PARTS[place])
        axis.set_title(NAMES[name], fontsize=11)
        axis.tick_params(labelsize=9)
        learnt, tested = each[: edges[1]].mean(), each[edges[2] :].mean()
        words.append(f"{NAMES[name]} {learnt:.0f} and {tested:.0f}")
    style.legend_below(figure, 3)
    text = (
        f"Six series in three parts. Means of the first and of the last part: {', '.join(words)}."
    )
    return Drawing(figure, text)


def in_time(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw true values and what was foretold of them, one step after the other.

    Parameters
    ----------
    panels : mapping of a series' name to a mapping of a name of `IN_TIME` to an array (1, steps)
    """
    titled = {NAMES[name]: group for name, group in panels.items()}
    return lines.lines(
        titled,
        _counted(titled),
        x="step",
        y="value",
        what="The last test values and their forecasts, the first step and the last",
        words=lines.by_panel(titled, lambda values: lines.ends(values, ".0f")),
        looks=IN_TIME,
        layout=lines.Layout(share=False, log="", height=3.4, columns=4),
    )


def _counted(panels: Mapping[str, Mapping[str, Floats]]) -> list[int]:
    """Return the numbers from one on of what all lines have one value for."""
    line = next(iter(next(iter(panels.values())).values()))
    return list(range(1, line.shape[1] + 1))


def grid(panels: Mapping[str, Mapping[str, Floats]], windows: Sequence[int]) -> Drawing:
    """Draw what is left unexplained of each series, by the window and by what is given.

    Parameters
    ----------
    panels : mapping of a series' name to a mapping of a name of `LOOKS` to R² (seeds, windows)
    windows : sequence of int
    """
    figure, axes = style.new(7.2, 5.0, rows=2, columns=3, sharex=True)
    words = []
    for axis, (name, group) in zip(axes.ravel(), panels.items(), strict=True):
        left = {key: 1 - values for key, values in group.items()}
        lines.panel(axis, windows, left, looks=LOOKS)
        axis.axhline(1, color="0.4", lw=1)
        lines.scale(axis, "xy", windows)
        axis.set_title(NAMES[name], fontsize=11)
        axis.tick_params(labelsize=9)
        told = ", ".join(f"{key} {_ends(group[key])}" for key in ("raw", "scaled"))
        words.append(f"{NAMES[name]} {told}")
    for axis in axes[1]:
        axis.set_xlabel("window")
    for axis in axes[:, 0]:
        axis.set_ylabel("1 less R²")
    style.legend_below(figure, 4)
    text = f"R² of LSTMs, from the shortest window to the longest. {'; '.join(words)}."
    return Drawing(figure, text.replace("-", "\N{MINUS SIGN}"))


def _ends(values: Floats) -> str:
    """Say the first and the last mean of a line, large ones without decimals."""
    means = values.mean(axis=0)[[0, -1]]
    return lines.ends(values, ".2f" if abs(means).max() < 10 else ".0f")


def bent(
    at: Floats,
    told: Mapping[str, Floats],
    seen: tuple[float, float],
    tested: tuple[float, float],
) -> Drawing:
    """Draw what nets make of one value, also of values beyond those they learnt from.

    Parameters
    ----------
    at : array of shape (values,)
    told : mapping of a net's name to an array (seeds, values)
    seen : tuple of float
        Least and largest value that was learnt from.
    tested : tuple of float
        Least and largest value of the test part.
    """
    figure, axes = style.new(6.0, 3.7)
    axis: Any = axes[0, 0]
    axis.axvspan(*seen, color=style.PALETTE["yellow"], alpha=0.25, lw=0)
    axis.axvspan(*tested, color="0.5", alpha=0.15, lw=0)
    axis.plot(at, at, color="0.6", lw=1, label="the value itself")
    lines.panel(axis, at, told, looks=style.UNMARKED)
    axis.set_xlabel("value that is seen")
    axis.set_ylabel("value that is foretold")
    style.legend_below(figure, 3)
    ends = ", ".join(f"{name} {values[:, -1].mean():.0f}" for name, values in told.items())
    return Drawing(
        figure,
        f"Learnt from: values of {seen[0]:.0f} to {seen[1]:.0f}. For a value of {at[-1]:.0f}, "
        f"the forecasts are: {ends}. Tested on: values of {tested[0]:.0f} to {tested[1]:.0f}.",
    )


def learning(
    panels: Mapping[str, Mapping[str, Floats]], steps: Sequence[int], words: str
) -> Drawing:
    """Draw what is unexplained of the validation part along the training, for each rate.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a rate in words to an array (seeds, looks)
    steps : sequence of int
    words : str
        What the panels are.
    """
    return lines.lines(
        panels,
        steps,
        x="steps of training",
        y="1 less R², validation",
        what=f"{words}, first look to last",
        words=lines.by_panel(panels, lines.ends),
        layout=lines.Layout(log="y", share=False, height=3.6, columns=3),
    )


def horizons(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw R² by how far ahead a value lies, for each way to foretell it.

    Parameters
    ----------
    panels : mapping of a series' name to a mapping of a way to an array (seeds, distances)
    """
    distances = range(1, next(iter(next(iter(panels.values())).values())).shape[1] + 1)
    titled = {NAMES[name]: group for name, group in panels.items()}
    drawing = lines.lines(
        titled,
        list(distances),
        x="values ahead",
        y="R²",
        what="R² of forecasts, of the next value and of the farthest",
        words=lines.by_panel(titled, lambda values: lines.ends(values, ".2f")),
        looks=style.LOOKS,
        layout=lines.Layout(log="", height=3.9, columns=2),
    )
    for axis in drawing.figure.axes:
        axis.axhline(0, color="0.4", lw=1)
    return drawing


def folds(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw R² in each stretch that is foretold from all that lies before it.

    Parameters
    ----------
    panels : mapping of a series' name to a mapping of a treatment to an array (seeds, folds)
    """
    titled = {NAMES[name]: group for name, group in panels.items()}
    return lines.lines(
        titled,
        _counted(titled),
        x="stretch",
        y="R²",
        what="R² of LSTMs in one stretch after the other, means of the first and the last",
        words=lines.by_panel(titled, lambda values: lines.ends(values, ".2f")),
        paint=lines.strands,
        looks=LOOKS,
        layout=lines.Layout(log="", height=3.4, columns=3, width=7.2),
    )
