"""What the page on searching for hyperparameters places: its figures, tables and numbers.

What it shows of the table of all configurations is in `page_table`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlexp.byhand import halving, shapes
from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import claims, figures, selection
from dlexp.chapters.keras_tuner.bakeoff import Bakeoff, Luck
from dlexp.chapters.keras_tuner.measure import LEAK_MUCH_DATA, WORTH_MUCH_DATA, Leak, Worth
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs
from dlexp.tuning import reports, spaces

TUNERS = {
    "guess": "blind guesses", "random": "random", "grid": "grid",
    "bayesian": "Bayesian", "hyperband": "Hyperband", "tpe": "TPE",
}  # fmt: skip
"""What the reader calls the tuners of the bake-off."""

SEARCHED = {
    "random": "RandomSearch", "grid": "GridSearch",
    "bayesian": "BayesianOptimization", "hyperband": "Hyperband",
}  # fmt: skip
"""What Keras Tuner calls its tuners."""

VALIDATION = {"leaked": "leaked validation", "honest": "honest validation", "test": "test"}
"""What the reader calls the parts that the nets of the leak are held to."""

NETS = {
    "default": "default", "found": "found by a search", "best": "best of the table",
    "guess": "a blind guess, new for each seed",
}  # fmt: skip
"""What the reader calls the nets that are trained afresh."""


# --- Luck and halving ---------------------------------------------------------------------------


def luck(runs: Runs) -> None:
    """Show how often guesses reach the top of the table."""
    counts, measured = Luck().counts, runs("luck")
    top = float(measured.numbers("top")[0])
    lines = {
        "formula": np.array([[selection.chance_of_top(top, count) for count in counts]]),
        "best of n, measured": measured.numbers("ideal"),
        "best single score of n": measured.numbers("noisy"),
    }
    drawing = figures.lines(
        {"": lines}, counts, axis="guesses", value="share in the top (%)", factor=100, log=True,
        height=3.4, what="In the top twentieth",
    )  # fmt: skip
    publish.figure("kt_luck", drawing)
    for count in (3, 5, 59):
        publish.number(f"luck_{count}", selection.chance_of_top(0.05, count), ".0%")


def schedule() -> None:
    """List the rounds of Hyperband's brackets."""
    rungs = halving.hyperband(9)
    header = ["bracket", "round", "configurations", "from epoch", "to epoch", "cost"]
    rows: list[list[str | int]] = [
        [
            f"bracket {rung.bracket}", rung.number + 1, rung.configurations,
            rung.initial_epoch, rung.epochs, rung.cost,
        ]
        for rung in rungs
    ]  # fmt: skip
    publish.table("kt_schedule", header, rows, caption="Hyperband's schedule for nine epochs")
    publish.number("kt_cost", halving.cost(rungs), "d")
    publish.number("kt_paper", halving.cost(halving.hyperband(9, rule="paper")), "d")


# --- Searches with Keras Tuner itself -----------------------------------------------------------


def searches(runs: Runs) -> None:
    """Show the trials of one search by each tuner."""
    paths: dict[str, Floats] = {}
    rows: list[list[str | int]] = []
    for tuner, name in SEARCHED.items():
        numbers = runs("live_search", tuner=tuner).only.numbers
        path = _path(numbers["trials"])
        paths[name] = path
        best, test = formatted(path[:, 1].max(), ".1%"), formatted(numbers["test"], ".1%")
        rows.append([name, len(path), int(path[-1, 0]), best, test])
    neighbours = runs("live_search", tuner="sklearn").only.numbers["trials"]
    best = formatted(max(trial["score"] for trial in neighbours), ".1%")
    rows.append(["SklearnTuner (nearest neighbours)", len(neighbours), "–", best, "–"])
    publish.figure("kt_live", figures.trials(paths))
    header = ["tuner", "trials", "epochs", "best score", "its test accuracy"]
    publish.table("kt_searches", header, rows, caption="One live search of each tuner")


