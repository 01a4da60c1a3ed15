"""The figures of the chapter on shapes, each with its words made from the same numbers.

Chapter: book/conv_shapes.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from dlexp.byhand import conv, shapes
from dlexp.byhand.shapes import Convolution, Layer, Pooling, Shape
from dlexp.chapters.conv_shapes import measure as experiment
from dlexp.draw import style
from dlexp.draw.drawing import Drawing

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]

CELL = 0.86
"""Width of a drawn cell; the rest is the gap to the next."""


# --- One row of cells ---------------------------------------------------------------------------


def plot_windows(settings: Mapping[str, Mapping[str, int]]) -> Figure:
    """Draw every window of a kernel on a row of cells: one panel per setting, one line per window.

    Parameters
    ----------
    settings : mapping of a panel's title to the arguments of `conv.output_size`
        Its padding must be a number.
    """
    heights = [_count(setting) + 1 for setting in settings.values()]
    figure, axes = style.new(
        6.4, 0.28 * sum(heights) + 0.35 * len(heights), rows=len(heights), height_ratios=heights
    )
    for axis, (title, setting) in zip(axes[:, 0], settings.items(), strict=True):
        _draw_windows(axis, setting)
        axis.set_title(title, loc="left", fontsize=10)
    return figure


def _count(setting: Mapping[str, int]) -> int:
    return conv.output_size(**setting)


def _draw_windows(axis: Axes, setting: Mapping[str, int]) -> None:
    """Draw the cells of the input on top, and below them the taps of each window."""
    size, padding = setting["size"], setting.get("padding", 0)
    step, gap = setting.get("stride", 1), setting.get("dilation", 1)
    for cell in range(-padding, size + padding):
        inside = 0 <= cell < size
        _cell(axis, cell, 0, "sky" if inside else None, "" if inside else "0")
    for window in range(_count(setting)):
        for tap in range(setting["kernel"]):
            _cell(axis, window * step + tap * gap - padding, window + 1, "orange")
    axis.set(xlim=(-3, 14), ylim=(_count(setting) + 1, -0.1), aspect="equal", anchor="W")
    style.without_ticks(axis)


def _cell(axis: Axes, x: int, y: int, colour: str | None, text: str = "") -> None:
    face = style.PALETTE[colour] if colour else "none"
    axis.add_patch(Rectangle((x, y), CELL, CELL, facecolor=face, edgecolor="black", linewidth=0.6))
    axis.text(x + CELL / 2, y + CELL / 2, text, ha="center", va="center", fontsize=8)


def alt_windows(settings: Mapping[str, Mapping[str, int]]) -> str:
    """Say what `plot_windows` shows."""
    parts = (
        f"{title}: {_count(setting)} windows on {setting['size']} cells"
        for title, setting in settings.items()
    )
    return f"Rows of cells with the windows that fit. {'; '.join(parts)}."


# --- Sizes along a network ----------------------------------------------------------------------


def plot_sizes(columns: Mapping[str, Sequence[int | None]], names: Sequence[str]) -> Figure:
    """Draw the sizes after each layer, one line per column of the table.

    Parameters
    ----------
    columns : mapping of a line's name to its sizes
        A missing size ends the line.
    names : sequence of str
        Of the layers.
    """
    figure, axes = style.new(6.4, 3.6)
    axis = axes[0, 0]
    looks = (("blue", "o", "-"), ("vermillion", "s", "--"), ("green", "^", ":"))
    for (name, sizes), (colour, marker, line) in zip(columns.items(), looks, strict=False):
        kept = [size for size in sizes if size is not None]
        axis.plot(kept, line, marker=marker, color=style.PALETTE[colour], label=name)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.axhspan(-20, 0, color="0.9")
    axis.set_ylabel("height = width of the map")
    axis.set_yscale("symlog", linthresh=10, base=2)
    axis.set_yticks(
        [-8, 0, 8, 16, 32, 64, 128, 256], ["-8", *map(str, (0, 8, 16, 32, 64, 128, 256))]
    )
    axis.set_ylim(-12, 300)
    axis.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=9)
    axis.legend()
    return figure


def alt_sizes(columns: Mapping[str, Sequence[int | None]]) -> str:
    """Say what `plot_sizes` shows."""
    parts = (
        f"{name} {', '.join('none' if size is None else str(size) for size in sizes)}"
        for name, sizes in columns.items()
    )
    return f"Sizes after each layer. {'; '.join(parts)}."


# --- Maps of cells ------------------------------------------------------------------------------


def plot_coverage(covered: Bools, seen: Bools, mean_image: Floats) -> Figure:
    """Draw which cells a pooling covers, and which pixels of the image that leaves unseen.

    Parameters
    ----------
    covered : bool array, the map that is pooled
    seen, mean_image : arrays of one shape, the image
    """
    figure, axes = style.new(6.4, 3.0, columns=2)
    left, right = axes[0]
    left.imshow(covered, cmap="gray_r", vmin=0, vmax=3, interpolation="nearest")
    right.imshow(mean_image, cmap="gray_r", interpolation="nearest")
    for axis, mask in ((left, covered), (right, seen)):
        for row, column in np.argwhere(~mask):
            axis.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1, facecolor="none", hatch="////",
                    edgecolor=style.PALETTE["vermillion"], linewidth=0,
                )
            )  # fmt: skip
        style.without_ticks(axis)
    left.set_title("the map that is pooled")
    right.set_title("the mean image")
    return figure


def alt_coverage(covered: Bools, seen: Bools, mean_image: Floats) -> str:
    """Say what `plot_coverage` shows."""
    share = mean_image[~seen].sum() / mean_image.sum()
    return (
        f"Left: a map of {covered.shape[0]} by {covered.shape[1]} cells; the last rows and "
        f"columns, {int((~covered).sum())} cells, are hatched. Right: the mean digit; the last "
        f"{int((~seen).all(axis=1).sum())} rows and columns of pixels are hatched, and {share:.1%} "
        "of the ink lies under them."
    )


def plot_fields(gradients: Sequence[Floats], titles: Sequence[str]) -> Figure:
    """Draw how strongly the middle output depends on each cell, one panel per stack of layers.

    Parameters
    ----------
    gradients : sequence of arrays of one shape (n, n), >= 0
    titles : sequence of str, one per panel
    """
    figure, axes = style.new(6.4, 2.3, columns=len(gradients))
    for axis, gradient, title in zip(axes[0], gradients, titles, strict=True):
        axis.imshow(gradient / gradient.max(), cmap="gray_r", vmin=0, vmax=1)
        axis.set_title(title, fontsize=10)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(True)
    return figure


def alt_fields(gradients: Sequence[Floats], titles: Sequence[str]) -> str:
    """Say what `plot_fields` shows."""
    parts = (
        f"{title}: {int(gradient.any(axis=1).sum())} by {int(gradient.any(axis=0).sum())} cells"
        for gradient, title in zip(gradients, titles, strict=True)
    )
    return f"What the middle output depends on, darkest in the middle. {'; '.join(parts)}."


# --- Who sees what ------------------------------------------------------------------------------


def plot_traced(layers: Sequence[Convolution | Pooling], size: int, output: int) -> Figure:
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
            look = "orange" if seen[cell] else "sky" if used[cell] else None
            _traced_cell(axis, start + cell * step, 2 * row, step, look)
        name = f"{row}. {_kind(layers[row - 1])}: {len(used)}" if row else f"input: {size}"
        axis.text(0, 2 * row - 0.2, name, fontsize=9, va="bottom")
        if row < len(layers):
            kernel = shapes.receptive_field([layers[row]])
            start, step = start + step * (kernel - 1) / 2, step * _stride(layers[row])
    axis.set(xlim=(-0.2, size), ylim=(2 * len(every) - 0.8, -1.2))
    style.without_ticks(axis)
    return figure


def _traced_cell(axis: Axes, middle: float, y: float, width: int, colour: str | None) -> None:
    axis.add_patch(
        Rectangle(
            (middle + 0.5 - width / 2, y), width - 0.14, CELL, edgecolor="black", linewidth=0.6,
            facecolor=style.PALETTE[colour] if colour else "none",
            hatch=None if colour else "////",
        )
    )  # fmt: skip


def _kind(layer: Convolution | Pooling) -> str:
    return "pool" if isinstance(layer, Pooling) else "conv"


def _stride(layer: Convolution | Pooling) -> int:
    if isinstance(layer, Pooling) and layer.stride is None:
        return layer.window
    return layer.stride or 1


def alt_traced(layers: Sequence[Convolution | Pooling], size: int, output: int) -> str:
    """Say what `plot_traced` shows."""
    one, every = shapes.traced(layers, size, [output]), shapes.traced(layers, size)
    return (
        f"Rows of cells for the input and {len(layers)} maps. Output {output + 1} of "
        f"{len(every[-1])} depends on {int(one[0].sum())} of the {size} cells of the input; "
        f"{int((~every[0]).sum())} cells of it are seen by no output."
    )


# --- Live ---------------------------------------------------------------------------------------


def live_stacks() -> list[tuple[str, str]]:
    """Return the networks that the calculator of shapes starts from: names, and their words.

    Examples
    --------
    >>> live_stacks()[0]
    ('a pooling that drops cells', \
'28,1;conv,32,3,1,1,valid;pool,2,2,valid;conv,64,3,1,1,valid;pool,3,3,valid')
    """
    nine = experiment.nine_layers()
    deep = experiment.blocks(experiment.DEPTHS[-1], "valid")
    return [
        ("a pooling that drops cells", words(experiment.POOLED_BY_THREE, experiment.DIGIT)),
        ("the reports' nine layers", words(nine, experiment.IMAGE)),
        ("a search's five blocks", words(deep, experiment.DIGIT)),
    ]


def words(layers: Sequence[Layer], shape: Shape) -> str:
    """Write a stack as an address holds it: size and channels, then each layer.

    Parameters
    ----------
    layers : sequence of Convolution or Pooling
        Their padding is a word, or one number for both ends.
    shape : (int, int, int)
        Of a square image.

    Examples
    --------
    >>> words([Convolution(filters=8, kernel=3, padding=1), Pooling(window=2)], (28, 28, 1))
    '28,1;conv,8,3,1,1,1;pool,2,2,valid'
    """
    parts: list[tuple[object, ...]] = [(shape[0], shape[2])]
    for layer in layers:
        match layer:
            case Convolution(filters=f, kernel=k, stride=s, dilation=d, padding=p):
                parts.append(("conv", f, k, s, d, p))
            case Pooling(window=k, stride=step, padding=p):
                parts.append(("pool", k, k if step is None else step, p))
            case _:
                raise ValueError(f"a stack holds convolutions and poolings; got {layer}")
    return ";".join(",".join(map(str, part)) for part in parts)


# --- Drawings: to be merged with what they call ------------------------------------------------


def windows(settings: Mapping[str, Mapping[str, int]]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_windows(settings), alt_windows(settings))


def sizes(columns: Mapping[str, Sequence[int | None]], names: Sequence[str]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_sizes(columns, names), alt_sizes(columns))


def coverage(covered: Bools, seen: Bools, mean_image: Floats) -> Drawing:
    """Return the figure with its words."""
    return Drawing(
        plot_coverage(covered, seen, mean_image), alt_coverage(covered, seen, mean_image)
    )


def fields(gradients: Sequence[Floats], titles: Sequence[str]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_fields(gradients, titles), alt_fields(gradients, titles))


def traced(layers: Sequence[Convolution | Pooling], size: int, output: int) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_traced(layers, size, output), alt_traced(layers, size, output))
