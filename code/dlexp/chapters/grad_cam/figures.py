"""The figures of the chapter on Grad-CAM, each with its words made from the same numbers.

Chapter: book/grad_cam.md.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout
from dlexp.draw.style import Look

METHODS = {
    "random": ("random order", Look("black", "", ":")),
    "borrowed": ("another image's map", Look("purple", "", "-.")),
    "untrained": ("untrained network", Look("sky", "", "--")),
    "reported": ("the report's map", Look("orange", "", "--")),
    "right": ("right map", Look("blue", "", "-")),
    "ink": ("ink alone", Look("vermillion", "", "-")),
}
"""What each order of pixels is called and drawn as; the line tells them apart without colour."""


# --- Maps ---------------------------------------------------------------------------------------


def overlay(axes: Axes, image: Floats, heat: Floats, title: str = "") -> None:
    """Draw a digit in grey and a map over it, the stronger the more opaque.

    Parameters
    ----------
    axes : Axes
    image : array of shape (28, 28), in [0, 1]
    heat : array of shape (28, 28), in [0, 1]
    title : str
        A word above the picture.
    """
    # With "none" the file keeps the pixels as they are, so that a digit can serve for all its maps.
    axes.imshow(image, vmin=0, vmax=1, cmap="gray_r", interpolation="none")
    colour = np.broadcast_to(to_rgb(style.PALETTE["vermillion"]), (*heat.shape, 3))
    axes.imshow(np.dstack([colour, 0.75 * np.clip(heat, 0, 1)]), interpolation="none")
    axes.set_title(title)
    style.without_ticks(axes)


def maps(rows: Mapping[str, tuple[Floats, Floats]], titles: Sequence[str], *, what: str) -> Drawing:
    """Draw rows of overlays: one row per kind of map, one column per image, five at most.

    What is left over goes into a second band below, so that a phone shows it large enough.

    Parameters
    ----------
    rows : mapping of a row's name to (images, maps), each of shape (n, 28, 28)
    titles : sequence of n str
        What stands above each column.
    what : str
        What the alt text calls the images; it says how much of each row's maps is lit.
    """
    columns = min(len(titles), 5)
    bands = -(-len(titles) // columns)
    height = 1.05 * bands * len(rows) + 0.2 * bands
    figure, axes = style.new(6.4, height, rows=bands * len(rows), columns=columns)
    style.without_ticks(*axes.flat)
    for index, (row, name) in product(range(len(titles)), enumerate(rows)):
        images, heat = rows[name]
        band, column = divmod(index, columns)
        axis = axes[band * len(rows) + row, column]
        overlay(axis, images[index], heat[index], "" if row else titles[index])
        if column == 0:
            axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=13)
    lit = (
        f"{name}: {np.mean(np.asarray(heat) > 0.5):.0%} of the pixels are strongly marked"
        for name, (_, heat) in rows.items()
    )
    return Drawing(figure, f"{what}. Rows of digits with a heat-map over each. {'; '.join(lit)}.")


def steps(
    image: Floats, activations: Floats, weights: Floats, coarse: Floats, heat: Floats, *, label: int
) -> Drawing:
    """Draw Grad-CAM's steps for one image, from left to right.

    Parameters
    ----------
    image : array of shape (28, 28)
    activations : array of shape (7, 7, C)
    weights : array of shape (C,)
    coarse : array of shape (7, 7), the map before enlarging
    heat : array of shape (28, 28), in [0, 1]
    label : int
        Of the digit, for the words.
    """
    votes = weights * activations.mean(axis=(0, 1))
    strongest = votes.argmax(), votes.argmin()  # for the class, and against it
    figure, axes = style.new(7.2, 1.9, columns=5)
    panels = axes[0]
    _picture(panels[0], image, "image", "gray_r")
    for panel, channel in zip(panels[1:3], strongest, strict=True):
        title = f"channel {channel}\nweight {weights[channel]:+.3f}"
        _picture(panel, activations[..., channel], title)
    _picture(panels[3], coarse, "weighted sum,\npositive part")
    overlay(panels[4], image, heat, "enlarged")
    style.without_ticks(*panels)
    row, column = np.unravel_index(int(coarse.argmax()), coarse.shape)
    return Drawing(
        figure,
        f"Five panels for one image of a {label}: the digit, the channels of the last "
        f"convolution that speak most for the class and against it, the weighted sum of all "
        f"channels, strongest in row {row + 1} and column {column + 1} of {coarse.shape[0]}, and "
        "that map enlarged over the digit.",
    )


def _picture(axis: Axes, values: Floats, title: str, colours: str = "viridis") -> None:
    axis.imshow(values, cmap=colours, interpolation="nearest")
    axis.set_title(title, fontsize=10)


def corner(image: Floats, coarse: Floats, heat: Floats) -> Drawing:
    """Draw a coarse map over an image's corner, as one report did, beside the right way.

    Parameters
    ----------
    image, heat : arrays of shape (28, 28), in [0, 1]
    coarse : array of shape (7, 7), the map before enlarging
    """
    figure, axes = style.new(5.4, 2.3, columns=3)
    whole, wrong, right = axes[0]
    _picture(whole, image, "image", "gray_r")
    _picture(wrong, image, "drawn twice", "gray_r")
    wrong.imshow(coarse, cmap="viridis", alpha=0.5, interpolation="nearest")  # resets the limits
    overlay(right, image, heat, "enlarged first")
    style.without_ticks(*axes[0])
    ink = image[:7, :7].sum() / image.sum()
    return Drawing(
        figure,
        "Three panels: the whole digit; the same digit with the small map drawn over it, which "
        f"shows only the top left corner, where {ink:.0%} of the ink lies; and the enlarged map "
        "over the whole digit.",
    )


# --- Lines --------------------------------------------------------------------------------------


def curves(curves: Mapping[str, Mapping[str, Floats]], fractions: Sequence[float]) -> Drawing:
    """Draw, per test, the share of predictions kept against the share of pixels changed.

    Parameters
    ----------
    curves : mapping of a test's title to method to array of shape (seeds, fractions)
        Shares in [0, 1].
    fractions : sequence of float
    """
    parts = []
    for title, methods in curves.items():
        ends = {name: float(values[:, -1].mean()) for name, values in methods.items()}
        low, high = min(ends, key=ends.__getitem__), max(ends, key=ends.__getitem__)
        parts.append(
            f"{title}: right map {ends['right']:.0%}, lowest {METHODS[low][0]} {ends[low]:.0%}, "
            f"highest {METHODS[high][0]} {ends[high]:.0%}"
        )
    return draw.lines(
        {title: draw.labelled(methods, METHODS) for title, methods in curves.items()},
        100 * np.asarray(fractions), x="pixels changed (%)", y="predictions kept (%)", factor=100,
        what=f"Predictions kept with {fractions[-1]:.0%} of the pixels changed",
        words="; ".join(parts), looks=dict(METHODS.values()),
        layout=Layout(width=7.2, share=False, log="", title=10),
    )  # fmt: skip


def randomisation(layers: Sequence[str], correlation: Floats) -> Drawing:
    """Draw how alike the maps stay while layer after layer forgets its weights.

    Parameters
    ----------
    layers : sequence of str, in the order in which they forget
    correlation : array of shape (seeds, layers), in [-1, 1]
    """
    figure, axes = style.new(6.4, 3.0)
    panel, positions = axes[0, 0], np.arange(len(layers) + 1)
    values = np.hstack([np.ones((len(correlation), 1)), correlation])
    for row in values:
        panel.plot(positions, row, color=style.PALETTE["sky"], linewidth=1)
    panel.plot(positions, values.mean(axis=0), "o-", color=style.PALETTE["blue"])
    panel.axhline(0, color=style.PALETTE["black"], linewidth=0.8)
    panel.set_xticks(positions, ["none", *(f"+ {name}" for name in layers)])
    panel.set_xlabel("layers with random weights, the last layer first")
    panel.set_ylabel("correlation of maps")
    means = zip(layers, correlation.mean(axis=0), strict=True)
    return Drawing(
        figure,
        f"Correlation with the original map, mean of {len(correlation)} networks, as layers "
        f"forget from the top: {', '.join(f'{mean:.2f} after {name}' for name, mean in means)}.",
    )


def training(histories: Sequence[Mapping[str, Any]]) -> Drawing:
    """Draw validation and test accuracy per epoch, one line per seed, the chosen epoch marked.

    Parameters
    ----------
    histories : sequence of mappings
        Of each network, ``accuracy`` by part and ``chosen``.
    """
    figure, axes = style.new(6.4, 3.2, columns=2, sharey=True)
    for panel, part, colour in zip(axes[0], ("validation", "test"), ("green", "blue"), strict=True):
        for history in histories:
            values, chosen = 100 * np.array(history["accuracy"][part]), history["chosen"]
            epochs = np.arange(1, len(values) + 1)
            panel.plot(epochs, values, color=style.PALETTE[colour], linewidth=1)
            panel.plot(epochs[chosen], values[chosen], "o", color=style.PALETTE[colour])
        panel.set_title(part, fontsize=10)
        panel.set_xlabel("epoch")
        panel.set_xticks(epochs)
    axes[0, 0].set_ylabel("accuracy (%)")
    first = np.mean([history["accuracy"]["test"][0] for history in histories])
    best = np.mean([history["accuracy"]["test"][history["chosen"]] for history in histories])
    return Drawing(
        figure,
        f"Accuracy per epoch of {len(histories)} networks on validation and test images: on "
        f"test images {first:.1%} after the first epoch, {best:.1%} at the chosen one, on mean.",
    )
