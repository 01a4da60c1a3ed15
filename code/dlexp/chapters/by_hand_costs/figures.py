"""The figure of the page on costs, with words from its numbers.

Chapter: book/by_hand_costs.md.
"""

from collections.abc import Mapping

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.lab.intervals import mean_interval


def prices(ratios: Mapping[str, Mapping[str, Floats]]) -> Drawing:
    """Draw how long others take for each function, in multiples of the time by hand.

    Parameters
    ----------
    ratios : mapping of who is asked to a mapping of functions to arrays of shape (seeds,)
        Who does not have a function leaves its row empty.
    """
    names = list(dict.fromkeys(name for each in ratios.values() for name in each))
    figure, axes = style.new(6.4, 0.9 + 0.32 * len(names))
    axis, parts = axes[0, 0], []
    for (who, values), look in zip(ratios.items(), style.LOOKS, strict=False):
        rows = [names.index(name) for name in values]
        means = np.array([each.mean() for each in values.values()])
        ends = np.array([mean_interval(each) for each in values.values()])
        axis.errorbar(
            means, rows, xerr=np.clip(np.abs(ends.T - means), 0, 0.99 * means),
            fmt=look.marker, color=style.PALETTE[look.colour], capsize=3, label=who,
        )  # fmt: skip
        parts.append(f"{who} {means.min():.3g} to {means.max():.3g} times")
    axis.axvline(1, color="black", linewidth=0.8)
    axis.set(xscale="log", ylim=(len(names) - 0.5, -0.5))
    axis.set_xlabel("time, in multiples of the time by hand")
    axis.set_yticks(range(len(names)), names)
    style.legend_below(figure, len(ratios))
    return Drawing(figure, f"Times of {len(names)} functions, by hand being 1: {'; '.join(parts)}.")
