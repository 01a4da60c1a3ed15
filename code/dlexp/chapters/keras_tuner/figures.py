"""The figures of the chapter on searching for hyperparameters, each with its words.

Chapter: book/keras_tuner.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dlexp.chapters.keras_tuner import measure as experiment
from dlexp.draw import style
from dlexp.draw.drawing import Drawing
from dlexp.lab import results

Floats = NDArray[np.floating]
Lines = Mapping[str, Floats]
"""A line's name to its values, of shape (seeds or repetitions, settings)."""


# --- The table ----------------------------------------------------------------------------------


def plot_parallel(
    grid: Mapping[str, Sequence[Any]],
    places: Floats,
    score: Floats,
    *,
    best: float = 0.1,
) -> Figure:
    """Draw every configuration as a line through its values to its score.

    Parameters
    ----------
    grid : mapping of a hyperparameter to its values
    places : array of shape (configurations, hyperparameters)
        Which of the values each configuration has.
    score : array of shape (configurations,)
        In [0, 1].
    best : float
        Share that is drawn in colour.
    """
    figure, axes = style.new(6.8, 3.8)
    axis = axes[0, 0]
    sizes = np.array([len(values) for values in grid.values()])
    heights = places / (sizes - 1)
    low, high = float(score.min()), float(score.max())
    heights = np.column_stack([heights, (score - low) / (high - low)])
    generator = np.random.default_rng(0)  # apart a little, so that lines do not hide each other
    heights[:, :-1] += generator.uniform(-0.03, 0.03, size=heights[:, :-1].shape)
    bar = np.quantile(score, 1 - best)
    for chosen, options in (
        (score < bar, {"color": "0.82", "linewidth": 0.5}),
        (score >= bar, {"color": style.PALETTE["blue"], "linewidth": 1.0}),
    ):
        rows = heights[chosen]  # one path for all of them keeps the file small
        gaps = np.full((len(rows), 1), np.nan)
        x = np.tile([*range(heights.shape[1]), np.nan], len(rows))
        axis.plot(x, np.hstack([rows, gaps]).ravel(), **options)
    for at, values in enumerate(grid.values()):
        for height, value in zip(np.linspace(0, 1, len(values)), values, strict=True):
            text = f"{value:g}" if isinstance(value, int | float) else str(value)
            axis.annotate(text, (at, height), ha="center", va="center", fontsize=9, bbox=_BOX)
    for height, value in ((0, low), (1, high)):
        axis.annotate(
            f"{value:.0%}", (len(sizes), height), ha="center", va="center", fontsize=9, bbox=_BOX
        )
    style.without_ticks(axis)
    names = [name.replace("_", "\n") for name in grid]
    axis.set_xticks(range(len(sizes) + 1), [*names, "score"])
    axis.tick_params(length=0)
    axis.set(ylim=(-0.08, 1.08))
    return figure


_BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def alt_parallel(
    grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats, *, best: float = 0.1
) -> str:
    """Say which values the best configurations have."""
    chosen = places[score >= np.quantile(score, 1 - best)].astype(int)
    parts = []
    for at, (name, values) in enumerate(grid.items()):
        counts = np.bincount(chosen[:, at], minlength=len(values))
        top = int(counts.argmax())
        parts.append(f"{name} {values[top]} in {counts[top]}")
    return (
        f"{len(score)} configurations as lines from value to value to a score between "
        f"{score.min():.0%} and {score.max():.0%}. Of the best {len(chosen)}: {', '.join(parts)}."
    )


