"""The figures on pooling and dropout, each with its words made from the same numbers.

Chapter: book/pooling_dropout.md.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import conv, pooling
from dlexp.chapters.pooling_dropout import measure as experiment
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.lab import results
from dlexp.lab.intervals import mean_interval

Floats = NDArray[np.floating]

NETWORKS = {
    "dense": ("dense", "black", ":"),
    "strided": ("strided convolution", "orange", "--"),
    "average": ("average pooling", "green", "-."),
    "max": ("max pooling", "blue", "-"),
    "flattened": ("max, third convolution", "sky", "--"),
    "global_max": ("global max pooling", "vermillion", "-"),
}
"""What each network is called and drawn as; the style tells them apart without colour."""

WAYS = {
    "plain": ("without dropout", "black", ":"),
    "scaled": ("dropout, one pass", "orange", "--"),
    "masks": ("dropout, masks averaged", "blue", "-"),
    "ensemble": ("ensemble", "green", "-."),
}
"""What each way to predict is called and drawn as."""

FEWEST = 20
"""Predictions in a bin: with fewer, its accuracy is mostly chance, and it is not drawn."""

UNITS = {"shift": "pixels", "zoom": "factor", "rotation": "degrees"}


# --- What pooling and dropout do to a map -------------------------------------------------------


def plot_pooled(maps: Mapping[str, Floats]) -> Figure:
    """Draw maps side by side on one scale of grey, each with its number of cells.

    Parameters
    ----------
    maps : mapping of a title to an array of shape (H, W), >= 0
    """
    largest = max(float(each.max()) for each in maps.values())
    figure, axes = style.new(6.4, 2.1, columns=len(maps))
    for axis, (title, values) in zip(axes[0], maps.items(), strict=True):
        axis.imshow(values, vmin=0, vmax=largest, cmap="gray_r", interpolation="nearest")
        axis.set_title(f"{title}\n{values.shape[0]} × {values.shape[1]}", fontsize=11)
        _framed(axis)
    return figure


def alt_pooled(maps: Mapping[str, Floats]) -> str:
    """Give the size and the mean of each map."""
    parts = (
        f"{title}: {values.shape[0]} by {values.shape[1]} cells, mean {values.mean():.2f}, "
        f"largest {values.max():.2f}"
        for title, values in maps.items()
    )
    return f"Maps in grey, on one scale. {'; '.join(parts)}."


def plot_masked(plain: Floats, masked: Mapping[str, Sequence[Floats]]) -> Figure:
    """Draw a map, then per rate the map under several masks and the mean over many.

    Each row is on one scale of grey, so that what is scaled up is darker.

    Parameters
    ----------
    plain : array of shape (H, W), >= 0
    masked : mapping of a row's title to maps of one shape, the mean last
    """
    columns = max(map(len, masked.values()))
    figure, axes = style.new(6.4, 1.5 * len(masked) + 0.2, rows=len(masked), columns=columns + 1)
    for row, (title, maps) in zip(axes, masked.items(), strict=True):
        largest = max(float(values.max()) for values in maps)
        for axis, values in zip(row, [plain, *maps], strict=True):
            axis.imshow(values, vmin=0, vmax=largest, cmap="gray_r", interpolation="nearest")
            _framed(axis)
        row[0].set_ylabel(title, fontsize=11)
    axes[0, 0].set_title("all kept", fontsize=11)
    axes[0, -1].set_title("mean", fontsize=11)
    for column in range(1, columns):
        axes[0, column].set_title(f"mask {column}", fontsize=11)
    return figure


def alt_masked(plain: Floats, masked: Mapping[str, Sequence[Floats]]) -> str:
    """Say how much of the map each mask leaves, and how near the mean comes to it."""
    inked = plain > 0
    parts = (
        f"{title}: the first mask keeps {np.mean(maps[0][inked] > 0):.0%} of the inked cells, "
        f"the mean is off by {np.abs(maps[-1] - plain)[inked].mean():.2f} on average"
        for title, maps in masked.items()
    )
    return f"Rows of one map under different masks, with their mean last. {'; '.join(parts)}."


def _framed(axis: Axes) -> None:
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(True)


def plot_moves(rows: Mapping[str, Mapping[str, Floats]]) -> Figure:
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
            axis.imshow(image, vmin=0, vmax=1, cmap="gray_r", interpolation="nearest")
            axis.set_title(amount, fontsize=11)
            _framed(axis)
        row[0].set_ylabel(kind, fontsize=11)
    return figure


def alt_moves(rows: Mapping[str, Mapping[str, Floats]]) -> str:
    """List the moves that are shown."""
    parts = (f"{kind}: {', '.join(images)}" for kind, images in rows.items())
    return f"One digit, moved in each of the ways that are tested. {'; '.join(parts)}."


# --- Accuracy on moved digits -------------------------------------------------------------------


def plot_by_move(
    curves: Mapping[str, Mapping[str, Floats]], amounts: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw accuracy against the amount of each kind of move, one line per network.

    Parameters
    ----------
    curves : mapping of a kind to a mapping of a network to an array of shape (seeds, amounts)
    amounts : mapping of a kind to the amounts
    """
    figure, axes = style.new(7.2, 4.2, columns=len(curves), sharey=True)
    for panel, (kind, networks) in zip(axes[0], curves.items(), strict=True):
        for name, values in networks.items():
            label, colour, line = NETWORKS[name]
            _band(panel, amounts[kind], 100 * values, label, colour, line)
        panel.set_title(kind, fontsize=12)
        panel.set_xlabel(UNITS[kind])
        panel.set_xticks(amounts[kind])
    axes[0, 0].set_ylabel("test accuracy (%)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _band(
    panel: Axes, x: Sequence[float], values: Floats, label: str, colour: str, line: str
) -> None:
    """Draw the mean over seeds as a line and their range as a band."""
    shade = style.PALETTE[colour]
    panel.plot(x, values.mean(axis=0), line, color=shade, label=label)
    panel.fill_between(
        x, values.min(axis=0), values.max(axis=0), color=shade, alpha=0.15, linewidth=0
    )


