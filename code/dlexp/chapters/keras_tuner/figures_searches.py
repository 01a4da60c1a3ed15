"""Figures of how searches go on: their lead along the budget, and what a Gaussian process says.

Chapter: book/keras_tuner.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Lines, Settings
from dlexp.draw.style import Look
from dlexp.lab.intervals import mean_interval

BLUE, RED, SKY = (style.PALETTE[name] for name in ("blue", "vermillion", "sky"))


class Step(NamedTuple):
    """A Gaussian process after some trials, on a fine grid of a line.

    Attributes
    ----------
    x, mean, deviation, upper : arrays of shape (n,)
        Places in [0, 1], guesses, error bars and the acquisition.
    tried : sequence of int
        Which rates were tried.
    chosen : int
        Which rate comes next.
    """

    x: Floats
    mean: Floats
    deviation: Floats
    upper: Floats
    tried: Sequence[int]
    chosen: int


def leads(
    panels: Mapping[str, Lines], spent: Sequence[int], *, limits: Sequence[tuple[float, float]]
) -> Drawing:
    """Draw by how much searches are ahead of another kind, with the interval of each mean.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
        Each of shape (searches, budgets): differences of accuracies, pair by pair. A line of one
        row is a mean that is known, and has no interval.
    spent : sequence of int
        Budgets, in epochs.
    limits : sequence of tuples of float
        Of the upright axis of each panel, in percentage points.
    """

    def paint(axis: Axes, x: Settings, values: Floats, look: Look, name: str) -> None:
        colour = style.PALETTE[look.colour]
        axis.plot(
            x, values.mean(axis=0), look.line, marker=look.marker, ms=4, markevery=3,
            color=colour, label=name,
        )  # fmt: skip
        if len(values) > 1:
            low, high = np.transpose([mean_interval(column) for column in values.T])
            axis.fill_between(x, low, high, alpha=0.18, linewidth=0, color=colour)

    ends = partial(draw.ends, spec="+.2f")
    drawing = draw.lines(
        panels, spent, x="epochs spent", y="ahead of random (points)", factor=100, paint=paint,
        what=f"Lead over random search in points, from {spent[0]} to {spent[-1]} epochs",
        words=draw.by_panel(panels, lambda v: ends(100 * v), comma="; ", semicolon=". "),
        layout=Layout(height=3.9, log="", columns=0, share=False),
    )  # fmt: skip
    for panel, ends_at in zip(drawing.figure.axes, limits, strict=True):
        panel.axhline(0, color="black", lw=0.8)
        panel.set_ylim(ends_at)
        panel.legend(fontsize=9, loc="upper right")
    return drawing


# --- A Gaussian process -------------------------------------------------------------------------


def process(steps: Sequence[Step], rates: Sequence[float], truth: Floats) -> Drawing:
    """Draw what a Gaussian process says after some trials, and where it goes on.

    Parameters
    ----------
    steps : sequence of Step
        One panel each.
    rates : sequence of float
        The learning rates that can be tried.
    truth : array of shape (rates,)
        Their scores, in [0, 1], of which the process has seen some.
    """
    figure, axes = style.new(6.8, 3.7, columns=len(steps), sharey=True)
    ticks, parts = (np.arange(len(rates)) + 0.5) / len(rates), []
    for axis, step in zip(axes[0], steps, strict=True):
        mean, error = 100 * step.mean, 100 * step.deviation
        axis.fill_between(
            step.x, mean - error, mean + error, color=SKY, alpha=0.4, lw=0, label="± one error bar"
        )
        axis.plot(step.x, mean, color=BLUE, label="guess")
        axis.plot(step.x, 100 * step.upper, "--", color=RED, label="acquisition")
        axis.plot(ticks, 100 * truth, "o", mfc="none", color="0.5", ms=6, label="not seen")
        seen = list(step.tried)
        axis.plot(ticks[seen], 100 * truth[seen], "o", color="black", ms=6, label="trials")
        axis.axvline(ticks[step.chosen], color=RED, lw=1, ls=":")
        axis.set_xticks(ticks, [f"{rate:g}" for rate in rates], rotation=60, fontsize=8)
        axis.set(title=f"after {len(seen)} trials", xlabel="learning rate")
        parts.append(f"after {len(seen)} trials it goes on at {rates[step.chosen]:g}")
    axes[0, 0].set_ylabel("validation accuracy (%)")
    style.legend_below(figure, 3)
    return Drawing(figure, f"A Gaussian process over learning rates: {'; '.join(parts)}.")
