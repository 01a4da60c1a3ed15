"""The figures of the chapter on weight decay, each with its words from the same numbers.

Chapter: book/weight_decay.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing
from dlexp.draw.style import Look
from dlexp.lab.intervals import mean_interval

SPLIT = {
    "reported": ("reported: data and penalty", Look("black", "", "-")),
    "penalty": ("penalty", Look("vermillion", "", "--")),
    "data": ("data: cross-entropy", Look("blue", "", "-.")),
}
"""What the parts of a loss are called and drawn as."""


FURTHEST = 3.5
"""Gaps to the left of zero: what lies wholly beyond is written, not drawn."""

SKIPPED = 2
"""Passes with Adam that are not drawn."""

BOWL = (0.02, 0.08, 0.2, 0.4, 0.7, 1.1, 1.6, 2.2)
"""Heights at which a bowl is cut for its contours."""


def pulled(curvatures: Floats, minimum: Floats, strengths: Sequence[float]) -> Drawing:
    """Draw a bowl, its lowest point, and where that goes when a penalty grows.

    Parameters
    ----------
    curvatures, minimum : arrays of shape (2,)
        Of the loss, along its axes.
    strengths : sequence of float
        Of the penalty, increasing.
    """
    figure, axes = style.new(5.4, 3.6)
    axis = axes[0, 0]
    _bowl(axis, curvatures, minimum)
    way = penalised_minimum(curvatures, minimum, np.array(strengths)[:, np.newaxis])
    axis.plot(*way.T, "o-", ms=5, color=style.PALETTE["vermillion"], label="_penalised minimum")
    for strength, (x, y) in zip(strengths, way, strict=True):
        axis.annotate(f"{strength:g}", (x, y), (5, 5), textcoords="offset points", fontsize=9)
    axis.plot(0, 0, "k+", ms=10, label="_origin")
    axis.set_xlabel(f"a weight along which the loss is flat: curvature {curvatures[0]:g}")
    axis.set_ylabel(f"one along which it is steep: {curvatures[1]:g}")
    flat, steep = way[len(way) // 2] / minimum
    return Drawing(
        figure,
        f"Contours of a loss around its lowest point. As a penalty grows from {strengths[0]:g} to "
        f"{strengths[-1]:g}, the lowest point moves to zero: at {strengths[len(way) // 2]:g} the "
        f"flat weight keeps {flat:.0%} of its value, the steep one {steep:.0%}.",
    )


def penalised_minimum(curvatures: Floats, minimum: Floats, strength: float | Floats) -> Floats:
    """Return where a bowl with the penalty ``strength * sum(w**2)`` is lowest.

    Examples
    --------
    >>> penalised_minimum(np.array([2.0, 6.0]), np.array([1.0, 1.0]), 1.0)
    array([0.5 , 0.75])
    """
    return np.asarray(curvatures / (curvatures + 2 * strength) * minimum)


def _bowl(axis: Axes, curvatures: Floats, minimum: Floats) -> None:
    x, y = np.meshgrid(np.linspace(-0.7, 2.3, 120), np.linspace(-0.3, 1.8, 120))
    loss = (curvatures[0] * (x - minimum[0]) ** 2 + curvatures[1] * (y - minimum[1]) ** 2) / 2
    axis.contour(x, y, loss, levels=BOWL, colors=style.PALETTE["sky"], linewidths=1)


def split(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw a loss that is reported, and its two terms, after each pass.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `SPLIT` to an array (seeds, passes)
    """
    passes = next(iter(next(iter(panels.values())).values())).shape[1]
    return lines.lines(
        {title: lines.labelled(group, SPLIT) for title, group in panels.items()},
        range(1, passes + 1),
        x="passes",
        y="loss",
        what="Losses from the first pass to the last",
        words=lines.by_line(panels, lambda values: lines.ends(values, ".3f")),
        looks=dict(SPLIT.values()),
        layout=lines.Layout(log="", height=3.6),
    )


