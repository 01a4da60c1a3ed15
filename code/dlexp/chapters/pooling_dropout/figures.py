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
    """Draw rows of cells, cut into windows of two, beside the largest of each window.

    Parameters
    ----------
    rows : mapping of what a row is to its cells, an even number of them, from 0 to 9
    """
    figure, axes = style.new(4.6, 1.5)
    axis, parts, gap = axes[0, 0], [], 0.3
    for row, (title, cells) in enumerate(rows.items()):
        largest = [int(value) for value in np.reshape(cells, (-1, 2)).max(axis=1)]
        for column, value in enumerate(cells):
            _cell(axis, column + gap * (column // 2), row, value)
        end = len(cells) + gap * (len(cells) // 2 - 1)
        arrow = {"arrowstyle": "->"}
        axis.annotate("", (end + 1.6, row), (end + 0.4, row), arrowprops=arrow)
        for column, value in enumerate(largest):
            _cell(axis, end + 2 + column, row, value)
        axis.text(-gap, row, title, ha="right", va="center", fontsize=12)
        parts.append(f"{title}: {_listed(cells)} gives {_listed(largest)}")
    axis.set(xlim=(-5, end + 2.1 + len(largest)), ylim=(len(rows) - 0.5, -0.5))
    axis.set_axis_off()
    return Drawing(figure, f"Rows of cells, and the largest of each two. {'; '.join(parts)}.")


def _cell(axis: Axes, left: float, row: int, value: int) -> None:
    """Draw one cell with its number, darker for a larger one."""
    shade, ink = 1 - 0.08 * value, "white" if value > 5 else "black"
    axis.add_patch(Rectangle((left, row - 0.4), 1, 0.8, facecolor=str(shade), edgecolor="black"))
    axis.text(left + 0.5, row, str(value), color=ink, ha="center", va="center", fontsize=12)


def _listed(cells: Iterable[int]) -> str:
    return " ".join(str(cell) for cell in cells)


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
