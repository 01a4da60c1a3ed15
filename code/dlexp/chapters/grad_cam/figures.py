"""The figures of the chapter on Grad-CAM, each with its words made from the same numbers.

Chapter: book/grad_cam.md.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlexp import data
from dlexp.chapters.grad_cam import browser_network as interactive
from dlexp.chapters.grad_cam import measure as experiment
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.lab import results
from dlexp.lab.results import Measurement, Record

Floats = NDArray[np.floating]

METHODS = {
    "random": ("random order", "black", ":"),
    "borrowed": ("another image's map", "purple", "-."),
    "untrained": ("untrained network", "sky", "--"),
    "reported": ("the report's map", "orange", "--"),
    "right": ("right map", "blue", "-"),
    "ink": ("ink alone", "vermillion", "-"),
}
"""What each order of pixels is called and drawn as; the style tells them apart without colour."""


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
    axes.imshow(image, vmin=0, vmax=1, cmap="gray_r", interpolation="nearest")
    colour = np.broadcast_to(to_rgb(style.PALETTE["vermillion"]), (*heat.shape, 3))
    axes.imshow(np.dstack([colour, 0.75 * np.clip(heat, 0, 1)]), interpolation="nearest")
    axes.set_title(title)
    style.without_ticks(axes)


def plot_maps(rows: Mapping[str, tuple[Floats, Floats]], titles: Sequence[str]) -> Figure:
    """Draw rows of overlays: one row per kind of map, one column per image, five at most.

    What is left over goes into a second band below, so that a phone shows it large enough.

    Parameters
    ----------
    rows : mapping of a row's name to (images, maps), each of shape (n, 28, 28)
    titles : sequence of n str
        What stands above each column.
    """
    count = len(titles)
    columns = min(count, 5)
    bands = -(-count // columns)
    figure, axes = style.new(
        6.4, 1.05 * bands * len(rows) + 0.2 * bands, rows=bands * len(rows), columns=columns
    )
    style.without_ticks(*axes.flat)
    for index, (row, name) in product(range(count), enumerate(rows)):
        images, maps = rows[name]
        band, column = divmod(index, columns)
        axis = axes[band * len(rows) + row, column]
        overlay(axis, images[index], maps[index], titles[index] if row == 0 else "")
        if column == 0:
            axis.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=13)
    return figure


def alt_maps(rows: Mapping[str, tuple[Floats, Floats]], what: str) -> str:
    """Describe rows of overlays by how much of each row's maps is lit."""
    lit = [
        f"{name}: {np.mean(np.asarray(maps) > 0.5):.0%} of the pixels are strongly marked"
        for name, (_, maps) in rows.items()
    ]
    return f"{what}. Rows of digits with a heat-map over each. {'; '.join(lit)}."


def plot_steps(
    image: Floats, activations: Floats, weights: Floats, coarse: Floats, heat: Floats
) -> Figure:
    """Draw Grad-CAM's steps for one image, from left to right.

    Parameters
    ----------
    image : array of shape (28, 28)
    activations : array of shape (7, 7, C)
    weights : array of shape (C,)
    coarse : array of shape (7, 7), the map before enlarging
    heat : array of shape (28, 28), in [0, 1]
    """
    votes = weights * activations.mean(axis=(0, 1))
    strongest = votes.argmax(), votes.argmin()  # for the class, and against it
    figure, axes = style.new(7.2, 1.9, columns=5)
    panels = axes[0]
    panels[0].imshow(image, cmap="gray_r", interpolation="nearest")
    panels[0].set_title("image", fontsize=10)
    for panel, channel in zip(panels[1:3], strongest, strict=True):
        panel.imshow(activations[..., channel], cmap="viridis", interpolation="nearest")
        panel.set_title(f"channel {channel}\nweight {weights[channel]:+.3f}", fontsize=10)
    panels[3].imshow(coarse, cmap="viridis", interpolation="nearest")
    panels[3].set_title("weighted sum,\npositive part", fontsize=10)
    overlay(panels[4], image, heat, "enlarged")
    style.without_ticks(*panels)
    return figure