def alt_by_move(
    curves: Mapping[str, Mapping[str, Floats]], amounts: Mapping[str, Sequence[float]]
) -> str:
    """Give, per kind, the mean accuracy at the largest amount for each network."""
    short = {name: label for name, (label, _, _) in NETWORKS.items()}
    short |= {"strided": "strided", "average": "average", "max": "max", "flattened": "flattened"}
    short["global_max"] = "global max"
    parts = (
        f"{kind} {amounts[kind][-1]:g}: "
        + ", ".join(
            f"{short[name]} {values[:, -1].mean():.0%}" for name, values in networks.items()
        )
        for kind, networks in curves.items()
    )
    return f"Test accuracy on moved digits. {'; '.join(parts)}."


def plot_displacement(panels: Mapping[str, Mapping[str, tuple[Floats, Floats]]]) -> Figure:
    """Draw what moves cost against how far they carry the ink, a mark per kind of move.

    Parameters
    ----------
    panels : mapping of a network to a mapping of a kind to displacements (amounts,) in pixels
        and losses (seeds, amounts) in accuracy
    """
    looks = {"shift": ("o", "black"), "zoom": ("s", "blue"), "rotation": ("^", "vermillion")}
    figure, axes = style.new(7.2, 3.3, columns=len(panels), sharey=True)
    for panel, (name, kinds) in zip(axes[0], panels.items(), strict=True):
        for kind, (distance, lost) in kinds.items():
            marker, colour = looks[kind]
            shade, mean = style.PALETTE[colour], 100 * lost.mean(axis=0)
            below, above = mean - 100 * lost.min(axis=0), 100 * lost.max(axis=0) - mean
            panel.errorbar(distance, mean, (below, above), fmt=marker, color=shade, label=kind)
        panel.set_title(NETWORKS[name][0], fontsize=12)
        panel.set_xlabel("the ink moves by (pixels)")
    axes[0, 0].set_ylabel("accuracy lost (points)")
    axes[0, 0].legend()
    return figure


