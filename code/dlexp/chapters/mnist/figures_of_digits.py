"""Pictures of digits, each with its words from the same numbers.

Chapter: book/mnist.md.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.chapters.mnist.digits import Pair
from dlexp.draw import style
from dlexp.draw.drawing import Drawing


def classes(examples: Floats, means: Floats) -> Drawing:
    """Draw some images of each class, and below them the mean of the class.

    Parameters
    ----------
    examples : array of shape (images, classes, height, width)
    means : array of shape (classes, height, width)
    """
    rows, count = examples.shape[0] + 1, len(means)
    figure, axes = style.new(7.2, 0.75 * rows, rows=rows, columns=count)
    for row, group in zip(axes, [*examples, means], strict=True):
        for axis, image in zip(row, group, strict=True):
            _ink(axis, image)
    style.without_ticks(*axes.flat)
    darkest = means.max(axis=(1, 2))
    words = (
        f"{len(examples)} images of each of the digits 0 to {count - 1}, and below them the mean "
        f"of each class, whose darkest pixel is {darkest.min():.2f} to {darkest.max():.2f} of "
        "black."
    )
    return Drawing(figure, words)


def pairs(chosen: Sequence[Pair]) -> Drawing:
    """Draw pairs of images of two classes, one above the other, with their labels."""
    figure, axes = style.new(7.2, 2.7, rows=2, columns=len(chosen))
    for place, pair in enumerate(chosen):
        for row in range(2):
            axis: Axes = axes[row, place]
            _ink(axis, pair.images[row, :, :, 0])
            axis.set_title(str(pair.labels[row]), fontsize=11)
    style.without_ticks(*axes.flat)
    named = ", ".join(f"{one} and {other}" for one, other in (pair.labels for pair in chosen))
    return Drawing(figure, f"Pairs of images that look alike and have two labels: {named}.")


def hardest(
    images: Floats, labels: Sequence[int], answers: Sequence[int], *, columns: int = 6
) -> Drawing:
    """Draw images that all networks get wrong, with the label and the answer.

    Parameters
    ----------
    images : array of shape (n, height, width, 1)
    labels, answers : sequence of int
        What they are called in the file, and what all networks call them.
    columns : int
    """
    rows = -(-len(images) // columns)
    figure, axes = style.new(7.2, 1.5 * rows, rows=rows, columns=columns)
    for place, (label, answer) in enumerate(zip(labels, answers, strict=True)):
        axis: Axes = axes[place // columns, place % columns]
        _ink(axis, images[place, :, :, 0])
        axis.set_title(f"{label}, not {answer}", fontsize=11)
    style.without_ticks(*axes.flat)
    told = ", ".join(f"{a} for {b}" for a, b in zip(answers, labels, strict=True))
    return Drawing(figure, f"Images that all networks get wrong in the same way: {told}.")


def _ink(axis: Axes, image: Floats) -> None:
    """Draw pixels in [0, 1], white to black."""
    axis.imshow(image, vmin=0, vmax=1, cmap="gray_r", interpolation="nearest")
