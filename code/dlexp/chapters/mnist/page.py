"""What the page on measuring shows of the digits, and of what leaks and flatters.

Chapter: book/mnist.md.
"""

from collections.abc import Mapping

import numpy as np

from dlexp import data
from dlexp.chapters.mnist import chance, figures, figures_of_digits, reports
from dlexp.chapters.mnist.claims import CHOOSERS, PASSES
from dlexp.chapters.mnist.digits import class_means, look_alikes
from dlexp.chapters.mnist.nets import UNITS
from dlexp.chapters.mnist.readers import (
    FEWEST,
    MAIN,
    MOST,
    NEAREST,
    at_chosen,
    chosen_pass,
    dropped,
    gap,
    hidden_gap,
    optimism,
    rivals,
    watched,
    when_level,
)
from dlexp.chapters.mnist.scaling import SCALES
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

COMPARED = 4_000
"""Training images among which look-alikes are sought."""

TEST_SETS, TEST_IMAGES, TRUTH = 40, 500, 0.9
"""Test sets that one network is scored on, their images, and the share that it gets right."""

SIZES = (FEWEST, MAIN, MOST)


def classes() -> None:
    """Show images of each class, and their mean."""
    train = data.mnist().train
    first = [np.flatnonzero(train.labels == label)[:3] for label in range(10)]
    examples = train.images[np.array(first).T, :, :, 0]
    publish.figure("classes", figures_of_digits.classes(examples, class_means(train)))


def look_alike_pairs() -> None:
    """Show the closest images of two classes."""
    pairs = look_alikes(data.mnist().train.sample(COMPARED), 6)
    publish.figure("look_alikes", figures_of_digits.pairs(pairs))


def intervals() -> None:
    """Show scores of one network, tossed like coins, and the interval around each."""
    shares = np.random.default_rng(0).binomial(TEST_IMAGES, TRUTH, TEST_SETS) / TEST_IMAGES
    reach = figures.Z * np.array([chance.standard_error(each, TEST_IMAGES) for each in shares])
    publish.figure("intervals", figures.intervals(shares, reach, TRUTH))
    publish.number("missed", (np.abs(shares - TRUTH) > reach).sum(), "d")


def hardest(runs: Runs) -> None:
    """Show images that all networks of one seed get wrong, and count them over the seeds."""
    alike = rivals(runs, alike=True)
    named = alike.records[0].numbers["hardest"]
    whole = data.mnist().train
    places = [int(np.flatnonzero(whole.indices == index)[0]) for index in named["indices"]]
    drawing = figures_of_digits.hardest(whole.images[places], named["labels"], named["answers"])
    publish.figure("hardest", drawing)
    unseen = alike.config["unseen"]
    publish.number("missed_by_all", alike.numbers("missed_by_all").mean() / unseen, ".1%")
    publish.number("agreed_by_all", alike.numbers("agreed_by_all").mean() / unseen, ".1%")
    publish.number("missed_by_one", alike.numbers("apart", "wrong").mean() / unseen, ".1%")


# --- What was run -------------------------------------------------------------------------------


def what_was_run(runs: Runs) -> None:
    """List the trainings, from their settings."""
    listed = {
        "three sizes": watched(runs) + watched(runs, FEWEST) + watched(runs, MOST),
        "nearly all": watched(runs, NEAREST),
        "dropout": dropped(runs),
    }
    _listed("what_was_run", listed)
    publish.number("parameters", (28 * 28 + 1) * UNITS + (UNITS + 1) * 10, ",d")


def what_competed(runs: Runs) -> None:
    """List the networks that compete, and those of each scale of the pixels."""
    listed = {
        "one recipe": rivals(runs, alike=True),
        "many rates": rivals(runs, alike=False),
        "scales, SGD": runs("scale", optimizer="sgd"),
        "scales, Adam": runs("scale", optimizer="adam"),
    }
    _listed("what_competed", listed)


def _listed(name: str, listed: Mapping[str, Runs]) -> None:
    """Show the settings of experiments."""
    rows = [[title, *_settings(experiment)] for title, experiment in listed.items()]
    header = ["experiment", "images", "passes", "rates", "networks"]
    [batch] = {run.config["batch_size"] for experiment in listed.values() for run in experiment}
    publish.table(name, header, rows, caption=f"What was run, in batches of {batch}")


