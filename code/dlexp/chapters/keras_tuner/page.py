"""What the page on searching for hyperparameters places: its figures, tables and numbers.

What it shows of the table of all configurations is in `page_table`, and of the searches through it
in `page_contest`.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from dlexp.byhand import halving, shapes
from dlexp.chapters.keras_tuner import claims, figures, process, selection
from dlexp.chapters.keras_tuner.bakeoff import Luck
from dlexp.chapters.keras_tuner.measure import WORTH_MUCH_DATA, Leak, Worth
from dlexp.chapters.keras_tuner.trainings import TRIED
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import proportion_interval
from dlexp.lab.runs import Runs
from dlexp.tuning import reports, spaces

NETS = {
    "default": "default", "rate": "default, with the found learning rate",
    "rest": "found, with the default learning rate", "found": "found by a search",
}  # fmt: skip
"""What the reader calls the nets that are trained afresh."""

PILOT = 5
"""Seeds of the edge's trainings that were seen before its bound was set."""


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
    publish.number("kt_luck_formula", lines["formula"][0, -1], ".0%")
    publish.number("kt_luck_noisy", measured.numbers("noisy")[:, -1].mean(), ".0%")


def schedule() -> None:
    """List the rounds of Hyperband's brackets."""
    rungs = halving.hyperband(9)
    header = ["bracket", "round", "configurations", "from epoch", "to epoch", "cost"]
    rows: list[list[str | int]] = [
        [
            f"bracket {rung.bracket}", rung.number, rung.configurations,
            rung.initial_epoch, rung.epochs, rung.cost,
        ]
        for rung in rungs
    ]  # fmt: skip
    publish.table("kt_schedule", header, rows, caption="Hyperband's schedule for nine epochs")
    publish.number("kt_cost", halving.cost(rungs), "d")
    for epochs, name in ((9, "short"), (81, "long")):  # in full trials
        whole = halving.cost(halving.hyperband(epochs)) / epochs
        publish.number(f"kt_cost_{name}", whole, ".1f")


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
    hits = int(padded.numbers("hit").sum())
    publish.number("hit_same", hits / searches, ".0%")
    for end, share in zip(("low", "high"), proportion_interval(hits, searches), strict=True):
        publish.number(f"hit_same_{end}", share, ".0%")
    publish.number("hit_valid", bare.numbers("hit").sum() / searches, ".0%")
    publish.number("kt_stopped", bare.numbers("stopped").sum() / searches, ".0%")
    publish.number("kt_waste_searches", searches, "d")
    publish.number("kt_idle", bare.numbers("idle").mean(), ".0%")
    publish.number("space_same", reports.count("same") / 1e9, ".1f")
    publish.number("space_valid", reports.count("valid") / 1e15, ".0f")


def _sizes(depth: int, report: str) -> str:
    """Return the sizes that an image takes on its way through a report's net of some depth."""
    values = {"conv_layers": depth, "dense_layers": 1, "units_0": 32}
    values |= {f"filters_{i}": 32 for i in range(depth)}
    walk = shapes.walk(reports.stack(values, report), reports.IMAGE)
    sizes = [str(row.shape[0]) for row in walk if row.shape is not None and len(row.shape) == 3]
    return " ".join([*sizes, *(["✗"] if walk[-1].shape is None else [])])


# --- Keras Tuner itself ---------------------------------------------------------------------------


def sittings(runs: Runs) -> None:
    """Place how many trials a grid search had after its first sitting, and after its second."""
    grid = runs("live_search", tuner="grid").only
    publish.number("kt_grid_asked", grid.config["trials"], "d")
    publish.number("kt_grid_first", grid.numbers["first_sitting"], "d")
    publish.number("kt_grid_second", len(grid.numbers["trials"]), "d")


def twin(runs: Runs) -> None:
    """Place how Keras Tuner's own process agrees with the one by hand."""
    found, first = runs("twin"), runs("twin").config["first"]
    fitted = len(found) * (found.config["trials"] - first)
    publish.number("kt_twin_fitted", fitted, "d")
    publish.number("kt_twin_same", found.numbers("same").sum(), "d")
    publish.number("kt_points", len(process.cube()[0]), ",d")


def projection() -> None:
    """Show what a grid and random points, even ones too, see of the direction that matters."""
    side = (np.arange(3) + 0.5) / 3
    points = {
        "grid": np.array([(a, b) for a in side for b in side]),
        "random": np.random.default_rng(5).random((9, 2)),
        "quasi-random": qmc.Sobol(2, rng=np.random.default_rng(1)).random(16)[:9],
    }
    height = np.exp(-((np.linspace(0, 1, 200) - 0.68) ** 2) / 0.008)
    publish.figure("kt_projection", figures.projection(points, height))


def toy(runs: Runs) -> None:
    """Place how close a grid and a random search come to a peak if all directions matter."""
    for name in ("grid", "random"):
        distance = runs("peak").numbers(name)[:, -1]  # (seeds, counts of directions), at most
        publish.number(f"kt_six_{name}", distance.mean(), ".2f")


