"""What the page on LSTM windows shows of slips, leaks, walks, stretches, distances and kept states.

Chapter: book/lstm_windows.md.
"""

import numpy as np

from dlexp.chapters.lstm_windows import claims, figures, rules, tasks
from dlexp.chapters.lstm_windows.figures import GIVEN, NAMES
from dlexp.chapters.lstm_windows.page import brief
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.runs import Runs


def mistakes(runs: Runs) -> None:
    """Show what mistakes do to the R² of a forecast that is right."""
    read = runs("mistakes")
    told = int(read.numbers("forecasts")[0])
    rows = [
        [
            MISTAKES[name],
            brief(read.numbers(name).mean()),
            brief(rules.expected(name, told)),
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
        [
            f"{NAMES[name]}, {words}",
            *(with_interval(read.numbers(name, way, what), ".2f") for way in WAYS),
        ]
        for name in tasks.DRIFTING
        for what, words in SCORES.items()
    ]
    caption = "Test R² and error of LSTMs on scaled values, with intervals over seeds"
    publish.table("leaks", ["series", *WAYS.values()], rows, caption=caption)
    own, mixed = (read.numbers("co2", way, "variance") for way in ("scaled", "shuffled"))
    publish.number("shuffled_variance", (mixed / own).mean(), ".1f")
    for key, way in (("honest", "scaled"), ("shuffled", "shuffled")):
        publish.number(f"last_{key}", read.numbers("co2", way, "last").mean(), ".3f")


WAYS = {"scaled": "honest", "leaked": "whole scaled", "shuffled": "shuffled"}
"""What the reader calls the ways to deal a series out."""

SCORES = {"r_squared": "R²", "error": "error"}
"""What the reader calls the scores."""


def walks(runs: Runs) -> None:
    """Show that the length of the test part decides the R² of a random walk."""
    read = runs("walks")
    rows = [
        [
            f"{length}",
            formatted(read.numbers("r_squared")[:, place].mean(), ".2f"),
            formatted(rules.of_a_walk(length), ".2f"),
            " to ".join(brief(end) for end in read.numbers("single")[:, place].mean(axis=0)),
            formatted(100 * read.numbers("negative")[:, place].mean(), ".0f"),
        ]
        for place, length in enumerate(read.config["lengths"])
    ]
    header = ["test values", "R², pooled", "theory", "nine walks of ten", "negative (%)"]
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
    sun = {way: read.numbers("sunspots", way)[:, claims.DISTANCE - 1] for way in names}
    publish.number("far_line", sun["linear_at_once"].mean(), ".2f")
    publish.number("far_net", max(sun["at_once"].max(), sun["one_by_one"].max()), ".2f")
    for way in ("at_once", "one_by_one"):
        publish.number(f"near_{way}", read.numbers("sunspots", way)[:, 0].mean(), ".2f")


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
    publish.number("air_again", panels["co2"][GIVEN["scaled"]].mean(), ".2f")
    _won(read)


def _won(read: Runs) -> None:
    """Say in how many stretches and seeds LSTMs of changes beat the better one of two lines."""
    for key, name in (("trend", "trend"), ("sun", "sunspots"), ("air", "co2")):
        found = read.numbers(name, "changes", "r_squared")
        lines = [read.numbers(name, treatment, "linear") for treatment in ("scaled", "changes")]
        publish.number(f"{key}_won", int((found > np.maximum(*lines)).sum()), "d")
    publish.number("walked", found.size, "d")
    lost = read.numbers("co2", "season") > found
    publish.number("season_won", int(lost.sum()), "d")
