"""What the page on batch normalisation places of its experiments.

Chapter: book/batch_norm.md; the layer by hand stands in page.py, the noise in page_noise.py.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dlexp.byhand import batch_norm as byhand
from dlexp.chapters.batch_norm import charts, claims, readers
from dlexp.chapters.batch_norm.measure import Batches, Scales
from dlexp.chapters.batch_norm.nets import IMAGE, KINDS, WIDTH, WITH, WITHOUT
from dlexp.chapters.batch_norm.shift import AFTER, UNSTEADY, Courses
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.chapters.batch_norm.sweep import SINGLE, Ones, Plateaus
from dlexp.draw import publish
from dlexp.draw.lines import Lines
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.runs import Runs

WORDS = {"dense": "dense", "conv": "convolutional"}
NETS = (WITH, WITHOUT)


# --- The bias that does nothing -----------------------------------------------------------------


def biases(runs: Runs) -> None:
    """Say how many pairs of nets that should be one net come apart."""
    trained = runs("biases")
    for kind in KINDS:
        for pair in ("biased", "nudged"):
            differ = trained.numbers(kind, "differ", pair)
            publish.number(f"apart_{kind}_{pair}", int(np.sum(differ > 0)), "d")


# --- A longer training --------------------------------------------------------------------------

COURSES = {
    WITH: "with normalisation",
    WITHOUT: "without",
    UNSTEADY: "normalised, then disturbed",
    AFTER: "normalised behind the ReLU",
}


def courses(runs: Runs) -> None:
    """Show a longer training of four dense nets, and how much their inside moves."""
    trained = runs("courses")

    def by_net(name: str, nets: Iterable[str] = COURSES) -> Lines:
        return {COURSES[net]: trained.numbers(net, name) for net in nets}

    config = Courses()
    stops = range(config.check_every, config.steps + 1, config.check_every)
    accuracy = by_net("validation", (*NETS, UNSTEADY))
    publish.figure("bn_courses", charts.courses(accuracy, by_net("shift"), [*stops]))
    rows = [
        [
            label,
            formatted(trained.numbers(net, "train").mean(), ".2%"),
            formatted(trained.numbers(net, "test").mean(), ".2%"),
            formatted(float(np.median(trained.numbers(net, "shift"))), ".2g"),
        ]
        for net, label in COURSES.items()
    ]
    header = ["dense net", "training images", "test images", "means moved in a step, median"]
    publish.table("bn_ends", header, rows, caption="At the end of the longer training")
    behind = trained.numbers(AFTER, "test") - trained.numbers(WITH, "test")
    publish.mean_with_interval("behind", 100 * behind, ".1f")
    plain, normal, unsteady = (
        100 * trained.numbers(net, "validation") for net in (WITHOUT, WITH, UNSTEADY)
    )
    publish.mean_with_interval("second_unsteady", (unsteady - plain)[:, 1], ".1f")
    publish.mean_with_interval("quiet_early", (normal - unsteady)[:, 0], ".1f")
    plain, normal, unsteady = (
        100 * trained.numbers(net, "test") for net in (WITHOUT, WITH, UNSTEADY)
    )
    publish.mean_with_interval("quiet_end", normal - unsteady, ".1f")
    publish.mean_with_interval("unsteady_end", unsteady - plain, ".1f")


# --- First weights ------------------------------------------------------------------------------


def scales(runs: Runs) -> None:
    """Show the accuracy from first weights of every size, and where each epsilon takes over."""
    trained, spreads = runs("scales"), Scales().scales
    labels = {
        "0.001": "with, ε of Keras", "without": "without", "1e-05": "with, ε of PyTorch",
        "1e-12": "with, a tiny ε",
    }  # fmt: skip
    lines = {label: trained.numbers(net, "test") for net, label in labels.items()}
    unit = trained.numbers("first_variance").mean()
    limits = {labels[net]: float(np.sqrt(float(net) / unit)) for net in ("0.001", "1e-05")}
    publish.figure("bn_scales", charts.scales(lines, spreads, limits, learnt=claims.LEARNT))
    tiniest = spreads.index(float(claims.TINIEST))
    for name, net in {"small": "1e-12", "Keras": "0.001"}.items():
        publish.number(f"tiniest_{name}", lines[labels[net]][:, tiniest].mean(), ".0%")
    pixels = int(np.prod(IMAGE))
    publish.number("usual_first", np.sqrt(2 / (pixels + WIDTH)), ".3f")
    publish.number("usual_later", np.sqrt(2 / (WIDTH + WIDTH)), ".3f")
    for who, convention in {"Keras": byhand.KERAS, "PyTorch": byhand.PYTORCH}.items():
        publish.number(f"factor_{who}", convention.epsilon**-0.5, ".0f")


def plateaus(runs: Runs) -> None:
    """Say which of the nets that learn nothing for long learn in the end."""
    trained = runs("plateaus")
    for name, (net, scale) in zip(("late", "later", "never"), Plateaus().starts, strict=True):
        right = trained.numbers(f"{net} from {scale:g}")[:, -1].mean()
        publish.number(f"plateau_{name}", right, ".0%")


# --- Small batches ------------------------------------------------------------------------------


def batches(runs: Runs) -> None:
    """Show the accuracy at every batch size."""
    trained, sizes = runs("batches"), Batches().batch_sizes
    panels = {
        word: {net: trained.numbers(f"{kind}_{net}", "test") for net in NETS}
        for kind, word in WORDS.items()
    }
    what = "Accuracy by batch size"
    drawing = charts.curves(
        panels, sizes, axis="images per batch", ticks=True, what=what,
        zooms={"convolutional": (85, 98)},
    )  # fmt: skip
    publish.figure("bn_batches", drawing)
    for kind, size in (("conv", 2), ("conv", 4), ("dense", 4), ("dense", 16)):
        ahead = 100 * np.subtract(*(panels[WORDS[kind]][net][:, sizes.index(size)] for net in NETS))
        publish.mean_with_interval(f"{kind}_lead_{size}", ahead, ".1f")
    for kind, word in WORDS.items():
        ends = (panels[word][net][:, -1].mean() for net in NETS)
        publish.number(f"{kind}_lead_64", 100 * np.subtract(*ends), ".1f")
    for net in NETS:
        two = panels["dense"][net][:, sizes.index(2)]
        publish.number(f"two_{net}", two.mean(), ".0%")


def ones(runs: Runs) -> None:
    """Show what dense nets learn from one image at a time, by each normalisation."""
    trained = runs("ones")
    labels = {
        WITHOUT: "no normalisation",
        WITH: "over the batch of one",
        SINGLE: "over the units of each image",
    }
    rows = [
        [
            label,
            *(formatted(trained.numbers(net, part).mean(), ".1%") for part in ("train", "test")),
        ]
        for net, label in labels.items()
    ]
    header = ["dense net, normalised", "training images", "test images"]
    caption = f"Right answers after {Ones().steps:,} steps of one image each"
    publish.table("bn_ones", header, rows, caption=caption)
    gains = 100 * (trained.numbers(SINGLE, "test") - trained.numbers(WITHOUT, "test"))
    publish.number("ones_least", gains.min(), ".1f")
    publish.number("ones_most", gains.max(), ".1f")


def lags(runs: Runs) -> None:
    """Show the same weights with three kinds of statistics."""
    trained = runs("lags")
    statistics = {
        "computed anew": ("0.99", "anew"),
        "running, keeps 0.99": ("0.99", "moving"),
        "running, keeps 0.9": ("0.9", "moving"),
    }
    panels = {
        word: {
            name: trained.numbers(f"{kind}_{momentum}", source)
            for name, (momentum, source) in statistics.items()
        }
        for kind, word in WORDS.items()
    }
    drawing = charts.curves(panels, Lags().stops, axis="steps", what="Accuracy by steps")
    publish.figure("bn_lags", drawing)
    rows = []
    for place, kind in enumerate(KINDS):
        for keeps in ("0.99", "0.9"):
            costs = (
                readers.lag(trained, stop, f"{keeps} anew", f"{keeps} moving")[place]
                for stop in (10, 100)
            )
            cells = (with_interval(100 * cost, ".1f") for cost in costs)
            rows.append([f"{WORDS[kind]}, keeps {keeps}", *cells])
    header = ["net, running statistics", "after ten steps", "after a hundred"]
    caption = "What running statistics cost: anew minus running, in points on test images"
    publish.table("bn_lag_costs", header, rows, caption=caption)
    late = np.abs(readers.lag(trained, Lags().stops[-1], "0.99 anew", "0.99 moving"))
    publish.number("lag_late", 100 * late.max(), ".1f")
