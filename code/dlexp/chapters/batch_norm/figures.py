"""The figures of the chapter on batch normalisation, each with its words from the same numbers.

Chapter: book/batch_norm.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dlexp.byhand import batch_norm as byhand
from dlexp.chapters.batch_norm import measure as experiment
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.lab import results

Floats = NDArray[np.floating]
Lines = Mapping[str, Floats]
"""A line's name to its values, of shape (seeds, settings)."""

COLOURS = ("sky", "orange", "green", "yellow")


# --- What shares its statistics -----------------------------------------------------------------


def plot_sharing(batch: int = 4, channels: int = 3, side: int = 3) -> Figure:
    """Draw the values of a dense and of a convolutional batch, one colour per pair of statistics.

    Parameters
    ----------
    batch, channels : int
        Rows and columns; four channels at most.
    side : int
        Height and width of a map.
    """
    figure, axes = style.new(6.4, 3.4, columns=2, width_ratios=(1, 2))
    dense, conv = axes[0]
    for example in range(batch):
        for channel in range(channels):
            _cells(dense, example, channel, 1)
            _cells(conv, example, channel, side)
    for axis, title in ((dense, "dense"), (conv, "convolutional")):
        axis.set(xlim=(-0.1, channels + 0.1), ylim=(batch + 0.1, -0.1), aspect="equal")
        style.without_ticks(axis)
        axis.set_title(title)
        axis.set_xlabel("channels")
    dense.set_ylabel("examples")
    return figure


def _cells(axis: Axes, row: int, column: int, side: int) -> None:
    """Draw the map of one example and one channel."""
    width = 0.8 / side
    for y, x in np.ndindex(side, side):
        axis.add_patch(
            Rectangle(
                (column + 0.1 + x * width, row + 0.1 + y * width),
                width,
                width,
                facecolor=style.PALETTE[COLOURS[column]],
                edgecolor="black",
                linewidth=0.6,
            )
        )


def alt_sharing(batch: int = 4, channels: int = 3, side: int = 3) -> str:
    """Say how many values share a mean in each drawing."""
    return (
        f"Two grids of {batch} examples by {channels} channels, one colour per channel. Dense: "
        f"each colour has {batch} cells. Convolutional: each cell is a map of {side} by {side}, "
        f"and each colour has {batch * side**2} cells."
    )


# --- What the steps do to values ----------------------------------------------------------------


def plot_steps(stages: Mapping[str, Floats]) -> Figure:
    """Draw the values of a batch after each step, one strip of dots per channel.

    Parameters
    ----------
    stages : mapping of a step's name to an array of shape (B, C)
        Four channels at most.
    """
    figure, axes = style.new(6.8, 2.6, columns=len(stages))
    for axis, (title, values) in zip(axes[0], stages.items(), strict=True):
        for channel, column in enumerate(values.T):
            colour, marker, _ = style.LOOKS[channel]
            axis.plot(
                column,
                np.full(len(column), channel),
                marker,
                color=style.PALETTE[colour],
                alpha=0.6,
            )
        axis.set_title(title, fontsize=10)
        axis.set(ylim=(values.shape[1] - 0.5, -0.5), xlabel="value")
        axis.set_yticks(range(values.shape[1]), [""] * values.shape[1])
    names = [f"channel {i + 1}" for i in range(len(values.T))]
    axes[0, 0].set_yticks(range(len(names)), names)
    return figure


def alt_steps(stages: Mapping[str, Floats]) -> str:
    """Give mean and spread of each channel at each step."""
    parts = (
        f"{title}: "
        + ", ".join(f"{m:.1f} ± {s:.1f}" for m, s in zip(x.mean(0), x.std(0), strict=True))
        for title, x in stages.items()
    )
    return f"Dots per channel after each step, as mean ± spread. {'; '.join(parts)}."


# --- Curves against a setting -------------------------------------------------------------------


