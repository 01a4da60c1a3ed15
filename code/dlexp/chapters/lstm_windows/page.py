"""What the page on LSTM windows shows of its runs.

Chapter: book/lstm_windows.md.
"""

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.byhand.recurrent import recurrent_parameters
from dlexp.chapters.lstm_windows import figures, measure, readers, rules, tasks
from dlexp.chapters.lstm_windows.figures import GIVEN, NAMES
from dlexp.chapters.lstm_windows.grid import Grid
from dlexp.chapters.lstm_windows.laws import idle_weights
from dlexp.chapters.lstm_windows.readers import WINDOWS
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.runs import Runs

SIZES = 3, 6
"""Features and units of the LSTM that the page counts."""

DRAWN_SEED = measure.SEEDS[0]
"""Of the made series that are drawn."""

KINDS = {"lstm": "LSTM", "gru": "GRU", "dense": "dense", "linear": "least squares"}
"""What the reader calls the nets."""

SHORT, LONG = WINDOWS[0], WINDOWS[-1]


def idle() -> None:
    """Say how many weights of the page's LSTM learn nothing from windows of one value."""
    publish.number("all_weights", recurrent_parameters("lstm", *SIZES), "d")
    publish.number("idle_weights", idle_weights(*SIZES), "d")


def series() -> None:
    """Show the six series and their parts."""
    length = Grid(kind="lstm").length
    values = {name: tasks.values_of(name, length, DRAWN_SEED) for name in tasks.SERIES}
    stops = {name: tasks.part_stops(len(each)) for name, each in values.items()}
    publish.figure("series", figures.series(values, stops))
    for name in tasks.REAL:
        publish.number(f"{name}_values", len(values[name]), "d")


def what_was_run(runs: Runs) -> None:
    """Show the nets and how they were trained."""
    configs = {kind: readers.nets(runs, kind) for kind in ("lstm", "gru", "dense")}
    config = configs["lstm"].config
    rows: list[list[str | int]] = [
        [KINDS[kind], *(f"{size:,}" for size in each.numbers("parameters")[0][[0, -1]].astype(int))]
        for kind, each in configs.items()
    ]
    header = ["hidden layer", f"{SHORT} value", f"{LONG} values"]
    caption = f"Parameters of the nets, of {config['units']} units, by window"
    publish.table("what_was_run", header, rows, caption=caption)
    laws = runs("laws")
    asked = laws.config["trained"] * len(configs) * len(laws)
    publish.number("trainings", asked, "d")
    publish.number("trainings_agree", asked - int(laws.numbers("trainings").sum()), "d")


def simple(runs: Runs) -> None:
    """Show what the simplest forecasts are worth."""
    read = runs("rules")
    rows = []
    for name in tasks.SERIES:
        told = [read.numbers(name, rule) for rule in ("mean", "persistence")]
        told += [readers.at(runs, name, "raw", w, kind="linear") for w in (SHORT, LONG)]
        rows.append([NAMES[name], *(_brief(each.mean()) for each in told)])
    header = ["series", "mean", "last value", f"line, {SHORT}", f"line, {LONG}"]
    caption = "Test R² of forecasts without a net, means over seeds"
    publish.table("simple", header, rows, caption=caption)
    noise = read.numbers("noise", "persistence")
    publish.mean_with_interval("noise_persistence", noise, ".2f")


