"""The figures of the chapter on measuring, each with its words from the same numbers.

Chapter: book/mnist.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.mnist.chance import Sources
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout
from dlexp.draw.style import Look

Z = 1.959964
"""Standard errors on each side of an interval of 95 %."""

ENOUGH = 50
"""Answers that a bin must have to be drawn."""

PARTS = {
    "leaked": ("leaked validation", Look("vermillion", "", "--")),
    "judges": ("unseen images", Look("blue", "", "-")),
}
REPORTED = {
    "running": ("training as shown", Look("vermillion", "", ":")),
    "leaked": ("training after the pass", Look("orange", "", "--")),
    "validation": ("validation", Look("blue", "", "-")),
}
LAWS = {
    "measured": ("measured", Look("blue", "o", "-")),
    "independent": ("if errors were independent", Look("vermillion", "s", ":")),
    "shared": ("if images are hard for all", Look("black", "x", "--")),
}
SCALES = {
    "divided": ("divided by 255", Look("blue", "o", "-")),
    "standardised": ("standardised", Look("green", "^", "-.")),
    "raw": ("as they are", Look("vermillion", "s", "--")),
}
"""What the lines of each figure are called and drawn as."""

Group = Mapping[str, Floats]


def _by_pass(
    panels: Mapping[str, Group],
    names: Mapping[str, tuple[str, Look]],
    *,
    y: str,
    low: float,
    columns: int,
    what: str,
) -> Drawing:
    """Draw accuracies after each pass, a panel for each training."""
    passes = next(iter(next(iter(panels.values())).values())).shape[1]
    called = {title: draw.labelled(group, names) for title, group in panels.items()}
    drawing = draw.lines(
        called, range(1, passes + 1), x="passes", y=y, factor=100, what=what,
        words=draw.by_panel(called, partial(draw.ends, spec=".0%")),
        looks=dict(names.values()), layout=Layout(width=7.2, height=3.5, log="", columns=columns),
    )  # fmt: skip
    drawing.figure.axes[0].set_ylim(low, 100.5)
    return drawing


def intervals(shares: Floats, reach: Floats, truth: float) -> Drawing:
    """Draw the scores of one network on many test sets, and the interval around each.

    Parameters
    ----------
    shares, reach : array of shape (test sets,)
        What is right of each test set, and how far its interval goes to each side.
    truth : float
        What is right of all images that there are.
    """
    figure, axes = style.new(6.4, 2.8)
    axis, places = axes[0, 0], np.arange(1, len(shares) + 1)
    missed = np.abs(shares - truth) > reach
    for chosen, colour, marker, name in (
        (~missed, "blue", "o", "_intervals that hold the truth"),
        (missed, "vermillion", "s", "_intervals that miss it"),
    ):
        axis.errorbar(
            places[chosen], 100 * shares[chosen], 100 * reach[chosen],
            fmt=marker, color=style.PALETTE[colour], markersize=3.5, linewidth=1.2, label=name,
        )  # fmt: skip
    axis.axhline(100 * truth, color="black", linewidth=0.8, linestyle=":")
    axis.set(xlabel="test set", ylabel="right (%)")
    words = (
        f"Scores of one network on {len(shares)} test sets, from {shares.min():.1%} to "
        f"{shares.max():.1%}; {missed.sum()} of their intervals miss {truth:.0%}."
    )
    return Drawing(figure, words)


def leak(panels: Mapping[str, Group]) -> Drawing:
    """Draw what leaked and unseen images say after each pass.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `PARTS` to an array (seeds, passes)
    """
    what = "Accuracy from the first pass to the last"
    return _by_pass(panels, PARTS, y="accuracy (%)", low=60, columns=2, what=what)


def reported(panels: Mapping[str, Group]) -> Drawing:
    """Draw the training accuracy as it is shown and as it is, beside validation.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `REPORTED` to an array (seeds, passes)
    """
    what = "Accuracy from the first pass to the last"
    return _by_pass(panels, REPORTED, y="accuracy (%)", low=55, columns=3, what=what)


def best_pass(gained: Group, budgets: Sequence[int]) -> Drawing:
    """Draw what the choice of a pass adds, against how many there are to choose from.

    Parameters
    ----------
    gained : mapping of a name of the images to an array (seeds, budgets)
    budgets : sequence of int
    """
    panels = {"": gained}
    return draw.lines(
        panels, budgets, x="passes to choose from", y="added by choosing (points)", factor=100,
        what="What choosing the pass adds to its accuracy, in points",
        words=draw.by_line(
            {"": {k: 100 * v for k, v in gained.items()}}, partial(draw.ends, spec=".2f")
        ),
        layout=Layout(width=6.4, height=3.5, log="x", ticks=True, columns=3),
    )  # fmt: skip


def best_of(panels: Mapping[str, Group], counts: Sequence[int]) -> Drawing:
    """Draw what choosing the best of several networks adds, beside two formulas.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `LAWS` to an array (seeds, counts)
    counts : sequence of int
    """
    called = {title: draw.labelled(group, LAWS) for title, group in panels.items()}
    points = {t: {k: 100 * v for k, v in group.items()} for t, group in called.items()}
    return draw.lines(
        called, counts, x="networks to choose from", y="added by choosing (points)", factor=100,
        what="What choosing the best adds to its accuracy, in points",
        words=draw.by_panel(points, partial(draw.ends, spec=".1f")),
        looks=dict(LAWS.values()),
        layout=Layout(width=7.2, height=3.6, log="x", ticks=True, columns=3),
    )  # fmt: skip


def loss_and_accuracy(loss: Floats, accuracy: Floats, chosen: float) -> Drawing:
    """Draw loss and accuracy on unseen images, each by pass.

    Parameters
    ----------
    loss, accuracy : array of shape (seeds, passes)
    chosen : float
        The pass of the lowest validation loss, in the mean over the seeds.
    """
    figure, axes = style.new(7.2, 3.2, columns=2)
    passes = np.arange(1, loss.shape[1] + 1)
    for axis, values, y in zip(
        axes[0], (loss, 100 * accuracy), ("loss", "accuracy (%)"), strict=True
    ):
        draw.band(axis, passes, values, Look("blue", "", "-"), y)
        axis.axvline(chosen, color="black", linewidth=0.8, linestyle="--")
        axis.set(xlabel="passes", ylabel=y)
    axes[0, 0].set_ylim(0.2, 0.6)
    axes[0, 1].set_ylim(84, 95)
    lowest = loss.mean(axis=0).min()
    words = (
        f"On unseen images, the loss falls to {lowest:.3f} and rises to {loss[:, -1].mean():.3f}; "
        f"the accuracy goes from {accuracy[:, 0].mean():.1%} to {accuracy[:, -1].mean():.1%}."
    )
    return Drawing(figure, words)


def reliability(bins: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw how many answers are right among those of equal confidence.

    Parameters
    ----------
    bins : mapping of a title to sums of ``images``, ``confidence`` and ``right``, of shape (bins,)
    """
    figure, axes = style.new(4.8, 3.9)
    axis, parts = axes[0, 0], []
    axis.plot([0, 100], [0, 100], ":", color="black", linewidth=0.8)
    for look, (title, sums) in zip(style.LOOKS, bins.items(), strict=False):
        filled = sums["images"] >= ENOUGH
        sure, right = (
            sums[name][filled] / sums["images"][filled] for name in ("confidence", "right")
        )
        draw.strands(axis, 100 * sure, 100 * right[None], look, title, width=1.5)
        excess = (sums["confidence"].sum() - sums["right"].sum()) / sums["images"].sum()
        parts.append(f"{title}: too sure by {100 * excess:.1f} points")
    axis.set(xlabel="confidence (%)", ylabel="right (%)")
    axis.legend()
    return Drawing(figure, f"Share of right answers by confidence. {'; '.join(parts)}.")


