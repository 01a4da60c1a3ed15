"""The figures of the chapter on shapes, each with its words made from the same numbers.

Chapter: book/conv_shapes.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dlexp.byhand import conv, shapes
from dlexp.byhand.arrays import Floats
from dlexp.byhand.shapes import Convolution, Pooling
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.style import Look

Bools = NDArray[np.bool_]

CELL = 0.86
"""Width of a drawn cell; the rest is the gap to the next."""

HATCHED: dict[str, Any] = {
    "facecolor": "none", "hatch": "////", "edgecolor": style.PALETTE["vermillion"], "linewidth": 0
}  # fmt: skip
"""How what is not seen looks."""

TICKS = (-8, 0, 8, 16, 32, 64, 128, 256)
"""Sizes that are written at the axis."""


# --- One row of cells ---------------------------------------------------------------------------


def windows(settings: Mapping[str, Mapping[str, Any]], *, numbered: bool = False) -> Drawing:
    """Draw every window of a kernel on a row of cells: one panel per setting, one line per window.

    Parameters
    ----------
    settings : mapping of a panel's title to the arguments of `conv.output_size`
    numbered : bool
        Whether the cells have numbers, and each tap that of its cell; zero is padding.
    """
    counts = {title: conv.output_size(**setting) for title, setting in settings.items()}
    heights = [count + 1 for count in counts.values()]
    height = 0.28 * sum(heights) + 0.35 * len(heights)
    figure, axes = style.new(6.4, height, rows=len(heights), height_ratios=heights)
    for axis, (title, setting) in zip(axes[:, 0], settings.items(), strict=True):
        _windows(axis, setting, counts[title], numbered)
        axis.set_title(title, loc="left", fontsize=10)
    parts = (
        f"{title}: {counts[title]} windows on {setting['size']} cells"
        for title, setting in settings.items()
    )
    words = f"Rows of cells with the windows that fit. {'; '.join(parts)}."
    if numbered:
        starts = (
            f"{title}, its first window has the cells {_listed(_first(setting))}"
            for title, setting in settings.items()
        )
        words += f" {'; '.join(starts)}. Cell zero is padding."
    return Drawing(figure, words)


def _first(setting: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the cells of the first window, counted from one."""
    before, _ = conv.split_padding(**setting)
    dilation = setting.get("dilation", 1)
    return [tap * dilation - before + 1 for tap in range(setting["kernel"])]


def _listed(cells: Sequence[int]) -> str:
    return ", ".join(map(str, cells))


def _windows(axis: Axes, setting: Mapping[str, Any], count: int, numbered: bool) -> None:
    """Draw the cells of the input on top, and below them the taps of each window."""
    size, (before, after) = setting["size"], conv.split_padding(**setting)
    stride, dilation = setting.get("stride", 1), setting.get("dilation", 1)
    for cell in range(-before, size + after):
        inside = 0 <= cell < size
        _cell(axis, cell, 0, "sky" if inside else None)
        if numbered or not inside:
            _number(axis, cell, 0, size)
    for window, tap in np.ndindex(count, setting["kernel"]):
        cell = window * stride + tap * dilation - before
        _cell(axis, cell, window + 1, "orange")
        if numbered:
            _number(axis, cell, window + 1, size)
    axis.set(xlim=(-3, 14), ylim=(count + 1, -0.1), aspect="equal", anchor="W")
    style.without_ticks(axis)