# --- The leak, the gain, and the workers --------------------------------------------------------


def leak(runs: Runs) -> None:
    """Place by how much validation images that leaked flatter where images are few."""
    few = runs("leak", size=Leak().size)
    gap = 100 * (few.numbers("leaked") - few.numbers("honest"))  # (seeds, epochs)
    publish.number("kt_leak_few", gap[:, -1].mean(), ".1f")


def gains(runs: Runs) -> None:
    """Show what a search gains over the default, trained as long or longer."""
    worth(runs)
    rates(runs)
    longer(runs)


def worth(runs: Runs) -> None:
    """List what fresh nets reach, and which part of the gain is due to the learning rate."""
    sizes = (Worth().train_size, WORTH_MUCH_DATA.train_size)
    rows = [[label, *(_accuracy(runs, net, size) for size in sizes)] for net, label in NETS.items()]
    header = ["configuration", *(f"{size:,} images" for size in sizes)]
    publish.table(
        "kt_worth",
        header,
        rows,
        caption="Test accuracy of fresh nets: mean of five seeds (least to most)",
    )


def rates(runs: Runs) -> None:
    """Place what single searches gain where images are many: with the largest rate, and without."""
    much = runs("worth", train_size=WORTH_MUCH_DATA.train_size)
    largest = float(spaces.GRID["learning_rate"][-1])
    found = np.array([record.numbers["found"]["values"]["learning_rate"] for record in much])
    gain = 100 * (much.numbers("found", "test") - much.numbers("default", "test"))
    inside, edge = gain[found < largest], np.sort(gain[found == largest])
    [rate] = set(found[found < largest].tolist())
    publish.number("kt_far_rate", rate, "g")
    publish.number("kt_edge_rate", largest, "g")
    for name, gains in (("far", inside), ("edge", edge)):
        publish.number(f"kt_{name}_count", len(gains), "d")
    publish.number("kt_far_low", inside.min(), ".1f")
    publish.number("kt_far_high", inside.max(), ".1f")
    publish.number("kt_edge_least", -edge[-1], ".1f")
    publish.number("kt_edge_most", -edge[0], ".1f")


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


def longer(runs: Runs) -> None:
    """Show what the default reaches if it is trained as long as a search takes."""
    looks = [claims.NINE, 27, 81, runs("longer").config["epochs"]]
    nets = {"default": "default", "found": "found by a search"}
    lines = {
        label: runs("longer").arrays(net)[:, np.array(looks) - 1] for net, label in nets.items()
    }
    drawing = figures.lines(
        {"": lines}, looks, axis="epochs", value="test accuracy (%)", factor=100, log=True,
        height=3.4, what="Test accuracy of fresh nets",
    )  # fmt: skip
    level = 100 * lines["found by a search"][:, 0].mean()
    for panel in drawing.figure.axes:  # what the default has to reach
        panel.hlines(level, looks[0], looks[-1], color="black", ls=":", lw=1)
    publish.figure("kt_longer", drawing)
    found, default = (100 * runs("longer").arrays(net) for net in ("found", "default"))
    publish.mean_with_interval("kt_gain_nine", (found - default)[:, looks[0] - 1], ".1f")
    publish.mean_with_interval("kt_gain_long", (found - default)[:, -1], ".1f")
    publish.mean_with_interval("kt_catch", default[:, -1] - default[:, looks[0] - 1], ".1f")


def edge(runs: Runs) -> None:
    """Place what it took to ask nets that are larger than the largest of the table."""
    found = claims.beyond(runs)  # (seeds, sizes)
    largest = claims.edge_of(runs("edge"))
    config = runs("edge").config
    asked = 2 * len(config["rates"]) * len(found)  # of the table's largest net, and of its double
    publish.number("kt_edge_trainings", asked, "d")
    publish.number("kt_edge_dropout", float(str(TRIED["dropout"])), "g")
    new = 100 * (found[:, -1] - found[:, largest])[PILOT:]
    publish.mean_with_interval("kt_edge_new", new, ".2f")


def winner(runs: Runs) -> None:
    """Place what a report's winner reaches after little of its budget."""
    tests = runs("winner").numbers("test")
    publish.number("kt_winner_low", tests.min(), ".1%")


def workers(runs: Runs) -> None:
    """Place what a second worker saves, and what a worker that is killed costs."""
    record = runs("crowd").only
    ratios = np.sort(record.arrays["speed_up"])
    for name, ratio in zip(("low", "middle", "high"), ratios, strict=True):
        publish.number(f"speed_up_{name}", ratio, ".2f")
    publish.number("trial_seconds", record.arrays["lost"][1], ".1f")
    publish.number("killed_done", record.numbers["completed"], "d")
    publish.number("killed_again", record.numbers["repeated"], "d")
