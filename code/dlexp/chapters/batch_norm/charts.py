"""What trained nets reach, drawn, each figure with its words from the same numbers.

Chapter: book/batch_norm.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Lines, Settings
from dlexp.draw.style import Look

TEST, VALIDATION = "test accuracy (%)", "validation accuracy (%)"


def curves(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    axis: str,
    ticks: bool = False,
    what: str,
    y: str = TEST,
    zooms: Mapping[str, tuple[float, float]] | None = None,
) -> Drawing:
    """Draw means over seeds, with the range over seeds as a band, one panel per net.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
        Accuracies, in [0, 1].
    settings : sequence of positive float
        What the columns of the lines belong to; drawn on a logarithmic axis.
    axis, what : str
        What the settings are, and what the alt text calls the figure.
    ticks : bool
        Whether each setting is written at the axis.
    y : str
        What the accuracies are of.
    zooms : mapping of a panel's title to percentages, optional
        The ends of its upright axis; without any, panels share one.
    """

    def first_best_last(values: Floats) -> str:
        mean = values.mean(axis=0)
        best = f"{mean.max():.0%} ({settings[int(mean.argmax())]:g})"
        return f"{mean[0]:.0%}, {best}, {mean[-1]:.0%}"

    drawing = draw.lines(
        panels, settings, x=axis, y=y, factor=100, layout=Layout(ticks=ticks, share=not zooms),
        what=f"{what}, at {settings[0]:g}, at best, at {settings[-1]:g}",
        words=draw.by_line(panels, first_best_last),
    )  # fmt: skip
    for each, title in zip(drawing.figure.axes, panels, strict=True):
        if zooms and title in zooms:
            each.set_ylim(zooms[title])
    return drawing


def rates(panels: Mapping[str, Lines], tried: Mapping[str, Floats], *, floor: float) -> Drawing:
    """Draw validation accuracy against the learning rate, one panel per net, with its rates.

    What lies below the foot of the upright axis is not drawn.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
    tried : mapping of the same titles to the learning rates
    floor : float
        Accuracy at the foot of the axis, in [0, 1].
    """

    def best(title: str) -> str:
        return ", ".join(
            f"{name} {values.mean(0).max():.0%} at {tried[title][values.mean(0).argmax()]:g}"
            for name, values in panels[title].items()
        )

    drawing = draw.lines(
        panels, tried, x="learning rate", y=VALIDATION, factor=100,
        what="Validation accuracy by learning rate, at best",
        words="; ".join(f"{title}: {best(title)}" for title in panels),
    )  # fmt: skip
    for axis, title in zip(drawing.figure.axes, panels, strict=True):
        draw.scale(axis, "x", tried[title])
        axis.tick_params(axis="x", labelrotation=90, labelsize=9)  # or they would touch
        axis.set(ylim=(100 * floor, 97), yticks=np.arange(100 * floor, 97, 5))
    return drawing


def scales(
    lines: Lines, settings: Sequence[float], limits: Mapping[str, float], *, learnt: float
) -> Drawing:
    """Draw accuracy against the size of the first weights, with a mark for each epsilon.

    Parameters
    ----------
    lines : mapping of a line's name to an array of shape (seeds, settings)
    settings : sequence of float
    limits : mapping of a line's name to the setting below which the variance is below its epsilon
    learnt : float
        Accuracy from which a net counts as one that learns; for the words.
    """

    def band_and_limit(
        axis: Axes, settings: Settings, values: Floats, look: Look, name: str
    ) -> None:
        draw.band(axis, settings, values, look, name)
        if name in limits:
            colour = style.PALETTE[look.colour]
            axis.axvline(limits[name], color=colour, linestyle=look.line, alpha=0.5)

    def span(values: Floats) -> str:
        good = np.flatnonzero(values.mean(axis=0) >= learnt)
        return f"{settings[good[0]]:g} to {settings[good[-1]]:g}" if len(good) else "nowhere"

    ends = f"{settings[0]:g} to {settings[-1]:g}"
    return draw.lines(
        {"": lines}, settings, x="standard deviation of the first weights", y=TEST, factor=100,
        what=f"Test accuracy against the size of first weights from {ends}",
        words=f"Means above {learnt:.0%}: {draw.by_line({'': lines}, span)}",
        paint=band_and_limit, layout=Layout(width=6.4, height=3.9, columns=2),
    )  # fmt: skip


def middle(axis: Axes, settings: Settings, values: Floats, look: Look, name: str) -> None:
    """Draw the median of the seeds, with a band that holds the middle half of them."""
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75), axis=0)
    colour = style.PALETTE[look.colour]
    axis.plot(settings, median, look.line, color=colour, label=name)
    axis.fill_between(settings, low, high, alpha=0.2, linewidth=0, color=colour)


def race(panels: Mapping[str, Lines], steps: Sequence[int], bar: float) -> Drawing:
    """Draw validation accuracy step by step, and the bar that the nets race to.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, looks)
    steps : sequence of int
        Of the looks.
    bar : float
        Accuracy, in [0, 1].
    """
    early = len(steps) // 10

    def say(values: Floats) -> str:
        median = np.median(values, axis=0)
        return f"{median[early]:.0%} after {steps[early]} steps, {median[-1]:.0%} after {steps[-1]}"

    drawing = draw.lines(
        panels, steps, x="steps", y=VALIDATION, factor=100,
        what=f"Validation accuracy, median of seeds, with a bar at {bar:.0%}",
        words=draw.by_line(panels, say), paint=middle, looks=style.UNMARKED,
        layout=Layout(height=3.6, log="", columns=3),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.axhline(100 * bar, color="black", linewidth=0.8)
        axis.set_ylim(70, 97)
    return drawing


def courses(accuracy: Lines, shift: Lines, steps: Sequence[int]) -> Drawing:
    """Draw the errors of nets along a training, and how far inner means move in a step.

    Parameters
    ----------
    accuracy, shift : mappings of a net's name to an array of shape (seeds, looks)
        Validation accuracy; movement of the means as a share of the spreads, positive.
        Movement may have more nets, after those of the accuracy.
    steps : sequence of int
        Of the looks.
    """
    figure, axes = style.new(6.8, 3.9, columns=2)
    left, right = axes[0]
    draw.panel(left, steps, {name: 1 - values for name, values in accuracy.items()}, factor=100)
    draw.panel(right, steps, shift)
    left.set(xlabel="steps", ylabel="validation errors (%)", yscale="log")
    left.set_yticks([3, 5, 10, 20, 40], ["3", "5", "10", "20", "40"])
    left.minorticks_off()
    right.set(xlabel="steps", ylabel="means moved / spread", yscale="log")
    style.legend_below(figure, 2, [right])  # the panel with all nets

    def errors(name: str) -> str:
        if name not in accuracy:
            return ""
        mean = accuracy[name].mean(0)
        return f"{mean[0]:.1%} to {mean[-1]:.1%}, "

    parts = (
        f"{name}: {errors(name)}means moved by {np.median(values):.2g}"
        for name, values in shift.items()
    )
    words = f"Validation accuracy from {steps[0]} to {steps[-1]} steps, and shift"
    return Drawing(figure, f"{words}. {'; '.join(parts)}.")


def fits(
    panels: Mapping[str, Lines],
    steps: Sequence[int],
    zooms: Mapping[str, tuple[float, float]] | None = None,
) -> Drawing:
    """Draw validation accuracy along trainings with right labels, and with some wrong ones.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
    steps : sequence of int
        Of the looks.
    zooms : mapping of a panel's title to percentages, optional
        The ends of its upright axis; without any, panels share one.
    """
    drawing = draw.lines(
        panels, steps, x="steps", y=VALIDATION, factor=100,
        layout=Layout(log="", columns=2, share=not zooms), looks=style.UNMARKED,
        what=f"Validation accuracy from {steps[0]} to {steps[-1]} steps",
        words=draw.by_line(panels, partial(draw.ends, spec=".0%")),
    )  # fmt: skip
    for each, title in zip(drawing.figure.axes, panels, strict=True):
        if zooms and title in zooms:
            each.set_ylim(zooms[title])
    return drawing