def overhang(size: int, kernels: Sequence[tuple[int, int]]) -> Drawing:
    """Draw kernels that are wider than a row of cells: what hangs over is hatched.

    Parameters
    ----------
    size : int
        Cells of the row.
    kernels : sequence of (int, int)
        Of each kernel its width and its stride.
    """
    figure, axes = style.new(6.4, 0.36 * (len(kernels) + 1))
    axis, parts = axes[0, 0], []
    for cell in range(size):
        _cell(axis, cell, 0, "sky")
    for row, (width, stride) in enumerate(kernels, 1):
        for cell in range(width):
            fits = cell < size
            _cell(axis, cell, row, "orange" if fits else None, hatch=None if fits else "////")
        over = width - size
        answer = "refused" if over >= 2 * stride else "an array comes"
        parts.append(f"stride {stride}, {over} over: {answer}")
        axis.text(width + 0.4, row + CELL / 2, parts[-1], va="center", fontsize=9)
    axis.set(xlim=(-0.2, 16), ylim=(len(kernels) + 1, -0.1), aspect="equal", anchor="W")
    style.without_ticks(axis)
    words = f"A row of {size} cells, and kernels that do not fit on it. {'; '.join(parts)}."
    return Drawing(figure, words)


def _number(axis: Axes, cell: int, row: int, size: int) -> None:
    """Write which cell it is, counted from one; zero where it is padding."""
    text = str(cell + 1 if 0 <= cell < size else 0)
    axis.text(cell + CELL / 2, row + CELL / 2, text, ha="center", va="center", fontsize=8)


def _cell(
    axis: Axes, x: float, y: int, colour: str | None, width: float = CELL, hatch: str | None = None
) -> None:
    face = style.PALETTE[colour] if colour else "none"
    axis.add_patch(
        Rectangle(
            (x, y), width, CELL, facecolor=face, edgecolor="black", linewidth=0.6, hatch=hatch
        )
    )


# --- Sizes along a network ----------------------------------------------------------------------


def sizes(columns: Mapping[str, Sequence[int | None]], names: Sequence[str]) -> Drawing:
    """Draw the sizes after each layer, one line per column of the table.

    Parameters
    ----------
    columns : mapping of a line's name to its sizes
        A missing size ends the line.
    names : sequence of str
        Of the layers.
    """
    figure, axes = style.new(6.4, 3.6)
    axis, parts = axes[0, 0], []
    looks = (Look("blue", "o", "-"), Look("vermillion", "s", "--"), Look("green", "^", ":"))
    for (name, column), (colour, marker, line) in zip(columns.items(), looks, strict=False):
        existing = [size for size in column if size is not None]
        axis.plot(existing, line, marker=marker, color=style.PALETTE[colour], label=name)
        written = ", ".join("none" if size is None else str(size) for size in column)
        parts.append(f"{name} {written}")
    axis.axhline(0, color="black", linewidth=0.8)
    axis.axhspan(-20, 0, color="0.9")
    axis.set_ylabel("height = width of the map")
    axis.set_yscale("symlog", linthresh=10, base=2)
    axis.set_yticks(TICKS, map(str, TICKS))
    axis.set_ylim(-12, 300)
    axis.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=9)
    axis.legend()
    return Drawing(figure, f"Sizes after each layer. {'; '.join(parts)}.")


# --- Maps of cells ------------------------------------------------------------------------------


def coverage(covered: Bools, seen: Bools, mean_image: Floats, window: int) -> Drawing:
    """Draw which cells a pooling covers, and which pixels of the image that leaves unseen.

    Parameters
    ----------
    covered : bool array, the map that is pooled
    seen, mean_image : arrays of one shape, the image
    window : int
        Cells of a pooling's window, in each direction.
    """
    figure, axes = style.new(6.4, 3.0, columns=2)
    left, right = axes[0]
    left.imshow(covered, cmap="gray_r", vmin=0, vmax=8, interpolation="nearest")
    _tile(left, covered.shape[0], window)
    right.imshow(mean_image, cmap="gray_r", interpolation="nearest")
    for axis, mask in ((left, covered), (right, seen)):
        for row, column in np.argwhere(~mask):
            axis.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, **HATCHED))
        style.without_ticks(axis)
    left.set_title("the map that is pooled")
    right.set_title("the mean image")
    share = mean_image[~seen].sum() / mean_image.sum()
    return Drawing(
        figure,
        f"Left: a map of {covered.shape[0]} by {covered.shape[1]} cells; the last rows and "
        f"columns, {int((~covered).sum())} cells, are hatched. Right: the mean digit; the last "
        f"{int((~seen).all(axis=1).sum())} rows and columns of pixels are hatched, and {share:.1%} "
        "of the ink lies under them.",
    )