def _path(trials: list[dict[str, Any]]) -> Floats:
    """Return the epochs spent by the end of each trial, and its score, (trials, 2)."""
    values = [trial["values"] for trial in trials]
    epochs = [v.get("tuner/epochs", 9) - v.get("tuner/initial_epoch", 0) for v in values]
    return np.column_stack([np.cumsum(epochs), [trial["score"] for trial in trials]])


def waste(runs: Runs) -> None:
    """List what of the reports' spaces can exist, and count what is wasted on the rest."""
    rows = [
        [f"depth {depth}", *(_sizes(depth, report) for report in reports.REPORTS)]
        for depth in reports.DEPTHS
    ]
    caption = "Sizes; ✗ where the next layer cannot exist"
    publish.table("kt_audit", ["depth", "padded", "not padded"], rows, caption=caption)
    searched = runs("waste")
    searches = len(searched) * searched.config["searches"]
    for report, trials in zip(reports.REPORTS, searched.config["trials"], strict=True):
        impossible = float(np.mean([row.shape is None for row in reports.audit(report).values()]))
        publish.number(f"bad_{report}", impossible, ".0%")
        publish.number(f"waste_{report}", reports.chance_of_waste(impossible, trials), ".0%")
    padded, bare = (runs("audit", padding=report) for report in ("same", "valid"))
    publish.number("hit_same", padded.numbers("hit").sum() / searches, ".0%")
    publish.number("kt_stopped", bare.numbers("stopped").sum() / searches, ".0%")
    publish.number("kt_waste_searches", searches, "d")
    publish.number("kt_idle", bare.numbers("idle").mean(), ".0%")
    publish.number("space_same", reports.count("same"), ",d")
    publish.number("space_valid", reports.count("valid"), ".1e")


def _sizes(depth: int, report: str) -> str:
    """Return the sizes that an image takes on its way through a report's net of some depth."""
    values = {"conv_layers": depth, "dense_layers": 1, "units_0": 32}
    values |= {f"filters_{i}": 32 for i in range(depth)}
    walk = shapes.walk(reports.stack(values, report), reports.IMAGE)
    sizes = [str(row.shape[0]) for row in walk if row.shape is not None and len(row.shape) == 3]
    return " ".join([*sizes, *(["✗"] if walk[-1].shape is None else [])])


# --- The bake-off -------------------------------------------------------------------------------


def bakeoff(runs: Runs) -> None:
    """Show by how much each tuner falls short of the best of the table."""
    epochs = [9 * (1 + trial) for trial in range(Bakeoff().trials)]
    best = table_of(runs).chosen().mean(axis=0).max()
    regrets = {tuner: 100 * (best - claims.curves(runs, tuner)) for tuner in TUNERS}
    panels = {
        title: {TUNERS[tuner]: regrets[tuner] for tuner in tuners}
        for title, tuners in (
            ("deaf", ("random", "guess", "grid")),
            ("listening", ("random", "bayesian", "hyperband", "tpe")),
        )
    }
    drawing = figures.lines(
        panels, epochs, axis="epochs spent", value="regret (percentage points)",
        band=(0.25, 0.75), what="Regret in points", spec=".1f",
    )  # fmt: skip
    publish.figure("kt_bakeoff", drawing)
    rows = [
        [
            label,
            *(formatted(regrets[tuner][:, trials - 1].mean(), ".2f") for trials in (5, 10, 25)),
            formatted(100 * claims.ahead(runs, tuner)[:, -1].mean(), "+.2f"),
        ]
        for tuner, label in TUNERS.items()
    ]
    header = ["tuner", "after 5 trials", "10", "25", "ahead of random"]
    publish.table("kt_regrets", header, rows, caption="Mean regret in percentage points")
    publish.number("budget", epochs[-1], "d")
    publish.number("bayesian_times", len(claims.curves(runs, "bayesian")), "d")


