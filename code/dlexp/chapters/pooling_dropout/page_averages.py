"""What the page shows of predictions averaged over masks, and over networks."""

from __future__ import annotations

import numpy as np

from dlexp.chapters.pooling_dropout import figures_of_training
from dlexp.chapters.pooling_dropout.dense import Averaging
from dlexp.chapters.pooling_dropout.page_dropout import marked_interval, questions_of
from dlexp.chapters.pooling_dropout.readers import ALL_MASKS, excess, judged
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

PREDICTIONS = {
    "plain": "one network without dropout",
    "scaled": "one with dropout, a single pass",
    ALL_MASKS: "the same, mean over a hundred masks",
    "ensemble": "five without dropout, mean",
    "ensemble of dropout": "five with dropout, mean",
}
"""The rows of the table of predictions."""

PAIRS = {
    "five without dropout, over one": ("ensemble", "plain"),
    "a single pass with dropout, over one without": ("scaled", "plain"),
    "a single pass with dropout, over five without": ("scaled", "ensemble"),
    "a hundred masks, over a single pass": (ALL_MASKS, "scaled"),
    "a hundred masks, over five without dropout": (ALL_MASKS, "ensemble"),
    "five with dropout, over a single pass of one": ("ensemble of dropout", "scaled"),
    "five with dropout, over five without": ("ensemble of dropout", "ensemble"),
}
"""The rows of the table of who is ahead of whom."""


def masks(runs: Runs) -> None:
    """Show what averaging over masks, and over networks, does to predictions."""
    counts = Averaging().masks
    measures = {"accuracy (%)": ("accuracy", 100), "log-likelihood": ("log_likelihood", 1)}
    panels = {}
    for title, (name, factor) in measures.items():
        panels[title] = {
            predictor: factor * judged(runs, predictor, name)
            for predictor in ("plain", "scaled", "ensemble", "ensemble of dropout")
        }
        by_count = [judged(runs, f"masks {count}", name) for count in counts]
        panels[title]["masks"] = factor * np.stack(by_count, axis=1)  # (seeds, counts)
    publish.figure("masks", figures_of_training.masks(panels, counts))
    rows = []
    for name, label in PREDICTIONS.items():
        accuracy = judged(runs, name, "accuracy").mean()
        likelihood = judged(runs, name, "log_likelihood").mean()
        cells = [f"{accuracy:.2%}", formatted(likelihood, ".3f")]
        rows.append([label, *cells, formatted(100 * excess(runs, name).mean(), "+.1f")])
    header = ["prediction", "accuracy", "log-likelihood", "too sure by (points)"]
    publish.table("predictions", header, rows, caption="Predictions of the test digits")
    _compared(runs)


def _compared(runs: Runs) -> None:
    """Show how far predictions are ahead of one another, seed by seed."""
    questions, rows = questions_of(runs), []
    for label, (one, other) in PAIRS.items():
        cells = [label]
        for what, factor, spec in (("accuracy", 100, ".2f"), ("log_likelihood", 1, ".3f")):
            gain = factor * (judged(runs, one, what) - judged(runs, other, what))
            mean = formatted(gain.mean(), spec)
            cells.append(f"{mean} ({marked_interval(gain, spec, questions)})")
        rows.append(cells)
    header = ["pair", "accuracy (points)", "log-likelihood"]
    caption = "Ahead by how much, mean and interval over the seeds; † as the only question"
    publish.table("averaged", header, rows, caption=caption)


def agreement(runs: Runs) -> None:
    """Give the prose on how many images a single pass and many masks had to agree."""
    passes, masks = (judged(runs, name, "accuracy") for name in ("scaled", ALL_MASKS))
    publish.number("pass_right", passes.mean(), ".0%")
    publish.number("must_agree", (passes + masks - 1).mean(), ".1%")  # all that both have right