def plot_law(spreads: Floats, curves: Mapping[str, Floats]) -> Figure:
    """Draw the variance after a normalisation against the standard deviation before it.

    Parameters
    ----------
    spreads : array of shape (n,)
    curves : mapping of a line's name to an array of shape (n,)
    """
    figure, axes = style.new(6.4, 3.4)
    axis = axes[0, 0]
    for (name, values), (colour, _, line) in zip(curves.items(), style.LOOKS, strict=False):
        axis.plot(spreads, values, line, color=style.PALETTE[colour], label=name)
    axis.set_xscale("log")
    axis.set(xlabel="standard deviation before", ylabel="variance after")
    axis.legend(loc="upper left")
    return figure


def alt_law(spreads: Floats, curves: Mapping[str, Floats]) -> str:
    """Say at which spread each curve passes one half."""
    parts = (
        f"{name} at {spreads[int(np.argmax(values >= 0.5))]:.2g}" for name, values in curves.items()
    )
    return f"Curves that rise from 0 to 1. They pass one half: {'; '.join(parts)}."


def plot_curves(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    axis: str,
    ticks: bool = False,
) -> Figure:
    """Draw means over seeds, with the range over seeds as a band, one panel per net.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
    settings : sequence of positive float
        What the columns of the lines belong to; drawn on a logarithmic axis.
    axis : str
        What the settings are.
    ticks : bool
        Whether each setting is written at the axis.
    """
    figure, axes = style.new(6.8, 3.7, columns=len(panels), sharey=True)
    for panel, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, values), look in zip(lines.items(), style.LOOKS, strict=False):
            _band(panel, settings, 100 * values, name, look)
        panel.set_xscale("log")
        panel.set_title(title)
        panel.set_xlabel(axis)
        if ticks:
            panel.set_xticks(settings, [f"{each:g}" for each in settings])
            panel.minorticks_off()
    axes[0, 0].set_ylabel("test accuracy (%)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 3))
    return figure


def _band(
    panel: Axes, settings: Sequence[float], values: Floats, name: str, look: tuple[str, str, str]
) -> None:
    """Draw the mean of the seeds and their range."""
    colour, marker, line = look
    options: dict[str, Any] = {"color": style.PALETTE[colour]}
    panel.plot(settings, values.mean(axis=0), line, marker=marker, ms=4, label=name, **options)
    panel.fill_between(
        settings, values.min(axis=0), values.max(axis=0), alpha=0.15, linewidth=0, **options
    )


def alt_curves(panels: Mapping[str, Lines], settings: Sequence[float], *, what: str) -> str:
    """Give, per panel and line, the first mean, the best one with its setting, and the last."""
    parts = []
    for title, lines in panels.items():
        for name, values in lines.items():
            mean = values.mean(axis=0)
            best = f"{mean.max():.0%} ({settings[int(mean.argmax())]:g})"
            parts.append(f"{title}, {name}: {mean[0]:.0%}, {best}, {mean[-1]:.0%}")
    ends = f"at {settings[0]:g}, at best, at {settings[-1]:g}"
    return f"{what}, {ends}. {'; '.join(parts)}."


def plot_scales(lines: Lines, settings: Sequence[float], limits: Mapping[str, float]) -> Figure:
    """Draw accuracy against the size of the first weights, with a mark for each epsilon.

    Parameters
    ----------
    lines : mapping of a line's name to an array of shape (seeds, settings)
    settings : sequence of float
    limits : mapping of a line's name to the setting below which the variance is below its epsilon
    """
    figure, axes = style.new(6.4, 3.9)
    panel = axes[0, 0]
    for (name, values), look in zip(lines.items(), style.LOOKS, strict=False):
        _band(panel, settings, 100 * values, name, look)
        if name in limits:
            panel.axvline(limits[name], color=style.PALETTE[look[0]], linestyle=look[2], alpha=0.5)
    panel.set_xscale("log")
    panel.set(xlabel="standard deviation of the first weights", ylabel="test accuracy (%)")
    figure.legend(*panel.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def alt_scales(lines: Lines, settings: Sequence[float], learnt: float) -> str:
    """Say between which first weights each net learns."""
    parts = []
    for name, values in lines.items():
        good = np.flatnonzero(values.mean(axis=0) >= learnt)
        span = f"{settings[good[0]]:g} to {settings[good[-1]]:g}" if len(good) else "nowhere"
        parts.append(f"{name}: {span}")
    return (
        f"Test accuracy against the size of first weights from {settings[0]:g} to "
        f"{settings[-1]:g}. Means above {learnt:.0%}: {'; '.join(parts)}."
    )


def plot_distances(panels: Mapping[str, Lines], settings: Sequence[float]) -> Figure:
    """Draw how far apart pairs of nets are, one thin line per seed, on logarithmic axes.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
        Positive values.
    settings : sequence of positive float
        Steps.
    """
    figure, axes = style.new(6.8, 3.7, columns=len(panels), sharey=True)
    for panel, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, marker, line) in zip(lines.items(), style.LOOKS, strict=False):
            for index, row in enumerate(values):
                label = name if index == 0 else None
                panel.plot(
                    settings, row, line, color=style.PALETTE[colour], marker=marker, ms=3, lw=1,
                    label=label,
                )  # fmt: skip
        panel.set(title=title, xlabel="steps", xscale="log", yscale="log")
    axes[0, 0].set_ylabel("kernels apart, as a share")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def alt_distances(panels: Mapping[str, Lines], settings: Sequence[float]) -> str:
    """Give the median distance at the first and the last setting, and the smallest at the end."""
    parts = (
        f"{title}, {name}: {np.median(values[:, 0]):.0e} after {settings[0]:g}, "
        f"{np.median(values[:, -1]):.0e} after {settings[-1]:g}, least {values[:, -1].min():.0e}"
        for title, lines in panels.items()
        for name, values in lines.items()
    )
    return f"Distance of kernels against steps, median of seeds. {'; '.join(parts)}."


# --- Noise --------------------------------------------------------------------------------------


def plot_noise(sizes: Sequence[int], noise: Lines, test: Lines) -> Figure:
    """Draw how far the mean of a part strays, and the accuracy of nets trained with such parts.

    Parameters
    ----------
    sizes : sequence of int
        Images per part.
    noise : mapping of a net's name to an array of shape (seeds, sizes)
        Of the mean, as a share of the spread.
    test : mapping of a net's name to an array of shape (seeds, sizes)
        Test accuracy.
    """
    figure, axes = style.new(6.8, 3.4, columns=2)
    left, right = axes[0]
    for axis, lines, factor in ((left, noise, 1), (right, test, 100)):
        for (name, values), look in zip(lines.items(), style.LOOKS, strict=False):
            _band(axis, sizes, factor * values, name, look)
        axis.set_xscale("log", base=2)
        axis.set_xticks(sizes, map(str, sizes))
        axis.set_xlabel("images per part")
    law = 1 / np.sqrt(np.asarray(sizes))
    left.plot(sizes, law, ":", color="black", label="1 / √size")
    left.set_yscale("log")
    left.set_ylabel("noise of a mean / spread")
    right.set_ylabel("test accuracy (%)")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def alt_noise(sizes: Sequence[int], noise: Lines, test: Lines) -> str:
    """Give noise and accuracy at the smallest and the largest part."""
    parts = (
        f"{name}: noise {noise[name].mean(0)[0]:.2f} falls to {noise[name].mean(0)[-1]:.3f}, "
        f"test accuracy {', '.join(f'{value:.1%}' for value in test[name].mean(0))}"
        for name in noise
    )
    words = ", ".join(map(str, sizes))
    return f"Parts of {words} images. {'; '.join(parts)}."


# --- A race -------------------------------------------------------------------------------------


def plot_race(panels: Mapping[str, Lines], steps: Sequence[int], bar: float) -> Figure:
    """Draw validation accuracy step by step, and the bar that the nets race to.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, looks)
    steps : sequence of int
        Of the looks.
    bar : float
        Accuracy, in [0, 1].
    """
    figure, axes = style.new(6.8, 3.6, columns=len(panels), sharey=True)
    for panel, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, _, line) in zip(lines.items(), style.LOOKS, strict=False):
            for index, row in enumerate(100 * values):
                label = name if index == 0 else None
                panel.plot(steps, row, line, color=style.PALETTE[colour], lw=1, label=label)
        panel.axhline(100 * bar, color="black", linewidth=0.8)
        panel.set(title=title, xlabel="steps", ylim=(50, 100))
    axes[0, 0].set_ylabel("validation accuracy (%)")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def alt_race(panels: Mapping[str, Lines], steps: Sequence[int], bar: float) -> str:
    """Give the mean accuracy of each line after a tenth of the steps and at the end."""
    early = len(steps) // 10
    parts = (
        f"{title}, {name}: {values.mean(0)[early]:.0%} after {steps[early]} steps, "
        f"{values.mean(0)[-1]:.0%} after {steps[-1]}"
        for title, lines in panels.items()
        for name, values in lines.items()
    )
    return f"Validation accuracy of single runs, with a bar at {bar:.0%}. {'; '.join(parts)}."


