"""What the page on searching for hyperparameters shows of its table of all configurations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand import shapes
from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import claims, figures, figures_searches, guessing, selection
from dlexp.chapters.keras_tuner import process as gaussian
from dlexp.chapters.keras_tuner.bakeoff import Luck
from dlexp.chapters.keras_tuner.table import Rows, Table, table_of
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import seeds_to_settle
from dlexp.lab.runs import Runs
from dlexp.tuning import spaces

LIBRARIES = {"keras_tuner": "Keras Tuner", "keras": "Keras", "optuna": "Optuna"}
"""What the reader calls the libraries that search."""


def whole(runs: Runs) -> None:
    """Show what the table is: its configurations, its networks, its trainings."""
    for shown in (parallel, ran, curves):
        shown(runs)


def good(runs: Runs) -> None:
    """Place how often the best of many guesses is good, by the training that scores."""
    table = table_of(runs)
    count = claims.GUESSES
    rank = (-table.chosen().mean(axis=0)).argsort().argsort()
    top = rank < round(Luck().share * len(rank))
    for seed, score in enumerate(_scores(table)):
        publish.number(f"kt_good_{seed + 1}", chance_of_good(score, top, count), ".0%")


def chance_of_good(score: Floats, top: NDArray[np.bool_], count: int) -> float:
    """Return how often the best by score of some guesses, which may come again, is in the top."""
    _, group = np.unique(score, return_inverse=True)  # of equal scores each leads as often
    below = np.cumsum(np.bincount(group)) / len(score)
    leads = np.diff(below**count, prepend=0)
    good = np.bincount(group, weights=top) / np.bincount(group)
    return float(leads @ good)


def parallel(runs: Runs) -> None:
    """Show every configuration as a line through its values to its score."""
    mean = _scores(table_of(runs)).mean(axis=0)
    publish.figure("kt_parallel", figures.parallel(spaces.GRID, _places(), mean))
    publish.number("configurations", len(mean), "d")


def space(runs: Runs) -> None:
    """List the values of each hyperparameter, and how often the best have each of them."""
    scores = _scores(table_of(runs)).mean(axis=0)
    shares, best = selection.main_effects(scores), claims.best_tenth(scores)
    default = [spaces.DEFAULT[name] for name in spaces.GRID]
    rows: list[list[str | int]] = []
    for column, (name, values) in enumerate(spaces.GRID.items()):
        counts = np.bincount(_places()[best, column].astype(int), minlength=len(values))
        told = [f"{_text(v)}: {n}" for v, n in zip(values, counts, strict=True)]
        row = [name, _text(default[column]), formatted(shares[name], ".0%"), ", ".join(told)]
        rows.append([*row])
    header = ["hyperparameter", "default", "share of the variance", "its values in the best"]
    caption = f"The space, and the best {len(best)} of its {len(scores)} configurations"
    publish.table("kt_space", header, rows, caption=caption)
    publish.number("kt_effect", max(shares.values()), ".0%")
    publish.number("kt_interplay", 1 - sum(shares.values()), ".0%")
    rates(table_of(runs))
    publish.number("kt_best_count", len(best), "d")
    most = len(spaces.GRID["filters"]) - 1
    largest = _places()[best, list(spaces.GRID).index("filters")] == most
    publish.number("kt_best_filters", largest.sum(), "d")


def rates(table: Table) -> None:
    """Place what the learning rate explains without its smallest values, and finds alone."""
    grid = _scores(table).mean(axis=0).reshape(len(spaces.GRID["learning_rate"]), -1)
    for skipped, name in ((1, "one"), (2, "two")):
        left = grid[skipped:]
        publish.number(f"kt_effect_without_{name}", left.mean(axis=1).var() / left.var(), ".0%")
    alone = [
        spaces.place({**spaces.DEFAULT, "learning_rate": r}) for r in spaces.GRID["learning_rate"]
    ]
    scores, fresh = _scores(table), table.fresh()
    best, spent = table.chosen().mean(axis=0).max(), len(alone) * table.epochs
    found = [fresh[seed, alone[int(scores[seed, alone].argmax())]] for seed in range(len(scores))]
    publish.number("kt_rates_epochs", spent, "d")
    publish.number("kt_rates_low", 100 * (best - max(found)), ".2f")
    publish.number("kt_rates_high", 100 * (best - min(found)), ".2f")
    publish.number("kt_rates_random", 100 * (best - guessing.worth(table, [spent])[0]), ".2f")


def ran(runs: Runs) -> None:
    """List what was run: the default network layer by layer, and the training."""
    names = ("convolution 3 × 3, stride 2", "max pooling 2 × 2", "flatten", "dense", "dense")
    walk = shapes.walk(_stack(spaces.DEFAULT), spaces.IMAGE)
    work = _multiplications(walk)
    rows = [
        [name, " × ".join(map(str, row.shape or ())), f"{row.parameters:,}", f"{each:,}"]
        for name, row, each in zip(names, walk, work, strict=True)
    ]
    rows.append(["in all", "", f"{sum(row.parameters for row in walk):,}", f"{sum(work):,}"])
    header = ["layer", "output", "parameters", "multiplications"]
    caption = "The default network, and what it costs for one image"
    publish.table("kt_networks", header, [*rows], caption=caption)
    largest = {**spaces.DEFAULT, **{name: spaces.GRID[name][-1] for name in ("filters", "units")}}
    walk = shapes.walk(_stack(largest), spaces.IMAGE)
    publish.number("kt_largest", sum(row.parameters for row in walk), ",d")
    publish.number("kt_largest_work", sum(_multiplications(walk)), ",d")
    _trained(len(runs("rows").seeds), _versions(runs))


def _trained(seeds: int, libraries: str) -> None:
    config = Rows()
    steps = config.epochs * -(-config.train_size // config.batch_size)
    rows = [
        ["training images", f"{config.train_size:,}"],
        ["validation images, which give the score", f"{config.scored:,}"],
        ["test images", f"{config.tested:,}"],
        ["images per step", f"{config.batch_size}"],
        ["epochs, and steps", f"{config.epochs}, {steps}"],
        ["optimizer", "Adam; its learning rate is searched"],
        ["trainings", f"{len(spaces.configurations())} configurations × {seeds} seeds"],
        ["versions", libraries],
    ]
    publish.table("kt_ran", ["what", "how many"], [*rows], caption="What was run for the table")


def _versions(runs: Runs) -> str:
    """Return the libraries whose defaults and faults the page names, with what the records note."""
    noted: list[Mapping[str, str]] = [run.provenance.get("versions", {}) for run in runs]
    told = []
    for name, label in LIBRARIES.items():
        found = sorted({versions[name] for versions in noted if name in versions})
        told.append(f"{label} {' and '.join(found)}")
    return ", ".join(told)


def _stack(values: Mapping[str, Any]) -> list[shapes.Layer]:
    """Return the layers of a configuration for `dlexp.byhand.shapes.walk`, without the dropout."""
    return [
        shapes.Convolution(filters=values["filters"], kernel=3, stride=2, padding="same"),
        shapes.Pooling(window=2),
        shapes.Flatten(),
        shapes.Dense(units=values["units"]),
        shapes.Dense(units=spaces.CLASSES),
    ]


def _multiplications(walk: Sequence[shapes.Row]) -> list[int]:
    """Return the multiplications of each layer for one image: weights, wherever they are used."""
    found = []
    for row in walk:
        last = (row.shape or (0,))[-1]
        uses = int(np.prod((row.shape or (1,))[:-1]))
        found.append((row.parameters - last) * uses if row.parameters else 0)
    return found


def curves(runs: Runs) -> None:
    """Show how the scores of each learning rate rise over the epochs."""
    score = table_of(runs).score  # (seeds, configurations, epochs)
    rate = _places()[:, list(spaces.GRID).index("learning_rate")]
    lines = {
        _text(value): score[:, rate == place].mean(axis=1)
        for place, value in enumerate(spaces.GRID["learning_rate"])
    }
    drawing = figures.lines(
        {"": lines}, range(1, score.shape[2] + 1), axis="epoch", value="validation accuracy (%)",
        factor=100, height=3.6, what="Mean score by learning rate", spec=".0%",
    )  # fmt: skip
    publish.figure("kt_curves", drawing)
    gain = 100 * (score[..., -1] - score[..., -2]).mean(axis=0)
    for name, place in (("slow", 0), ("fast", len(spaces.GRID["learning_rate"]) - 2)):
        publish.number(f"kt_last_{name}", gain[rate == place].mean(), ".1f")


def process(runs: Runs) -> None:
    """Show a Gaussian process over the learning rate, after three trials and after four."""
    table, name = table_of(runs), "learning_rate"
    values = {**spaces.DEFAULT, "filters": 16, "units": 64}
    rates = [float(rate) for rate in spaces.GRID[name]]
    places = [spaces.place({**values, name: rate}) for rate in rates]
    truth = table.score.max(axis=2)[0, places]
    ticks, fine = (np.arange(len(rates)) + 0.5) / len(rates), np.linspace(0, 1, 121)
    tried, steps = [0, 2, 5], []
    for _ in range(2):
        seen = (ticks[tried][:, np.newaxis], truth[tried])
        there = gaussian.guess(*seen, fine[:, np.newaxis], length=0.25)
        at = gaussian.upper(gaussian.guess(*seen, ticks[:, np.newaxis], length=0.25))
        at[tried] = -np.inf
        chosen = int(at.argmax())
        steps.append(
            figures_searches.Step(fine, *there[:2], gaussian.upper(there), tuple(tried), chosen)
        )
        tried.append(chosen)
    publish.figure("kt_process", figures_searches.process(steps, rates, truth))


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


def unsettled(runs: Runs) -> None:
    """Place how many seeds it would take to settle what is open."""
    worth = runs("worth", train_size=claims.WORTH_IMAGES)
    gains = worth.numbers("found", "test") - worth.numbers("default", "test")
    publish.number("kt_seeds_needed", seeds_to_settle(gains), "d")


def _scores(table: Table) -> Floats:
    """Return the score of each trial, its best epoch, (seeds, configurations)."""
    scores: Floats = table.score.max(axis=2)
    return scores


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _places() -> Floats:
    """Return which of its values each configuration gives each hyperparameter."""
    places = [
        [spaces.GRID[name].index(value) for name, value in values.items()]
        for values in spaces.configurations()
    ]
    return np.array(places, float)
