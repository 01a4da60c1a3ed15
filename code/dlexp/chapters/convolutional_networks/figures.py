"""The figures of the chapter on convolutional networks, each with its words from the same numbers.

Chapter: book/convolutional_networks.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing
from dlexp.lab.intervals import mean_interval

CELLS, TAPS = 6, 3
"""Of the picture of wires: inputs, and wires of one output where they are local."""

LOOKS = {
    "conv": style.Look("blue", "o", "-"),
    "local": style.Look("vermillion", "s", "--"),
    "dense, equal multiplications": style.Look("green", "^", "-."),
    "dense, equal parameters": style.Look("purple", "D", ":"),
}
"""How contenders are drawn, wherever they are."""


def wires() -> Drawing:
    """Draw which inputs each output sees, and which wires have one weight in common."""
    figure, axes = style.new(6.8, 2.4, columns=3)
    counts = {
        "dense": _wires(axes[0, 0], local=False, shared=False),
        "local": _wires(axes[0, 1], local=True, shared=False),
        "convolution": _wires(axes[0, 2], local=True, shared=True),
    }
    for axis, (title, (wired, weights)) in zip(axes[0], counts.items(), strict=True):
        axis.set_title(f"{title}\n{wired} wires, {weights} weights", fontsize=11)
        style.without_ticks(axis)
    words = ", ".join(
        f"{title} has {wired} wires with {weights} weights"
        for title, (wired, weights) in counts.items()
    )
    return Drawing(figure, f"Layers from {CELLS} inputs to {CELLS - TAPS + 1} outputs: {words}.")


def _wires(axis: Axes, *, local: bool, shared: bool) -> tuple[int, int]:
    """Draw one layer; return its wires and its weights."""
    colours = [style.PALETTE[name] for name in ("blue", "vermillion", "green")]
    outputs, wired = CELLS - TAPS + 1, 0
    for out in range(outputs):
        for cell in range(out, out + TAPS) if local else range(CELLS):
            colour = colours[cell - out] if shared else "0.45"
            axis.plot([0, 1], [-cell, -out - 1], "-", lw=1.4, color=colour, zorder=1)
            wired += 1
    for x, places in ((0, range(CELLS)), (1, range(1, outputs + 1))):
        axis.plot([x] * len(places), [-p for p in places], "o", ms=9, mfc="w", color="k", zorder=2)
    axis.set_xlim(-0.2, 1.2)
    return wired, TAPS if shared else wired


def by_size(
    curves: Mapping[str, tuple[Sequence[int], Floats]], size: tuple[float, float]
) -> Drawing:
    """Draw the accuracy against the number of training images.

    Parameters
    ----------
    curves : mapping of a contender to its numbers of images, and means with ends (3, sizes)
        In percent: mean, lowest and highest seed.
    size : (float, float)
        Range of the upright axis.
    """
    figure, axes = style.new(6.0, 3.7)
    axis = axes[0, 0]
    for name, (images, values) in curves.items():
        look = LOOKS[name]
        colour = style.PALETTE[look.colour]
        axis.plot(images, values[0], look.line, marker=look.marker, color=colour, label=name)
        axis.fill_between(images, values[1], values[2], alpha=0.15, lw=0, color=colour)
    axis.set_ylim(*size)
    lines.scale(axis, "x", next(iter(curves.values()))[0])
    axis.set_xlabel("training images")
    axis.set_ylabel("test accuracy in percent")
    style.legend_below(figure, 2)
    words = "; ".join(
        f"{name} {values[0][0]:.1f} at {images[0]:,} to {values[0][-1]:.1f} at {images[-1]:,}"
        for name, (images, values) in curves.items()
    )
    return Drawing(figure, f"Test accuracy by the number of training images: {words}.")


def cells(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw the accuracy of each combination: a dot a seed, a bar the interval of the mean.

    Parameters
    ----------
    panels : mapping of an arrangement of pixels to a mapping of a contender to (seeds,)
    """
    figure, axes = style.new(6.4, 3.0, columns=len(panels), sharey=True)
    words = []
    for axis, (title, group) in zip(axes[0], panels.items(), strict=True):
        for place, (name, values) in enumerate(group.items()):
            low, high = mean_interval(values)
            axis.plot(
                np.full(len(values), place - 0.15),
                values,
                "o",
                ms=3,
                color="0.5",
                label=f"_{name}, seeds",
            )
            colour = style.PALETTE[LOOKS[name].colour]
            axis.plot([place, place], [low, high], lw=2, color=colour, label=f"_{name}, interval")
            axis.plot(
                place, values.mean(), LOOKS[name].marker, ms=7, color=colour, label=f"_{name}, mean"
            )
            words.append(f"{title}, {name}: {values.mean():.1f} ({low:.1f} to {high:.1f})")
        axis.set_title(title, fontsize=11)
        axis.set_xticks(range(len(group)), [name.split(",")[0] for name in group])
        axis.set_xlim(-0.5, len(group) - 0.5)
    axes[0, 0].set_ylabel("test accuracy in percent")
    return Drawing(figure, f"Test accuracy in percent. {'; '.join(words)}.")


def shifts(curves: Mapping[str, Floats], pixels: Sequence[int]) -> Drawing:
    """Draw the accuracy on shifted test images, (seeds, shifts) for each contender."""
    return lines.lines(
        {"": curves},
        pixels,
        x="pixels by which the test images are shifted",
        y="accuracy in percent",
        what=f"Accuracy by shift, from {pixels[0]} to {pixels[-1]} pixels",
        words=lines.by_panel({"": curves}, lambda values: lines.ends(values, ".0%")),
        factor=100,
        looks=LOOKS,
        layout=lines.Layout(width=5.6, height=3.5, log="", ticks=True, columns=2),
    )


def filters(kernels: Floats, image: Floats, maps: Floats) -> Drawing:
    """Draw filters of a first layer, and what each makes of one image.

    Parameters
    ----------
    kernels : array of shape (height, width, filters)
    image : array of shape (H, W)
    maps : array of shape (rows, columns, filters)
    """
    count = kernels.shape[2]
    figure, axes = style.new(6.8, 2.1, rows=2, columns=count + 1)
    largest, strongest = np.abs(kernels).max(), np.abs(maps).max()
    style.grey_map(axes[1, 0], image, 1.0)
    axes[0, 0].set_visible(False)
    for place in range(count):
        upper, lower = axes[0, place + 1], axes[1, place + 1]
        for axis, values, top in ((upper, kernels, largest), (lower, maps, strongest)):
            axis.imshow(values[:, :, place], cmap="RdBu_r", vmin=-top, vmax=top)
            axis.set(xticks=[], yticks=[])
    return Drawing(
        figure,
        f"{count} filters of {kernels.shape[0]} by {kernels.shape[1]} weights, and below each its "
        f"map of one digit. Weights go to {largest:.2f} in size; the sums in the maps to "
        f"{strongest:.1f}.",
    )
