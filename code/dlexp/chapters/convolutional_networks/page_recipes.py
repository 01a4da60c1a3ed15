"""What the page on convolutional networks shows of recipes: the reports', and a fast one."""

import numpy as np

from dlexp import data
from dlexp.byhand.conv import conv2d
from dlexp.chapters.convolutional_networks import contenders, figures, reports
from dlexp.chapters.convolutional_networks.contenders import SIZES
from dlexp.chapters.convolutional_networks.readers import begun, cost_ratio, followed, seconds
from dlexp.chapters.convolutional_networks.recipes import Recipe
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.intervals import proportion_interval
from dlexp.lab.runs import Runs

STEPS = {
    "falling": "+ ten times the rate, falling",
    "warm": "+ it rises first",
    "normalised": "+ batch normalisation",
    "averaged": "a constant rate, averaged",
    "batch": "128 images a step",
    "shift": "shifted images",
}
"""What the table calls the steps of the recipe."""


def reported(runs: Runs) -> None:
    """Show the reports' networks: sizes, what is stated, and what a step costs."""
    rows: list[list[str | int]] = []
    ours = seconds(runs, "ours")
    for report, parameters in PARAMETERS.items():
        low, high = proportion_interval(reports.TESTED - reports.wrong(report), reports.TESTED)
        rows.append(
            [
                report,
                parameters,
                formatted(100 * reports.STATED[report], ".2f"),
                f"{100 * low:.2f} to {100 * high:.2f}",
                formatted((seconds(runs, report) / ours).mean(), ".1f"),
            ]
        )
    header = ["report", "parameters", "stated", "true rate", "time"]
    caption = "Accuracies in percent with their intervals, and time per image, ours being one"
    publish.table("reported", header, rows, caption=caption)
    apart = reports.wrong("A") - reports.wrong("B")
    publish.number("apart", apart, "d")
    error = np.sqrt(reports.wrong("A") + reports.wrong("B"))
    publish.number("apart_errors", apart / error, ".1f")


PARAMETERS = {"C": 225_034, "D": 93_962, "A": 130_890, "B": 241_546}
"""Of the reports' networks; a test counts them."""


def beginnings(runs: Runs) -> None:
    """Say how far the reports' recipes come in a short time."""
    for name, config in zip(("adam", "sgd"), contenders.REPORT_D.values(), strict=True):
        trained = begun(runs, config)
        publish.number(f"d_{name}", 100 * trained.numbers("test").mean(), ".1f")
    c = begun(runs, contenders.REPORT_C)
    publish.number("c_begun", 100 * c.numbers("test").mean(), ".1f")
    publish.number("c_running", 100 * c.numbers("running")[:, -1].mean(), ".1f")
    publish.number("c_looked", 100 * c.numbers("validation")[:, -1].mean(), ".1f")
    for name, config in (("c", contenders.REPORT_C), ("d", contenders.REPORT_D["Adam"])):
        publish.number(f"{name}_images", config.steps * config.batch_size, ",d")


def recipe(runs: Runs) -> None:
    """Show what each step of the recipe adds."""
    top = contenders.NORMALISED
    pairs = [
        *zip(tuple(contenders.LADDER.items())[1:], contenders.LADDER.values(), strict=False),
        (("averaged", contenders.AVERAGING["averaged"]), contenders.AVERAGING["constant"]),
        *((item, top) for item in contenders.FURTHER.items()),
    ]
    plain = followed(runs, contenders.PLAIN)
    start = with_interval(100 * plain.numbers("test"), ".2f")
    rows = [["plain: Adam at its default rate", start, "–"]]
    for (name, config), before in pairs:
        rows.append([STEPS[name], *_step(runs, config, before)])
    header = ["step", "test accuracy", "gain"]
    images = contenders.PLAIN.images
    publish.table("recipe", header, rows, caption=f"The recipe, after {images:,} images; points")
    fast = followed(runs, contenders.FAST)
    for name, config in (("fast", contenders.FAST), ("best", contenders.BEST)):
        tests = 100 * followed(runs, config).numbers("test")
        publish.mean_with_interval(name, tests, ".2f")
    publish.number("best_passes", contenders.BEST.images / SIZES[-1], ".0f")
    publish.number("fast_parameters", int(fast.numbers("parameters")[0]), ",d")
    for name in ("constant", "averaged"):
        tests = followed(runs, contenders.AVERAGING[name]).numbers("test")
        publish.number(name, 100 * tests.mean(), ".2f")
    _costs(runs)


def _step(runs: Runs, config: Recipe, before: Recipe) -> list[str]:
    """Return the accuracy of a step, and its gain over what it is set beside."""
    tests = 100 * followed(runs, config).numbers("test")
    gain = tests - 100 * followed(runs, before).numbers("test")
    return [formatted(tests.mean(), ".2f"), with_interval(gain, "+.2f")]


def _costs(runs: Runs) -> None:
    publish.number("whole", cost_ratio(runs, reports.PASSES["C"]).mean(), ".1f")
    for network in ("ours", "C"):
        ratio = seconds(runs, f"{network}_bfloat16") / seconds(runs, network)
        publish.number(f"bfloat16_{network}", ratio.mean(), ".1f")


SHOWN = 8
"""Filters of the figure."""


def filters(runs: Runs) -> None:
    """Show filters of the first layer, and their maps of a digit."""
    kernels = followed(runs, contenders.FAST).arrays("kernel")[0][:, :, :SHOWN].astype(np.float64)
    image = data.mnist().validation.images[0].astype(np.float64)
    maps = conv2d(image[np.newaxis], kernels[:, :, np.newaxis], stride=2, padding="same")[0]
    publish.figure("filters", figures.filters(kernels, image[:, :, 0], maps))