def strengths(panels: Mapping[str, Mapping[str, Floats]], near: float) -> Drawing:
    """Draw what trainings end with, by the strength of the penalty: a dot for each seed.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a strength in words to an array (seeds,)
    near : float
        What the first panel shades to each side of its first mean.
    """
    figure, axes = style.new(7.2, 3.0, columns=len(panels))
    words: list[str] = []
    for axis, (title, group) in zip(axes[0], panels.items(), strict=True):
        for place, values in enumerate(group.values()):
            axis.plot(
                np.full(len(values), place),
                values,
                "o",
                ms=3,
                color=style.PALETTE["sky"],
                label="_seeds",
            )
        means = [values.mean() for values in group.values()]
        axis.plot(
            range(len(means)), means, "_", ms=14, mew=2, color=style.PALETTE["blue"], label="_mean"
        )
        if not words:
            shade = {"color": style.PALETTE["yellow"], "alpha": 0.25, "lw": 0}
            axis.axhspan(means[0] - near, means[0] + near, **shade)
        axis.set_xticks(range(len(means)), group, fontsize=9)
        axis.set_title(title, fontsize=11)
        axis.set_xlabel("strength")
        axis.margins(x=0.15)
        each = (f"{mean:.4g} with {name}" for mean, name in zip(means, group, strict=True))
        words.append(f"{title}: {', '.join(each)}")
    return Drawing(
        figure,
        f"By the strength of the penalty, means. {'; '.join(words)}. In the first panel, a band "
        f"of {near:g} to each side of the first mean.",
    )


def few(panels: Mapping[str, Mapping[str, Floats]], passes: Sequence[int]) -> Drawing:
    """Draw validation loss and accuracy along the training, for each remedy.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a remedy to an array (seeds, looks)
    passes : sequence of int
        At which there was a look.
    """
    return lines.lines(
        panels,
        passes,
        x="passes",
        y="",
        what="Trained on few images, from the first look to the last",
        words=lines.by_panel(panels, lambda values: lines.ends(values, ".3g")),
        layout=lines.Layout(log="", height=3.4, share=False, columns=3),
    )


def adam(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw the losses along the passes, without the first ones, which are far higher.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a training in words to an array (seeds, passes)
    """
    passes = next(iter(next(iter(panels.values())).values())).shape[1]
    late = {
        title: {name: values[:, SKIPPED:] for name, values in group.items()}
        for title, group in panels.items()
    }
    return lines.lines(
        late,
        range(SKIPPED + 1, passes + 1),
        x="passes",
        y="cross-entropy, data alone",
        what=f"Losses with Adam, from pass {SKIPPED + 1} to the last",
        words=lines.by_line(late, lambda values: lines.ends(values, ".3f")),
        layout=lines.Layout(log="", height=3.4, share=False, columns=3),
    )


def factors(gains: Mapping[str, Floats], gap: float, spread: Floats) -> Drawing:
    """Draw what one change does to the accuracy: seeds, means, intervals, and a yardstick.

    Parameters
    ----------
    gains : mapping of a change in words to an array (seeds,), in points
    gap : float
        What is to be explained, in points.
    spread : array of shape (seeds,)
        The base, less its own mean, in points.
    """
    figure, axes = style.new(6.8, 3.7)
    axis: Any = axes[0, 0]
    names = ["the base, its seeds", *gains]
    axis.axvspan(-gap, gap, color=style.PALETTE["yellow"], alpha=0.25, lw=0)
    axis.axvline(0, color="0.5", lw=1)
    axis.plot(
        spread, np.zeros(len(spread)), "o", ms=4, color=style.PALETTE["black"], label="_seeds"
    )
    words: list[str] = []
    for row, (name, values) in enumerate(gains.items(), start=1):
        low, high = mean_interval(values)
        words.append(f"{name} {values.mean():+.2f} ({low:+.2f} to {high:+.2f})")
        if high < -FURTHEST * gap:
            axis.text(
                0.1 * gap - FURTHEST * gap, row, f"← {values.mean():+.2f}", va="center", fontsize=10
            )
            continue
        axis.plot(
            values,
            np.full(len(values), row - 0.2),
            "o",
            ms=3,
            color=style.PALETTE["sky"],
            label=f"_{name}, seeds",
        )
        axis.plot([low, high], [row, row], lw=2, color=style.PALETTE["blue"], label="_interval")
        axis.plot(values.mean(), row, "o", ms=6, color=style.PALETTE["blue"], label="_mean")
    if axis.texts:
        axis.set_xlim(left=-FURTHEST * gap)
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set_xlabel("test accuracy less that of the base, in points")
    return Drawing(
        figure,
        f"Seeds of the base lie from {spread.min():+.2f} to {spread.max():+.2f} points around "
        f"their mean. Gains: {'; '.join(words)}. Band: a gap of {gap:.2f} points.",
    )
