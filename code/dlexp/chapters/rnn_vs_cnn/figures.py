"""The figures of the chapter on recurrent nets and convolutions, with words from their numbers.

Chapter: book/rnn_vs_cnn.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlexp.draw import style
from dlexp.draw.drawing import Drawing

Floats = NDArray[np.floating]
Lines = Mapping[str, Floats]
"""A line's name to its values, of shape (seeds, settings)."""


# --- Who sees whom ------------------------------------------------------------------------------


def wiring(kind: str, steps: int) -> list[list[tuple[int, int]]]:
    """Return which cells of one layer feed which of the next, as (from, to), layer by layer.

    A recurrent layer feeds its own next step, which no pair says.

    Examples
    --------
    >>> wiring("convolution", 4)
    [[(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (2, 3), (3, 3)]]
    """
    cells = range(steps)
    if kind == "recurrent":
        return [[(t, t) for t in cells]]
    if kind == "convolution":
        return [[(s, t) for t in cells for s in (t - 1, t, t + 1) if 0 <= s < steps]]
    layers, dilation = [], 1
    while dilation < steps:
        layers.append([(s, t) for t in cells for s in (t - dilation, t) if s >= 0])
        dilation *= 2
    return layers


def longest_chain(kind: str, steps: int) -> int:
    """Return how many results must wait for one another, one after the other.

    Examples
    --------
    >>> [longest_chain(kind, 8) for kind in ("recurrent", "convolution", "dilated")]
    [8, 1, 3]
    """
    return steps if kind == "recurrent" else len(wiring(kind, steps))


WIRINGS = {
    "recurrent": "recurrent",
    "convolution": "convolution",
    "dilated": "dilated convolutions",
}


def plot_wiring(steps: int = 8) -> Figure:
    """Draw what each step of a layer is computed from; what the last step sees is dark."""
    figure, axes = style.new(6.8, 2.5, columns=len(WIRINGS))
    for axis, (kind, title) in zip(axes[0], WIRINGS.items(), strict=True):
        layers = wiring(kind, steps)
        seen = {steps - 1}
        if kind == "recurrent":
            seen = set(range(steps))
            for t in range(steps - 1):
                _edge(axis, (t, 1), (t + 1, 1), True)
        for depth, edges in reversed(list(enumerate(layers))):
            for s, t in edges:
                _edge(axis, (s, depth), (t, depth + 1), t in seen)
            seen = {s for s, t in edges if t in seen}
        for depth in range(len(layers) + 1):
            axis.plot(range(steps), [depth] * steps, "o", color="black", ms=4)
        axis.set(xlim=(-0.5, steps - 0.5), ylim=(-0.4, len(layers) + 0.4))
        axis.set_title(title, fontsize=10)
        style.without_ticks(axis)
        axis.set_xlabel("time →")
    return figure


def _edge(axis: Axes, start: tuple[int, int], end: tuple[int, int], dark: bool) -> None:
    colour = style.PALETTE["vermillion"] if dark else "#bbbbbb"
    axis.plot(*zip(start, end, strict=True), color=colour, lw=2 if dark else 0.8, zorder=int(dark))


def alt_wiring(steps: int = 8) -> str:
    """Say how long the longest chain of results is in each drawing."""
    parts = (f"{title}: {longest_chain(kind, steps)}" for kind, title in WIRINGS.items())
    return (
        f"Three drawings of what each of {steps} steps is computed from. Results that wait for "
        f"one another, one after the other: {', '.join(parts)}."
    )


# --- Counts and times ---------------------------------------------------------------------------


def plot_lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    x: str,
    y: str,
    logarithmic: bool = True,
    share: bool = True,
) -> Figure:
    """Draw means over seeds, with the range over seeds as a band, one panel per situation.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, settings)
    settings : sequence of positive float
        On a logarithmic axis.
    x, y : str
        What is along the axes.
    logarithmic : bool
        Whether the upright axis is logarithmic.
    share : bool
        Whether all panels have the same upright axis.
    """
    figure, axes = style.new(6.8, 3.8, columns=len(panels), sharey=share)
    for panel, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, marker, line) in zip(lines.items(), style.LOOKS, strict=False):
            mean, low, high = values.mean(0), values.min(0), values.max(0)
            paint = style.PALETTE[colour]
            panel.plot(settings, mean, line, marker=marker, ms=4, color=paint, label=name)
            panel.fill_between(settings, low, high, alpha=0.15, linewidth=0, color=paint)
        panel.set_xscale("log")
        panel.set_xticks(settings, [f"{each:g}" for each in settings])
        panel.minorticks_off()
        if logarithmic:
            panel.set_yscale("log")
        panel.set_xlabel(x)
        if title:
            panel.set_title(title, fontsize=10)
    axes[0, 0].set_ylabel(y)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def alt_lines(
    panels: Mapping[str, Lines], settings: Sequence[float], *, what: str, spec: str = ".3g"
) -> str:
    """Give the mean of each line at the first and at the last setting."""
    parts = []
    for title, lines in panels.items():
        means = {name: values.mean(axis=0) for name, values in lines.items()}
        words = (f"{name} {mean[0]:{spec}}, {mean[-1]:{spec}}" for name, mean in means.items())
        parts.append((f"{title}: " if title else "") + "; ".join(words) + ".")
    return f"{what}, at {settings[0]:g} and {settings[-1]:g}. {' '.join(parts)}"