def alt_displacement(panels: Mapping[str, Mapping[str, tuple[Floats, Floats]]]) -> str:
    """Give, per network and kind, the largest displacement and what it costs."""
    parts = []
    for name, kinds in panels.items():
        for kind, (distance, lost) in kinds.items():
            far = int(np.argmax(distance))
            cost = 100 * lost[:, far].mean()
            parts.append(f"{NETWORKS[name][0]}, {kind} by {distance[far]:.1f}: {cost:.1f}")
    return f"Points of accuracy lost against the pixels by which ink moves. {'; '.join(parts)}."


# --- The factorial ------------------------------------------------------------------------------


def plot_effects(panels: Mapping[str, Mapping[str, Mapping[str, Floats]]]) -> Figure:
    """Draw effects with their intervals: a panel per outcome, a row per factor, a mark per size.

    Parameters
    ----------
    panels : mapping of an outcome to a mapping of a size's text to a mapping of a factor to its
        effect per seed
    """
    figure, axes = style.new(7.2, 3.4, columns=len(panels), sharey=True)
    looks = (("vermillion", "o"), ("blue", "s"))
    for panel, (name, sizes) in zip(axes[0], panels.items(), strict=True):
        for place, ((size, factors), (colour, marker)) in enumerate(
            zip(sizes.items(), looks, strict=True)
        ):
            rows = np.arange(len(factors)) + 0.12 - 0.24 * place
            means = [100 * values.mean() for values in factors.values()]
            ends = np.array([mean_interval(100 * values) for values in factors.values()]).T
            shade = style.PALETTE[colour]
            panel.hlines(rows, *ends, color=shade, linewidth=2)
            panel.plot(means, rows, marker, color=shade, label=size)
        panel.axvline(0, color="black", linewidth=0.8, linestyle="--")
        panel.set_title(name, fontsize=11)
        panel.set_yticks(range(len(factors)), list(factors))
        panel.margins(y=0.25)
        panel.locator_params(axis="x", nbins=4)
        panel.set_xlabel("effect (points)")
    axes[0, 0].invert_yaxis()
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def alt_effects(panels: Mapping[str, Mapping[str, Mapping[str, Floats]]]) -> str:
    """Give the mean effects in points, for each outcome and size."""
    parts, order = [], ""
    for name, sizes in panels.items():
        for size, factors in sizes.items():
            order = ", ".join(factors)
            means = ", ".join(f"{100 * values.mean():+.1f}" for values in factors.values())
            parts.append(f"{name}, {size}: {means}")
    return f"Mean effects in percentage points ({order}). {'; '.join(parts)}."


def plot_epochs(panels: Mapping[str, Mapping[str, Floats]]) -> Figure:
    """Draw accuracies per epoch: a panel per network, a line per way to measure.

    Parameters
    ----------
    panels : mapping of a title to a mapping of "reported", "train" and "validation" to an array
        of shape (seeds, epochs)
    """
    looks = {
        "reported": ("training, as reported", "vermillion", "o:"),
        "train": ("training, inference mode", "blue", "s-"),
        "validation": ("validation", "green", "^--"),
    }
    figure, axes = style.new(7.2, 3.6, columns=len(panels), sharey=True)
    for panel, (title, curves) in zip(axes[0], panels.items(), strict=True):
        for name, values in curves.items():
            label, colour, line = looks[name]
            _band(panel, range(1, values.shape[1] + 1), 100 * values, label, colour, line)
        panel.set_title(title, fontsize=12)
        panel.set_xlabel("epoch")
    axes[0, 0].set_ylabel("accuracy (%)")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def alt_epochs(panels: Mapping[str, Mapping[str, Floats]]) -> str:
    """Give the mean accuracies of the first and the last epoch."""
    parts = (
        f"{title}: "
        + ", ".join(
            f"{name} {values[:, 0].mean():.1%} to {values[:, -1].mean():.1%}"
            for name, values in curves.items()
        )
        for title, curves in panels.items()
    )
    return f"Accuracy from the first to the last epoch. {'; '.join(parts)}."


# --- Rates, data and masks ----------------------------------------------------------------------


