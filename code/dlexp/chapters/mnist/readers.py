"""What claims and pages read in the records of the chapter, by the names that they use.

Chapter: book/mnist.md. Arrays have the seeds first.
"""

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.mnist import chance
from dlexp.chapters.mnist.chance import Sources
from dlexp.lab.runs import Runs

MAIN = 2_000
"""Training images of the network that most claims are about."""

FEWEST, MOST = 500, 8_000
"""Those of the two others."""

NEAREST = 50_000
"""Those of the network nearest to the reports', watched for fewer passes."""


def watched(runs: Runs, size: int = MAIN) -> Runs:
    """Return the trainings with so many images, without dropout."""
    return runs("watch", size=size, dropout=0.0)


def dropped(runs: Runs) -> Runs:
    """Return the trainings with dropout."""
    return runs("watch", dropout=0.5)


def gap(watches: Runs) -> Floats:
    """Return the accuracy on leaked images minus that on unseen ones, by pass: (seeds, passes)."""
    leaked, unseen = (watches.numbers(part, "accuracy") for part in ("leaked", "judges"))
    return np.asarray(leaked - unseen)


def at_chosen(watches: Runs, by: str, part: str, what: str) -> Floats:
    """Return what a part says of the pass that validation chose, by accuracy or by loss."""
    values = watches.numbers(part, what)
    return np.asarray(values[np.arange(len(values)), chosen_pass(watches, by)])


def chosen_pass(watches: Runs, by: str) -> NDArray[np.int64]:
    """Return the pass, from zero, with the highest accuracy or the lowest loss on validation."""
    values = watches.numbers("validation", by)
    return np.asarray(values.argmax(axis=1) if by == "accuracy" else values.argmin(axis=1))


def when_level(watches: Runs) -> Floats:
    """Return the last pass whose running accuracy is no higher than validation's: (seeds,)."""
    running, validated = (watches.numbers(part, "accuracy") for part in ("running", "validation"))
    # The first pass where there is none: its running accuracy is above already.
    return np.array([max(np.flatnonzero(row), default=0) for row in running <= validated])


def hidden_gap(watches: Runs) -> Floats:
    """Return how much better the training images are known at that pass, in inference mode."""
    rows, passes = np.arange(len(watches)), when_level(watches)
    known, validated = (watches.numbers(part, "accuracy") for part in ("leaked", "validation"))
    return np.asarray((known - validated)[rows, passes])


def rivals(runs: Runs, *, alike: bool) -> Runs:
    """Return the candidates of one recipe, or those whose learning rates differ."""
    chosen = [run for run in runs("compete") if _is_alike(run.config["rates"]) == alike]
    return Runs(runs.slug, tuple(chosen))


def _is_alike(rates: list[float]) -> bool:
    return rates[0] == rates[1]


def sources(competes: Runs) -> list[Sources]:
    """Return where the variance of answers comes from, seed by seed."""
    return [Sources(**run.numbers["sources"]) for run in competes]


def mean_sources(runs: Runs) -> Sources:
    """Return where the variance of an answer comes from, in the mean over the seeds."""
    table = np.array(sources(rivals(runs, alike=True)))
    return Sources(*(float(value) for value in table.mean(axis=0)))


def optimism(watches: Runs, images: int, count: int) -> Floats:
    """Return what a choice on so many images among so many adds, (seeds,)."""
    config = watches.config
    counts = config.get("counts") or config["budgets"]
    row, column = list(config["choosers"]).index(images), list(counts).index(count)
    return np.asarray(watches.numbers("optimism")[:, row, column])


def if_independent(competes: Runs, images: int, count: int) -> Floats:
    """Return the optimism of networks that erred independently of each other, (seeds,)."""
    share = competes.numbers("accuracy").mean(axis=1)
    spread = np.sqrt(share * (1 - share) / images)
    return np.asarray(chance.largest_of(count) * spread)


def if_shared(competes: Runs, images: int, count: int) -> Floats:
    """Return the optimism if images are hard for all networks alike, (seeds,).

    Only what is left of an answer's variance can be gained by choosing; and part of what sets
    the scores apart is real.
    """
    gained = []
    for parts in sources(competes):
        noise = parts.rest / images
        gained.append(chance.largest_of(count) * noise / np.sqrt(parts.networks + noise))
    return np.array(gained)


def best_rates(runs: Runs, optimizer: str, scale: str) -> Floats:
    """Return the rate with the best accuracy, seed by seed."""
    scales = runs("scale", optimizer=optimizer)
    rates = np.array(scales.config["rates"])
    return np.asarray(rates[scales.numbers(scale, "accuracy").argmax(axis=1)])


def best_accuracies(runs: Runs, optimizer: str, scale: str) -> Floats:
    """Return the accuracy at each seed's best rate."""
    return at_best_rate(runs, optimizer, scale, "accuracy")


def at_best_rate(runs: Runs, optimizer: str, scale: str, what: str) -> Floats:
    """Return what was measured at the rate with the best accuracy, seed by seed."""
    scales = runs("scale", optimizer=optimizer)
    best = scales.numbers(scale, "accuracy").argmax(axis=1)
    return np.asarray(scales.numbers(scale, what)[np.arange(len(best)), best])