def plot_effects(grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats) -> Figure:
    """Draw the scores at each value of each hyperparameter, and how far seeds move the best.

    Parameters
    ----------
    grid, places
        As in `plot_parallel`.
    score : array of shape (seeds, configurations)
        In [0, 1].
    """
    figure, axes = style.new(
        6.8, 3.4, columns=len(grid), sharey=True, width_ratios=[1 + len(v) for v in grid.values()]
    )
    mean = 100 * score.mean(axis=0)
    for at, (axis, (name, values)) in enumerate(zip(axes[0], grid.items(), strict=True)):
        for place in range(len(values)):
            here = np.flatnonzero(places[:, at] == place)
            low, middle, high = np.quantile(mean[here], [0.1, 0.5, 0.9])
            axis.plot([place] * 2, [low, high], color=style.PALETTE["sky"], linewidth=6, alpha=0.7)
            axis.plot(place, middle, "_", color="black", ms=10)
            best = here[int(mean[here].argmax())]
            seeds = 100 * score[:, best]
            axis.plot([place] * 2, [seeds.min(), seeds.max()], color=style.PALETTE["vermillion"])
            axis.plot(place, mean[best], "o", color=style.PALETTE["vermillion"], ms=4)
        labels = [f"{v:g}" if isinstance(v, int | float) else str(v) for v in values]
        axis.set_xticks(range(len(values)), labels, rotation=60, fontsize=8)
        axis.set_title(name.replace("_", "\n"), fontsize=10)
        axis.set_xlim(-0.6, len(values) - 0.4)
    axes[0, 0].set_ylabel("validation accuracy (%)")
    return figure


def alt_effects(grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats) -> str:
    """Give the range of medians over the values of each hyperparameter."""
    mean = score.mean(axis=0)
    parts = []
    for at, name in enumerate(grid):
        medians = [np.median(mean[places[:, at] == i]) for i in range(len(grid[name]))]
        parts.append(f"{name} {min(medians):.0%} to {max(medians):.0%}")
    return f"Scores by value of each hyperparameter. Medians: {'; '.join(parts)}."


def plot_agreement(first: Floats, second: Floats, *, best: float = 0.1) -> Figure:
    """Draw the scores of one seed against those of another: all, and the best close up.

    Parameters
    ----------
    first, second : arrays of shape (configurations,)
        In [0, 1].
    best : float
        Share of the configurations, by ``first``, that the right panel shows.
    """
    figure, axes = style.new(6.8, 3.4, columns=2)
    bar = np.quantile(first, 1 - best)
    chosen = first >= bar
    for axis, shown in ((axes[0, 0], np.full(len(first), True)), (axes[0, 1], chosen)):
        for part, colour, marker in ((~chosen, "0.6", "."), (chosen, style.PALETTE["blue"], "o")):
            here = part & shown
            axis.plot(100 * first[here], 100 * second[here], marker, color=colour, ms=4, ls="")
        axis.set_xlabel("score from one seed (%)")
        axis.set_aspect("equal", adjustable="datalim")
    axes[0, 0].set_title("all")
    axes[0, 1].set_title(f"the best {best:.0%}")
    axes[0, 0].set_ylabel("from another (%)")
    return figure


def alt_agreement(first: Floats, second: Floats, *, best: float = 0.1) -> str:
    """Give the ranges of both panels."""
    chosen = first >= np.quantile(first, 1 - best)
    return (
        f"Scores of {len(first)} configurations from two seeds. All: from {first.min():.0%} to "
        f"{first.max():.0%}, near the diagonal. The best {best:.0%} by the first seed: "
        f"{first[chosen].min():.1%} to {first[chosen].max():.1%} there, "
        f"{second[chosen].min():.1%} to {second[chosen].max():.1%} from the second."
    )


# --- Grid and random ----------------------------------------------------------------------------