# --- Live ---------------------------------------------------------------------------------------


def live_variance() -> dict[str, Any]:
    """Return what the live figure of the variance law shows beside the formulas.

    Each line of recorded runs has its mean, its least and its largest value over the seeds; runs
    by the size of the first weights stand at the spread that these give to the first layer.
    """
    wanted = ("scales", "batches", "noises")
    records = results.load([u for u in experiment.units() if u.measure.__name__ in wanted])
    scales, noises = experiment.of(records, "scales"), experiment.of(records, "noises")
    unit = float(np.mean([record.numbers["first_variance"] for record in scales]))
    spreads = np.array(scales[0].config["scales"]) * np.sqrt(unit)
    epsilons = scales[0].config["epsilons"]
    return {
        "frameworks": {"Keras": byhand.KERAS.epsilon, "PyTorch": byhand.PYTORCH.epsilon},
        "epsilons": epsilons,
        "by_spread": [
            _ranges(spreads, experiment.column(records, "scales", f"{epsilon:g}", "test"))
            for epsilon in epsilons
        ],
        "by_batch": {
            name: _ranges(
                experiment.of(records, "batches")[0].config["batch_sizes"],
                experiment.column(records, "batches", net, "test"),
            )
            for name, net in (
                ("dense, normalised", f"dense_{experiment.WITH}"),
                ("dense, plain", f"dense_{experiment.WITHOUT}"),
                ("convolutional, normalised", f"conv_{experiment.WITH}"),
                ("convolutional, plain", f"conv_{experiment.WITHOUT}"),
            )
        },
        "noise": {
            name: _ranges(
                noises[0].config["ghosts"],
                np.array([record.numbers[f"{kind}_noise"] for record in noises]),
            )
            for name, kind in (("dense, measured", "dense"), ("convolutional, measured", "conv"))
        },
    }


