"""The figures on moved digits, each with its words made from the same numbers.

Chapter: book/pooling_dropout.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout
from dlexp.draw.style import Look

NETWORKS = {
    "dense": ("dense", Look("black", "", ":")),
    "strided": ("strided convolution", Look("orange", "", "--")),
    "average": ("average pooling", Look("green", "", "-.")),
    "max": ("max pooling", Look("blue", "", "-")),
    "flattened": ("max, third convolution", Look("sky", "", "--")),
    "global_max": ("global max pooling", Look("vermillion", "", "-")),
}
"""What each network is called and drawn as; the line tells them apart without colour."""

CURES = {
    "max": NETWORKS["max"],
    "blurred": ("blurred pooling", Look("green", "", "-.")),
    "augmented": ("max, shifted training images", Look("black", "", ":")),
    "global_max": NETWORKS["global_max"],
}
"""What each network that is drawn with a cure is called and drawn as.

Global average pooling was trained otherwise, so it is not drawn beside these.
"""

UNITS = {"shift": "pixels", "zoom": "factor", "rotation": "degrees"}


def moves(rows: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw one digit moved: a row per kind of move, a column per amount.

    Parameters
    ----------
    rows : mapping of a kind to a mapping of an amount's text to an image
    """
    columns = max(map(len, rows.values()))
    figure, axes = style.new(6.4, 1.35 * len(rows), rows=len(rows), columns=columns)
    for row, (kind, images) in zip(axes, rows.items(), strict=True):
        for axis in row[len(images) :]:
            axis.set_axis_off()
        for axis, (amount, image) in zip(row, images.items(), strict=False):
            style.grey_map(axis, image, 1, amount)
        row[0].set_ylabel(kind, fontsize=11)
    parts = (f"{kind}: {', '.join(images)}" for kind, images in rows.items())
    words = f"One digit, moved in each of the ways that are tested. {'; '.join(parts)}."
    return Drawing(figure, words)


def by_move(
    curves: Mapping[str, Mapping[str, Floats]], amounts: Mapping[str, Sequence[float]]
) -> Drawing:
    """Draw accuracy against the amount of each kind of move, one line per network.

    Parameters
    ----------
    curves : mapping of a kind to a mapping of a network to an array of shape (seeds, amounts)
    amounts : mapping of a kind to the amounts
    """
    farthest = {
        f"{kind} {amounts[kind][-1]:g}": {
            name.replace("_", " "): values for name, values in networks.items()
        }
        for kind, networks in curves.items()
    }
    drawing = draw.lines(
        {kind: draw.labelled(networks, NETWORKS) for kind, networks in curves.items()},
        amounts, x="", y="test accuracy (%)", factor=100, what="Test accuracy on moved digits",
        words=draw.by_panel(farthest, lambda values: f"{values[:, -1].mean():.0%}"),
        looks=dict(NETWORKS.values()), layout=Layout(width=7.2, height=4.2, log="", columns=2),
    )  # fmt: skip
    for axis, kind in zip(drawing.figure.axes, curves, strict=True):
        axis.set_xlabel(UNITS[kind])
        axis.set_xticks(amounts[kind])
    return drawing


def cures(
    in_frame: Mapping[str, Floats], on_canvas: Mapping[str, Floats], shifts: Sequence[float]
) -> Drawing:
    """Draw what shifts cost, in the frame and on a wide canvas, a line per network.

    Parameters
    ----------
    in_frame, on_canvas : mappings of a name of `CURES` to losses of accuracy, (seeds, shifts)
    shifts : sequence of float
        In pixels.
    """
    panels = {
        "in the frame": draw.labelled(in_frame, CURES),
        "on a wide canvas": draw.labelled(on_canvas, CURES),
    }
    drawing = draw.lines(
        panels,
        shifts, x="shift (pixels)", y="accuracy lost (points)", factor=100,
        what=f"Points of accuracy lost by a shift of {shifts[-1]:g} pixels",
        words=draw.by_panel(panels, lambda values: f"{100 * values[:, -1].mean():.1f}"),
        looks=dict(CURES.values()),
        layout=Layout(width=7.2, height=4.0, log="", columns=2, share=False),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.set_xticks(shifts)
    return drawing


def fooled(panels: Mapping[str, Floats], label: int) -> Drawing:
    """Draw how likely networks find a digit at each place, and cross out where another is likelier.

    Parameters
    ----------
    panels : mapping of a name of `NETWORKS` to probabilities, (rows, columns, classes)
    label : int
        The class of the digit.
    """
    figure, axes = style.new(7.2, 2.7, columns=len(panels))
    parts = []
    for axis, (name, likely) in zip(axes[0], panels.items(), strict=True):
        own, wrong = likely[..., label], likely.argmax(axis=-1) != label
        style.grey_map(axis, own, 1, NETWORKS[name][0])
        rows, columns = np.nonzero(wrong)
        axis.plot(columns, rows, "x", color=style.PALETTE["vermillion"], markersize=7)
        parts.append(f"{NETWORKS[name][0]}: wrong at {wrong.sum()} of {wrong.size} places")
    axes[0, 0].set(xlabel="shift to the right", ylabel="shift down")
    return Drawing(figure, f"A {label} at each place nearby. {'; '.join(parts)}.")
