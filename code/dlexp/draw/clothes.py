"""The figure that shows the book's second data set."""

from collections.abc import Sequence

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.draw import publish, style
from dlexp.draw.drawing import Drawing
from dlexp.fashion import CLASSES

EACH = 2
"""Images of each class."""


def classes(images: Floats, names: Sequence[str]) -> Drawing:
    """Draw images of each class, in a column under its name.

    Parameters
    ----------
    images : array of shape (images, classes, height, width)
        Pixels in [0, 1].
    names : sequence of str
        One per class.

    Examples
    --------
    >>> classes(np.zeros((1, 2, 28, 28)), ["dress", "bag"]).alt
    'Images of 2 classes, 1 of each: dress, bag.'
    """
    figure, axes = style.new(7.2, 0.9 * len(images) + 0.3, rows=len(images), columns=len(names))
    for row, group in zip(axes, images, strict=True):
        for axis, image in zip(row, group, strict=True):
            axis.imshow(image, vmin=0, vmax=1, cmap="gray_r", interpolation="nearest")
    for axis, name in zip(axes[0], names, strict=True):
        axis.set_title(name, fontsize=9)
    style.without_ticks(*axes.flat)
    listed = ", ".join(names)
    return Drawing(figure, f"Images of {len(names)} classes, {len(images)} of each: {listed}.")


def examples() -> None:
    """Publish the figure, of the first training images of each class, and how many there are."""
    train = data.fashion().train
    publish.number("side", train.images.shape[1], "d")
    publish.number("few_images", len(train), ",d")
    publish.number("many_images", len(data.mnist().train), ",d")
    firsts = [np.flatnonzero(train.labels == label)[:EACH] for label in range(len(CLASSES))]
    images = train.images[np.stack(firsts, axis=1), :, :, 0]
    publish.figure("clothes", classes(images, CLASSES))
