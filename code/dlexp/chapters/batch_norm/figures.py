"""What batch normalisation does to a batch, drawn, each figure with words from the same numbers.

Chapter: book/batch_norm.md.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout

COLOURS = ("sky", "orange", "green", "yellow")
"""Of the channels of a batch."""


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
            _map(axis, example, channel, cells, style.PALETTE[COLOURS[channel]])
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


SHARES: Mapping[str, tuple[bool, slice]] = {
    "batch": (True, slice(0, 1)),
    "layer": (False, slice(0, 4)),
    "instance": (False, slice(0, 1)),
    "group": (False, slice(0, 2)),
}
"""Of the maps of four channels: over all examples or one, and over which channels."""


def kinds(batch: int = 3, side: int = 3) -> Drawing:
    """Draw which maps share their statistics with the first one, for four normalisations.

    Parameters
    ----------
    batch, side : int
        Rows of maps; height and width of a map.
    """
    figure, axes = style.new(6.8, 2.4, columns=len(SHARES))
    for axis, (name, (all_examples, chosen)) in zip(axes[0], SHARES.items(), strict=True):
        for example, channel in np.ndindex(batch, 4):
            shared = (all_examples or example == 0) and channel in range(4)[chosen]
            colour = style.PALETTE["orange"] if shared else "white"
            _map(axis, example, channel, side, colour)
        axis.set(xlim=(-0.1, 4.1), ylim=(batch + 0.1, -0.1), aspect="equal")
        axis.set(title=name, xlabel="channels")
        style.without_ticks(axis)
    axes[0, 0].set_ylabel("examples")
    counts = (
        f"{name}: {(batch if whole else 1) * len(range(4)[chosen])}"
        for name, (whole, chosen) in SHARES.items()
    )
    words = f"Of {batch} examples by 4 channels, maps that share with the first"
    return Drawing(figure, f"{words}: {', '.join(counts)}.")


def _map(axis: Axes, row: int, column: int, side: int, colour: str) -> None:
    """Draw the map of one example and one channel."""
    width = 0.8 / side
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
    figure, axes = style.new(6.8, 2.6, columns=len(stages), sharex=True)
    for axis, (title, values) in zip(axes[0], stages.items(), strict=True):
        for channel, column in enumerate(values.T):
            look = style.LOOKS[channel]
            heights, colour = np.full(len(column), channel), style.PALETTE[look.colour]
            axis.plot(column, heights, look.marker, color=colour, alpha=0.6, label="_values")
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


def law(spreads: Floats, curves: Mapping[str, Floats]) -> Drawing:
    """Draw the variance after a normalisation against the standard deviation before it.

    Parameters
    ----------
    spreads : array of shape (n,)
    curves : mapping of a line's name to an array of shape (n,)
    """
    half = (
        f"{name} at {10 ** np.interp(0.5, values, np.log10(spreads)):.2g}"
        for name, values in curves.items()
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