# --- One image, many sequences ------------------------------------------------------------------


def plot_forms(images: Mapping[str, Floats]) -> Figure:
    """Draw the same image in several forms, side by side.

    Parameters
    ----------
    images : mapping of a title to an array of shape (height, width)
    """
    figure, axes = style.new(6.8, 2.2, columns=len(images))
    for axis, (title, image) in zip(axes[0], images.items(), strict=True):
        axis.imshow(image, aspect="auto", cmap="gray_r")
        axis.set_title(title, fontsize=10)
        style.without_ticks(axis)
    return figure


def alt_forms(images: Mapping[str, Floats]) -> str:
    """Give the shape of each form, and how much of it is ink."""
    parts = (
        f"{title}: {image.shape[0]} by {image.shape[1]}, {np.mean(image > 0.5):.0%} ink"
        for title, image in images.items()
    )
    return f"One digit in {len(images)} forms. {'; '.join(parts)}."


def plot_orders(scores: Mapping[str, Lines]) -> Figure:
    """Draw the accuracy of each net in each order of the pixels: one dot per seed.

    Parameters
    ----------
    scores : mapping of a net's name to a mapping of an order's name to an array of shape (seeds,)
        In [0, 1].
    """
    figure, axes = style.new(6.4, 4.4)
    axis = axes[0, 0]
    for row, orders in enumerate(scores.values()):
        for place, ((name, values), (colour, marker, _)) in enumerate(
            zip(orders.items(), style.LOOKS, strict=False)
        ):
            heights = np.full(len(values), row + 0.22 * (place - 1))
            label = name if row == 0 else None
            axis.plot(
                100 * values, heights, marker, color=style.PALETTE[colour], ms=5, label=label,
                alpha=0.7, linestyle="none",
            )  # fmt: skip
    axis.set_yticks(range(len(scores)), list(scores))
    axis.set(xlabel="test accuracy (%)", ylim=(len(scores) - 0.5, -0.5))
    axis.grid(axis="x", alpha=0.3)
    figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def alt_orders(scores: Mapping[str, Lines]) -> str:
    """Give the mean accuracy of each net in each order."""
    orders = ", ".join(next(iter(scores.values())))
    parts = (
        f"{net}: {', '.join(f'{values.mean():.1%}' for values in each.values())}"
        for net, each in scores.items()
    )
    return f"Test accuracy, {orders}. {'; '.join(parts)}."


# --- Gradients through time ---------------------------------------------------------------------


def plot_profiles(panels: Mapping[str, Lines]) -> Figure:
    """Draw how strongly each step moves the last state, one thin line per seed.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, steps)
        Norms of gradients, as a share of that at the last step.
    """
    figure, axes = style.new(6.8, 3.6, columns=len(panels), sharey=True)
    for panel, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for (name, values), (colour, _, line) in zip(lines.items(), style.LOOKS, strict=False):
            for index, row in enumerate(values):
                back = np.arange(len(row))[::-1]
                label = name if index == 0 else None
                panel.plot(back, row, line, color=style.PALETTE[colour], lw=1.2, label=label)
        panel.set(title=title, xlabel="steps before the last", yscale="log")
        panel.invert_xaxis()
    axes[0, 0].set_ylabel("gradient, as a share")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def alt_profiles(panels: Mapping[str, Lines]) -> str:
    """Give the geometric mean over seeds of the share at the first step."""
    parts = (
        f"{title}, {name}: {np.exp(np.log(values[:, 0]).mean()):.1g}"
        for title, lines in panels.items()
        for name, values in lines.items()
    )
    return f"Gradient at the first step, as a share of that at the last. {'; '.join(parts)}."


# --- Drawings: to be merged with what they call ------------------------------------------------


def wirings(steps: int = 8) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_wiring(steps), alt_wiring(steps))


def lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    x: str,
    y: str,
    logarithmic: bool = True,
    share: bool = True,
    what: str,
    spec: str = ".3g",
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(
        plot_lines(panels, settings, x=x, y=y, logarithmic=logarithmic, share=share),
        alt_lines(panels, settings, what=what, spec=spec),
    )


def forms(images: Mapping[str, Floats]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_forms(images), alt_forms(images))


def orders(scores: Mapping[str, Lines]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_orders(scores), alt_orders(scores))


def profiles(panels: Mapping[str, Lines]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_profiles(panels), alt_profiles(panels))
