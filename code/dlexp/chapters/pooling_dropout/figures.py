"""The figures on pooling and dropout, each with its words made from the same numbers.

Chapter: book/pooling_dropout.md. Those on moved digits stand in ``figures_of_moves``.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout.figures_of_moves import NETWORKS as NETWORKS
from dlexp.chapters.pooling_dropout.figures_of_moves import by_move as by_move
from dlexp.chapters.pooling_dropout.figures_of_moves import displacement as displacement
from dlexp.chapters.pooling_dropout.figures_of_moves import moves as moves
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout
from dlexp.draw.style import Look
from dlexp.lab.intervals import mean_interval

PREDICTIONS = {
    "plain": ("without dropout", Look("black", "", ":")),
    "scaled": ("dropout, one pass", Look("orange", "", "--")),
    "masks": ("dropout, masks averaged", Look("blue", "o", "-")),
    "ensemble": ("ensemble", Look("green", "", "-.")),
}
"""What each kind of prediction is called and drawn as."""

ACCURACIES = {
    "reported": ("training, as reported", Look("vermillion", "o", ":")),
    "train": ("training, inference mode", Look("blue", "s", "-")),
    "validation": ("validation", Look("green", "^", "--")),
}
"""What each accuracy of a training is called and drawn as."""

SIZES = (Look("vermillion", "o", ""), Look("blue", "s", ""))
"""Of the training sets of the factorial."""

FEWEST = 20
"""Predictions in a bin: with fewer, its accuracy is mostly chance, and it is not drawn."""

NUMBERED = partial(draw.band, size=6)
"""How lines are drawn that have few settings."""


# --- What pooling and dropout do to a map -------------------------------------------------------


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


# --- The factorial ------------------------------------------------------------------------------


def effects(panels: Mapping[str, Mapping[str, Mapping[str, Floats]]]) -> Drawing:
    """Draw effects with their intervals: a panel per outcome, a row per factor, a mark per size.

    Parameters
    ----------
    panels : mapping of an outcome to a mapping of a size's text to a mapping of a factor to its
        effect per seed
    """
    figure, axes = style.new(7.2, 3.4, columns=len(panels), sharey=True)
    parts = []
    for axis, (outcome, sizes) in zip(axes[0], panels.items(), strict=True):
        for place, (size, factors) in enumerate(sizes.items()):
            points = [100 * values for values in factors.values()]
            _effects(axis, 0.12 - 0.24 * place, points, SIZES[place], size)
            means = ", ".join(f"{values.mean():+.1f}" for values in points)
            parts.append(f"{outcome}, {size}: {means}")
        axis.axvline(0, color="black", linewidth=0.8, linestyle="--")
        axis.set_title(outcome, fontsize=11)
        axis.set_yticks(range(len(factors)), list(factors))
        axis.margins(y=0.25)
        axis.locator_params(axis="x", nbins=4)
        axis.set_xlabel("effect (points)")
    axes[0, 0].invert_yaxis()
    style.legend_below(figure, 2)
    words = f"Mean effects in percentage points ({', '.join(factors)}). {'; '.join(parts)}."
    return Drawing(figure, words)


def _effects(axis: Axes, offset: float, effects: Sequence[Floats], look: Look, label: str) -> None:
    """Draw the mean of each effect, in a row of its own, and its interval."""
    rows, colour = np.arange(len(effects)) + offset, style.PALETTE[look.colour]
    axis.hlines(rows, *np.array([mean_interval(e) for e in effects]).T, color=colour, linewidth=2)
    axis.plot([e.mean() for e in effects], rows, look.marker, color=colour, label=label)


def epochs(panels: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw accuracies per epoch: a panel per network, a line per accuracy.

    Parameters
    ----------
    panels : mapping of a title to a mapping of "reported", "train" and "validation" to an array
        of shape (seeds, epochs)
    """
    counts = {title: next(iter(group.values())).shape[1] for title, group in panels.items()}
    return draw.lines(
        {title: draw.labelled(group, ACCURACIES) for title, group in panels.items()},
        {title: range(1, count + 1) for title, count in counts.items()},
        x="epoch", y="accuracy (%)", factor=100, what="Accuracy from the first to the last epoch",
        words=draw.by_panel(panels, partial(draw.ends, spec=".1%")), paint=NUMBERED,
        looks=dict(ACCURACIES.values()), layout=Layout(width=7.2, height=3.6, log=""),
    )  # fmt: skip


# --- Rates, data and masks ----------------------------------------------------------------------


