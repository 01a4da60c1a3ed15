"""The figures of the chapter on dense networks.

Chapter: book/dense_networks.md.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.activations import Activation, activate, activation_slope
from dlexp.byhand.arrays import Floats
from dlexp.byhand.dense import DenseLayer, dense_forward
from dlexp.byhand.softmax import Labels
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing

GRID = 121
"""Places along each side of the plane where a network is asked."""

BY_RATE, BY_PASS = (50, 100), (85, 97)
"""Percent that are shown: over all rates, and along the passes at the best of them."""

SHOWN: Mapping[str, Activation] = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "ReLU": "relu",
    "GELU": "gelu",
}
"""Activations that are drawn with their slopes, by the page's names."""

FARTHEST = 5.0
"""Sums are drawn up to here, on both sides of zero."""

CIRCLES = (6, 4, 4, 3)
"""Of the sketched layers, from the image to the logits."""


class Bent(NamedTuple):
    """Points (n, 2), their classes (n,), and a network of one hidden layer that learnt them.

    ``hidden`` (3, units) and ``output`` (units + 1, 2) are kernels with the bias below;
    ``right`` is the share of unseen points that it gets right.
    """

    x: Floats
    labels: Labels
    hidden: Floats
    output: Floats
    activation: Activation
    right: float

    def difference(self, x: Floats) -> Floats:
        """Return by how much the logit of the inner class exceeds the other, (n,)."""
        layers = [
            DenseLayer(self.hidden[:-1], self.hidden[-1], self.activation),
            DenseLayer(self.output[:-1], self.output[-1]),
        ]
        logits = dense_forward(x, layers).output
        return np.asarray(logits[:, 1] - logits[:, 0])


class Contest(NamedTuple):
    """A contender: accuracies at its rates (seeds, rates), and after each pass (seeds, passes)."""

    rates: tuple[float, ...]
    swept: Floats
    curve: Floats


def bending(panels: Mapping[str, Bent]) -> Drawing:
    """Draw what networks of one hidden layer make of a disc: where they say that it is."""
    figure, axes = style.new(6.8, 2.3, columns=len(panels))
    for axis, (title, bent) in zip(axes[0], panels.items(), strict=True):
        _plane(axis, bent)
        axis.set_title(title, fontsize=11)
    words = ", ".join(f"{title} {bent.right:.0%}" for title, bent in panels.items())
    return Drawing(
        figure,
        "Points in and around a disc, and where small networks see it. Right on unseen points: "
        f"{words}.",
    )


def _plane(axis: Axes, bent: Bent) -> None:
    """Draw the points, and the region that the network gives to the inner class."""
    places = np.linspace(-1, 1, GRID)
    grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)
    inner = bent.difference(grid).reshape(GRID, GRID) > 0
    axis.contourf(places, places, inner, levels=[-0.5, 0.5, 1.5], colors=["white", "#cfe3f1"])
    for label, colour, marker in ((0, "vermillion", "x"), (1, "blue", "o")):
        axis.plot(
            *bent.x[bent.labels == label].T, marker, ms=2.5, color=style.PALETTE[colour], mew=0.7
        )
    axis.set(xticks=[], yticks=[], aspect="equal")
    axis.spines[:].set_visible(True)


def network(sizes: Sequence[int], images: int) -> Drawing:
    """Sketch a network of two hidden layers, with the shape of all that goes through.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of an image, units of each layer.
    images : int
        So many are sent through at once.
    """
    figure, axes = style.new(6.8, 3.3)
    axis, names = axes[0, 0], ("$x = h^0$", "$h^1$", "$h^2$", "logits $s^3$")
    columns = [_column(2.6 * place, circles) for place, circles in enumerate(CIRCLES)]
    shapes, weights = [], []
    for place, (name, size, (x, heights)) in enumerate(zip(names, sizes, columns, strict=True)):
        colour = style.PALETTE["blue" if 0 < place < len(sizes) - 1 else "black"]
        axis.plot([x] * len(heights), heights, "o", ms=9, mfc="white", mec=colour, mew=2)
        axis.text(x, 0, "⋮", ha="center", va="center", fontsize=13)
        axis.text(x, 2.1, f"{name}\n{images} × {size}", ha="center", va="bottom")
        shapes.append(f"{images} by {size}")
        if place:
            before, middle = sizes[place - 1], x - 1.3
            below, starts = columns[place - 1]
            for start in starts:
                for end in heights:
                    axis.plot([below, x], [start, end], color="#bbbbbb", lw=0.6, zorder=0)
            words = f"$W^{place}$: {before} × {size}\n$b^{place}$: {size}"
            axis.text(middle, -2.05, words, ha="center", va="top")
            weights.append(f"{before} by {size}")
    last = columns[-1][0]
    for height, ends, colour, words in (
        (-3.7, (0, last), "blue", "forward: sums, then the bend"),
        (-4.5, (last, 0), "vermillion", "backward: errors"),
    ):
        look = {"arrowstyle": "-|>", "color": style.PALETTE[colour], "lw": 1.5}
        axis.annotate("", (ends[1], height), (ends[0], height), arrowprops=look)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
        axis.text(last / 2, height, words, ha="center", va="center", bbox=box)
    axis.set(xlim=(-1, last + 1), ylim=(-4.9, 3.6))
    style.without_ticks(axis)
    return Drawing(
        figure,
        f"Circles in {len(sizes)} columns, each joined to all of the next. Shapes of what goes "
        f"through: {', '.join(shapes)}; of the weights between: {', '.join(weights)}. Arrows "
        "below: forward to the right, errors back to the left.",
    )


