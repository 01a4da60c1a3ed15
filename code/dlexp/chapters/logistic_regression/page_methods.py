"""What the page on logistic regression shows of long descents, of methods, and of the clock."""

import numpy as np

from dlexp.chapters.logistic_regression import figures, readers
from dlexp.chapters.logistic_regression.curvature import Curving
from dlexp.chapters.logistic_regression.measure import CHOOSING_SEEDS, L2, SEEDS
from dlexp.chapters.logistic_regression.methods import (
    PASSES_OF_GRADIENT,
    RATES,
    Choosing,
    Going,
    Racing,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

METHODS = {
    "bound": "rate 1/Λ",
    "tuned": "rate tuned",
    "search": "line search",
    "momentum": "momentum, rate tuned",
    "nesterov": "Nesterov, rate tuned",
    "lbfgs": "L-BFGS",
    "newton": "Newton",
}
"""The ways down, as readers call them."""

ARRIVED = 1e-6
"""How far above the least loss a method has arrived."""

PASSES = range(3, readers.DIGITS_AT + 1, 3)
"""Passes over the images at which gaps are drawn."""


# --- What was run -------------------------------------------------------------------------------


def what_was_raced() -> None:
    """List the descents beside report D's, by their settings."""
    going, racing, choosing, curving = Going(), Racing(), Choosing(), Curving()
    drawn = f"{len(SEEDS)}"
    rows = [
        ["where there is no minimum", f"{going.size:,}", f"{going.steps:,}", f"0, {L2:g}", drawn],
        ["seven ways down", f"{racing.size:,}", f"{racing.steps}", f"{racing.l2:g}", drawn],
        [
            "how the rates were chosen",
            f"{choosing.racing.size:,}",
            f"{choosing.steps}",
            f"{L2:g}",
            f"{len(CHOOSING_SEEDS)}",
        ],
        [
            "how flat is the loss; bounds",
            f"{curving.size:,}",
            f"{curving.steps}",
            f"0, {L2:g}",
            drawn,
        ],
    ]
    header = ["experiment", "images", "steps", "L2", "seeds"]
    publish.table("what_was_raced", header, rows, caption="What was run")


def promises(runs: Runs) -> None:
    """Say what is proven of report D's loss, which has no best weights."""
    whole = readers.whole(runs, intercept=False)
    publish.number("promised", readers.promised(whole)[-1], ".3f")
    publish.number("fixed_loss", runs("fixed").only.arrays["losses"][-1], ".3f")


# --- On and on ----------------------------------------------------------------------------------


def curvature(runs: Runs) -> None:
    """Say how curved the loss is at zero, and farther and farther away."""
    curved = runs("curve")
    largest = curved.numbers("largest").mean(axis=0)
    lengths = curved.config["lengths"]
    rows = [
        [f"{length:g}", formatted(value, ".2f")]
        for length, value in zip(lengths, largest, strict=True)
    ]
    header = ["length of the weights", "largest curvature"]
    publish.table("curvatures", header, rows, caption="How curved the loss is, mean of the seeds")
    publish.number("flat_directions", curved.numbers("flat").mean(), ".0f")


def going_on(runs: Runs) -> None:
    """Show what long descents do, with L2 and without."""
    lines = {"without L2": False, "with L2": True}
    gone = {name: readers.gone(runs, with_l2=l2) for name, l2 in lines.items()}
    gaps = {
        "without L2": gone["without L2"].arrays("losses"),
        "with L2": gone["with L2"].arrays("losses") - readers.least(gone["with L2"]),
    }
    panels = {
        "gap of the loss": {
            name: np.maximum(values[:, 1:], readers.ROUNDED) for name, values in gaps.items()
        },
        "length of the weights": {n: run.arrays("norms")[:, 1:] for n, run in gone.items()},
        "test error (%)": {n: 100 * run.arrays("test_wrong")[:, 1:] for n, run in gone.items()},
    }
    publish.figure("going_on", figures.going_on(panels))
    bare, held = gone.values()
    lengths = bare.numbers("newton", "norm")
    publish.number("newton_norm_least", lengths.min(), ",.0f")
    publish.number("newton_norm_most", lengths.max(), ",.0f")
    for name, wrong in (("bare", bare.arrays("test_wrong")), ("held", held.arrays("test_wrong"))):
        for step in (readers.DOUBLED[0], wrong.shape[1] - 1):
            publish.number(f"{name}_wrong_{step}", 100 * wrong[:, step].mean(), ".2f")
    for name, values in (("bare", gaps["without L2"]), ("held", gaps["with L2"])):
        near = (values > readers.GAP).sum(axis=1)
        publish.number(f"{name}_near_least", near.min(), "d")
        publish.number(f"{name}_near_most", near.max(), "d")


# --- Methods ------------------------------------------------------------------------------------


def rates(runs: Runs) -> None:
    """Show how the rates were chosen, on other seeds."""
    chosen = runs("choose")
    multiples = chosen.config["multiples"]
    methods = {"tuned": "one rate", "momentum": "momentum", "nesterov": "Nesterov"}
    digits = {name: -np.log10(chosen.numbers(name)).mean(axis=0) for name in methods}
    rows = [
        [f"{multiple:g}", *(formatted(float(digits[name][i]), ".1f") for name in methods)]
        for i, multiple in enumerate(multiples)
    ]
    caption = f"Decimals that are right after {chosen.config['steps']} steps, mean of the seeds"
    publish.table("rates_tried", ["times 1/Λ", *methods.values()], rows, caption=caption)
    for name in methods:
        publish.number(f"rate_{name}", getattr(RATES, name), "g")


def methods(runs: Runs) -> None:
    """Show how far each method is after so many passes, and when it has arrived."""
    raced = runs("race")
    drawn = [name for name in METHODS if name != "newton"]  # a step takes more than all passes
    group = {name: -np.log10(readers.curves(raced, name, PASSES)) for name in drawn}
    drawing = figures.methods(group, [*PASSES], METHODS, enough=-np.log10(ARRIVED))
    publish.figure("methods", drawing)
    rows = [_arrival(raced, name, words) for name, words in METHODS.items()]
    header = ["method", f"steps to {ARRIVED:.0e}", "passes", "rose"]
    caption = (
        "Steps: mean; passes, and steps that raised the loss (rose): least to most of the seeds "
        "(–: not reached or counted)"
    )
    publish.table("arrivals", header, rows, caption=caption)
    curvatures = raced.numbers("curvature").mean(axis=0)
    publish.number("bound_curvature", raced.numbers("smoothness").mean(), ".1f")
    publish.number("largest_at_least", curvatures[1], ".2f")
    publish.number("bound_rate", 1 / raced.numbers("smoothness").mean(), ".3f")
    publish.number("tuned_rate", RATES.tuned / raced.numbers("smoothness").mean(), ".2f")
    taken = np.mean([record.numbers["rates"].get("1", 0) for record in raced])
    publish.number("full_rate_steps", taken / raced.config["steps"], ".0%")
    searched, lbfgs, newton = runs("time").arrays("seconds").T
    publish.number("search_clock", (searched / lbfgs).mean(), ".0f")
    publish.number("newton_clock", (newton / lbfgs).mean(), ".0f")


def edges(runs: Runs) -> None:
    """Show, seed by seed, how near the tuned rate is to where a descent overshoots for ever."""
    raced = runs("race")
    tuned_for = PASSES_OF_GRADIENT * runs("choose").config["steps"]
    ahead = readers.digits(raced, "tuned", tuned_for) - readers.digits(raced, "search", tuned_for)
    publish.number("tuned_for", tuned_for, "d")
    publish.number("tuned_ahead", ahead.mean(), ".1f")
    products = readers.overshoot(raced)
    digits = {name: readers.digits(raced, name) for name in ("tuned", "search")}
    rows = [
        [
            f"{seed}",
            formatted(products[i], ".3f"),
            *(formatted(digits[name][i], ".1f") for name in digits),
        ]
        for i, seed in enumerate(raced.seeds)
    ]
    header = ["seed", "product", "tuned", "search"]
    caption = f"Decimals of the least loss that are right after {readers.DIGITS_AT} passes"
    publish.table("edges", header, rows, caption=caption)
    over = products > readers.EDGE
    publish.number("over_edge", int(over.sum()), "d")
    publish.number("rose_over_edge", raced.numbers("rose", "tuned")[over].mean(), ".0f")


def _arrival(raced: Runs, name: str, words: str) -> list[str]:
    """Return the steps and the passes that a method takes until it has arrived."""
    risen = raced.numbers("rose", name)
    rose = "–".join(f"{count:.0f}" for count in sorted({risen.min(), risen.max()}))
    steps, passes = [], []
    for record in raced:
        near = np.flatnonzero(record.arrays[name] <= ARRIVED)
        if not near.size:
            return [words, "–", "–", rose]
        steps.append(near[0])
        passes.append(record.arrays[f"{name}_passes"][near[0]])
    counts = sorted({min(passes), max(passes)})
    shown = "–" if name == "newton" else "–".join(f"{count:.0f}" for count in counts)
    return [words, formatted(float(np.mean(steps)), ".0f"), shown, rose]


# --- The clock ----------------------------------------------------------------------------------


def clock(runs: Runs) -> None:
    """Say how many times as long loops take."""
    timed = runs("time")
    features = timed.config["features"]
    times = {name: timed.arrays(name).mean(axis=0) for name in ("loss", "gradient")}
    rows = [
        [f"{count}", *(formatted(times[name][i], ".0f") for name in times)]
        for i, count in enumerate(features)
    ]
    caption = "How many times as long loops over the examples take"
    publish.table("loops", ["features", "loss", "gradient"], rows, caption=caption)
    publish.number("digit_features", features[-1], "d")
    publish.number("examples_timed", timed.config["size"], ",d")