def plot_projection(points: Mapping[str, Floats], height: Floats) -> Figure:
    """Draw trials in a square, and what they see of the only direction that matters.

    Parameters
    ----------
    points : mapping of a search's name to an array of shape (trials, 2)
        In the unit square; the first coordinate matters.
    height : array of shape (n,)
        The function of the first coordinate, on an even grid, in [0, 1].
    """
    figure, axes = style.new(
        6.4, 3.8, rows=2, columns=len(points), sharex=True, height_ratios=(1, 2)
    )
    x = np.linspace(0, 1, len(height))
    looks = zip(axes.T, points.items(), style.LOOKS, strict=False)
    for (above, square), (name, each), (colour, marker, _) in looks:
        above.plot(x, height, color="black")
        options: dict[str, Any] = {"color": style.PALETTE[colour], "ms": 5, "ls": ""}
        above.plot(each[:, 0], np.interp(each[:, 0], x, height), marker, **options)
        square.plot(each[:, 0], each[:, 1], marker, **options)
        above.set_title(f"{name}: {len(set(each[:, 0]))} values")
        above.set_yticks([])
        square.set(xlim=(0, 1), ylim=(0, 1), xlabel="matters", xticks=[], yticks=[])
    axes[1, 0].set_ylabel("does not matter")
    axes[0, 0].set_ylabel("score")
    return figure


def alt_projection(points: Mapping[str, Floats], height: Floats) -> str:
    """Say how many values each search tries, and how high it gets."""
    x = np.linspace(0, 1, len(height))
    parts = (
        f"{name}: {len(each)} trials, {len(set(each[:, 0]))} values of what matters, best "
        f"{np.interp(each[:, 0], x, height).max():.2f} of {height.max():.2f}"
        for name, each in points.items()
    )
    return f"Trials in a square of which one side matters. {'; '.join(parts)}."


# --- Lines against a setting --------------------------------------------------------------------


def plot_lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    axis: str,
    value: str,
    factor: float = 1.0,
    band: tuple[float, float] = (0.0, 1.0),
    log: bool = False,
    height: float = 3.7,
) -> Figure:
    """Draw means, with a band between two quantiles, one panel per group of lines.

    Parameters
    ----------
    panels : mapping of a panel's title to its lines
    settings : sequence of float, or one for each panel
        What the columns of the lines belong to.
    axis, value : str
        What stands below and beside the panels.
    factor : float
        On the values: 100 for percentages.
    band : tuple of float
        Quantiles over the rows; none is drawn for a line of one row.
    log : bool
        Whether the settings stand on a logarithmic axis.
    height : float
        In inches.
    """
    figure, axes = style.new(6.8, height, columns=len(panels), sharey=True)
    for panel, (title, lines) in zip(axes[0], panels.items(), strict=True):
        x = settings[title] if isinstance(settings, Mapping) else settings
        for (name, values), look in zip(lines.items(), style.LOOKS, strict=False):
            _band(panel, x, factor * values, name, look, band)
        panel.set(title=title, xlabel=axis)
        if log:
            panel.set_xscale("log")
            panel.set_xticks(x, [f"{each:g}" for each in x])
            panel.minorticks_off()
        panel.legend(fontsize=9)
    axes[0, 0].set_ylabel(value)
    return figure


def _band(
    panel: Axes,
    settings: Sequence[float],
    values: Floats,
    name: str,
    look: tuple[str, str, str],
    band: tuple[float, float],
) -> None:
    """Draw a mean and the band around it."""
    colour, marker, line = look
    options: dict[str, Any] = {"color": style.PALETTE[colour]}
    every = max(1, len(settings) // 8)
    panel.plot(
        settings, values.mean(axis=0), line, marker=marker, ms=4, markevery=every, label=name,
        **options,
    )  # fmt: skip
    if len(values) > 1:
        low, high = np.quantile(values, band, axis=0)
        panel.fill_between(settings, low, high, alpha=0.15, linewidth=0, **options)


def alt_lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    what: str,
    spec: str = ".1%",
) -> str:
    """Give the first and the last mean of each line."""
    parts = []
    for title, lines in panels.items():
        x = settings[title] if isinstance(settings, Mapping) else settings
        ends = "; ".join(
            f"{name} {values.mean(0)[0]:{spec}} to {values.mean(0)[-1]:{spec}}"
            for name, values in lines.items()
        )
        parts.append(f"{title} ({x[0]:g} to {x[-1]:g}): {ends}".strip())
    return f"{what}. {'. '.join(parts)}."