def alt_steps(label: int, coarse: Floats) -> str:
    """Say where the coarse map of the digit is strongest."""
    row, column = np.unravel_index(int(coarse.argmax()), coarse.shape)
    return (
        f"Five panels for one image of a {label}: the digit, the channels of the last "
        f"convolution that speak most for the class and against it, the weighted sum of all "
        f"channels, strongest in row {row + 1} and column {column + 1} of {coarse.shape[0]}, and "
        "that map enlarged over the digit."
    )


def plot_corner(image: Floats, coarse: Floats, heat: Floats) -> Figure:
    """Draw a coarse map over an image's corner, as one report did, beside the right way."""
    figure, axes = style.new(5.4, 2.3, columns=3)
    image_axes, wrong, right = axes[0]
    image_axes.imshow(image, cmap="gray_r", interpolation="nearest")
    image_axes.set_title("image", fontsize=10)
    wrong.imshow(image, cmap="gray_r", interpolation="nearest")
    wrong.imshow(coarse, cmap="viridis", alpha=0.5, interpolation="nearest")  # resets the limits
    wrong.set_title("drawn twice", fontsize=10)
    overlay(right, image, heat, "enlarged first")
    style.without_ticks(*axes[0])
    return figure


def alt_corner(image: Floats) -> str:
    """Say how much ink is in the corner that the wrong figure shows."""
    ink = image[:7, :7].sum() / image.sum()
    return (
        "Three panels: the whole digit; the same digit with the small map drawn over it, which "
        f"shows only the top left corner, where {ink:.0%} of the ink lies; and the enlarged map "
        "over the whole digit."
    )