def plot_rates(
    gains: Mapping[int, Floats], train: Mapping[float, Floats], test: Mapping[float, Floats]
) -> Figure:
    """Draw what dropout gains against the number of images, and accuracy against the rate.

    Parameters
    ----------
    gains : mapping of a number of images to the gain per seed
    train, test : mappings of a rate to the accuracy per seed
    """
    figure, axes = style.new(7.2, 3.4, columns=2)
    left, right = axes[0]
    sizes = list(gains)
    for size, values in gains.items():
        left.plot([size] * len(values), 100 * values, ".", color=style.PALETTE["sky"])
    left.plot(sizes, [100 * v.mean() for v in gains.values()], "o-", color=style.PALETTE["blue"])
    left.axhline(0, color="black", linewidth=0.8, linestyle="--")
    left.set_xscale("log")
    left.set_xticks(sizes, [f"{size:,}" for size in sizes])
    left.minorticks_off()
    left.set(xlabel="training images", ylabel="gain in test accuracy (points)")
    for part, label, colour, line in (
        (train, "training", "vermillion", "o:"),
        (test, "test", "blue", "s-"),
    ):
        stacked = np.array(list(part.values())).T
        _band(right, list(part), 100 * stacked, label, colour, line)
    right.set(xlabel="rate", ylabel="accuracy (%)")
    right.legend()
    return figure


def alt_rates(
    gains: Mapping[int, Floats], train: Mapping[float, Floats], test: Mapping[float, Floats]
) -> str:
    """Give the gain per number of images, and the accuracies per rate."""
    first = ", ".join(f"{100 * v.mean():+.2f} with {size:,}" for size, v in gains.items())
    second = ", ".join(
        f"{rate:g}: {train[rate].mean():.1%} and {values.mean():.1%}"
        for rate, values in test.items()
    )
    return (
        f"Left: mean gain by dropout in points, {first} images. Right: training and test accuracy "
        f"per rate, {second}."
    )


def plot_masks(panels: Mapping[str, Mapping[str, Any]], counts: Sequence[int]) -> Figure:
    """Draw how averaging more masks moves each measure, beside what needs no masks.

    Parameters
    ----------
    panels : mapping of a measure's title to a mapping of a way to its values: "masks" of shape
        (seeds, counts), the others of shape (seeds,)
    counts : sequence of int
        Masks that were averaged.
    """
    figure, axes = style.new(7.2, 3.5, columns=len(panels))
    for panel, (title, ways) in zip(axes[0], panels.items(), strict=True):
        for name, values in ways.items():
            label, colour, line = WAYS[name]
            mean = np.broadcast_to(np.mean(values, axis=0), len(counts))
            mark = "o" if name == "masks" else ""
            panel.plot(counts, mean, f"{mark}{line}", color=style.PALETTE[colour], label=label)
        panel.set_xscale("log")
        panel.set_xticks(counts, [str(count) for count in counts])
        panel.minorticks_off()
        panel.set_title(title, fontsize=11)
        panel.set_xlabel("masks")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def alt_masks(panels: Mapping[str, Mapping[str, Any]], counts: Sequence[int]) -> str:
    """Give each measure for one mask, for the most, and for what needs none."""
    parts = []
    for title, ways in panels.items():
        mean = np.mean(ways["masks"], axis=0)
        others = ", ".join(
            f"{WAYS[name][0]} {np.mean(values):.3f}"
            for name, values in ways.items()
            if name != "masks"
        )
        parts.append(f"{title}: {mean[0]:.3f} to {mean[-1]:.3f}; {others}")
    return f"From 1 to {counts[-1]} masks. {'. '.join(parts)}."


def plot_reliability(ways: Mapping[str, Mapping[str, Floats]]) -> Figure:
    """Draw, per way to predict, how often it is right against how sure it is.

    Parameters
    ----------
    ways : mapping of a way to arrays ``count``, ``confidence`` and ``accuracy`` per bin
    """
    figure, axes = style.new(7.2, 3.2, columns=len(ways), sharey=True)
    for panel, (name, bins) in zip(axes[0], ways.items(), strict=True):
        label, colour, _ = WAYS[name]
        used = bins["count"] >= FEWEST
        x, y = bins["confidence"][used], bins["accuracy"][used]
        panel.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle="--")
        for sure, right in zip(x, y, strict=True):
            edges = (sure - 0.04, min(sure, right)), 0.08, abs(sure - right)
            panel.add_patch(Rectangle(*edges, facecolor=style.PALETTE["yellow"], alpha=0.8))
        panel.plot(x, y, "o-", color=style.PALETTE[colour])
        panel.set_title(label.replace(", ", ",\n"), fontsize=11)
        panel.set(xlabel="confidence", xlim=(0.2, 1), ylim=(0, 1.02), xticks=[0.25, 0.5, 0.75, 1])
    axes[0, 0].set_ylabel("share that is right")
    return figure