def learning(runs: Runs) -> None:
    """Show the trainings with windows of one value."""
    config = readers.nets(runs, "lstm").config
    steps = config["steps"] // config["looks"] * np.arange(1, config["looks"] + 1)
    panels = {
        f"swing, {GIVEN[treatment]}": {
            f"rate {rate:g}": readers.unexplained(runs, "ar", treatment, SHORT)[:, place]
            for place, rate in enumerate(config["rates"])
        }
        for treatment in ("scaled", "raw")
    }
    words = "Unexplained share on validation values, LSTM, windows of one value"
    publish.figure("learning", figures.learning(panels, steps.tolist(), words))
    slow = readers.unexplained(runs, "ar", "raw", SHORT)[:, 0]
    publish.number("raw_default_first", 1 - slow[:, 0].mean(), ",.0f")
    publish.number("raw_default_last", 1 - slow[:, -1].mean(), ",.0f")
    raw = readers.at(runs, "ar", "raw", SHORT)
    publish.number("raw_swing_low", raw.min(), ".4f")
    publish.number("raw_swing_high", raw.max(), ".4f")


def grid(runs: Runs) -> None:
    """Show R² for all series, treatments and windows."""
    shown = [name for name in tasks.SERIES if name != "walk"] + ["walk"]
    panels = {
        name: {
            **{GIVEN[each]: readers.cell(runs, name, each) for each in tasks.TREATMENTS},
            "least squares": readers.cell(runs, name, "raw", kind="linear"),
        }
        for name in shown
    }
    publish.figure("grid", figures.grid(panels, WINDOWS))
    rows = []
    for name in tasks.SERIES:
        for each in tasks.TREATMENTS:
            values = (readers.at(runs, name, each, window) for window in (SHORT, LONG))
            rows.append([f"{NAMES[name]}, {GIVEN[each]}", *map(_mean_and_range, values)])
    header = ["series", f"{SHORT} value", f"{LONG} values"]
    caption = "Test R² of LSTMs: mean, and least to largest over seeds"
    publish.table("grid_table", header, rows, caption=caption)
    for key, window in (("short", SHORT), ("long", LONG)):
        publish.number(f"air_{key}", readers.at(runs, "co2", "changes", window).mean(), ".3f")
    for key, window in (("short", SHORT), ("long", LONG)):
        rising = readers.at(runs, "trend", "scaled", window)
        publish.number(f"trend_{key}_low", rising.min(), ".2f")
        publish.number(f"trend_{key}_high", rising.max(), ".2f")
    publish.number("sun_line", readers.at(runs, "sunspots", "raw", LONG, kind="linear")[0], ".2f")
    publish.number("sun_net", readers.at(runs, "sunspots", "changes", LONG).mean(), ".2f")


def _mean_and_range(values: Floats) -> str:
    mean, low, high = map(_brief, (values.mean(), values.min(), values.max()))
    return f"{mean} ({low} to {high})"


def kinds(runs: Runs) -> None:
    """Show that the kind of net is not what decides."""
    rows = [
        [
            f"{NAMES[name]}, {GIVEN[each]}",
            *(_brief(readers.at(runs, name, each, LONG, kind=kind).mean()) for kind in KINDS),
        ]
        for name in tasks.SERIES
        for each in ("scaled", "changes")
    ]
    caption = f"Test R² with windows of {LONG} values, means over seeds"
    publish.table("kinds", ["series", *KINDS.values()], rows, caption=caption)


def _brief(value: float) -> str:
    return formatted(value, ".2f" if abs(value) < 10 else ".0f")


def bent(runs: Runs) -> None:
    """Show what nets of the first seed make of values beyond those they learnt from."""
    at = readers.nets(runs, "lstm").arrays("bent_at")[0, 0]
    told = {
        KINDS[kind]: readers.nets(runs, kind).arrays("bent")[:1, 0]
        for kind in ("lstm", "gru", "dense")
    }
    length = Grid(kind="lstm").length
    learnt = tasks.values_of("trend", length, DRAWN_SEED)[: tasks.part_stops(length)[0]]
    publish.figure("bent", figures.bent(at, told, (learnt.min(), learnt.max())))


