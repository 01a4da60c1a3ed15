"""The figures of the chapter on batch normalisation, each with its words from the same numbers.

Chapter: book/batch_norm.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Lines, Settings
from dlexp.draw.style import Look

COLOURS = ("sky", "orange", "green", "yellow")
"""Of the channels of a batch."""

TEST = "test accuracy (%)"


# --- Batches ------------------------------------------------------------------------------------


def sharing(batch: int = 4, channels: int = 3, side: int = 3) -> Drawing:
    """Draw the values of a dense and of a convolutional batch, one colour per pair of statistics.

    Parameters
    ----------
    batch, channels : int
        Rows and columns; four channels at most.
    side : int
        Height and width of a map.
    """
    figure, axes = style.new(6.4, 3.4, columns=2, width_ratios=(1, 2))
    for axis, title, cells in zip(axes[0], ("dense", "convolutional"), (1, side), strict=True):
        for example, channel in np.ndindex(batch, channels):
            _map(axis, example, channel, cells)
        axis.set(xlim=(-0.1, channels + 0.1), ylim=(batch + 0.1, -0.1), aspect="equal")
        style.without_ticks(axis)
        axis.set(title=title, xlabel="channels")
    axes[0, 0].set_ylabel("examples")
    return Drawing(
        figure,
        f"Two grids of {batch} examples by {channels} channels, one colour per channel. Dense: "
        f"each colour has {batch} cells. Convolutional: each cell is a map of {side} by {side}, "
        f"and each colour has {batch * side**2} cells.",
    )


def _map(axis: Axes, row: int, column: int, side: int) -> None:
    """Draw the map of one example and one channel."""
    width, colour = 0.8 / side, style.PALETTE[COLOURS[column]]
    for y, x in np.ndindex(side, side):
        corner = (column + 0.1 + x * width, row + 0.1 + y * width)
        axis.add_patch(
            Rectangle(corner, width, width, facecolor=colour, edgecolor="black", linewidth=0.6)
        )


def steps(stages: Mapping[str, Floats]) -> Drawing:
    """Draw the values of a batch after each step, one strip of dots per channel.

    Parameters
    ----------
    stages : mapping of a step's name to an array of shape (B, C)
        Four channels at most.
    """
    figure, axes = style.new(6.8, 2.6, columns=len(stages))
    for axis, (title, values) in zip(axes[0], stages.items(), strict=True):
        for channel, column in enumerate(values.T):
            look = style.LOOKS[channel]
            heights, colour = np.full(len(column), channel), style.PALETTE[look.colour]
            axis.plot(column, heights, look.marker, color=colour, alpha=0.6)
        axis.set_title(title, fontsize=10)
        axis.set(ylim=(values.shape[1] - 0.5, -0.5), xlabel="value")
        axis.set_yticks(range(values.shape[1]), [""] * values.shape[1])
    names = [f"channel {channel + 1}" for channel in range(values.shape[1])]
    axes[0, 0].set_yticks(range(len(names)), names)
    parts = (
        f"{title}: "
        + ", ".join(f"{m:.1f} ± {s:.1f}" for m, s in zip(x.mean(0), x.std(0), strict=True))
        for title, x in stages.items()
    )
    words = f"Dots per channel after each step, as mean ± spread. {'; '.join(parts)}."
    return Drawing(figure, words)


# --- Lines against a setting --------------------------------------------------------------------


def law(spreads: Floats, curves: Mapping[str, Floats]) -> Drawing:
    """Draw the variance after a normalisation against the standard deviation before it.

    Parameters
    ----------
    spreads : array of shape (n,)
    curves : mapping of a line's name to an array of shape (n,)
    """
    half = (
        f"{name} at {spreads[int(np.argmax(values >= 0.5))]:.2g}" for name, values in curves.items()
    )
    drawing = draw.lines(
        {"": {name: values[np.newaxis] for name, values in curves.items()}}, spreads,
        x="standard deviation before", y="variance after",
        what="Curves that rise from 0 to 1", words=f"They pass one half: {'; '.join(half)}",
        paint=partial(draw.band, quantiles=None), looks=style.UNMARKED,
        layout=Layout(width=6.4, height=3.4, columns=0),
    )  # fmt: skip
    drawing.figure.axes[0].legend(loc="upper left")
    return drawing


def curves(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    axis: str,
    ticks: bool = False,
    what: str,
) -> Drawing:
    """Draw means over seeds, with the range over seeds as a band, one panel per net.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
        Test accuracies, in [0, 1].
    settings : sequence of positive float
        What the columns of the lines belong to; drawn on a logarithmic axis.
    axis, what : str
        What the settings are, and what the alt text calls the figure.
    ticks : bool
        Whether each setting is written at the axis.
    """

    def first_best_last(values: Floats) -> str:
        mean = values.mean(axis=0)
        best = f"{mean.max():.0%} ({settings[int(mean.argmax())]:g})"
        return f"{mean[0]:.0%}, {best}, {mean[-1]:.0%}"

    return draw.lines(
        panels, settings, x=axis, y=TEST, factor=100, layout=Layout(ticks=ticks),
        what=f"{what}, at {settings[0]:g}, at best, at {settings[-1]:g}",
        words=draw.by_line(panels, first_best_last),
    )  # fmt: skip


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


def distances(panels: Mapping[str, Lines], settings: Sequence[float]) -> Drawing:
    """Draw how far apart pairs of nets are, one thin line per seed, on logarithmic axes.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
        Positive values.
    settings : sequence of positive float
        Steps.
    """

    def say(values: Floats) -> str:
        first, last = np.median(values[:, 0]), np.median(values[:, -1])
        least = f"least {values[:, -1].min():.0e}"
        return f"{first:.0e} after {settings[0]:g}, {last:.0e} after {settings[-1]:g}, {least}"

    return draw.lines(
        panels, settings, x="steps", y="kernels apart, as a share",
        what="Distance of kernels against steps, median of seeds",
        words=draw.by_line(panels, say), paint=draw.strands, layout=Layout(log="xy", columns=2),
    )  # fmt: skip


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
        mean = values.mean(0)
        return f"{mean[early]:.0%} after {steps[early]} steps, {mean[-1]:.0%} after {steps[-1]}"

    drawing = draw.lines(
        panels, steps, x="steps", y="validation accuracy (%)", factor=100,
        what=f"Validation accuracy of single runs, with a bar at {bar:.0%}",
        words=draw.by_line(panels, say), paint=draw.strands, looks=style.UNMARKED,
        layout=Layout(height=3.6, log="", columns=2),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.axhline(100 * bar, color="black", linewidth=0.8)
        axis.set_ylim(50, 100)
    return drawing


def noise(sizes: Sequence[int], noise: Lines, test: Lines) -> Drawing:
    """Draw how far the mean of a part strays, and the accuracy of nets trained with such parts.

    Parameters
    ----------
    sizes : sequence of int
        Images per part.
    noise, test : mappings of a net's name to an array of shape (seeds, sizes)
        Noise of the mean, as a share of the spread; test accuracy.
    """
    figure, axes = style.new(6.8, 3.4, columns=2)
    left, right = axes[0]
    draw.panel(left, sizes, noise)
    draw.panel(right, sizes, test, factor=100)
    for axis in (left, right):
        axis.set_xscale("log", base=2)
        axis.set_xticks(sizes, map(str, sizes))
        axis.set_xlabel("images per part")
    left.plot(sizes, 1 / np.sqrt(np.asarray(sizes)), ":", color="black", label="1 / √size")
    left.set(yscale="log", ylabel="noise of a mean / spread")
    right.set_ylabel(TEST)
    style.legend_below(figure, 3)
    parts = (
        f"{name}: noise {noise[name].mean(0)[0]:.2f} falls to {noise[name].mean(0)[-1]:.3f}, "
        f"test accuracy {', '.join(f'{value:.1%}' for value in test[name].mean(0))}"
        for name in noise
    )
    return Drawing(figure, f"Parts of {', '.join(map(str, sizes))} images. {'; '.join(parts)}.")