def alt_reliability(ways: Mapping[str, Mapping[str, Floats]]) -> str:
    """Give, per way, the mean of confidence minus accuracy."""
    parts = []
    for name, bins in ways.items():
        gap = np.average(bins["confidence"] - bins["accuracy"], weights=bins["count"])
        parts.append(f"{WAYS[name][0]}: {gap:+.3f}")
    return f"How often predictions are right, by confidence. Mean excess: {'; '.join(parts)}."


# --- Live ---------------------------------------------------------------------------------------


def live_shifts() -> dict[str, Any]:
    """Return what the live figures of poolings and of dropout show.

    Digits and probabilities are bytes in base64: pixels, and 255ths; the probabilities have the
    axes networks, digits, rows and columns of the shift, classes. The features are those columns
    of the first digit's max pooled upper edges that are not empty, by their mean.
    """
    record = results.load(experiment.live_units())[0]
    chosen = data.load("mnist").test.take(np.array(record.config["images"]))
    return {
        "reach": record.config["reach"],
        "labels": record.numbers["labels"],
        "networks": [NETWORKS[name][0] for name in record.config["architectures"]],
        "images": _packed(chosen.images),
        "probabilities": _packed(record.arrays["probabilities"]),
        "features": features(chosen.images[:1]),
    }


def features(digit: Floats) -> list[float]:
    """Return the mean of each column of a digit's max pooled upper edges, if not zero.

    Parameters
    ----------
    digit : array of shape (1, H, W, 1)

    Examples
    --------
    >>> digit = np.zeros((1, 4, 4, 1))
    >>> digit[0, 1, 2] = 0.5
    >>> features(digit)
    [0.25]
    """
    kernel = np.array([-1.0, 0.0, 1.0]).reshape(3, 1, 1, 1)
    edges = np.maximum(conv.conv2d(digit, kernel, padding="same"), 0)
    columns = pooling.max_pool2d(edges)[0, :, :, 0].mean(axis=0)
    return [round(float(value), 3) for value in columns if value > 0]


def _packed(values: Floats) -> str:
    """Return numbers in [0, 1] as bytes in base64, in 255ths."""
    return base64.b64encode(np.round(255 * values).astype(np.uint8).tobytes()).decode()


# --- Drawings: to be merged with what they call ------------------------------------------------


def pooled(maps: Mapping[str, Floats]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_pooled(maps), alt_pooled(maps))


def masked(plain: Floats, masked: Mapping[str, Sequence[Floats]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_masked(plain, masked), alt_masked(plain, masked))


def moves(rows: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_moves(rows), alt_moves(rows))


def by_move(
    curves: Mapping[str, Mapping[str, Floats]], amounts: Mapping[str, Sequence[float]]
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_by_move(curves, amounts), alt_by_move(curves, amounts))


def displacement(panels: Mapping[str, Mapping[str, tuple[Floats, Floats]]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_displacement(panels), alt_displacement(panels))


def effects(panels: Mapping[str, Mapping[str, Mapping[str, Floats]]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_effects(panels), alt_effects(panels))


def epochs(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_epochs(panels), alt_epochs(panels))


def rates(
    gains: Mapping[int, Floats], train: Mapping[float, Floats], test: Mapping[float, Floats]
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_rates(gains, train, test), alt_rates(gains, train, test))


def masks(panels: Mapping[str, Mapping[str, Any]], counts: Sequence[int]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_masks(panels, counts), alt_masks(panels, counts))


def reliability(ways: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_reliability(ways), alt_reliability(ways))
