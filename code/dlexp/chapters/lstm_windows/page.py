"""What the page on LSTM windows shows of its runs.

Chapter: book/lstm_windows.md.
"""

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.byhand.recurrent import recurrent_parameters
from dlexp.chapters.lstm_windows import figures, measure, readers, tasks
from dlexp.chapters.lstm_windows.figures import GIVEN, NAMES
from dlexp.chapters.lstm_windows.grid import SHOWN, Grid
from dlexp.chapters.lstm_windows.laws import idle_weights
from dlexp.chapters.lstm_windows.readers import WINDOWS
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

SIZES = 3, 6
"""Features and units of the LSTM that the page counts."""

DRAWN_SEED = measure.SEEDS[0]
"""Of the made series that are drawn."""

KINDS = {
    "lstm": "LSTM",
    "gru": "GRU",
    "dense": "dense, tanh",
    "relu": "dense, ReLU",
    "linear": "line",
}
"""What the reader calls the nets."""

SHORT, FOUR, LONG = WINDOWS[0], WINDOWS[2], WINDOWS[-1]


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
        rows.append([NAMES[name], *(brief(each.mean()) for each in told)])
    header = ["series", "mean", "last value", f"line, {SHORT}", f"line, {LONG}"]
    caption = "Test R² of forecasts without a net, means over seeds"
    publish.table("simple", header, rows, caption=caption)
    publish.number("air_season", read.numbers("co2", "season")[0], ".4f")
    publish.number("sun_last", read.numbers("sunspots", "persistence")[0], ".2f")


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
    raw = np.array([readers.alike(runs, name, "raw") for name in tasks.SERIES])
    publish.number("raw_alike", int(raw.sum()), "d")
    publish.number("raw_all", raw.size, "d")


def in_time(runs: Runs) -> None:
    """Show the end of two series beside what LSTMs of the first seed foretold of it."""
    panels: dict[str, dict[str, Floats]] = {}
    for name, window in (("ar", SHORT), ("co2", LONG)):
        values = tasks.values_of(name, Grid(kind="lstm").length, DRAWN_SEED)
        panels[name] = {
            "truth": values[np.newaxis, -SHOWN:],
            **{GIVEN[each]: readers.shown(runs, name, each, window)[:1] for each in GAVE},
            "last value": values[np.newaxis, -SHOWN - 1 : -1],
        }
    publish.figure("in_time", figures.in_time(panels))


GAVE = "scaled", "changes"
"""What LSTMs were given whose forecasts are drawn."""


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
        last = brief(runs("rules").numbers(name, "persistence").mean())
        for each in tasks.TREATMENTS:
            values = (readers.at(runs, name, each, window) for window in (SHORT, LONG))
            rows.append([f"{NAMES[name]}, {GIVEN[each]}", *map(_mean_and_range, values), last])
    header = ["series", f"window of {SHORT}", f"of {LONG}", "last value"]
    caption = "Test R² of LSTMs: mean; least to largest over seeds. Beside it, the last value's"
    publish.table("grid_table", header, rows, caption=caption)
    _edges(runs)
    for key, window in (("short", SHORT), ("long", LONG)):
        publish.number(f"air_{key}", readers.at(runs, "co2", "changes", window).mean(), ".4f")
    for key, window in (("short", SHORT), ("two", WINDOWS[1])):
        rising = readers.at(runs, "trend", "scaled", window)
        publish.number(f"trend_{key}_low", rising.min(), ".2f")


def _edges(runs: Runs) -> None:
    """Say how often, with the longest windows, the highest rate and the last look were kept."""
    config = readers.nets(runs, "lstm").config
    for key, name, treatment in (("trend", "trend", "raw"), ("air", "co2", "scaled")):
        rates, looks = (
            readers.cell(runs, name, treatment, what=what)[:, -1] for what in ("rate", "look")
        )
        publish.number(f"{key}_highest", int((rates == len(config["rates"]) - 1).sum()), "d")
        publish.number(f"{key}_last_look", int((looks == config["looks"] - 1).sum()), "d")
    publish.number("edges", len(rates), "d")
    publish.mean_with_interval("air_four", readers.at(runs, "co2", "scaled", FOUR), ".2f")


def real(runs: Runs) -> None:
    """Say what a line makes of carbon dioxide, and nets with shorter windows and raw values."""
    lines = [
        readers.at(runs, "co2", treatment, LONG, kind="linear")[0] for treatment in tasks.TREATMENTS
    ]
    publish.number("air_line", max(lines), ".4f")
    publish.number("air_shorter", readers.best_of_a_short_window(runs, "co2"), ".4f")
    raw = readers.unsettled(runs, "co2", "raw")
    publish.number("air_unsettled", int(raw.sum()), "d")
    publish.number("air_raw", raw.size, "d")


def _mean_and_range(values: Floats) -> str:
    mean, low, high = map(brief, (values.mean(), values.min(), values.max()))
    return f"{mean}; {low} to {high}"


def kinds(runs: Runs) -> None:
    """Show that the kind of net is not what decides."""
    rows = [
        [
            f"{NAMES[name]}, {GIVEN[each]}",
            *(brief(readers.at(runs, name, each, LONG, kind=kind).mean()) for kind in KINDS),
        ]
        for name in tasks.SERIES
        for each in ("scaled", "changes")
    ]
    caption = f"Test R² with windows of {LONG} values, means over seeds"
    publish.table("kinds", ["series", *KINDS.values()], rows, caption=caption)
    for key, window in (("short", SHORT), ("long", LONG)):
        found = readers.at(runs, "co2", "scaled", window, kind="relu")
        publish.number(f"relu_{key}_low", found.min(), ".2f")
        publish.number(f"relu_{key}_high", found.max(), ".2f")


def brief(value: float) -> str:
    """Return R² as a table has it: far below zero, without decimals.

    Examples
    --------
    >>> brief(0.717), brief(-57.8)
    ('0.72', '−58')
    """
    return formatted(value, ".2f" if abs(value) < 10 else ".0f")


def bent(runs: Runs) -> None:
    """Show what nets of the first seed make of values beyond those they learnt from."""
    at = readers.nets(runs, "lstm").arrays("bent_at")[0, 0]
    told = {
        KINDS[kind]: readers.nets(runs, kind).arrays("bent")[:1, 0]
        for kind in ("lstm", "gru", "dense")
    }
    told[KINDS["relu"]] = runs("control").arrays("bent")[:1]
    length = Grid(kind="lstm").length
    values, stops = tasks.values_of("trend", length, DRAWN_SEED), tasks.part_stops(length)
    learnt, tested = values[: stops[0]], values[stops[1] :]
    bounds = [(float(part.min()), float(part.max())) for part in (learnt, tested)]
    publish.figure("bent", figures.bent(at, told, *bounds))