def projection() -> None:
    """Show what a grid and a random search see of the direction that matters."""
    side = (np.arange(3) + 0.5) / 3
    points = {
        "grid": np.array([(a, b) for a in side for b in side]),
        "random": np.random.default_rng(5).random((9, 2)),
    }
    height = np.exp(-((np.linspace(0, 1, 200) - 0.68) ** 2) / 0.008)
    publish.figure("kt_projection", figures.projection(points, height))


def toy(runs: Runs) -> None:
    """Show how close a grid and a random search come to a peak, by directions that matter."""
    counts = [1, 2, 3, 4, 5, 6]
    distances = np.array([runs("laws").numbers("toy", str(count)) for count in counts]).T
    panels = {"": dict(zip(("grid", "random"), distances, strict=True))}  # each (seeds, counts)
    drawing = figures.lines(
        panels, counts, axis="directions that matter", value="squared distance from peak",
        height=3.2, what="Distance", spec=".3f",
    )  # fmt: skip
    publish.figure("kt_toy", drawing)


# --- The leak, the gain, and the workers --------------------------------------------------------


def leak(runs: Runs) -> None:
    """Show the accuracy on validation images that leaked, on honest ones and on the test set."""
    configs = {f"{config.size:,} images": config for config in (Leak(), LEAK_MUCH_DATA)}
    panels = {
        title: {
            label: runs("leak", size=config.size).numbers(part)
            for part, label in VALIDATION.items()
        }
        for title, config in configs.items()
    }
    epochs = {title: range(1, config.epochs + 1) for title, config in configs.items()}
    drawing = figures.lines(
        panels, epochs, axis="epoch", value="accuracy (%)", factor=100, what="Accuracy by epoch"
    )
    publish.figure("kt_leak", drawing)


def worth(runs: Runs) -> None:
    """List what fresh nets of some configurations reach; compare the default with a guess."""
    sizes = (Worth().train_size, WORTH_MUCH_DATA.train_size)
    rows = [
        [label, *(_accuracy(runs("worth", train_size=size), net) for size in sizes)]
        for net, label in NETS.items()
    ]
    header = ["configuration", *(f"{size:,} images" for size in sizes)]
    publish.table("kt_worth", header, rows, caption="Test accuracy of fresh nets, five seeds")
    accuracy = table_of(runs).chosen().mean(axis=0)
    default = accuracy[spaces.place(spaces.DEFAULT)]
    publish.number("kt_better", (accuracy > default).mean(), ".0%")
    publish.number("kt_guess_mean", accuracy.mean(), ".1%")
    publish.number("kt_default_mean", default, ".1%")
    little = runs("worth", train_size=sizes[0])
    found, guess = (little.numbers(net, "test").mean() for net in ("found", "guess"))
    publish.number("kt_over_guess", 100 * (found - guess), ".1f")
    rates = little.numbers("guess", "values", "learning_rate")
    publish.number("kt_lucky", (rates > float(spaces.DEFAULT["learning_rate"])).sum(), "d")


def _accuracy(runs: Runs, net: str) -> str:
    """Return the mean and the range of a net's test accuracy as text; a dash if it has none."""
    if net not in runs.config["nets"]:
        return "–"
    test = runs.numbers(net, "test")
    mean, low, high = (formatted(x, ".1%") for x in (test.mean(), test.min(), test.max()))
    return f"{mean} ({low} to {high})"


def workers(runs: Runs) -> None:
    """Place what a second worker saves, and what a worker that is killed costs."""
    record = runs("crowd").only
    publish.number("speed_up_whole", record.arrays["speed_up_whole"].mean(), ".2f")
    starting, searching = (record.arrays[name].sum() for name in ("starting", "searching"))
    publish.number("starting_share", starting / (starting + searching), ".0%")
    publish.number("killed_done", record.numbers["completed"], "d")
    publish.number("killed_again", record.numbers["repeated"], "d")
    lost, trial = record.arrays["lost"]
    publish.number("killed_cost", lost / trial, ".1f")
