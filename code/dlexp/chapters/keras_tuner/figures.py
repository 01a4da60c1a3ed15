"""The figures of the chapter on searching for hyperparameters, each with its words.

Chapter: book/keras_tuner.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Lines, Settings
from dlexp.draw.style import Look

BLUE = style.PALETTE["blue"]
BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
"""Behind a word, so that lines below it do not cross it out."""


# --- The table ----------------------------------------------------------------------------------


def parallel(
    grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats, *, best: float = 0.1
) -> Drawing:
    """Draw every configuration as a line through its values to its score.

    Parameters
    ----------
    grid : mapping of a hyperparameter to its values
    places : array of shape (configurations, hyperparameters)
        Which of the values each configuration has.
    score : array of shape (configurations,)
        In [0, 1].
    best : float
        Share that is drawn in colour.
    """
    figure, axes = style.new(6.8, 3.8)
    axis, bright = axes[0, 0], score >= np.quantile(score, 1 - best)
    heights = _heights(grid, places, score)
    _polylines(axis, heights[~bright], "0.82", 0.5)
    _polylines(axis, heights[bright], BLUE, 1.0)
    for column, values in enumerate(grid.values()):
        for height, value in zip(np.linspace(0, 1, len(values)), values, strict=True):
            _word(axis, column, height, _text(value))
    for height, value in ((0, score.min()), (1, score.max())):
        _word(axis, len(grid), height, f"{value:.0%}")
    style.without_ticks(axis)
    names = [name.replace("_", "\n") for name in grid]
    axis.set_xticks(range(len(grid) + 1), [*names, "score"])
    axis.tick_params(length=0)
    axis.set(ylim=(-0.08, 1.08))
    return Drawing(
        figure,
        f"{len(score)} configurations as lines from value to value to a score between "
        f"{score.min():.0%} and {score.max():.0%}. Of the best {bright.sum()}: "
        f"{_most_frequent(grid, places[bright].astype(int))}.",
    )


def _heights(grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats) -> Floats:
    """Return where each line passes each axis, in [0, 1]: (configurations, axes)."""
    sizes = np.array([len(values) for values in grid.values()])
    low, high = float(score.min()), float(score.max())
    heights = np.column_stack([places / (sizes - 1), (score - low) / (high - low)])
    generator = np.random.default_rng(0)  # apart a little, so that lines do not hide each other
    heights[:, :-1] += generator.uniform(-0.03, 0.03, size=heights[:, :-1].shape)
    return heights


def _polylines(axis: Axes, heights: Floats, colour: str, width: float) -> None:
    """Draw lines as one path, with gaps between them: that keeps the file small."""
    gaps = np.full((len(heights), 1), np.nan)
    x = np.tile([*range(heights.shape[1]), np.nan], len(heights))
    axis.plot(x, np.hstack([heights, gaps]).ravel(), color=colour, linewidth=width)


def _word(axis: Axes, column: int, height: float, text: str) -> None:
    axis.annotate(text, (column, height), ha="center", va="center", fontsize=9, bbox=BOX)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _most_frequent(grid: Mapping[str, Sequence[Any]], places: Any) -> str:
    """Say which value of each hyperparameter is the most frequent one, and in how many."""
    parts = []
    for column, (name, values) in enumerate(grid.items()):
        counts = np.bincount(places[:, column], minlength=len(values))
        parts.append(f"{name} {values[int(counts.argmax())]} in {counts.max()}")
    return ", ".join(parts)


def agreement(first: Floats, second: Floats, *, best: float = 0.1) -> Drawing:
    """Draw the scores of one seed against those of another: all, and the best close up.

    Parameters
    ----------
    first, second : arrays of shape (configurations,)
        In [0, 1].
    best : float
        Share of the configurations, by ``first``, that the right panel shows.
    """
    figure, axes = style.new(6.8, 3.4, columns=2)
    top = first >= np.quantile(first, 1 - best)
    for axis, shown, title in zip(
        axes[0], (np.full(len(first), True), top), ("all", f"the best {best:.0%}"), strict=True
    ):
        for part, colour, marker, name in (
            (~top, "0.6", ".", "_others"),
            (top, BLUE, "o", "_best"),
        ):
            x, y = (100 * scores[part & shown] for scores in (first, second))
            axis.plot(x, y, marker, color=colour, ms=4, ls="", label=name)
        axis.set(title=title, xlabel="score from one seed (%)")
        axis.set_aspect("equal", adjustable="datalim")
    axes[0, 0].set_ylabel("from another (%)")
    return Drawing(
        figure,
        f"Scores of {len(first)} configurations from two seeds. All: from {first.min():.0%} to "
        f"{first.max():.0%}, near the diagonal. The best {best:.0%} by the first seed: "
        f"{first[top].min():.1%} to {first[top].max():.1%} there, "
        f"{second[top].min():.1%} to {second[top].max():.1%} from the second.",
    )


# --- Grid and random ----------------------------------------------------------------------------


def projection(points: Mapping[str, Floats], height: Floats) -> Drawing:
    """Draw trials in a square, and what they see of the only direction that matters.

    Parameters
    ----------
    points : mapping of a search's name to an array of shape (trials, 2)
        In the unit square; the first coordinate matters.
    height : array of shape (n,)
        The function of the first coordinate, on an even grid, in [0, 1].
    """
    figure, axes = style.new(
        6.4, 3.8, rows=2, columns=len(points), sharex=True, height_ratios=(1, 2)
    )
    x, parts = np.linspace(0, 1, len(height)), []
    for (above, square), (name, trials), look in zip(
        axes.T, points.items(), style.LOOKS, strict=False
    ):
        options: dict[str, Any] = {"color": style.PALETTE[look.colour], "ms": 5, "ls": ""}
        seen, values = np.interp(trials[:, 0], x, height), len(set(trials[:, 0]))
        above.plot(x, height, color="black")
        above.plot(trials[:, 0], seen, look.marker, **options)
        square.plot(trials[:, 0], trials[:, 1], look.marker, **options)
        above.set(title=f"{name}: {values} values", yticks=[])
        square.set(xlim=(0, 1), ylim=(0, 1), xlabel="matters", xticks=[], yticks=[])
        parts.append(
            f"{name}: {len(trials)} trials, {values} values of what matters, best "
            f"{seen.max():.2f} of {height.max():.2f}"
        )
    axes[1, 0].set_ylabel("does not matter")
    axes[0, 0].set_ylabel("score")
    words = f"Trials in a square of which one side matters. {'; '.join(parts)}."
    return Drawing(figure, words)


# --- Lines against a setting --------------------------------------------------------------------


def lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    axis: str,
    value: str,
    factor: float = 1.0,
    band: tuple[float, float] = (0.0, 1.0),
    log: bool = False,
    height: float = 3.7,
    what: str,
    spec: str = ".1%",
) -> Drawing:
    """Draw means, with a band between two quantiles, one panel per group of lines.

    Parameters
    ----------
    panels, settings, factor
        As `dlexp.draw.lines.lines`.
    axis, value : str
        What stands below and beside the panels.
    band : tuple of float
        Quantiles over the rows; none is drawn for a line of one row.
    log : bool
        Whether the settings stand on a logarithmic axis.
    height : float
        In inches.
    what, spec : str
        What the alt text calls the figure, and how it writes a mean.
    """

    def paint(axis: Axes, x: Settings, values: Floats, look: Look, name: str) -> None:
        quantiles, step = band if len(values) > 1 else None, max(1, len(x) // 8)
        draw.band(axis, x, values, look, name, quantiles=quantiles, step=step)

    by_title = {t: settings[t] if isinstance(settings, Mapping) else settings for t in panels}
    ranges = {title: f"({x[0]:g} to {x[-1]:g})" for title, x in by_title.items()}
    titled = {f"{title} {ranges[title]}".strip(): group for title, group in panels.items()}
    drawing = draw.lines(
        panels, by_title, x=axis, y=value, what=what,
        words=draw.by_panel(titled, partial(draw.ends, spec=spec), comma="; ", semicolon=". "),
        factor=factor, paint=paint,
        layout=Layout(height=height, log="x" if log else "", ticks=log, columns=0),
    )  # fmt: skip
    for panel in drawing.figure.axes:
        panel.legend(fontsize=9)
    return drawing
