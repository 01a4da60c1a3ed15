"""The figures on what dropout does to a training, each with its words from the same numbers.

Chapter: book/pooling_dropout.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout
from dlexp.draw.style import Look

PREDICTIONS = {
    "plain": ("one, without dropout", Look("black", "", ":")),
    "scaled": ("one, with dropout", Look("orange", "", "--")),
    "masks": ("one with dropout, masks averaged", Look("blue", "o", "-")),
    "ensemble": ("five networks without", Look("green", "", "-.")),
    "ensemble of dropout": ("five networks with", Look("vermillion", "", "-")),
}
"""What each kind of prediction is called and drawn as."""

FACTORS = {
    "neither": ("neither", Look("black", "", ":")),
    "pooling": ("pooling", Look("green", "", "-.")),
    "dropout": ("dropout", Look("orange", "", "--")),
    "both": ("both", Look("blue", "", "-")),
}
"""What each network of the factorial is called and drawn as."""

DENSE = {
    "without dropout": Look("black", "s", ":"),
    "with dropout": Look("blue", "o", "-"),
}
"""How the two dense networks are drawn."""

NUMBERED = partial(draw.band, size=6)
"""How lines are drawn that have few settings."""


# --- Along the passes ---------------------------------------------------------------------------


def learning(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw accuracies after each pass: a panel per part of the data, a line per network.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `FACTORS` to an array (seeds, epochs)
    """
    count = len(next(iter(panels["training"].values()))[0])
    drawing = draw.lines(
        {title: draw.labelled(group, FACTORS) for title, group in panels.items()},
        range(1, count + 1), x="passes", y="accuracy (%)", factor=100,
        what=f"Accuracy after each of {count} passes",
        words=draw.by_panel(panels, partial(draw.ends, spec=".1%")),
        looks=dict(FACTORS.values()), layout=Layout(width=7.2, height=3.6, log="", columns=4),
    )  # fmt: skip
    drawing.figure.axes[0].set_ylim(80, 100.5)  # shared; where the lines change places
    return drawing


def memory(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw what networks make of images whose label they were taught wrong, after each pass.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `DENSE` to an array (seeds, epochs)
    """
    count = len(next(iter(panels.values()))["with dropout"][0])
    return draw.lines(
        panels, range(1, count + 1), x="passes", y="share of images (%)", factor=100,
        what=f"Shares of images after each of {count} passes",
        words=draw.by_panel(panels, partial(draw.ends, spec=".0%")),
        paint=partial(draw.band, size=4, step=5), looks=DENSE,
        layout=Layout(width=7.2, height=3.4, log="", columns=2),
    )  # fmt: skip


# --- What is relied on --------------------------------------------------------------------------


def reliance(panels: Mapping[str, Mapping[str, Floats]], shares: Mapping[str, Any]) -> Drawing:
    """Draw accuracy against what is taken away: a panel for each kind, a line per network.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `DENSE` to an array (seeds, shares)
    shares : mapping of a title to the shares taken away
    """
    percent = {title: [100 * share for share in values] for title, values in shares.items()}
    drawing = draw.lines(
        panels, percent, x="", y="test accuracy (%)", factor=100,
        what="Test accuracy, from nothing taken away to the most",
        words=draw.by_panel(panels, partial(draw.ends, spec=".0%")), paint=NUMBERED, looks=DENSE,
        layout=Layout(width=7.2, height=3.4, log="", columns=2),
    )  # fmt: skip
    for axis, title in zip(drawing.figure.axes, panels, strict=True):
        axis.set_xlabel(f"{title} (%)")
        axis.set_title("")
    return drawing


# --- Averages -----------------------------------------------------------------------------------


def masks(panels: Mapping[str, Mapping[str, Any]], counts: Sequence[int]) -> Drawing:
    """Draw how averaging more masks moves each measure, beside what needs no masks.

    Parameters
    ----------
    panels : mapping of a measure's title to a mapping of a prediction to its values: "masks" of
        shape (seeds, counts), the others of shape (seeds,)
    counts : sequence of int
        Masks that were averaged.
    """
    means, parts = {}, []
    for title, group in panels.items():
        mean = {name: np.mean(values, axis=0, keepdims=True) for name, values in group.items()}
        shape = (1, len(counts))
        means[title] = {name: np.broadcast_to(value, shape) for name, value in mean.items()}
        others = (f"{PREDICTIONS[n][0]} {v[0]:.3f}" for n, v in mean.items() if n != "masks")
        masks = mean["masks"][0]
        parts.append(f"{title}: {masks[0]:.3f} to {masks[-1]:.3f}; {', '.join(others)}")
    return draw.lines(
        {title: draw.labelled(group, PREDICTIONS) for title, group in means.items()},
        counts, x="masks", y="", what=f"From 1 to {counts[-1]} masks", words=". ".join(parts),
        paint=partial(NUMBERED, quantiles=None), looks=dict(PREDICTIONS.values()),
        layout=Layout(width=7.2, height=3.7, share=False, ticks=True, title=11, columns=3),
    )  # fmt: skip
