"""The figures on pooling and dropout, each with its words made from the same numbers.

Chapter: book/pooling_dropout.md. Here is what the layers do to a map. What shifts do stands in
``figures_of_moves``, what dropout does to a training in ``figures_of_training``.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlexp.byhand.arrays import Floats
from dlexp.draw import style
from dlexp.draw.drawing import Drawing


def pooled(maps: Mapping[str, Floats]) -> Drawing:
    """Draw maps side by side on one scale of grey, each with its number of cells.

    Parameters
    ----------
    maps : mapping of a title to an array of shape (H, W), >= 0
    """
    largest = max(float(values.max()) for values in maps.values())
    figure, axes = style.new(6.4, 2.1, columns=len(maps))
    parts = []
    for axis, (title, values) in zip(axes[0], maps.items(), strict=True):
        height, width = values.shape
        style.grey_map(axis, values, largest, f"{title}\n{height} × {width}")
        means = f"mean {values.mean():.2f}, largest {values.max():.2f}"
        parts.append(f"{title}: {height} by {width} cells, {means}")
    return Drawing(figure, f"Maps in grey, on one scale. {'; '.join(parts)}.")


def windows(rows: Mapping[str, Sequence[int]]) -> Drawing:
    """Draw rows of cells, cut into windows of two, and what three ways of halving make of them.

    Parameters
    ----------
    rows : mapping of what a row is to its cells, an even number of them, from 0 to 9
        Three at a time belong together: a row in place, and shifted twice.
    """
    figure, axes = style.new(6.4, 2.9)
    axis, parts, gap = axes[0, 0], [], 0.3
    for row, (title, cells) in enumerate(rows.items()):
        down = row + 0.5 * (row // 3)
        pairs = np.reshape(cells, (-1, 2))
        halved = {
            "largest": pairs.max(axis=1),
            "mean": pairs.mean(axis=1),
            "every\nsecond": pairs[:, 0],
        }
        for column, value in enumerate(cells):
            _cell(axis, column + gap * (column // 2), down, value)
        axis.text(-gap, down, title, ha="right", va="center", fontsize=12)
        left = len(cells) + gap * (len(pairs) - 1) + 0.4
        axis.annotate("", (left + 1.2, down), (left, down), arrowprops={"arrowstyle": "->"})
        left += 1.6
        for name, values in halved.items():
            for column, value in enumerate(values):
                _cell(axis, left + column, down, value)
            if row == 0:
                axis.text(left + len(values) / 2, -0.6, name, ha="center", va="bottom", fontsize=11)
            left += len(values) + 0.6
        given = ", ".join(map(_listed, halved.values()))
        parts.append(f"{title}, {_listed(cells)}: {given}")
    axis.set(xlim=(-5, left), ylim=(down + 0.5, -1.4))
    axis.set_axis_off()
    return Drawing(
        figure, f"Cells, and of each two the largest, mean, every second. {'. '.join(parts)}."
    )


def _cell(axis: Axes, left: float, row: float, value: float) -> None:
    """Draw one cell with its number, darker for a larger one."""
    shade, ink = 1 - 0.08 * value, "white" if value > 5 else "black"
    axis.add_patch(Rectangle((left, row - 0.4), 1, 0.8, facecolor=str(shade), edgecolor="black"))
    text = f"{value:g}"
    axis.text(left + 0.5, row, text, color=ink, ha="center", va="center", fontsize=11)


def _listed(cells: Iterable[float]) -> str:
    return " ".join(f"{cell:g}" for cell in cells)


def masked(plain: Floats, masked: Mapping[str, Sequence[Floats]]) -> Drawing:
    """Draw a map, then per rate the map under several masks and the mean over many.

    Each row is on one scale of grey, so that what is scaled up is darker.

    Parameters
    ----------
    plain : array of shape (H, W), >= 0
    masked : mapping of a row's title to maps of one shape, the mean last
    """
    columns = max(map(len, masked.values()))
    figure, axes = style.new(6.4, 1.5 * len(masked) + 0.2, rows=len(masked), columns=columns + 1)
    inked, parts = plain > 0, []
    for row, (title, maps) in zip(axes, masked.items(), strict=True):
        largest = max(float(values.max()) for values in maps)
        for axis, values in zip(row, [plain, *maps], strict=True):
            style.grey_map(axis, values, largest)
        row[0].set_ylabel(title, fontsize=11)
        parts.append(
            f"{title}: the first mask keeps {np.mean(maps[0][inked] > 0):.0%} of the inked cells, "
            f"the mean is off by {np.abs(maps[-1] - plain)[inked].mean():.2f} on average"
        )
    titles = ["all kept", *(f"mask {column}" for column in range(1, columns)), "mean"]
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title, fontsize=11)
    words = f"Rows of one map under different masks, with their mean last. {'; '.join(parts)}."
    return Drawing(figure, words)
