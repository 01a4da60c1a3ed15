"""The figures of the chapter on logistic regression: numbers in, figures with their words out."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand import logistic
from dlexp.byhand.arrays import Floats
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing
from dlexp.draw.style import LOOKS, Look

LOSS_LEVELS = 14
"""Contours of a loss of two weights."""

LATE_ERRORS = (3.0, 6.0)
"""Ends of the axis of test errors of long descents, in percent: the first steps are above."""

METHOD_LOOKS = {
    "bound": Look("black", "", "-"),
    "tuned": Look("blue", "", "-"),
    "search": Look("vermillion", "", "--"),
    "momentum": Look("green", "", "-."),
    "nesterov": Look("purple", "", ":"),
    "lbfgs": Look("orange", "", "-"),
}
"""How each method is drawn; Newton's is not."""


# --- The idea -----------------------------------------------------------------------------------


def ink(amounts: Floats, targets: Floats, weights: Floats) -> Drawing:
    """Draw what one feature says of two classes, and the probability that was fitted.

    Parameters
    ----------
    amounts : array of shape (n,)
        Standardised ink of each digit.
    targets : array of shape (n,)
        One for a one, zero for a zero.
    weights : array of shape (2,)
        Of the ink, and the intercept.
    """
    figure, axes = style.new(6.4, 3.2)
    axis: Axes = axes[0, 0]
    for label, colour, marker in ((0, "blue", "o"), (1, "vermillion", "x")):
        chosen = amounts[targets == label]
        axis.plot(
            chosen,
            np.full(len(chosen), label),
            marker,
            color=style.PALETTE[colour],
            ms=5,
            label=f"_images of {label}",
        )
    grid = np.linspace(amounts.min() - 0.3, amounts.max() + 0.3, 200)
    x = np.column_stack([grid, np.ones_like(grid)])
    axis.plot(
        grid,
        logistic.logistic_probabilities(weights, x),
        color=style.PALETTE["black"],
        label="_model",
    )
    border = float(-weights[1] / weights[0])
    axis.axvline(border, linestyle=":", color=style.PALETTE["black"])
    axis.set_xlabel("ink, standardised")
    axis.set_ylabel("probability of a one")
    wrong = int(((x_border(amounts, weights) > 0) != targets).sum())
    words = (
        f"{len(amounts)} digits, zeros below and ones above, by their ink. The fitted probability "
        f"of a one falls with the ink and is a half at {border:.2f}; {wrong} digits are on the "
        "wrong side of that."
    )
    return Drawing(figure, words)


def x_border(amounts: Floats, weights: Floats) -> Floats:
    """Return the logit of each digit: above zero on the side of the ones, (n,)."""
    return np.asarray(weights[0] * amounts + weights[1])


