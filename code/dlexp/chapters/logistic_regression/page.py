"""What the page on logistic regression shows of the idea, and of report D's run."""

import numpy as np

from dlexp.byhand import descent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.logistic_regression import figures, readers
from dlexp.chapters.logistic_regression.control import Controlled, Fixed
from dlexp.chapters.logistic_regression.live import DIGITS
from dlexp.chapters.logistic_regression.measure import FEW, SEEDS
from dlexp.chapters.logistic_regression.problem import (
    ALL,
    Problem,
    standardised,
    with_ones,
    zeros_and_ones,
)
from dlexp.chapters.logistic_regression.rerun import Reported
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

STEPS = 15
"""Steps of each way down the loss of the small problem."""

RATE, MOMENTUM = 4.0, 0.9
"""Of the ways that need them, on the small problem; the rate is one over the bound."""

FIRST = 16.0
"""Rate that the line search begins with, on the small problem."""

FARTHEST = 6.0
"""Logit up to which the loss of one digit is drawn, on both sides of zero."""

FRAME = ((-18.0, 1.0), (-1.0, 3.4))
"""Part of the plane of two weights that is drawn."""

NAMES = {False: "without an intercept", True: "with an intercept"}
"""The two runs of report D, as readers call them."""

OTHERS, FIVES = 180, 20
"""Made-up points of the sketch: about as rare as fives are among digits."""

APART = np.array([2.4, 1.4])
"""From the middle of the others to that of the fives, in deviations of either cloud."""


# --- The idea -----------------------------------------------------------------------------------


def ink() -> None:
    """Show zeros and ones by their ink, and the probability that is fitted to them."""
    problem = zeros_and_ones(DIGITS)
    path = descent.newton_descent(
        problem.loss, problem.gradient, problem.hessian, problem.start, steps=10
    )
    best = path.points[-1]
    publish.figure("ink", figures.ink(problem.x[:, 0], problem.targets, best))
    publish.number("ink_wrong", problem.wrong(best[np.newaxis])[0] * DIGITS, ".0f")


def one_digit() -> None:
    """Show what one digit costs, and how that bends."""
    publish.figure("one_digit", figures.one_digit(np.linspace(-FARTHEST, FARTHEST, 121)))


def valley() -> None:
    """Show the loss of the small problem as a map, and four ways down."""
    problem = zeros_and_ones(DIGITS)
    ways = {name: path.points for name, path in small_ways(STEPS).items()}
    publish.figure("valley", figures.valley(problem.x, problem.targets, ways, FRAME))


def small_ways(steps: int) -> dict[str, descent.Path]:
    """Return ways down the loss of the small problem, by what readers call them."""
    problem = zeros_and_ones(DIGITS)
    loss, gradient, start = problem.loss, problem.gradient, problem.start
    return {
        "one rate": descent.gradient_descent(loss, gradient, start, rate=RATE, steps=steps),
        "line search": descent.backtracking_descent(
            loss, gradient, start, steps=steps, search=descent.LineSearch(first=FIRST)
        ),
        "momentum": descent.momentum_descent(
            loss, gradient, start, rate=RATE, momentum=MOMENTUM, steps=steps
        ),
        "Newton": descent.newton_descent(
            loss, gradient, problem.hessian, start, steps=steps
        ),
    }  # fmt: skip


def sketch() -> None:
    """Show, on made-up points, where the cut lies without an intercept, and with one."""
    targets = np.repeat([0.0, 1.0], [OTHERS, FIVES])
    clouds = np.random.default_rng(0).normal(size=(len(targets), 2))
    clouds += np.outer(targets, APART)
    x, _ = standardised(clouds, clouds)
    cuts = {}
    for ones, name in NAMES.items():
        problem = Problem(with_ones(x) if ones else x, targets)
        path = descent.newton_descent(
            problem.loss, problem.gradient, problem.hessian, problem.start, steps=10
        )
        best = path.points[-1]
        cuts[name] = best if ones else np.append(best, 0.0)
        wrong = problem.wrong(best[np.newaxis])[0] * len(targets)
        publish.number(f"sketch_{'full' if ones else 'bare'}", wrong, ".0f")
    publish.figure("sketch", figures.sketch(x, targets, cuts))


# --- What was run -------------------------------------------------------------------------------


def what_was_run() -> None:
    """List what was run of report D's descent, by its settings."""
    report, controlled, fixed = Reported(), Controlled(), Fixed()
    rows = [
        ["report D's run, again", f"{ALL:,}", f"{report.steps}", "–"],
        ["the same, one small rate", f"{fixed.size:,}", f"{fixed.steps}", "–"],
        ["the same, images drawn", f"{FEW:,}", f"{report.steps}", f"{len(SEEDS)}"],
        [
            "raw pixels; cut moved",
            f"{controlled.size:,}",
            f"{controlled.steps}",
            f"{len(SEEDS)}",
        ],
    ]
    header = ["experiment", "images", "steps", "seeds"]
    publish.table("what_was_run", header, rows, caption="What was run (–: no chance in it)")


