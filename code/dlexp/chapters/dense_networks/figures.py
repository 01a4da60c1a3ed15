"""The figures of the chapter on dense networks.

Chapter: book/dense_networks.md.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.activations import Activation
from dlexp.byhand.arrays import Floats
from dlexp.byhand.dense import DenseLayer, dense_forward
from dlexp.byhand.softmax import Labels
from dlexp.draw import lines, style
from dlexp.draw.drawing import Drawing

GRID = 121
"""Places along each side of the plane where a network is asked."""

BY_RATE, BY_PASS = (50, 100), (85, 97)
"""Percent that are shown: over all rates, and along the passes at the best of them."""


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
