"""What the page shows of predictions averaged over masks, and over networks."""

from __future__ import annotations

import numpy as np

from dlexp.chapters.pooling_dropout import figures_of_training
from dlexp.chapters.pooling_dropout.dense import Averaging
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
        error = 100 * judged(runs, name, "calibration_error").mean()
        cells = [f"{accuracy:.2%}", formatted(likelihood, ".3f")]
        cells += [formatted(100 * excess(runs, name).mean(), "+.1f"), formatted(error, ".1f")]
        rows.append([label, *cells])
    header = [
        "prediction", "accuracy", "log-likelihood", "too sure by (points)",
        "calibration error (points)",
    ]  # fmt: skip
    publish.table("predictions", header, rows, caption="Predictions of the test digits")
    _compared(runs)


def _compared(runs: Runs) -> None:
    """Give the prose what lies between predictions, seed by seed."""
    for key, one, other in (
        ("masks_over_five", ALL_MASKS, "ensemble"),
        ("five_over_one", "ensemble", "plain"),
        ("five_over_pass", "ensemble of dropout", "scaled"),
        ("five_over_five", "ensemble of dropout", "ensemble"),
    ):
        gain = judged(runs, one, "accuracy") - judged(runs, other, "accuracy")
        publish.mean_with_interval(key, 100 * gain, ".2f")
    for key, one, other in (
        ("five_likelier", "ensemble", "plain"),
        ("dropout_likelier", "scaled", "plain"),
        ("masks_likelier", ALL_MASKS, "scaled"),
    ):
        gain = judged(runs, one, "log_likelihood") - judged(runs, other, "log_likelihood")
        publish.mean_with_interval(key, gain, ".3f")