def plot_curves(curves: Mapping[str, Mapping[str, Floats]], fractions: Sequence[float]) -> Figure:
    """Draw, per test, the share of predictions kept against the share of pixels changed.

    Parameters
    ----------
    curves : mapping of a test's title to method to array of shape (seeds, fractions)
        Shares in [0, 1].
    fractions : sequence of float
    """
    figure, axes = style.new(7.2, 3.7, columns=len(curves))
    percent = 100 * np.asarray(fractions)
    for panel, (title, methods) in zip(axes[0], curves.items(), strict=True):
        for name, values in methods.items():
            label, colour, line = METHODS[name]
            kept = 100 * values
            panel.plot(percent, kept.mean(axis=0), line, color=style.PALETTE[colour], label=label)
            panel.fill_between(
                percent,
                kept.min(axis=0),
                kept.max(axis=0),
                color=style.PALETTE[colour],
                alpha=0.15,
                linewidth=0,
            )
        panel.set_title(title, fontsize=10)
        panel.set_xlabel("pixels changed (%)")
    axes[0, 0].set_ylabel("predictions kept (%)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def alt_curves(curves: Mapping[str, Mapping[str, Floats]], fractions: Sequence[float]) -> str:
    """Give, per test, the lowest and the highest end of a curve, and that of the right map."""
    parts = []
    for title, methods in curves.items():
        ends = {name: float(values[:, -1].mean()) for name, values in methods.items()}
        low, high = min(ends, key=ends.__getitem__), max(ends, key=ends.__getitem__)
        parts.append(
            f"{title}: right map {ends['right']:.0%}, lowest {METHODS[low][0]} {ends[low]:.0%}, "
            f"highest {METHODS[high][0]} {ends[high]:.0%}"
        )
    return f"Predictions kept with {fractions[-1]:.0%} of the pixels changed. {'; '.join(parts)}."


def plot_randomisation(layers: Sequence[str], correlation: Floats) -> Figure:
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
    return figure


def alt_randomisation(layers: Sequence[str], correlation: Floats) -> str:
    """Give the mean correlation after each layer, in words."""
    steps = ", ".join(
        f"{value:.2f} after {name}"
        for name, value in zip(layers, correlation.mean(axis=0), strict=True)
    )
    return (
        f"Correlation with the original map, mean of {len(correlation)} networks, as layers "
        f"forget from the top: {steps}."
    )


def plot_training(histories: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw validation and test accuracy per epoch, one line per seed, the chosen epoch marked."""
    figure, axes = style.new(6.4, 3.2, columns=2, sharey=True)
    for panel, part, colour in zip(axes[0], ("validation", "test"), ("green", "blue"), strict=True):
        for history in histories:
            values, chosen = 100 * np.array(history["accuracy"][part]), history["chosen_epoch"]
            epochs = np.arange(1, len(values) + 1)
            panel.plot(epochs, values, color=style.PALETTE[colour], linewidth=1)
            panel.plot(epochs[chosen], values[chosen], "o", color=style.PALETTE[colour])
        panel.set_title(part, fontsize=10)
        panel.set_xlabel("epoch")
        panel.set_xticks(epochs)
    axes[0, 0].set_ylabel("accuracy (%)")
    return figure


def alt_training(histories: Sequence[Mapping[str, Any]]) -> str:
    """Give the mean accuracy at the first and at the chosen epoch, in words."""
    first = np.mean([history["accuracy"]["test"][0] for history in histories])
    chosen = np.mean(
        [history["accuracy"]["test"][history["chosen_epoch"]] for history in histories]
    )
    return (
        f"Accuracy per epoch of {len(histories)} networks on validation and test images: on "
        f"test images {first:.1%} after the first epoch, {chosen:.1%} at the chosen one, on mean."
    )


# --- Live figures -------------------------------------------------------------------------------


def _record(measure: Callable[..., Measurement]) -> Record:
    """Return the record of the one published unit of a measure function."""
    [unit] = [unit for unit in experiment.units() if unit.measure is measure]
    return results.load([unit])[0]


def live_network() -> dict[str, Any]:
    """Return the published network as the browser's engine wants it.

    Raises
    ------
    dlexp.lab.results.MissingResult
        If its record is not current.
    """
    record = _record(experiment.export)
    weights = interactive.from_arrays(record.arrays)
    return interactive.pack(record.numbers["input"], record.numbers["layers"], weights)


def live_digits() -> dict[str, Any]:
    """Return the digits to start from, and what Keras says to fault ten.

    Returns
    -------
    dict
        ``digits``: the first test images, then the surest errors, each with ``index``, ``label``,
        ``chosen``, ``error`` (whether it is one of the latter) and ``pixels``, bytes in base64.
        ``message``: Keras's words.

    Raises
    ------
    dlexp.lab.results.MissingResult
        If a record is not current.
    """
    record, test = _record(experiment.export), data.load("mnist").test
    chosen = record.arrays["logits"].argmax(axis=1)
    digits = [
        {
            "index": int(index),
            "label": int(test.labels[index]),
            "chosen": int(chosen[place]),
            "error": place >= record.config["num_first"],
            "pixels": base64.b64encode(np.rint(test.images[index] * 255).astype(np.uint8)).decode(),
        }
        for place, index in enumerate(record.arrays["indices"])
    ]
    return {
        "digits": digits,
        "message": _record(experiment.gallery).numbers["sequential_output"],
    }


# --- Drawings: to be merged with what they call ------------------------------------------------


def maps(rows: Mapping[str, tuple[Floats, Floats]], titles: Sequence[str], *, what: str) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_maps(rows, titles), alt_maps(rows, what))


def steps(
    image: Floats, activations: Floats, weights: Floats, coarse: Floats, heat: Floats, *, label: int
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_steps(image, activations, weights, coarse, heat), alt_steps(label, coarse))


def corner(image: Floats, coarse: Floats, heat: Floats) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_corner(image, coarse, heat), alt_corner(image))


def curves(curves: Mapping[str, Mapping[str, Floats]], fractions: Sequence[float]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_curves(curves, fractions), alt_curves(curves, fractions))


def randomisation(layers: Sequence[str], correlation: Floats) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_randomisation(layers, correlation), alt_randomisation(layers, correlation))


def training(histories: Sequence[Mapping[str, Any]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_training(histories), alt_training(histories))