def _settings(experiment: Runs) -> list[str | int]:
    """Return images, passes, rates, and networks as seeds times those of each seed."""
    configs = [run.config for run in experiment]
    sizes = list(dict.fromkeys(config["size"] for config in configs))
    rates = configs[0].get("rates") or [configs[0]["learning_rate"]]
    ends = list(dict.fromkeys([rates[0], rates[-1]]))
    scales = len(rates) * len(SCALES) if "optimizer" in configs[0] else 0
    per_seed = configs[0].get("networks") or scales or len(sizes)
    return [
        ", ".join(f"{size:,}" for size in sorted(sizes)),
        configs[0]["passes"],
        " to ".join(f"{rate:.2g}" for rate in ends),
        f"{len(experiment.seeds)} × {per_seed}",
    ]


# --- Leaks, and what is reported ----------------------------------------------------------------


def leaks(runs: Runs) -> None:
    """Show what a leaked validation part says, by pass and by training images."""
    panels = {
        f"{size:,} images": {
            part: watched(runs, size).numbers(part, "accuracy") for part in ("leaked", "judges")
        }
        for size in SIZES
    }
    publish.figure("leak", figures.leak(panels))
    rows = []
    for size in SIZES:
        watches = watched(runs, size)
        added = 100 * gap(watches).mean(axis=0)
        rows.append([f"{size:,}", *(formatted(added[k], ".1f") for k in (0, 4, 9, PASSES - 1))])
    header = ["training images", "1 pass", "5", "10", f"{PASSES}"]
    publish.table("leak_table", header, rows, caption="What a leak adds, in points, after passes")
    lost = watched(runs).numbers("leaked", "loss").argmin(axis=1) + 1
    publish.number("leaked_choice", lost.mean(), ".0f")
    publish.number("honest_choice", (chosen_pass(watched(runs), "loss") + 1).mean(), ".0f")


def reported(runs: Runs) -> None:
    """Show the training accuracy as a framework shows it, and as it is."""
    trainings = {"without dropout": watched(runs), "with dropout": dropped(runs)}
    panels = {
        title: {
            part: watches.numbers(part, "accuracy") for part in ("running", "leaked", "validation")
        }
        for title, watches in trainings.items()
    }
    publish.figure("reported", figures.reported(panels))
    watches, drops = watched(runs), dropped(runs)
    known, unknown = (
        100 * watches.numbers(part, "accuracy")[:, 0] for part in ("leaked", "validation")
    )
    publish.number("first_gap", (known - unknown).mean(), ".1f")
    near = watched(runs, NEAREST)
    shown, validated = (near.numbers(part, "accuracy")[:, 0] for part in ("running", "validation"))
    publish.mean_with_interval("near_running", 100 * (validated - shown), ".1f")
    publish.number("level_pass", (when_level(drops) + 1).mean(), ".0f")
    publish.number("hidden_gap", 100 * hidden_gap(drops).mean(), ".1f")


# --- What choosing adds -------------------------------------------------------------------------


def passes(runs: Runs) -> None:
    """Show what the choice of a pass adds."""
    watches = watched(runs)
    config = watches.config
    gained = {
        f"{images:,} images": np.stack(
            [optimism(watches, images, budget) for budget in config["budgets"]], axis=1
        )
        for images in config["choosers"]
    }
    publish.figure("best_pass", figures.best_pass(gained, config["budgets"]))
    few = optimism(watches, config["choosers"][0], PASSES)
    publish.number("few_passes_gain", 100 * few.mean(), ".1f")
    rows = []
    for size in SIZES:
        one = watched(runs, size)
        cells = [
            at_chosen(one, "accuracy", "validation", "accuracy"),
            at_chosen(one, "accuracy", "judges", "accuracy"),
            one.numbers("test"),
        ]
        gain = optimism(one, CHOOSERS, PASSES)
        rows.append([
            f"{size:,}",
            *(f"{cell.mean():.1%}" for cell in cells),
            formatted(100 * gain.mean(), ".2f"),
        ])  # fmt: skip
    header = ["training images", "validation", "unseen", "test", "added"]
    caption = "Accuracy at the pass that validation chose; and what the choice adds, in points"
    publish.table("three_parts", header, rows, caption=caption)
    error = chance.standard_error(watches.numbers("test").mean(), reports.IMAGES)
    publish.number("test_luck", 100 * figures.Z * error, ".1f")
    _near(watched(runs, NEAREST))


def _near(near: Runs) -> None:
    """Say what a leak and a choice add to the network nearest to the reports'."""
    publish.mean_with_interval("near_leak", 100 * gap(near)[:, -1], ".1f")
    gained = optimism(near, CHOOSERS, near.config["passes"])
    publish.mean_with_interval("near_pass", 100 * gained, ".2f")
    whole = gained.mean() * np.sqrt(CHOOSERS / reports.IMAGES)
    publish.number("near_pass_whole", 100 * whole, ".2f")
    publish.number("near_pass_images", reports.IMAGES * whole, ".0f")