def _tile(axis: Axes, size: int, window: int) -> None:
    """Draw the cells of a square map, and around them the windows of a pooling that fit."""
    inner = np.arange(1, size) - 0.5
    for line in (axis.axhline, axis.axvline):
        for at in inner:
            line(at, color="white", linewidth=1.5)
    corners = np.arange(size // window) * window - 0.5
    look: dict[str, Any] = {
        "facecolor": "none", "edgecolor": style.PALETTE["blue"], "linewidth": 2, "zorder": 3
    }  # fmt: skip
    for row in corners:
        for column in corners:
            axis.add_patch(Rectangle((column, row), window, window, **look))


def fields(gradients: Sequence[Floats], titles: Sequence[str]) -> Drawing:
    """Draw how strongly the middle output depends on each cell, one panel per stack of layers.

    Parameters
    ----------
    gradients : sequence of arrays of one shape (n, n), >= 0
    titles : sequence of str, one per panel
    """
    figure, axes = style.new(6.4, 2.3, columns=len(gradients))
    parts = []
    for axis, gradient, title in zip(axes[0], gradients, titles, strict=True):
        style.grey_map(axis, gradient, gradient.max())
        axis.set_title(title, fontsize=10)
        rows, columns = (np.flatnonzero(gradient.any(axis=along)) for along in (1, 0))
        height, width = len(rows), len(columns)
        corner = (columns[0] - 0.5, rows[0] - 0.5)
        outline = Rectangle(
            corner, width, height, fill=False, edgecolor=style.PALETTE["vermillion"]
        )
        axis.add_patch(outline)
        parts.append(f"{title}: {height} by {width} cells")
    words = f"What the middle output depends on, darkest in the middle. {'; '.join(parts)}."
    return Drawing(figure, words)


# --- Who sees what ------------------------------------------------------------------------------


def traced(layers: Sequence[Convolution | Pooling], size: int, output: int) -> Drawing:
    """Draw every map of a stack as a row of cells: what one output sees, and what none sees.

    Parameters
    ----------
    layers : sequence of Convolution or Pooling
        Without padding, so that each cell has its place above the input.
    size : int
        Cells of the input.
    output : int
        The chosen cell of the last map.
    """
    one, every = shapes.traced(layers, size, [output]), shapes.traced(layers, size)
    figure, axes = style.new(6.4, 0.6 * len(every))
    axis, start, step = axes[0, 0], 0.0, 1
    for row, (seen, used) in enumerate(zip(one, every, strict=True)):
        for cell in range(len(used)):
            colour = "orange" if seen[cell] else "sky" if used[cell] else None
            corner = start + cell * step + 0.5 - step / 2
            _cell(axis, corner, 2 * row, colour, step - 0.14, None if colour else "////")
        name = f"{row}. {_kind(layers[row - 1])}: {len(used)}" if row else f"input: {size}"
        axis.text(0, 2 * row - 0.2, name, fontsize=9, va="bottom")
        if row < len(layers):
            kernel = shapes.receptive_field([layers[row]])
            start, step = start + step * (kernel - 1) / 2, step * _stride(layers[row])
    axis.set(xlim=(-0.2, size), ylim=(2 * len(every) - 0.8, -1.2))
    style.without_ticks(axis)
    return Drawing(
        figure,
        f"Rows of cells for the input and {len(layers)} maps. Output {output + 1} of "
        f"{len(every[-1])} depends on {int(one[0].sum())} of the {size} cells of the input; "
        f"{int((~every[0]).sum())} cells of it are seen by no output.",
    )


def _kind(layer: Convolution | Pooling) -> str:
    return "pool" if isinstance(layer, Pooling) else "conv"


def _stride(layer: Convolution | Pooling) -> int:
    if isinstance(layer, Pooling) and layer.stride is None:
        return layer.window
    return layer.stride or 1