def plot_trials(trials: Mapping[str, Floats]) -> Figure:
    """Draw the score of each trial of some searches, in order, and the best so far.

    Parameters
    ----------
    trials : mapping of a tuner's name to an array of shape (trials, 2)
        Epochs spent by the end of each trial, and its score, in [0, 1].
    """
    figure, axes = style.new(6.8, 3.6)
    axis = axes[0, 0]
    for (name, each), (colour, marker, line) in zip(trials.items(), style.LOOKS, strict=False):
        options: dict[str, Any] = {"color": style.PALETTE[colour]}
        axis.plot(each[:, 0], 100 * each[:, 1], marker, ms=4, alpha=0.6, **options)
        best = np.maximum.accumulate(100 * each[:, 1])
        axis.step(each[:, 0], best, where="post", ls=line, label=name, **options)
    axis.set(xlabel="epochs spent", ylabel="validation accuracy (%)")
    axis.legend()
    return figure


def alt_trials(trials: Mapping[str, Floats]) -> str:
    """Give the number of trials and the best score of each search."""
    parts = (
        f"{name}: {len(each)} trials, {each[-1, 0]:.0f} epochs, best {each[:, 1].max():.1%}"
        for name, each in trials.items()
    )
    return f"Scores of trials against epochs spent, and the best so far. {'; '.join(parts)}."


# --- The live figure ----------------------------------------------------------------------------

TUNERS = {
    "random": "random",
    "grid": "grid",
    "bayesian": "Bayesian",
    "hyperband": "Hyperband",
    "tpe": "TPE",
}
"""What the reader calls the tuners of `experiment.Race`."""


def live_race() -> dict[str, Any]:
    """Return what the race of the tuners shows: one training of the table, and the searches in it.

    Returns
    -------
    dict
        ``scored``, the validation images; ``validation`` and ``test``, for each configuration the
        right answers on these and the test accuracy after each epoch; ``tuners``, of which each
        has a ``name`` and ``runs``, lists of trials: configuration, epochs before, epochs after.
    """
    (found,) = results.load(experiment.live_units())
    table = experiment.table_of(results.load(experiment.table_units()))
    scored = experiment.Rows().scored
    hits = np.rint(table.score[found.seed] * scored).astype(int)
    return {
        "scored": scored,
        "validation": hits.tolist(),
        "test": table.test[found.seed].round(4).tolist(),
        "tuners": [
            {
                "name": TUNERS[tuner],
                "runs": [
                    found.arrays[f"{tuner}-{repetition}"].tolist()
                    for repetition in range(found.config["repetitions"])
                ],
            }
            for tuner in found.config["tuners"]
        ],
    }


# --- Drawings: to be merged with what they call ------------------------------------------------


def parallel(
    grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats, *, best: float = 0.1
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(
        plot_parallel(grid, places, score, best=best), alt_parallel(grid, places, score, best=best)
    )


def effects(grid: Mapping[str, Sequence[Any]], places: Floats, score: Floats) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_effects(grid, places, score), alt_effects(grid, places, score))


def agreement(first: Floats, second: Floats, *, best: float = 0.1) -> Drawing:
    """Return the figure with its words."""
    return Drawing(
        plot_agreement(first, second, best=best), alt_agreement(first, second, best=best)
    )


def projection(points: Mapping[str, Floats], height: Floats) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_projection(points, height), alt_projection(points, height))


def lines(
    panels: Mapping[str, Lines],
    settings: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    axis: str,
    value: str,
    factor: float = 1.0,
    band: tuple[float, float] = (0.0, 1.0),
    log: bool = False,
    height: float = 3.7,
    what: str,
    spec: str = ".1%",
) -> Drawing:
    """Return the figure with its words."""
    return Drawing(
        plot_lines(
            panels,
            settings,
            axis=axis,
            value=value,
            factor=factor,
            band=band,
            log=log,
            height=height,
        ),
        alt_lines(panels, settings, what=what, spec=spec),
    )


def trials(trials: Mapping[str, Floats]) -> Drawing:
    """Return the figure with its words."""
    return Drawing(plot_trials(trials), alt_trials(trials))
