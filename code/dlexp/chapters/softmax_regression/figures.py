"""The figures of the chapter on softmax regression.

Chapter: book/softmax_regression.md.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import Labels
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing

CLASSES = range(10)

SIGNED = LinearSegmentedColormap.from_list(
    "signed", [style.PALETTE["blue"], "white", style.PALETTE["vermillion"]]
)
"""Below zero blue, above zero vermillion."""

LOWEST = 84
"""Percent at which the axes of the validation accuracy begin."""

FEWEST = 20
"""Images that a bin must have for its share to be drawn."""


def scored(image: Floats, logits: Floats, probabilities: Floats) -> Drawing:
    """Draw a digit, the score of each class, and the probabilities that they become.

    Parameters
    ----------
    image : array of shape (28, 28)
    logits, probabilities : arrays of shape (10,)
    """
    figure, axes = style.new(6.8, 2.4, columns=3, width_ratios=(1, 1.6, 1.6))
    picture, scores, shares = axes[0]
    style.grey_map(picture, image, 1.0, "image")
    for axis, values, title, spec in (
        (scores, logits, "logits", "+.1f"),
        (shares, probabilities, "probabilities", ".0%"),
    ):
        axis.barh(CLASSES, values, color=style.PALETTE["blue"])
        axis.set_yticks(CLASSES, map(str, CLASSES), fontsize=9)
        axis.set_title(title, fontsize=11)
        axis.invert_yaxis()
        place = int(values.argmax())
        axis.annotate(f" {values[place]:{spec}}", (values[place], place), va="center", fontsize=9)
        axis.margins(x=0.25)
    best, second = np.argsort(-probabilities)[:2]
    return Drawing(
        figure,
        f"A digit, ten logits from {logits.min():.1f} to {logits.max():.1f}, and ten "
        f"probabilities: {probabilities[best]:.0%} for {best}, {probabilities[second]:.0%} for "
        f"{second}.",
    )


def kernels(kernel: Floats) -> Drawing:
    """Draw the weights of each class as an image, all on one scale.

    Parameters
    ----------
    kernel : array of shape (784, 10)
    """
    figure, axes = style.new(6.8, 3.1, rows=2, columns=5)
    largest = float(np.abs(kernel).max())
    for axis, label in zip(axes.ravel(), CLASSES, strict=True):
        picture = kernel[:, label].reshape(28, 28)
        shown = axis.imshow(picture, cmap=SIGNED, vmin=-largest, vmax=largest)
        axis.set_title(str(label), fontsize=11)
        axis.set(xticks=[], yticks=[])
    figure.colorbar(shown, ax=list(axes.ravel()), shrink=0.8)
    return Drawing(
        figure,
        "Ten images of weights, one for each class: vermillion where ink speaks for it, blue where "
        f"ink speaks against it; the largest is {largest:.2f}.",
    )


def learning(loss: Floats, validation: Floats) -> Drawing:
    """Draw the loss and the accuracy after each pass, mean and range over seeds.

    Parameters
    ----------
    loss, validation : arrays of shape (seeds, passes + 1)
        From before the first pass on.
    """
    figure, axes = style.new(6.8, 2.8, columns=2)
    left, right = axes[0]
    passes = np.arange(loss.shape[1])
    lines.band(left, passes, loss, style.LOOKS[0], "loss")
    lines.band(right, passes, 100 * validation, style.LOOKS[1], "accuracy")
    left.axhline(np.log(len(CLASSES)), color="0.5", lw=1, ls=":")
    right.set_ylim(LOWEST, max(LOWEST, 100 * validation.max()) + 1)
    left.set_title("loss on training images", fontsize=11)
    right.set_title("validation accuracy in percent", fontsize=11)
    for axis in axes[0]:
        axis.set_xlabel("passes")
    return Drawing(
        figure,
        f"Loss, pass by pass: {lines.ends(loss, '.2f')}; validation accuracy: "
        f"{lines.ends(validation, '.1%')}.",
    )


def confusion(counts: Labels) -> Drawing:
    """Draw how many images of each class were taken for each other class.

    Parameters
    ----------
    counts : array of shape (10, 10)
        Rows are classes, columns are answers.
    """
    figure, axes = style.new(5.4, 4.8)
    axis = axes[0, 0]
    wrong = counts * (1 - np.eye(len(CLASSES), dtype=int))
    axis.imshow(wrong, cmap="gray_r", vmin=0, vmax=1.6 * wrong.max())
    for (row, column), count in np.ndenumerate(counts):
        colour = style.PALETTE["blue"] if row == column else "black"
        axis.text(column, row, str(count), ha="center", va="center", fontsize=8, color=colour)
    axis.set_xticks(CLASSES, map(str, CLASSES))
    axis.set_yticks(CLASSES, map(str, CLASSES))
    axis.set_xlabel("answer")
    axis.set_ylabel("class")
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    return Drawing(
        figure,
        f"A table of ten classes by ten answers. {int(wrong.sum())} images are off its diagonal; "
        f"the largest count there is {wrong.max()}, class {row} taken for {column}.",
    )


def ends(panels: Mapping[str, lines.Lines]) -> Drawing:
    """Draw losses and the validation accuracy along the descents to the end.

    Parameters
    ----------
    panels : mapping of a panel's title to lines of shape (seeds, steps)
        Those of a title with "percent" in it are shares, drawn from `LOWEST` on.
    """
    figure, axes = style.new(6.8, 3.2, columns=len(panels))
    for axis, (title, group) in zip(axes[0], panels.items(), strict=True):
        steps = np.arange(1, next(iter(group.values())).shape[1] + 1)
        factor = 100 if "percent" in title else 1
        for (name, values), look in zip(group.items(), style.UNMARKED, strict=False):
            lines.band(axis, steps, factor * values, look, name)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("steps of L-BFGS")
        lines.scale(axis, "x" if factor == 100 else "xy")
        if factor == 100:
            axis.set_ylim(bottom=LOWEST)
    style.legend_below(figure, 2)
    accuracies = list(panels.values())[-1]
    words = ", ".join(f"{name} {lines.ends(values, '.1%')}" for name, values in accuracies.items())
    return Drawing(figure, f"Losses and accuracy along the descent. Accuracy, {words}.")


def reliability(groups: Mapping[str, Floats], lengths: Mapping[str, Floats]) -> Drawing:
    """Draw how often answers are right against how probable they were said to be.

    Parameters
    ----------
    groups : mapping of a classifier's name to bins, (seeds, bins, 3), of `linear.answers`
    lengths : mapping of the same names to the lengths of the weights, (seeds,)
    """
    figure, axes = style.new(6.8, 3.9, columns=2)
    (left, right), parts = axes[0], []
    left.plot([0, 1], [0, 1], color="0.5", lw=1, ls=":")
    right.axhline(0, color="0.5", lw=1, ls=":")
    for (name, bins), look in zip(groups.items(), style.LOOKS, strict=False):
        counts, sure, correct = bins.sum(axis=0).T
        kept = counts >= FEWEST * len(bins)
        _curve(left, sure[kept] / counts[kept], correct[kept] / counts[kept], look, name)
        _curve(right, lengths[name], too_sure(bins), look._replace(line=""), name)
        parts.append(f"{name}: said {sure.sum() / counts.sum():.1%}, ")
        parts[-1] += f"right {correct.sum() / counts.sum():.1%}, "
        parts[-1] += f"length {lengths[name].mean():,.1f}"
    left.set_xlabel("probability of the answer, mean of a bin")
    left.set_title("share of right answers", fontsize=11)
    right.set_xlabel("length of the weights")
    right.set_title("too sure by, in points", fontsize=11)
    lines.scale(right, "x")
    style.legend_below(figure, 2)
    return Drawing(figure, f"Share of right answers against probability. {'; '.join(parts)}.")


def too_sure(bins: Floats) -> Floats:
    """Return by how many points the mean probability exceeds the share of right answers, a seed.

    Parameters
    ----------
    bins : array of shape (seeds, bins, 3)
    """
    counts, sure, correct = np.moveaxis(bins.sum(axis=1), 1, 0)
    gaps: Floats = 100 * (sure - correct) / counts
    return gaps


def calibration_error(bins: Floats) -> Floats:
    """Return the mean distance of the bins in points, each weighted by its images, a seed.

    Parameters
    ----------
    bins : array of shape (seeds, bins, 3)

    References
    ----------
    Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, equation 3.
    """
    distances = np.abs(bins[:, :, 1] - bins[:, :, 2]).sum(axis=1)
    errors: Floats = 100 * distances / bins[:, :, 0].sum(axis=1)
    return errors


def _curve(axis: Axes, x: Floats, y: Floats, look: style.Look, name: str) -> None:
    axis.plot(
        x, y, look.line, marker=look.marker, ms=4, color=style.PALETTE[look.colour], label=name
    )
