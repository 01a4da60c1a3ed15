"""What the page on searching for hyperparameters places: its figures, tables and numbers.

What it shows of the table of all configurations is in `page_table`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlexp.byhand import halving, shapes
from dlexp.chapters.keras_tuner import claims, figures, figures_searches, process, selection
from dlexp.chapters.keras_tuner.bakeoff import Luck
from dlexp.chapters.keras_tuner.measure import LEAK_MUCH_DATA, WORTH_MUCH_DATA, Leak, Worth
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs
from dlexp.tuning import reports, spaces

GROUPS: Mapping[str, Mapping[claims.Kind, str]] = {
    "scores unused, or trials stopped": {
        ("sobol", 0): "quasi-random", ("grid", 0): "grid",
        ("patience", 0): "random, patience", ("hyperband", 0): "Hyperband",
    },
    "scores used": {
        ("process", claims.FIRST): f"Gaussian process, {claims.FIRST} first",
        ("process", claims.MANY_FIRST): f"Gaussian process, {claims.MANY_FIRST} first",
        ("tpe", claims.FIRST): f"TPE, {claims.FIRST} first",
    },
}  # fmt: skip
"""What the reader calls the searches of the contest, by what they do with scores."""

VALIDATION = {"leaked": "leaked validation", "honest": "honest validation", "test": "test"}
"""What the reader calls the parts that the nets of the leak are held to."""

NETS = {
    "default": "default", "rate": "default, with the found learning rate",
    "rest": "found, with the default learning rate", "found": "found by a search",
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


# --- What cannot exist -----------------------------------------------------------------------


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
    publish.number("hit_valid", bare.numbers("hit").sum() / searches, ".0%")
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


# --- The contest --------------------------------------------------------------------------------


def contest(runs: Runs) -> None:
    """Show by how much each kind of search is ahead of random search, along the budget."""
    random = claims.curves(runs, claims.RANDOM)
    panels = {
        title: {label: claims.curves(runs, kind) - random for kind, label in group.items()}
        for title, group in GROUPS.items()
    }
    drawing = figures_searches.leads(
        {
            title: {name: lead[:, 2:] for name, lead in group.items()}
            for title, group in panels.items()
        },
        claims.SPENT[2:],  # before, some searches have made one trial or two
        limits=((-2.8, 2.6), (-0.4, 1.6)),
    )
    publish.figure("kt_leads", drawing)
    best = table_of(runs).chosen().mean(axis=0).max()
    kinds = {claims.RANDOM: "random"} | {
        k: n for group in GROUPS.values() for k, n in group.items()
    }
    asked = [claims.SPENT.index(spent) for spent in (27, 45, claims.TEN, 135, claims.MOST)]
    rows = [
        [
            label,
            *(
                formatted(x, ".2f")
                for x in 100 * (best - claims.curves(runs, kind))[:, asked].mean(axis=0)
            ),
        ]
        for kind, label in kinds.items()
    ]
    header = ["search", *(f"{claims.SPENT[i]} epochs" for i in asked)]
    publish.table("kt_regrets", header, rows, caption="Points missing to the table's best, mean")
    publish.number("kt_searches", len(random), "d")
    publish.number("kt_spread", 100 * random[:, -1].std(ddof=1), ".1f")


def patience(runs: Runs) -> None:
    """Place how long trials are that stop early, and how many of them stop too early."""
    table = table_of(runs)
    trials = np.concatenate(
        [r.arrays["trials"].reshape(-1, 4) for r in runs("contest", tuner="patience")]
    )
    place, drawn, _, last = trials[trials[:, 0] >= 0].T
    best = np.maximum.accumulate(table.score, axis=2)
    stopped = last < table.epochs
    later = best[drawn, place, -1] > best[drawn, place, last - 1]
    publish.number("kt_patience_epochs", last.mean(), ".1f")
    publish.number("kt_patience_stopped", stopped.mean(), ".0%")
    publish.number("kt_patience_late", later[stopped].mean(), ".0%")


def sittings(runs: Runs) -> None:
    """Place how many trials a grid search had after its first sitting, and after its second."""
    grid = runs("live_search", tuner="grid").only
    publish.number("kt_grid_asked", grid.config["trials"], "d")
    publish.number("kt_grid_first", grid.numbers["first_sitting"], "d")
    publish.number("kt_grid_second", len(grid.numbers["trials"]), "d")


def twin(runs: Runs) -> None:
    """Place how Keras Tuner's own process agrees with the one by hand, and what it costs."""
    found, first = runs("twin"), runs("twin").config["first"]
    fitted = len(found) * (found.config["trials"] - first)
    publish.number("kt_twin_fitted", fitted, "d")
    publish.number("kt_twin_same", found.numbers("same").sum(), "d")
    publish.number("kt_points", len(process.cube()[0]), ",d")
    seconds = found.arrays("seconds")
    guessed, learnt = np.median(seconds[:, 1:first]), np.median(seconds[:, first:])
    publish.number("kt_twin_times", round(float(learnt / guessed), -3), ",.0f")


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
    peaks = runs("peak")
    counts = peaks.config["matter"]
    panels = {"": {name: peaks.numbers(name) for name in ("grid", "random")}}  # (seeds, counts)
    drawing = figures.lines(
        panels, counts, axis="directions that matter", value="squared distance from peak",
        height=3.2, what="Squared distance", spec=".3f",
    )  # fmt: skip
    publish.figure("kt_toy", drawing)
    for name in ("grid", "random"):
        publish.number(f"kt_six_{name}", peaks.numbers(name)[:, -1].mean(), ".2f")


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
    few = runs("leak", size=Leak().size)
    gap = few.numbers("leaked")[:, -1] - few.numbers("honest")[:, -1]
    publish.number("kt_leak_few", 100 * gap.mean(), ".1f")


