"""The figures of the chapter on transfer learning, each with its words from the same numbers.

Chapter: book/transfer_learning.md.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing


def shares(ways: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw what share of the learning rate each layer has, way by way.

    Parameters
    ----------
    ways : mapping of a way to its shares in [0, 1], the head's last
    """
    values = np.array(list(ways.values()), float)
    said = {
        way: [str(Fraction(share).limit_denominator(100)) for share in each]
        for way, each in ways.items()
    }
    figure, axes = style.new(6.4, 3.4)
    axis = axes[0, 0]
    axis.imshow(values, cmap="Blues", vmin=0, vmax=1.8, aspect="auto")
    for row, each in enumerate(said.values()):
        for column, share in enumerate(each):
            axis.text(column, row, share, ha="center", va="center")
    base = values.shape[1] - 1
    names = [f"convolution {place + 1}" for place in range(base)]
    axis.set_xticks(range(base + 1), [*names, "head"])
    axis.set_yticks(range(len(ways)), list(ways))
    axis.axvline(base - 0.5, color=style.PALETTE["black"], lw=3, label="_cut")
    axis.text((base - 1) / 2, -0.7, "base: taken along", ha="center")
    axis.text(base, -0.7, "new", ha="center")
    axis.spines[:].set_visible(False)
    words = "; ".join(f"{way}: {', '.join(each)}" for way, each in said.items())
    return Drawing(figure, f"Share of the learning rate for each layer, the head last. {words}.")


def losses(panels: Mapping[str, Mapping[str, Floats]], shares: float) -> Drawing:
    """Draw the training loss before the first step and of each pass, for each fault.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a fault in words to an array (seeds, passes + 1)
    shares : float
        The loss of one who knows the shares of the classes, and no image: a dotted line.
    """
    passes = next(iter(next(iter(panels.values())).values())).shape[1]
    words = lines.by_panel(panels, lambda values: lines.ends(values, ".2f"))
    drawn = lines.lines(
        panels,
        range(passes),
        x="pass",
        y="training loss",
        what="Training losses, before the first step and in the last pass",
        words=f"{words}; dotted, shares of classes {shares:.2f}",
        layout=lines.Layout(log="y", height=3.9, columns=0),
    )
    for axis in drawn.figure.axes:
        axis.axhline(
            shares, ls=":", lw=1.2, color=style.PALETTE["black"], label="shares of classes"
        )
    drawn.figure.axes[0].set_ylim(bottom=0.005)  # room for the names
    return _named(drawn)


def sizes(
    panels: Mapping[str, Mapping[str, Floats]], images: Mapping[str, Sequence[int]]
) -> Drawing:
    """Draw test accuracy against the number of training images.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a way to an array (seeds, sizes), shares
    images : mapping of a title to the sizes
    """
    drawn = lines.lines(
        panels,
        images,
        x="images of the second task",
        y="test accuracy (%)",
        what="Test accuracy from the fewest images to the most",
        words=lines.by_panel(panels, lambda values: lines.ends(values, ".0%")),
        factor=100,
        layout=lines.Layout(height=4.0, columns=0, ticks=True, title=11),
    )
    return _named(drawn)


def _named(drawn: Drawing) -> Drawing:
    """Name the lines of each panel inside it, for the panels have different ones."""
    for axis in drawn.figure.axes:
        axis.legend(fontsize=9, loc="lower right")
    return drawn
