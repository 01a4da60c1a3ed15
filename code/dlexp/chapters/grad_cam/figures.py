"""The pictures of the chapter on Grad-CAM, each with its words made from the same numbers.

Chapter: book/grad_cam.md.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from dlexp.byhand.arrays import Floats
from dlexp.draw import style
from dlexp.draw.drawing import Drawing

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
    # Ink is light enough for the colour to show on it.
    axes.imshow(image, vmin=0, vmax=2, cmap="gray_r", interpolation="none")
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
    strongest = int(weights.argmax()), int(weights.argmin())  # for the class, and against it
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
        f"convolution with the largest and the smallest weight, the weighted sum of all "
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
    _picture(wrong, image, "map not enlarged", "gray_r")
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


def wide(pictures: Floats, rows: Mapping[str, Floats], left: Sequence[bool]) -> Drawing:
    """Draw pictures of two digits side by side, with a map over each, a row for each method.

    Parameters
    ----------
    pictures : array of shape (n, 28, 56), in [0, 1]
    rows : mapping of a row's name to maps, of shape (n, 28, 56), in [0, 1]
    left : sequence of n bool
        Where the whole digit stands, for the words.
    """
    figure, axes = style.new(6.8, 1.05 * len(rows), rows=len(rows), columns=len(pictures))
    for (row, (name, maps)), column in product(enumerate(rows.items()), range(len(pictures))):
        overlay(axes[row, column], pictures[column], maps[column])
        axes[row, column].spines[:].set(visible=True, color="0.7")  # else pictures run together
        if column == 0:
            label = axes[row, column].set_ylabel(name, rotation=0, ha="right", va="center")
            label.set_fontsize(10)
    shares = {" ".join(name.split()): _on_side(maps, left) for name, maps in rows.items()}
    words = "; ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return Drawing(
        figure,
        f"{len(pictures)} pictures of a whole digit beside a torn one, with a map over each, a "
        f"row for each method. Of what a map marks, this share lies on the whole digit's half: "
        f"{words}.",
    )


def _on_side(maps: Floats, left: Sequence[bool]) -> float:
    """Return the mean share of maps that lies on the whole digit's half."""
    middle = maps.shape[2] // 2
    halves = (
        (m[:, :middle] if is_left else m[:, middle:]).sum() / max(m.sum(), 1e-9)
        for m, is_left in zip(maps, left, strict=True)
    )
    return float(np.mean(list(halves)))
