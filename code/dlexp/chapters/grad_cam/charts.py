"""The charts of the chapter on Grad-CAM, each with its words made from the same numbers.

Chapter: book/grad_cam.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Settings
from dlexp.draw.style import Look
from dlexp.lab.intervals import mean_interval

METHODS = {
    "random": ("random order", Look("black", "x", ":")),
    "borrowed": ("another image's map", Look("purple", "s", "-.")),
    "reported": ("report A's map", Look("orange", "^", "--")),
    "right": ("Grad-CAM", Look("blue", "", "-")),
    "ink": ("ink alone", Look("vermillion", "o", "-")),
}
"""What each order of pixels is called and drawn as; the marker tells them apart without colour."""

FORGETFUL = {
    "grad_cam": ("Grad-CAM", Look("blue", "o", "-")),
    "hires_cam": ("HiResCAM", Look("vermillion", "s", "--")),
    "gradient": ("input gradient", Look("green", "^", "-.")),
}
"""What each method is called and drawn as while layers forget."""


def curves(leads: Mapping[str, Mapping[str, Floats]], fractions: Sequence[float]) -> Drawing:
    """Draw, per test, how far orders of pixels are ahead of Grad-CAM's, by the share changed.

    Parameters
    ----------
    leads : mapping of a test's title to an order to array of shape (seeds, fractions)
        In points; above zero it is better by this test than Grad-CAM.
    fractions : sequence of float
    """
    parts = []
    for title, orders in leads.items():
        ends = sorted(((float(v[:, -1].mean()), METHODS[key][0]) for key, v in orders.items()))
        (worst, last), (most, first) = ends[0], ends[-1]
        parts.append(f"{title}: {first} {most:+.0f}, {last} {worst:+.0f}")
    drawing = draw.lines(
        {title: draw.labelled(orders, METHODS) for title, orders in leads.items()},
        100 * np.asarray(fractions), x="pixels changed (%)", y="points ahead of Grad-CAM",
        what=f"Points ahead of Grad-CAM with {fractions[-1]:.0%} of the pixels changed",
        words="; ".join(parts), looks=dict(METHODS.values()), paint=_beside_each_other,
        layout=Layout(width=7.2, share=False, log="", title=10),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.axhline(0, color=style.PALETTE["blue"], linewidth=0.8)
    return drawing


def _beside_each_other(
    axis: Axes, settings: Settings, values: Floats, look: Look, name: str
) -> None:
    """Draw the mean of the networks, with a bar over its interval; lines stand a bit apart."""
    place = [label for label, _ in METHODS.values()].index(name)
    middle, mean = np.asarray(settings) + 0.5 * (place - 2), values.mean(axis=0)
    ends = np.transpose([mean_interval(column) for column in values.T])
    reach = np.abs(ends - mean)
    axis.errorbar(
        middle, mean, reach, linestyle=look.line, marker=look.marker, ms=5, lw=1, elinewidth=1.5,
        color=style.PALETTE[look.colour], label=name,
    )  # fmt: skip


def randomisation(
    ways: Mapping[str, Mapping[str, Floats]], layers: Sequence[str], bases: Mapping[str, float]
) -> Drawing:
    """Draw how alike maps stay as layers forget their weights, a panel for each way to forget.

    Parameters
    ----------
    ways : mapping of a way's title to a method's name to array of shape (seeds, layers)
        Rank correlations with the map before, in [-1, 1].
    layers : sequence of str, the last layer first
    bases : mapping of a method's name to what maps of two images have, drawn as a dotted line
    """
    figure, axes = style.new(7.2, 3.6, columns=len(ways), sharey=True)
    positions = np.arange(len(layers))
    for panel, (title, methods) in zip(axes[0], ways.items(), strict=True):
        draw.panel(
            panel, positions, draw.labelled(methods, FORGETFUL), looks=dict(FORGETFUL.values())
        )
        panel.axhline(0, color=style.PALETTE["black"], linewidth=0.8)
        for name, base in bases.items():
            colour = style.PALETTE[FORGETFUL[name][1].colour]
            panel.axhline(base, color=colour, linewidth=1.2, linestyle=":")
        panel.set_xticks(positions, layers, rotation=30)
        panel.set_title(title, fontsize=11)
        panel.set_xlabel("layer with random weights")
    axes[0, 0].set_ylabel("rank correlation")
    style.legend_below(figure, 3)
    named = {title: draw.labelled(methods, FORGETFUL) for title, methods in ways.items()}
    words = draw.by_panel(named, lambda values: draw.ends(values, ".2f"))
    dotted = ", ".join(f"{FORGETFUL[name][0]} {base:.2f}" for name, base in bases.items())
    return Drawing(
        figure,
        f"Rank correlation of maps with those before layers forgot, from {layers[0]} to "
        f"{layers[-1]}, mean of the networks. {words}. Dotted, maps of two images: {dotted}.",
    )


def forest(tests: Mapping[str, Mapping[str, Floats]], names: Mapping[str, str]) -> Drawing:
    """Draw how far each order of pixels is ahead of Grad-CAM's, a panel for each test.

    Parameters
    ----------
    tests : mapping of a test's title to an order to its lead, of shape (seeds,)
        In points; above zero it is better by this test than Grad-CAM.
    names : mapping of an order to what it is called
    """
    figure, axes = style.new(7.2, 0.9 + 0.3 * len(names), columns=len(tests), sharey=True)
    words = []
    for panel, (title, leads) in zip(axes[0], tests.items(), strict=True):
        panel.axvline(0, color=style.PALETTE["black"], linewidth=0.8)
        for row, key in enumerate(names):
            low, high = mean_interval(leads[key])
            panel.plot(
                [low, high], [row, row], color=style.PALETTE["blue"], linewidth=2, label="_interval"
            )
            panel.plot(
                leads[key].mean(), row, "o", color=style.PALETTE["vermillion"], label="_mean"
            )
        panel.set_title(title, fontsize=11)
        panel.set_xlabel("points ahead")
        ordered = sorted(names, key=lambda key: -leads[key].mean())
        said = (f"{names[key]} {leads[key].mean():+.1f}" for key in (*ordered[:2], ordered[-1]))
        words.append(f"{title}: {', '.join(said)}")
    axes[0, 0].set_yticks(range(len(names)), list(names.values()))
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    return Drawing(
        figure,
        f"Points by which orders of pixels are ahead of Grad-CAM's, mean over the networks with "
        f"its interval; the two best and the last. {'; '.join(words)}.",
    )
