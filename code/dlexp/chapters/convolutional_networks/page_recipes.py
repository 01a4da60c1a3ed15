"""What the page on convolutional networks shows of recipes: the reports', and a fast one."""

import numpy as np

from dlexp import data
from dlexp.byhand.conv import conv2d
from dlexp.chapters.convolutional_networks import contenders, figures, reports
from dlexp.chapters.convolutional_networks.contenders import SIZES
from dlexp.chapters.convolutional_networks.learning import Learning
from dlexp.chapters.convolutional_networks.readers import (
    begun,
    cost_ratio,
    followed,
    layers_of_report,
    luck_apart,
    multiplications,
    products,
    seconds,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.intervals import proportion_interval
from dlexp.lab.runs import Runs
from dlexp.looks import Z


def reported(runs: Runs) -> None:
    """Show the reports' networks and ours: sizes, work, what is stated, and time per image."""
    ours = seconds(runs, "ours")
    rows: list[list[str | int]] = []
    for report, parameters in PARAMETERS.items():
        work = products(layers_of_report(report))
        time = formatted((seconds(runs, report) / ours).mean(), ".1f")
        rows.append([report, parameters, _millions(work), _stated(report), time])
    fast = followed(runs, contenders.FAST)
    size = int(fast.numbers("parameters")[0])
    work = multiplications(Learning(layers=contenders.FAST.layers))
    rows.append(["ours", size, _millions(work), "–", "1"])
    header = ["report", "parameters", "products (millions)", "stated (for new digits)", "time"]
    caption = (
        "The reports' networks and that of the next section, ours: products for one image, stated "
        "accuracy in percent, and time of training for one image as a multiple of that of ours"
    )
    publish.table("reported", header, rows, caption=caption)
    publish.number("fast_parameters", size, ",d")
    publish.number("apart", reports.wrong("A") - reports.wrong("B"), "d")


def _millions(work: int) -> str:
    return formatted(work / 1e6, ".2f")


def _stated(report: str) -> str:
    """Return what a report states, with its interval for new digits where it is not rounded."""
    if report in ROUNDED:
        return f"{100 * reports.STATED[report]:.0f}"
    low, high = proportion_interval(reports.TESTED - reports.wrong(report), reports.TESTED)
    return f"{100 * reports.STATED[report]:.2f} ({100 * low:.2f} to {100 * high:.2f})"


PARAMETERS = {"C": 225_034, "D": 93_962, "A": 130_890, "B": 241_546}
"""Of the reports' networks; a test counts them."""

ROUNDED = ("D",)
"""Reports that give two digits: rounding alone may move these by more than the interval."""


def beginnings(runs: Runs) -> None:
    """Say how far the reports' recipes come in a short time."""
    for name, config in zip(("adam", "sgd"), contenders.REPORT_D.values(), strict=True):
        trained = begun(runs, config)
        publish.number(f"d_{name}", 100 * trained.numbers("test").mean(), ".1f")
    c = begun(runs, contenders.REPORT_C)
    publish.number("c_running", 100 * c.numbers("running")[:, -1].mean(), ".1f")
    publish.number("c_looked", 100 * c.numbers("validation")[:, -1].mean(), ".1f")
    for name, config in (("c", contenders.REPORT_C), ("d", contenders.REPORT_D["Adam"])):
        publish.number(f"{name}_images", config.steps * config.batch_size, ",d")


BATCH = contenders.FURTHER["batch"].batch_size

STEPS = (
    ("1: Adam at its default rate", contenders.PLAIN, None),
    ("2: ten times the rate, falling to zero", contenders.FALLING, 1),
    ("3: as 2, but the rate rises first", contenders.WARM, 2),
    ("4: as 3, with batch normalisation in place of biases", contenders.NORMALISED, 3),
    ("5: as 4, but the rate stays from the first step", contenders.AVERAGING["constant"], 4),
    ("6: as 5, with averaged weights", contenders.AVERAGING["averaged"], 5),
    (f"7: as 4, in half as many steps, of {BATCH} images", contenders.FURTHER["batch"], 4),
    ("8: as 4, over shifted images", contenders.FURTHER["shift"], 4),
)
"""The recipes, as the table calls them, and the number of the one that each is set beside."""


def recipe(runs: Runs) -> None:
    """Show what each step of the recipe adds, and what the whole of it takes."""
    tests = [100 * followed(runs, config).numbers("test") for _, config, _ in STEPS]
    rows = []
    for (name, _, before), each in zip(STEPS, tests, strict=True):
        gain = "–"
        if before:
            gain = f"over {before}: {with_interval(each - tests[before - 1], '+.2f')}"
        rows.append([name, formatted(each.mean(), ".2f"), gain])
    header = ["recipe", "test accuracy", "gain in points"]
    images = contenders.PLAIN.images
    caption = f"Recipes for one network, each after {images:,} images: means of three seeds"
    publish.table("recipe", header, rows, caption=caption)
    without, with_norm = (
        followed(runs, config) for config in (contenders.WARM, contenders.NORMALISED)
    )
    publish.number("normalised_luck", 100 * luck_apart(without, with_norm, reports.TESTED), ".2f")
    _times(runs)


def _times(runs: Runs) -> None:
    """Show what ninety-nine percent takes, by our recipe and by report C's."""
    rows = []
    for name, config in (("4", contenders.FAST), ("4, over shifted images", contenders.BEST)):
        passes, times = config.images / SIZES[-1], config.images / contenders.FAST.images
        time = f"{times:.0f}" if config == contenders.FAST else f"{times:.0f}, and the shifts"
        tests = 100 * followed(runs, config).numbers("test")
        rows.append([name, f"{passes:.0f} × {SIZES[-1]:,}", with_interval(tests, ".2f"), time])
    ends = {"to 99 % in its log": reports.PASSES_TO_GOAL, "all of it": reports.PASSES["C"]}
    for name, passes in ends.items():
        logged = f"{100 * reports.LOGGED_C[passes - 1]:.2f}, stated"
        time = with_interval(cost_ratio(runs, passes), ".1f")
        rows.append([f"report C's, {name}", f"{passes} × {reports.TRAINED:,}", logged, time])
    header = ["recipe", "passes × images", "test accuracy", "time"]
    caption = (
        "What 99 % takes: processor time as a multiple of that of the first line "
        "(in brackets for the time: interval over three timings)"
    )
    publish.table("times", header, rows, caption=caption)
    share = followed(runs, contenders.FAST).numbers("test").mean()
    error = np.sqrt(share * (1 - share) / reports.TESTED)
    publish.number("fast_luck", 100 * Z * error, ".2f")


SHOWN = 8
"""Filters of the figure."""


def filters(runs: Runs) -> None:
    """Show filters of the first layer, and their maps of a digit."""
    kernels = followed(runs, contenders.FAST).arrays("kernel")[0][:, :, :SHOWN].astype(np.float64)
    image = data.mnist().validation.images[0].astype(np.float64)
    maps = conv2d(image[np.newaxis], kernels[:, :, np.newaxis], stride=2, padding="same")[0]
    publish.figure("filters", figures.filters(kernels, image[:, :, 0], maps))