def one_digit(logits: Floats) -> Drawing:
    """Draw what one digit costs against its logit, the slope of that, and its curvature.

    Parameters
    ----------
    logits : array of shape (points,)
        The middle one is zero.
    """
    p = logistic.logistic_probabilities(np.ones(1), logits[:, np.newaxis])[np.newaxis]
    bend = p * (1 - p)
    panels = {
        "loss": {"a one": np.logaddexp(0, -logits)[np.newaxis],
                 "a zero": np.logaddexp(0, logits)[np.newaxis]},
        "slope: p − y": {"a one": p - 1, "a zero": p},
        "curvature: p(1 − p)": {"a one": bend, "a zero": bend},
    }  # fmt: skip
    places = [0, len(logits) // 2, -1]
    at = ", ".join(f"{logits[place]:g}" for place in places)
    return lines.lines(
        panels, logits, x="logit", y="", what=f"One digit, at logits of {at}",
        words=lines.by_panel(
            panels, lambda values: " ".join(f"{values[0, place]:.2g}" for place in places)
        ),
        looks={"a one": Look("vermillion", "", "-"), "a zero": Look("blue", "", "--")},
        layout=lines.Layout(log="", share=False, height=2.7, width=7.2, title=11),
    )  # fmt: skip


# --- Ways down a loss of two weights ------------------------------------------------------------


def valley(
    x: Floats, targets: Floats, ways: Mapping[str, Floats], frame: Sequence[tuple[float, float]]
) -> Drawing:
    """Draw contours of a loss of two weights, and how methods go down.

    Parameters
    ----------
    x, targets
        As `dlexp.byhand.logistic.logistic_loss` takes them, with two features.
    ways : mapping of a name to an array of shape (steps + 1, 2)
    frame : two pairs of float
        Ends of the two axes.
    """
    figure, axes = style.new(6.4, 4.2)
    axis: Axes = axes[0, 0]
    grids = [np.linspace(*ends, 60) for ends in frame]
    losses = np.array(
        [[logistic.logistic_loss(np.array([a, b]), x, targets) for a in grids[0]] for b in grids[1]]
    )
    levels = np.geomspace(losses.min() * 1.01, losses.max(), LOSS_LEVELS)
    axis.contour(*grids, losses, levels=levels, colors="0.75", linewidths=0.8)
    for look, (name, points) in zip(LOOKS, ways.items(), strict=False):
        axis.plot(
            *points.T, look.line, marker=look.marker, ms=4, color=style.PALETTE[look.colour],
            label=name,
        )  # fmt: skip
    axis.set(xlim=frame[0], ylim=frame[1], xlabel="weight of the ink", ylabel="intercept")
    style.legend_below(figure, 3)
    said = [
        f"{name}, loss {logistic.logistic_loss(points[-1], x, targets):.3f}"
        for name, points in ways.items()
    ]
    steps = len(next(iter(ways.values()))) - 1
    words = f"Contours of a loss of two weights, and ways down from zero, {steps} steps each: "
    return Drawing(figure, words + "; ".join(said) + ".")


def sketch(x: Floats, targets: Floats, cuts: Mapping[str, Floats]) -> Drawing:
    """Draw two classes of points, the mean of all, and cuts between the classes.

    Parameters
    ----------
    x : array of shape (n, 2)
    targets : array of shape (n,)
        One for a five, zero for another digit.
    cuts : mapping of a name to an array of shape (3,)
        Weights of the two features, the first of them not zero, and the intercept.
    """
    figure, axes = style.new(6.4, 3.6)
    axis: Axes = axes[0, 0]
    for label, (name, colour, marker) in enumerate(
        (("others", "blue", "."), ("fives", "vermillion", "x"))
    ):
        points = x[targets == label].T
        axis.plot(*points, marker, color=style.PALETTE[colour], ms=5, label=name)
    axis.plot(*x.mean(axis=0), "*", color=style.PALETTE["black"], ms=14, label="mean of all")
    heights, said = np.array([x[:, 1].min(), x[:, 1].max()]), []
    for line, (name, (first, second, intercept)) in zip(("--", "-"), cuts.items(), strict=False):
        places = -(second * heights + intercept) / first
        axis.plot(places, heights, line, color=style.PALETTE["black"], label=name)
        wrong = int(((x @ [first, second] + intercept > 0) != targets).sum())
        at = (0 - intercept) / np.hypot(first, second)
        said.append(f"{name} {at:.2f} from the mean towards the fives, {wrong} on the wrong side")
    axis.set(xlabel="a feature, standardised", ylabel="another")
    style.legend_below(figure, 3)
    fives = int(targets.sum())
    words = f"{len(x) - fives} others and {fives} fives, by two features. The cut: "
    return Drawing(figure, words + "; ".join(said) + ".")


# --- Report D's run -----------------------------------------------------------------------------


def reported(panels: Mapping[str, lines.Lines], base_rate: float) -> Drawing:
    """Draw the three plots of report D, without an intercept and with one.

    Parameters
    ----------
    panels : mapping of a title to lines
        Losses of the training and of the test images, and test errors as shares; in this order.
    base_rate : float
        Test error of never saying five.
    """
    drawn = {title: dict(group) for title, group in panels.items()}
    *_, errors = drawn
    drawn[errors] = {name: 100 * values for name, values in drawn[errors].items()}
    steps = range(next(iter(drawn[errors].values())).shape[1])
    drawing = lines.lines(
        drawn, [*steps], x="step", y="", what="Report D's three plots, from the start to the end",
        words=lines.by_panel(drawn, lines.ends), looks=style.UNMARKED,
        layout=lines.Layout(log="", share=False, height=3.0, width=7.2, title=11),
    )  # fmt: skip
    axis = drawing.figure.axes[2]
    axis.axhline(100 * base_rate, linestyle=":", color=style.PALETTE["black"])
    axis.annotate("never say five", (0.98, 100 * base_rate), xycoords=("axes fraction", "data"),
                  ha="right", va="bottom", fontsize=9)  # fmt: skip
    return drawing._replace(alt=f"{drawing.alt} Never saying five: {100 * base_rate:.3g}.")


def gaps(group: lines.Lines, fixed: Floats, promised: Floats) -> Drawing:
    """Draw gaps to the least loss, and nearer the first of them beside what a proof promises.

    Parameters
    ----------
    group : mapping of a name to an array of shape (1, steps)
        From the first step on.
    fixed, promised : arrays of shape (steps,)
        The gap at the rate that the proof is for, and what the proof allows it.
    """
    steps = np.arange(1, len(promised) + 1)
    first, *_ = group
    near = {
        first: group[first],
        "at a rate of 1/Λ": fixed[np.newaxis],
        "promised at 1/Λ": promised[np.newaxis],
    }
    panels = {"logarithmic": group, f"{first}, from near": near}
    looks = {"at a rate of 1/Λ": LOOKS[2], "promised at 1/Λ": Look("black", "", ":")}
    looks |= dict(zip(group, LOOKS, strict=False))
    drawing = lines.lines(
        panels, steps, x="step", y="loss above Newton's",
        what="Gap of the loss, from the first step to the last",
        words=lines.by_panel(panels, lines.ends),
        looks={name: look._replace(marker="") for name, look in looks.items()},
        layout=lines.Layout(log="xy", share=False, height=3.4, width=7.2, columns=0, title=11),
    )  # fmt: skip
    drawing.figure.axes[1].set_yscale("linear")
    style.legend_below(drawing.figure, 2, drawing.figure.axes)
    return drawing


# --- On and on, and other ways ------------------------------------------------------------------


def going_on(panels: Mapping[str, lines.Lines]) -> Drawing:
    """Draw what long descents do, with L2 and without, a panel for each quantity.

    Parameters
    ----------
    panels : mapping of a title to lines
        Values of shape (seeds, steps), from the first step on; the first panel's are gaps, which
        stand on a logarithmic axis.
    """
    steps = np.arange(1, next(iter(next(iter(panels.values())).values())).shape[1] + 1)
    drawing = lines.lines(
        panels, steps, x="step", y="", what="Long descents, from the first step to the last",
        words=lines.by_panel(panels, lines.ends), looks=style.UNMARKED,
        layout=lines.Layout(share=False, height=3.1, width=7.2, title=11),
    )  # fmt: skip
    drawing.figure.axes[0].set_yscale("log")
    drawing.figure.axes[-1].set_ylim(*LATE_ERRORS)
    return drawing


def methods(
    group: lines.Lines, passes: Sequence[int], names: Mapping[str, str], *, enough: float
) -> Drawing:
    """Draw how many decimals of the least loss each method has right after so many passes.

    Parameters
    ----------
    group : mapping of a method to an array of shape (seeds, passes)
    passes : sequence of int
    names : mapping of a method to what readers call it
    enough : float
        Decimals of which the words say after how many passes they are right.
    """
    labelled = lines.labelled(group, {name: (names[name], METHOD_LOOKS[name]) for name in group})
    looks = {names[name]: METHOD_LOOKS[name]._replace(marker="") for name in group}

    def words(values: Floats) -> str:
        mean = values.mean(axis=0)
        near = np.flatnonzero(mean >= enough)
        return f"after {passes[near[0]]}" if near.size else f"not yet, {mean[-1]:.1f} at the end"

    return lines.lines(
        {"": labelled}, passes, x="passes over the images", y="decimals that are right",
        what=f"{enough:g} decimals of the least loss are right, in up to {passes[-1]:,} passes",
        words=lines.by_line({"": labelled}, words),
        looks=looks, layout=lines.Layout(log="", height=4.2, columns=2),
    )  # fmt: skip
