"""The figures of the chapter on recurrent nets and convolutions, with words from their numbers.

Chapter: book/rnn_vs_cnn.md.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from dlexp.byhand.arrays import Floats
from dlexp.draw import lines as draw
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.draw.lines import Layout, Lines

# --- Who sees whom ------------------------------------------------------------------------------


def wiring(kind: str, steps: int) -> list[list[tuple[int, int]]]:
    """Return the pairs of cells of which one feeds the other, (from, to), layer by layer.

    A recurrent layer feeds its own next step, which no pair says.

    Examples
    --------
    >>> wiring("convolution", 4)
    [[(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (2, 3), (3, 3)]]
    """
    cells = range(steps)
    if kind == "recurrent":
        return [[(t, t) for t in cells]]
    if kind == "convolution":
        return [[(s, t) for t in cells for s in (t - 1, t, t + 1) if 0 <= s < steps]]
    layers, dilation = [], 1
    while dilation < steps:
        layers.append([(s, t) for t in cells for s in (t - dilation, t) if s >= 0])
        dilation *= 2
    return layers


def longest_chain(kind: str, steps: int) -> int:
    """Return the number of results that must wait for one another, one after the other.

    Examples
    --------
    >>> [longest_chain(kind, 8) for kind in ("recurrent", "convolution", "dilated")]
    [8, 1, 3]
    """
    return steps if kind == "recurrent" else len(wiring(kind, steps))


WIRINGS = {
    "recurrent": "recurrent",
    "convolution": "convolution",
    "dilated": "dilated convolutions",
}


def wirings(steps: int = 8) -> Drawing:
    """Draw what each step of a layer is computed from; what the last step sees is dark.

    Examples
    --------
    >>> wirings(16).alt[-55:]
    'recurrent: 16, convolution: 1, dilated convolutions: 4.'
    """
    figure, axes = style.new(6.8, 2.5, columns=len(WIRINGS))
    for axis, (kind, title) in zip(axes[0], WIRINGS.items(), strict=True):
        _wire(axis, kind, steps)
        axis.set_title(title, fontsize=10)
        style.without_ticks(axis)
        axis.set_xlabel("time →")
    parts = (f"{title}: {longest_chain(kind, steps)}" for kind, title in WIRINGS.items())
    return Drawing(
        figure,
        f"Three drawings of what each of {steps} steps is computed from. Results that wait for "
        f"one another, one after the other: {', '.join(parts)}.",
    )


def _wire(axis: Axes, kind: str, steps: int) -> None:
    """Draw the layers of one kind, from the last to the first, to follow what its end sees."""
    layers = wiring(kind, steps)
    seen = {steps - 1}
    if kind == "recurrent":
        seen = set(range(steps))
        for t in range(steps - 1):
            _edge(axis, (t, 1), (t + 1, 1), True)
    for depth, edges in reversed(list(enumerate(layers))):
        for s, t in edges:
            _edge(axis, (s, depth), (t, depth + 1), t in seen)
        seen = {s for s, t in edges if t in seen}
    for depth in range(len(layers) + 1):
        axis.plot(range(steps), [depth] * steps, "o", color="black", ms=4)
    axis.set(xlim=(-0.5, steps - 0.5), ylim=(-0.4, len(layers) + 0.4))


def _edge(axis: Axes, start: tuple[int, int], end: tuple[int, int], dark: bool) -> None:
    colour = style.PALETTE["vermillion"] if dark else "#bbbbbb"
    axis.plot(*zip(start, end, strict=True), color=colour, lw=2 if dark else 0.8, zorder=int(dark))


# --- A cell -------------------------------------------------------------------------------------

Place = tuple[float, float]

GATES = {"f": (2.6, "σ"), "i": (4.2, "σ"), "g": (5.6, "tanh"), "o": (7.2, "σ")}
"""What an LSTM computes from its input and its last output: where it stands, and by what."""

ARROWS: tuple[tuple[Place, Place], ...] = (  # from, to; the cell's line comes first
    ((0.9, 4), (2.3, 4)), ((2.9, 4), (4.6, 4)), ((5.2, 4), (9.7, 4)),
    *(((x, 0.4), (x, 1.2)) for x, _ in GATES.values()),
    ((2.6, 1.8), (2.6, 3.7)), ((4.2, 1.8), (4.7, 2.6)), ((5.6, 1.8), (5.1, 2.6)),
    ((4.9, 3.1), (4.9, 3.7)), ((7.6, 1.5), (8.3, 1.5)), ((8.6, 4), (8.6, 3.1)),
    ((8.6, 2.5), (8.6, 1.8)), ((8.9, 1.5), (9.7, 1.5)),
)  # fmt: skip
SIGNS: dict[Place, str] = {(2.6, 4): "×", (4.9, 2.85): "×", (4.9, 4): "+", (8.6, 1.5): "×"}


def cell() -> Drawing:
    """Draw an LSTM at one step: four boxes feed the line of its cell.

    Examples
    --------
    >>> cell().alt[:39]
    'An LSTM at one step. h before and x fee'
    """
    figure, axes = style.new(6.8, 3.0)
    axis = axes[0, 0]
    for index, (start, end) in enumerate(ARROWS):
        colour, width = (style.PALETTE["vermillion"], 2) if index < 3 else ("black", 1)
        look = {"arrowstyle": "-|>", "shrinkA": 0, "color": colour, "lw": width}
        axis.annotate("", end, start, arrowprops=look)
    axis.hlines(0.4, 0.9, GATES["o"][0], color="black", lw=1)
    for name, (x, by) in GATES.items():
        _box(axis, (x, 1.5), f"${name}_t$: {by}", "square")
    _box(axis, (8.6, 2.8), "tanh", "square")
    for place, sign in SIGNS.items():
        _box(axis, place, sign, "circle")
    for place, name in {(0.8, 4): "$c_{t-1}$", (0.8, 0.4): "$h_{t-1}$, $x_t$"}.items():
        axis.text(*place, name, ha="right", va="center")
    for height, name in ((4, "$c_t$"), (1.5, "$h_t$")):
        axis.text(9.8, height, name, va="center")
    axis.set(xlim=(-0.4, 10.4), ylim=(0, 4.5))
    style.without_ticks(axis)
    return Drawing(
        figure,
        f"An LSTM at one step. h before and x feed {', '.join(GATES)}. The line of the cell runs "
        "straight from c before to c after: times f, then plus i times g. o times tanh of c is h.",
    )


def _box(axis: Axes, place: Place, text: str, shape: str) -> None:
    box = {"boxstyle": f"{shape},pad=0.25", "facecolor": "white", "edgecolor": "black"}
    axis.text(*place, text, ha="center", va="center", bbox=box)


# --- Counts and times ---------------------------------------------------------------------------


def lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float],
    *,
    x: str,
    y: str,
    logarithmic: bool = True,
    share: bool = True,
    what: str,
    spec: str = ".3g",
) -> Drawing:
    """Draw means over seeds, with the range over seeds as a band, one panel per situation.

    Parameters
    ----------
    panels, settings, x, y
        As `dlexp.draw.lines.lines`; the settings stand on a logarithmic axis.
    logarithmic, share : bool
        Whether the upright axis is logarithmic, and the same for all panels.
    what, spec : str
        What the alt text calls the figure, and how it writes a mean.
    """
    ends, log = partial(draw.ends, spec=spec, to=", "), "xy" if logarithmic else "x"
    return draw.lines(
        panels, settings, x=x, y=y,
        what=f"{what}, at {settings[0]:g} and {settings[-1]:g}",
        words=draw.by_panel(panels, ends, comma="; ", semicolon=". "),
        layout=Layout(height=3.8, share=share, log=log, ticks=True, title=10),
    )  # fmt: skip


# --- One image, many sequences ------------------------------------------------------------------


def forms(images: Mapping[str, Floats]) -> Drawing:
    """Draw the same image in several forms, side by side.

    Parameters
    ----------
    images : mapping of a title to an array of shape (height, width)
        In [0, 1].
    """
    figure, axes = style.new(6.8, 2.2, columns=len(images))
    for axis, (title, image) in zip(axes[0], images.items(), strict=True):
        axis.imshow(image, aspect="auto", cmap="gray_r")
        axis.set_title(title, fontsize=10)
        style.without_ticks(axis)
    parts = (
        f"{title}: {image.shape[0]} by {image.shape[1]}, {np.mean(image > 0.5):.0%} ink"
        for title, image in images.items()
    )
    return Drawing(figure, f"One digit in {len(images)} forms. {'; '.join(parts)}.")


def learning(panels: Mapping[str, Lines]) -> Drawing:
    """Draw accuracy on validation images after each epoch, with the range over seeds as a band.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, epochs)
        In [0, 1].
    """
    epochs = next(iter(next(iter(panels.values())).values())).shape[1]
    return draw.lines(
        panels, np.arange(1, epochs + 1), x="epoch", y="validation accuracy (%)", factor=100,
        what="Accuracy on validation images after the last epoch, in %",
        words=draw.by_panel(panels, _last_percent, comma="; ", semicolon=". "),
        layout=Layout(height=3.8, log=""),
    )  # fmt: skip


def _last_percent(values: Floats) -> str:
    """Say the mean over seeds after the last epoch, in percent."""
    return f"{100 * values[:, -1].mean():.0f}"


# --- Gradients through time ---------------------------------------------------------------------


def profiles(panels: Mapping[str, Lines]) -> Drawing:
    """Draw how strongly each step moves the last state, one thin line per seed.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, steps)
        Norms of gradients, as a share of that at the last step.
    """
    lengths = {title: next(iter(group.values())).shape[1] for title, group in panels.items()}
    drawing = draw.lines(
        panels,
        {title: np.arange(length)[::-1] for title, length in lengths.items()},
        x="steps before the last", y="gradient, as a share",
        what="Gradient at the first step, as a share of that at the last",
        words=draw.by_line(panels, lambda values: f"{np.exp(np.log(values[:, 0]).mean()):.1g}"),
        paint=partial(draw.strands, width=1.2), looks=style.UNMARKED,
        layout=Layout(height=3.6, log="y"),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.invert_xaxis()
    return drawing


# --- Along the training -------------------------------------------------------------------------


COURSE_LOOKS = (*style.UNMARKED, style.Look("sky", "", "-."))
"""Of the nets along their training, of which there are more than `style` has looks for."""


def courses(panels: Mapping[str, Lines], guessing: float) -> Drawing:
    """Draw accuracy on validation sequences after each epoch, one thin line per seed.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines, each of shape (seeds, epochs)
        In [0, 1].
    guessing : float
        The accuracy of guessing, in [0, 1]: a thin level line.
    """
    counts = {title: next(iter(group.values())).shape[1] for title, group in panels.items()}
    names = dict.fromkeys(name for group in panels.values() for name in group)
    drawing = draw.lines(
        panels,
        {title: np.arange(1, count + 1) for title, count in counts.items()},
        x="epoch", y="validation accuracy (%)", factor=100,
        what=f"Accuracy, first and last epoch; guessing: {guessing:.1%}",
        words=draw.by_line(panels, partial(draw.ends, spec=".0%")),
        paint=partial(draw.strands, width=1.2),
        looks=dict(zip(names, COURSE_LOOKS, strict=False)),
        layout=Layout(height=3.8, log="", columns=0),
    )  # fmt: skip
    for axis in drawing.figure.axes:
        axis.axhline(100 * guessing, color="#888888", lw=0.8)
        axis.set_ylim(0, 102)
    style.legend_below(drawing.figure, 2, drawing.figure.axes)
    return drawing