def rates(
    gains: Mapping[int, Floats], train: Mapping[float, Floats], test: Mapping[float, Floats]
) -> Drawing:
    """Draw what dropout gains against the number of images, and accuracy against the rate.

    Parameters
    ----------
    gains : mapping of a number of images to the gain per seed
    train, test : mappings of a rate to the accuracy per seed
    """
    figure, axes = style.new(7.2, 3.4, columns=2)
    left, right = axes[0]
    _gains(left, {size: 100 * values for size, values in gains.items()})
    for accuracy, label, look in (
        (train, "training", Look("vermillion", "o", ":")),
        (test, "test", Look("blue", "s", "-")),
    ):
        values = 100 * np.array(list(accuracy.values())).T
        NUMBERED(right, list(accuracy), values, look, label)
    right.set(xlabel="rate", ylabel="accuracy (%)")
    right.legend()
    by_size = ", ".join(f"{100 * v.mean():+.2f} with {size:,}" for size, v in gains.items())
    by_rate = ", ".join(
        f"{rate:g}: {train[rate].mean():.1%} and {values.mean():.1%}"
        for rate, values in test.items()
    )
    return Drawing(
        figure,
        f"Left: mean gain by dropout in points, {by_size} images. Right: training and test "
        f"accuracy per rate, {by_rate}.",
    )


def _gains(axis: Axes, points: Mapping[int, Floats]) -> None:
    """Draw the gain of each seed, and the mean, by the number of images."""
    sizes = list(points)
    for size, values in points.items():
        axis.plot([size] * len(values), values, ".", color=style.PALETTE["sky"])
    means = [values.mean() for values in points.values()]
    axis.plot(sizes, means, "o-", color=style.PALETTE["blue"])
    axis.axhline(0, color="black", linewidth=0.8, linestyle="--")
    axis.set_xscale("log")
    axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axis.minorticks_off()
    axis.set(xlabel="training images", ylabel="gain in test accuracy (points)")


def masks(panels: Mapping[str, Mapping[str, Any]], counts: Sequence[int]) -> Drawing:
    """Draw how averaging more masks moves each measure, beside what needs no masks.

    Parameters
    ----------
    panels : mapping of a measure's title to a mapping of a prediction to its values: "masks" of
        shape (seeds, counts), the others of shape (seeds,)
    counts : sequence of int
        Masks that were averaged.
    """
    means, parts = {}, []
    for title, group in panels.items():
        mean = {name: np.mean(values, axis=0, keepdims=True) for name, values in group.items()}
        shape = (1, len(counts))
        means[title] = {name: np.broadcast_to(value, shape) for name, value in mean.items()}
        others = (f"{PREDICTIONS[n][0]} {v[0]:.3f}" for n, v in mean.items() if n != "masks")
        masks = mean["masks"][0]
        parts.append(f"{title}: {masks[0]:.3f} to {masks[-1]:.3f}; {', '.join(others)}")
    return draw.lines(
        {title: draw.labelled(group, PREDICTIONS) for title, group in means.items()},
        counts, x="masks", y="", what=f"From 1 to {counts[-1]} masks", words=". ".join(parts),
        paint=partial(NUMBERED, quantiles=None), looks=dict(PREDICTIONS.values()),
        layout=Layout(width=7.2, height=3.5, share=False, ticks=True, title=11, columns=2),
    )  # fmt: skip


def reliability(bins: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw, per kind of prediction, how often it is right against how sure it is.

    Parameters
    ----------
    bins : mapping of a prediction to arrays ``count``, ``confidence`` and ``accuracy`` per bin
    """
    figure, axes = style.new(7.2, 3.2, columns=len(bins), sharey=True)
    parts = []
    for axis, (name, by_bin) in zip(axes[0], bins.items(), strict=True):
        label, look = PREDICTIONS[name]
        count, confidence, accuracy = (by_bin[n] for n in ("count", "confidence", "accuracy"))
        many = count >= FEWEST
        axis.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle="--")
        for sure, right in zip(confidence[many], accuracy[many], strict=True):
            box = (sure - 0.04, min(sure, right)), 0.08, abs(sure - right)
            axis.add_patch(Rectangle(*box, facecolor=style.PALETTE["yellow"], alpha=0.8))
        axis.plot(confidence[many], accuracy[many], "o-", color=style.PALETTE[look.colour])
        axis.set_title(label.replace(", ", ",\n"), fontsize=11)
        axis.set(xlabel="confidence", xlim=(0.2, 1), ylim=(0, 1.02), xticks=[0.25, 0.5, 0.75, 1])
        excess = np.average(confidence - accuracy, weights=count)
        parts.append(f"{label}: {excess:+.3f}")
    axes[0, 0].set_ylabel("share that is right")
    words = f"How often predictions are right, by confidence. Mean excess: {'; '.join(parts)}."
    return Drawing(figure, words)