def _ranges(settings: Sequence[float] | Floats, values: Floats) -> list[list[float]]:
    """Return a row of setting, mean, least and largest value for each setting.

    Parameters
    ----------
    settings : sequence of numbers
    values : array of shape (seeds, settings)
    """
    rows = zip(settings, values.mean(0), values.min(0), values.max(0), strict=True)
    return [[float(f"{number:.4g}") for number in row] for row in rows]


# --- Drawings: to be merged with what they call ------------------------------------------------


def sharing(batch: int = 4, channels: int = 3, side: int = 3) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_sharing(batch, channels, side), alt_sharing(batch, channels, side))


def steps(stages: Mapping[str, Floats]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_steps(stages), alt_steps(stages))


def law(spreads: Floats, curves: Mapping[str, Floats]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_law(spreads, curves), alt_law(spreads, curves))


def curves(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    axis: str,
    ticks: bool = False,
    what: str,
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(
        plot_curves(panels, settings, axis=axis, ticks=ticks),
        alt_curves(panels, settings, what=what),
    )


def scales(
    lines: Lines, settings: Sequence[float], limits: Mapping[str, float], *, learnt: float
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_scales(lines, settings, limits), alt_scales(lines, settings, learnt))


def distances(panels: Mapping[str, Lines], settings: Sequence[float]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_distances(panels, settings), alt_distances(panels, settings))


def noise(sizes: Sequence[int], noise: Lines, test: Lines) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_noise(sizes, noise, test), alt_noise(sizes, noise, test))


def race(panels: Mapping[str, Lines], steps: Sequence[int], bar: float) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_race(panels, steps, bar), alt_race(panels, steps, bar))