def worth(runs: Runs) -> None:
    """List what fresh nets reach, and which part of the gain is due to the learning rate."""
    sizes = (Worth().train_size, WORTH_MUCH_DATA.train_size)
    rows = [[label, *(_accuracy(runs, net, size) for size in sizes)] for net, label in NETS.items()]
    header = ["configuration", *(f"{size:,} images" for size in sizes)]
    publish.table("kt_worth", header, rows, caption="Test accuracy of fresh nets, five seeds")
    accuracy = table_of(runs).chosen().mean(axis=0)
    default = accuracy[spaces.place(spaces.DEFAULT)]
    publish.number("kt_better", (accuracy > default).mean(), ".0%")
    publish.number("kt_guess_mean", accuracy.mean(), ".1%")
    publish.number("kt_default_mean", default, ".1%")


def _accuracy(runs: Runs, net: str, size: int) -> str:
    """Return the mean and the range of a net's test accuracy as text; a dash if it has none."""
    if net in ("rate", "rest"):
        if size != Worth().train_size:
            return "–"
        test = runs("parts").numbers(net)
    else:
        test = runs("worth", train_size=size).numbers(net, "test")
    mean, low, high = (formatted(x, ".1%") for x in (test.mean(), test.min(), test.max()))
    return f"{mean} ({low} to {high})"


def edge(runs: Runs) -> None:
    """Show what nets reach that are larger than the largest of the table."""
    found = claims.beyond(runs)  # (seeds, sizes)
    largest = claims.edge_of(runs("edge"))
    publish.number("kt_inside", 100 * (found[:, largest] - found[:, 0]).mean(), ".1f")
    sizes = [f"{filters}, {units}" for filters, units in runs("edge").config["sizes"]]
    publish.figure("kt_edge", figures_searches.edge(found, sizes, largest))


def winner(runs: Runs) -> None:
    """Place what a report's winner reaches after little of its budget."""
    tests = runs("winner").numbers("test")
    publish.number("kt_winner_low", tests.min(), ".1%")
    publish.number("kt_winner_parameters", runs("winner").numbers("parameters")[0], ",d")


def workers(runs: Runs) -> None:
    """Place what a second worker saves, and what a worker that is killed costs."""
    record = runs("crowd").only
    ratios = np.sort(record.arrays["speed_up"])
    for name, ratio in zip(("low", "middle", "high"), ratios, strict=True):
        publish.number(f"speed_up_{name}", ratio, ".2f")
    publish.number("speed_up_whole", np.median(record.arrays["speed_up_whole"]), ".2f")
    publish.number("trial_seconds", record.arrays["lost"][1], ".1f")
    starting, searching = (record.arrays[name].sum() for name in ("starting", "searching"))
    publish.number("starting_share", starting / (starting + searching), ".0%")
    publish.number("killed_done", record.numbers["completed"], "d")
    publish.number("killed_again", record.numbers["repeated"], "d")
