"""Pictures of single windows, of channels, of copies that overlap, and of the trainings.

Chapter: book/conv_shapes.md.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlexp.byhand import conv, transposed
from dlexp.byhand.arrays import Floats
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout

# --- One window ---------------------------------------------------------------------------------


def worked(image: Floats, kernel: Floats, row: int, column: int) -> Drawing:
    """Draw an image, a kernel, their products in one window, and the output that they add up to.

    Parameters
    ----------
    image : array of shape (H, W)
    kernel : array of shape (k, k)
    row, column : int
        Of the output.
    """
    k = len(kernel)
    output = conv.conv2d(image[None, :, :, None], kernel[:, :, None, None])[0, :, :, 0]
    products = image[row : row + k, column : column + k] * kernel + 0.0  # no minus before a zero
    grids = {"image": image, "kernel": kernel, "products": products, "output": output}
    widths = [grid.shape[1] for grid in grids.values()]
    figure, axes = style.new(6.4, 2.0, columns=4, width_ratios=widths)
    marked = {"image": (row, column, k), "output": (row, column, 1)}
    for axis, (title, grid) in zip(axes[0], grids.items(), strict=True):
        _grid(axis, grid, marked.get(title))
        axis.set_title(title, fontsize=10)
    return Drawing(
        figure,
        f"A window of {k} by {k} cells on an image of {len(image)} by {len(image)}; its products "
        f"with the kernel are {', '.join(f'{value:g}' for value in products.ravel())}, and their "
        f"sum {output[row, column]:g} stands in row {row + 1} and column {column + 1} of the "
        "output.",
    )


def _grid(axis: Axes, grid: Floats, marked: tuple[int, int, int] | None) -> None:
    """Write numbers into cells, and colour a square of them: its row, its column, its width."""
    for (row, column), value in np.ndenumerate(grid):
        inside = marked is not None and all(
            start <= place < start + marked[2]
            for place, start in zip((row, column), marked, strict=False)
        )
        face = style.PALETTE["orange"] if inside else "none"
        axis.add_patch(
            Rectangle((column, row), 1, 1, facecolor=face, edgecolor="black", linewidth=0.6)
        )
        axis.text(column + 0.5, row + 0.5, f"{value:g}", ha="center", va="center", fontsize=9)
    rows, columns = grid.shape
    axis.set(xlim=(-0.1, columns + 0.1), ylim=(rows + 0.1, -0.1), aspect="equal")
    style.without_ticks(axis)


# --- Channels -----------------------------------------------------------------------------------


def connections(channels: int, groups: Mapping[str, int]) -> Drawing:
    """Draw which channels in each channel out is made of, one panel per number of groups.

    Parameters
    ----------
    channels : int
        In, and as many out.
    groups : mapping of a panel's title to the number of groups
        Each divides ``channels``.
    """
    figure, axes = style.new(6.4, 1.8, columns=len(groups))
    parts = []
    for axis, (title, count) in zip(axes[0], groups.items(), strict=True):
        width = channels // count
        pairs = [
            (i, o) for i in range(channels) for o in range(channels) if i // width == o // width
        ]
        for i, o in pairs:
            axis.plot([0, 1], [i, o], "-", color=style.PALETTE["blue"], linewidth=1)
        for side, colour in ((0, "sky"), (1, "orange")):
            axis.plot([side] * channels, range(channels), "o", ms=9, color=style.PALETTE[colour])
        axis.set(xlim=(-0.25, 1.25), ylim=(channels - 0.5, -0.5))
        axis.set_title(title, fontsize=10)
        style.without_ticks(axis)
        parts.append(f"{title}: {len(pairs)} of {channels**2} pairs are connected")
    words = f"{channels} channels in and {channels} out. {'; '.join(parts)}."
    return Drawing(figure, words)


# --- Copies that overlap ------------------------------------------------------------------------


def laid(cells: Sequence[float], taps: Sequence[float], stride: int) -> Drawing:
    """Draw the copies of a kernel that a row of cells lays down, and below them their sum.

    Parameters
    ----------
    cells : sequence of float
        What goes into the transposed convolution.
    taps : sequence of float
    stride : int
        Between two copies.
    """
    rows: list[tuple[str, int, list[float], str]] = [("goes in", 0, list(cells), "sky")]
    for h, value in enumerate(cells):
        copy = [value * tap for tap in taps]
        rows.append((f"{value:g} times the taps", stride * h, copy, "orange"))
    row, kernel = np.array(cells, float), np.array(taps, float)
    total = transposed.conv2d_transpose(
        row.reshape(1, 1, -1, 1), kernel.reshape(1, -1, 1, 1), stride=stride
    ).ravel()
    rows.append(("comes out", 0, total.tolist(), ""))
    figure, axes = style.new(6.4, 0.42 * len(rows))
    axis = axes[0, 0]
    for y, (name, start, values, colour) in enumerate(rows):
        axis.text(-0.3, y + 0.5, name, ha="right", va="center", fontsize=9)
        for x, value in enumerate(values, start):
            face = style.PALETTE[colour] if colour else "none"
            axis.add_patch(
                Rectangle((x, y), 0.9, 0.86, facecolor=face, edgecolor="black", linewidth=0.6)
            )
            axis.text(x + 0.45, y + 0.43, f"{value:g}", ha="center", va="center", fontsize=9)
    axis.set(xlim=(-4, len(total) + 4), ylim=(len(rows), -0.1), aspect="equal")
    style.without_ticks(axis)
    listed = "; ".join(
        f"{name}, from cell {start + 1} on: {', '.join(f'{value:g}' for value in values)}"
        for name, start, values, _ in rows
    )
    return Drawing(figure, f"A transposed convolution with stride {stride}. {listed}.")


def copies(size: int, kernel: int, stride: int) -> Floats:
    """Return how many copies of a kernel lie on each cell, away from the rim: (cells, cells).

    Examples
    --------
    >>> copies(6, 3, 2)[0, :4], copies(6, 4, 2)[0, :4]
    (array([4., 2., 4., 2.]), array([4., 4., 4., 4.]))
    """
    laid = transposed.conv2d_transpose(
        np.ones((1, size, size, 1)), np.ones((kernel, kernel, 1, 1)), stride=stride
    )
    inside: Floats = laid[0, kernel - 1 : 1 - kernel, kernel - 1 : 1 - kernel, 0]
    return inside


def overlaps(settings: Mapping[str, tuple[int, int]], size: int) -> Drawing:
    """Draw how many copies lie on each cell, one panel for each kernel and stride.

    Parameters
    ----------
    settings : mapping of a panel's title to kernel and stride
    size : int
        Cells of the image that is enlarged.
    """
    figure, axes = style.new(6.4, 2.3, columns=len(settings))
    maps = {title: copies(size, *setting) for title, setting in settings.items()}
    most = 1.5 * max(grid.max() for grid in maps.values())  # grey: an even map is no black box
    parts = []
    for axis, (title, grid) in zip(axes[0], maps.items(), strict=True):
        style.grey_map(axis, grid, most)
        axis.set_title(title, fontsize=10)
        found = ", ".join(f"{value:g}" for value in np.unique(grid))
        parts.append(f"{title}: {found} copies on a cell")
    return Drawing(figure, f"Copies of the kernel on each cell. {'; '.join(parts)}.")


# --- Trainings ----------------------------------------------------------------------------------


def curves(panels: Mapping[str, Mapping[str, Floats]], names: Iterable[str]) -> Drawing:
    """Draw accuracies after each pass over the training images, a line for each network.

    Parameters
    ----------
    panels : mapping of a title to its lines, each a name and an array of shape (seeds, passes)
    names : iterable of str
        All names of lines, so that one has the same look in each drawing.
    """
    passes = {
        title: [*range(1, next(iter(group.values())).shape[1] + 1)]
        for title, group in panels.items()
    }
    drawing = lines.lines(
        panels, passes, x="passes", y="validation accuracy (%)",
        what="Validation accuracy after the last pass, mean over seeds",
        words=lines.by_panel(panels, lambda values: f"{values[:, -1].mean():.1%}"),
        factor=100, looks=dict(zip(names, style.UNMARKED, strict=False)),
        layout=Layout(log="", height=3.4, columns=1, title=11),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.axhline(GUESSING, color="0.5", linewidth=0.8, linestyle=":")
    return drawing


GUESSING = 10
"""Percent of digits that are right by chance, of ten kinds."""