def rates(panels: Mapping[str, Group], tried: Sequence[float]) -> Drawing:
    """Draw the accuracy against the learning rate, a line for each scale of the pixels.

    Parameters
    ----------
    panels : mapping of a title to a mapping of a name of `SCALES` to an array (seeds, rates)
    tried : sequence of float
    """

    def best(values: Floats) -> str:
        mean = values.mean(axis=0)
        return f"at best {mean.max():.0%}, with a rate of {tried[int(mean.argmax())]:.2g}"

    called = {title: draw.labelled(group, SCALES) for title, group in panels.items()}
    return draw.lines(
        called, tried, x="learning rate", y="accuracy (%)", factor=100,
        what="Accuracy at the best rate", words=draw.by_panel(called, best),
        looks=dict(SCALES.values()), layout=Layout(width=7.2, height=3.6, log="x", columns=3),
    )  # fmt: skip


def half_widths(parts: Sources, images: Sequence[int], networks: Sequence[int]) -> Drawing:
    """Draw how far a difference of two recipes is known, by images and networks.

    Parameters
    ----------
    parts : Sources
    images : sequence of int
        That all networks answer, or each recipe's own.
    networks : sequence of int
        Of each recipe; a panel for each.
    """

    def widths(count: int, *, paired: bool) -> Floats:
        spread = [parts.of_difference(size, paired=paired, networks=count) for size in images]
        return Z * np.sqrt([spread])

    panels: dict[str, dict[str, Any]] = {
        f"{count} of each" if count > 1 else "one of each": {
            "the same images": widths(count, paired=True),
            "others for each": widths(count, paired=False),
        }
        for count in networks
    }
    points = {t: {k: 100 * v for k, v in group.items()} for t, group in panels.items()}
    return draw.lines(
        panels, images, x="images", y="half of the interval (points)", factor=100,
        what="Half of the interval of a difference, in points, from the fewest images to the most",
        words=draw.by_panel(points, partial(draw.ends, spec=".1f")), looks=style.UNMARKED,
        layout=Layout(width=7.2, height=3.5, log="xy", columns=2),
    )  # fmt: skip
