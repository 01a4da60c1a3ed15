"""What the page on searching for hyperparameters shows of its table of all configurations."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import claims, figures, selection
from dlexp.chapters.keras_tuner.table import Table, table_of
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs
from dlexp.tuning import spaces


def parallel(runs: Runs) -> None:
    """Show every configuration as a line through its values to its score."""
    mean = _scores(table_of(runs)).mean(axis=0)
    publish.figure("kt_parallel", figures.parallel(spaces.GRID, _places(), mean))
    publish.number("configurations", len(mean), "d")


def effects(runs: Runs) -> None:
    """Show the scores by value, and how much of their variance each hyperparameter explains."""
    scores = _scores(table_of(runs))
    publish.figure("kt_effects", figures.effects(spaces.GRID, _places(), scores))
    shares = selection.main_effects(scores.mean(axis=0))
    header = ["hyperparameter", "share of the variance"]
    rows = [[name, formatted(share, ".0%")] for name, share in shares.items()]
    publish.table("kt_effects_table", header, rows, caption="What explains the scores of the table")
    publish.number("kt_effect", max(shares.values()), ".0%")
    publish.number("kt_interplay", 1 - sum(shares.values()), ".0%")
    best = claims.best_tenth(scores.mean(axis=0))
    publish.number("kt_best_count", len(best), "d")
    for name in ("filters", "learning_rate"):
        places = _places()[best, list(spaces.GRID).index(name)]
        publish.number(f"kt_best_{name}", np.unique(places, return_counts=True)[1].max(), "d")


def agreement(runs: Runs) -> None:
    """Show the scores of two seeds, and how much of them is noise."""
    scores = _scores(table_of(runs))
    publish.figure("kt_agreement", figures.agreement(scores[0], scores[1]))
    publish.number("noise_all", selection.noise_share(scores), ".1%")
    shares = [
        selection.noise_share(np.delete(scores, seed, axis=0)[:, claims.best_tenth(chooser)])
        for seed, chooser in enumerate(scores)
    ]
    publish.number("noise_best", float(np.mean(shares)), ".0%")
    publish.number("noise_best_low", min(shares), ".0%")
    publish.number("noise_best_high", max(shares), ".0%")
    pairs = ((0, 1), (0, 2), (1, 2))
    agree = [selection.rank_correlation(scores[a], scores[b]) for a, b in pairs]
    publish.number("agree_all", float(np.mean(agree)), ".2f")


def optimism(runs: Runs) -> None:
    """Show the optimism of choosing by the test set, by how many configurations are compared."""
    counts = [1, 3, 10, 30, 100, len(spaces.configurations())]
    lines = {
        "epoch chosen, too": claims.optimism_curve(runs, counts),
        "last epoch": claims.optimism_curve(runs, counts, stop=False),
    }
    drawing = figures.lines(
        {"": lines}, counts, axis="configurations compared", value="optimism (percentage points)",
        factor=100, log=True, height=3.4, what="Optimism", spec=".2%",
    )  # fmt: skip
    publish.figure("kt_optimism", drawing)


def _scores(table: Table) -> Floats:
    """Return the score of each trial, its best epoch, (seeds, configurations)."""
    scores: Floats = table.score.max(axis=2)
    return scores


def _places() -> Floats:
    """Return which of its values each configuration gives each hyperparameter."""
    places = [
        [spaces.GRID[name].index(value) for name, value in values.items()]
        for values in spaces.configurations()
    ]
    return np.array(places, float)