def mistakes(runs: Runs) -> None:
    """Show what mistakes do to the R² of a forecast that is right."""
    read = runs("mistakes")
    told = int(read.numbers("forecasts")[0])
    rows = [
        [
            MISTAKES[name],
            _brief(read.numbers(name).mean()),
            _brief(rules.expected(name, told)),
        ]
        for name in rules.MISTAKES
    ]
    header = ["what was done", "R²", "theory"]
    caption = "One forecast, judged rightly and wrongly: means over seeds"
    publish.table("mistakes", header, rows, caption=caption)


MISTAKES = {
    "none": "right",
    "in_window": "target in the window",
    "one_late": "target one step late",
    "two_late": "target two steps late",
    "swapped": "arguments swapped",
    "scaled": "not scaled back",
    "columns": "column less row",
}
"""What the reader calls the mistakes."""


def leaks(runs: Runs) -> None:
    """Show what a look at the future does."""
    read = runs("leaks")
    rows = [
        [NAMES[name], *(with_interval(read.numbers(name, way), ".2f") for way in WAYS)]
        for name in tasks.DRIFTING
    ]
    caption = "Test R² of LSTMs on scaled values, with intervals over seeds"
    publish.table("leaks", ["series", *WAYS.values()], rows, caption=caption)


WAYS = {"scaled": "honest", "leaked": "whole scaled", "shuffled": "shuffled"}
"""What the reader calls the ways to deal a series out."""


def walks(runs: Runs) -> None:
    """Show that the length of the test part decides the R² of a random walk."""
    read = runs("walks")
    rows = [
        [
            f"{length}",
            formatted(read.numbers("r_squared")[:, place].mean(), ".2f"),
            formatted(rules.of_a_walk(length), ".2f"),
            formatted(100 * read.numbers("negative")[:, place].mean(), ".0f"),
        ]
        for place, length in enumerate(read.config["lengths"])
    ]
    header = ["test values", "R²", "theory", "negative (%)"]
    caption = "Random walks foretold by their last value, by the length of the test part"
    publish.table("walks", header, rows, caption=caption)


def states(runs: Runs) -> None:
    """Show what becomes of an LSTM that is fed one value at a time."""
    read = runs("streams")
    names = {
        "fresh": "fresh at each value",
        "kept": "kept, in order",
        "kept_disordered": "kept, out of order",
    }
    rows = [
        [words, with_interval(read.numbers(way, "r_squared"), ".2f")]
        for way, words in names.items()
    ]
    caption = "Test R² of LSTMs that see one value at a time, with intervals over seeds"
    publish.table("states", ["state", "R²"], rows, caption=caption)
    publish.number("best_of_one", tasks.best_linear(1, 1)[0], ".2f")
    publish.number("best_of_two", tasks.best_linear(2, 1)[0], ".2f")


def horizons(runs: Runs) -> None:
    """Show how forecasts fade with the distance."""
    names = {
        "at_once": "LSTM, all at once",
        "one_by_one": "LSTM, one by one",
        "linear_at_once": "line, all at once",
        "linear_one_by_one": "line, one by one",
        "persistence": "last value",
    }
    read = runs("horizons")
    panels = {
        name: {words: read.numbers(name, way) for way, words in names.items()}
        for name in ("ar", "sunspots")
    }
    publish.figure("horizons", figures.horizons(panels))


def folds(runs: Runs) -> None:
    """Show R² in one stretch after the other."""
    read = runs("folds")
    shown = ("scaled", "changes")
    panels = {
        name: {
            **{GIVEN[each]: read.numbers(name, each, "r_squared") for each in shown},
            "least squares": read.numbers(name, "scaled", "linear"),
        }
        for name in ("trend", "sunspots", "co2")
    }
    publish.figure("folds", figures.folds(panels))
    scaled = panels["sunspots"][GIVEN["scaled"]]
    publish.number("air_again", panels["co2"][GIVEN["scaled"]].mean(), ".2f")
    publish.number("between_folds", np.ptp(scaled.mean(axis=0)), ".2f")
    publish.number("between_seeds", np.ptp(scaled, axis=0).mean(), ".2f")