# --- Report D's run -----------------------------------------------------------------------------


def reported(runs: Runs) -> None:
    """Show the outputs of report D's run, which were lost, and its three plots."""
    whole = {NAMES[ones]: readers.whole(runs, intercept=ones) for ones in NAMES}
    panels = {
        title: {name: run.arrays(array) for name, run in whole.items()}
        for title, array in (
            ("training loss", "losses"),
            ("test loss", "test_losses"),
            ("test error (%)", "test_wrong"),
        )
    }
    base_rate = whole[NAMES[False]].only.numbers["base_rate"]
    publish.figure("reported", figures.reported(panels, base_rate))
    publish.number("base_rate", 100 * base_rate, ".2f")
    _outputs(whole)
    for ones, name in ((False, "bare"), (True, "full")):
        run = whole[NAMES[ones]].only
        publish.number(f"{name}_wrong", 100 * run.arrays["test_wrong"][-1], ".2f")
    bare = whole[NAMES[False]].only
    publish.number("bare_loss", bare.arrays["losses"][-1], ".4f")
    publish.number("base_loss", readers.of_the_share(bare.numbers["train_base_rate"]), ".4f")
    publish.number("bare_first", 100 * bare.arrays["test_wrong"][1], ".1f")
    controls = runs("control")
    for name in ("raw", "bare", "moved"):
        publish.number(f"control_{name}", 100 * controls.numbers(name).mean(), ".1f")
    full = readers.drawn(runs, intercept=True).arrays("test_wrong")[:, -1]
    publish.number("control_full", 100 * full.mean(), ".1f")


def _outputs(whole: dict[str, Runs]) -> None:
    """Set what the two runs printed side by side."""
    both = [run.only for run in whole.values()]

    def row(name: str, values: list[float], spec: str) -> list[str]:
        return [name, *(formatted(value, spec) for value in values)]

    rows = [
        row("training loss", [run.arrays["losses"][-1] for run in both], ".4f"),
        row("test loss", [run.arrays["test_losses"][-1] for run in both], ".4f"),
        row("test error (%)", [100 * run.arrays["test_wrong"][-1] for run in both], ".2f"),
        row("fives missed (%)", [100 * readers.missed(run) for run in both], ".1f"),
        row("others called five (%)", [100 * readers.called(run) for run in both], ".1f"),
        row("length of the weights", [run.arrays["norms"][-1] for run in both], ".2f"),
    ]
    publish.table("outputs", ["after the last step", *whole], rows, caption="The lost outputs")


def flat(runs: Runs) -> None:
    """Show how far above the least loss report D's run is, along its steps."""
    whole = {ones: readers.whole(runs, intercept=ones) for ones in NAMES}
    gaps = {NAMES[ones]: readers.gaps(run)[:, 1:] for ones, run in whole.items()}
    bare = whole[False].only
    least = bare.numbers["newton"]["loss"]
    fixed, promised = runs("fixed").only.arrays["losses"], readers.promised(whole[False])
    publish.figure("gaps", figures.gaps(gaps, fixed[1:] - least, promised - least))
    publish.number("bare_norm", bare.numbers["newton"]["norm"], ",.0f")
    publish.number("bare_least", least, ".4f")
    publish.number("bare_newton_wrong", 100 * bare.numbers["newton"]["test_wrong"], ".2f")
    _along(bare.arrays["losses"] - least, bare.arrays["losses"])
    for ones, name in ((False, "bare"), (True, "full")):
        drawn = readers.drawn(runs, intercept=ones)
        publish.number(f"{name}_gained", readers.gained(drawn).mean(), ".0%")
    drawn = readers.drawn(runs, intercept=False)
    publish.number("bare_doubled", readers.doubled(readers.gaps(drawn)).mean(), ".2f")


def _along(gaps: Floats, losses: Floats) -> None:
    """Say how far the run had come where its curve looks flat."""
    for step in (50, 80):
        publish.number(f"loss_at_{step}", losses[step], ".3f")
    publish.number("gap_at_end", gaps[-1], ".3f")


def trials(runs: Runs) -> None:
    """Say which rates report D's search took, and what it asked for."""
    bare = readers.whole(runs, intercept=False).only
    rates, counts = np.unique(bare.arrays["rates"], return_counts=True)
    rows = [[f"{rate:g}", f"{count}"] for rate, count in zip(rates, counts, strict=True)]
    publish.table("rates_taken", ["rate", "steps"], rows, caption="Rates that were taken")
    steps = len(bare.arrays["rates"])
    tried = int(bare.arrays["evaluations"][-1]) - 1
    publish.number("tried", tried, "d")
    ours, theirs = tried + 1 + 2 * steps, 4 * tried + 2 * steps
    publish.number("passes_ours", ours, ",d")
    publish.number("passes_theirs", theirs, ",d")