def _column(x: float, circles: int) -> tuple[float, Floats]:
    """Return where a column stands, and its circles' heights, with a gap in the middle."""
    upper = 0.6 + 0.55 * np.arange(circles // 2)
    lower = -0.6 - 0.55 * np.arange(circles - circles // 2)
    return x, np.append(upper, lower)


def bends() -> Drawing:
    """Draw activations, left, and their slopes, right.

    Examples
    --------
    >>> bends().alt.partition(",")[0]
    'Activations and their slopes. Largest slopes: sigmoid 0.25'
    """
    figure, axes = style.new(6.8, 3.1, columns=2)
    left, right = axes[0]
    sums = np.linspace(-FARTHEST, FARTHEST, 201)
    parts = []
    for (name, kind), look in zip(SHOWN.items(), style.UNMARKED[1:], strict=False):
        slopes = activation_slope(sums, kind)
        for axis, values in ((left, activate(sums, kind)), (right, slopes)):
            axis.plot(sums, values, look.line, color=style.PALETTE[look.colour], label=name)
        parts.append(f"{name} {slopes.max():.2f}, and {slopes[-1]:.2f} at {FARTHEST:g}")
    for axis, title in ((left, "what comes out"), (right, "its slope")):
        axis.set_title(title, fontsize=11)
        axis.set_xlabel("sum $s$")
    left.set_ylim(-1.2, 3)
    style.legend_below(figure, len(SHOWN))
    return Drawing(figure, f"Activations and their slopes. Largest slopes: {'; '.join(parts)}.")


def contest(contenders: Mapping[str, Contest], x: str = "rate") -> Drawing:
    """Draw the accuracy by the rate, left, and by the pass at each one's own rate, right."""
    figure, axes = style.new(6.8, 3.5, columns=2)
    by_rate, by_pass = axes[0]
    for (name, each), look in zip(contenders.items(), style.LOOKS, strict=False):
        _line(by_rate, each.rates, each.swept, look, name)
        _line(by_pass, np.arange(1, each.curve.shape[1] + 1), each.curve, look, name)
    lines.scale(by_rate, "x")
    by_rate.set_xlabel(x)
    by_rate.set_ylabel("validation accuracy in percent")
    by_pass.set_xlabel("passes, at its own rate")
    by_rate.set_ylim(*BY_RATE)
    by_pass.set_ylim(*BY_PASS)
    style.legend_below(figure, 3)
    words = "; ".join(
        f"{name}: best near {each.rates[int(each.swept.mean(axis=0).argmax())]:g}, then "
        f"{lines.ends(each.curve, '.0%')}"
        for name, each in contenders.items()
    )
    return Drawing(figure, f"Accuracy by rate, and along the passes. {words}.")


def _line(axis: Axes, places: lines.Settings, values: Floats, look: style.Look, name: str) -> None:
    lines.band(axis, places, 100 * values, look, name, size=3.5)


def signals(panels: Mapping[str, lines.Lines]) -> Drawing:
    """Draw the size of sums and of gradients, layer by layer, of networks that learnt nothing."""
    layers = np.arange(1, next(iter(next(iter(panels.values())).values())).shape[1] + 1)
    what = "Untrained networks, from the first hidden layer to the last"
    return lines.lines(
        panels,
        layers,
        x="hidden layer",
        y="root of the mean square",
        what=what,
        words=lines.by_panel(panels, lambda values: lines.ends(values, ".0e")),
        layout=lines.Layout(share=False, log="y", columns=3),
    )


def batches(curves: lines.Lines, steps: Mapping[str, int]) -> Drawing:
    """Draw the accuracy along the passes, left, and along the steps, right.

    Parameters
    ----------
    curves : mapping of a batch size to accuracies of shape (seeds, passes)
    steps : mapping of a batch size to the steps of a pass
    """
    figure, axes = style.new(6.8, 3.4, columns=2, sharey=True)
    by_pass, by_step = axes[0]
    for (name, values), look in zip(curves.items(), style.LOOKS, strict=False):
        passes = np.arange(1, values.shape[1] + 1)
        _line(by_pass, passes, values, look, f"{name} images a step")
        _line(by_step, passes * steps[name], values, look, name)
    lines.scale(by_step, "x")
    by_pass.set_xlabel("passes")
    by_step.set_xlabel("steps")
    by_pass.set_ylabel("validation accuracy in percent")
    style.legend_below(figure, 4)
    words = "; ".join(f"{name}: {lines.ends(values, '.1%')}" for name, values in curves.items())
    return Drawing(
        figure, f"Accuracy by images per step, from the first pass to the last. {words}."
    )
