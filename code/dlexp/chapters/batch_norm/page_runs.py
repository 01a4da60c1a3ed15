"""What the page on batch normalisation says of its trainings: the nets, and how they were run.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlexp.byhand import shapes
from dlexp.byhand.layers import Convolution, Dense, Flatten, Layer
from dlexp.chapters.batch_norm.biases import Biases
from dlexp.chapters.batch_norm.brake import Brakes
from dlexp.chapters.batch_norm.depth import Depths
from dlexp.chapters.batch_norm.measure import Batches, Scales
from dlexp.chapters.batch_norm.nets import IMAGE, KINDS, WIDTH
from dlexp.chapters.batch_norm.noise import Noises
from dlexp.chapters.batch_norm.optimisers import Optimisers
from dlexp.chapters.batch_norm.rates import ConvRates, Rates
from dlexp.chapters.batch_norm.shift import Courses
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.chapters.batch_norm.sweep import Ones, Plateaus
from dlexp.draw import publish
from dlexp.lab.runs import Runs

WORDS = {"dense": "dense", "conv": "convolutional"}
SAME = frozenset({"scales", "batches", "lags", "biases"})
"""Measures whose seeds all learn from the same images."""

STACKS: dict[str, list[Layer]] = {
    "dense": [Flatten(), *[Dense(units=WIDTH)] * 3, Dense(units=10)],
    "conv": [
        *(Convolution(filters=n, kernel=3, stride=2, padding="same") for n in (8, 16, 16)),
        Flatten(),
        Dense(units=10),
    ],
}


def what_was_run(runs: Runs) -> None:
    """List the layers of both nets, and the settings of all trainings."""
    rows = [row for kind in KINDS for row in _layers(kind)]
    header = ["layer", "comes out", "parameters", "of the normalisation", "multiplications"]
    publish.table("bn_layers", header, rows, caption="The two nets")
    header = ["experiment", "images", "steps", "images per step", "learning rates", "seeds"]
    publish.table("bn_runs", header, _trainings(runs), caption="What was trained, and for how long")


def _layers(kind: str) -> list[list[str | int]]:
    """Return a row for each layer that has weights: its output, its parameters, its products."""
    rows: list[list[str | int]] = []
    shape: tuple[int, ...] = IMAGE
    for row in shapes.walk(STACKS[kind], IMAGE):
        products = shapes.multiplications(row.layer, shape)
        assert row.shape is not None
        shape = row.shape
        if row.parameters:
            hidden = not (isinstance(row.layer, Dense) and row.layer.units != WIDTH)
            what = "convolution 3 × 3, stride 2" if isinstance(row.layer, Convolution) else "dense"
            size = " × ".join(map(str, shape))
            extra = 2 * shape[-1] if hidden else 0
            rows.append([f"{WORDS[kind]} net: {what}", size, row.parameters, extra, products])
    return rows


def _trainings(runs: Runs) -> list[list[str | int]]:
    """Return a row for each experiment: how it was trained."""
    batches = Batches()
    largest, longest = max(batches.batch_sizes), batches.epochs * batches.train_size
    steps = f"{longest // largest:,} to {longest:,}"
    several = [steps, _listed(batches.batch_sizes), _listed(batches.rates)]
    rows: list[list[str | int]] = [
        ["running statistics", *_plan(Lags(), Lags().stops[-1]), f"{Lags().learning_rate:g}"],
        ["learning rates, dense", *_plan(Rates()), _listed(Rates().rates)],
        ["learning rates, convolutional", *_plan(ConvRates()), _listed(ConvRates().rates)],
        ["learning rates, dense, momentum", *_plan(Optimisers()), _listed(Optimisers().momentum)],
        ["learning rates, dense, Adam", *_plan(Optimisers()), _listed(Optimisers().adam)],
        ["length of the weights", *_plan(Brakes()), _listed(Brakes().rates)],
        ["many layers", *_plan(Depths()), _listed(Depths().rates)],
        ["longer training", *_plan(Courses()), f"{Courses().learning_rate:g}"],
        ["first weights", *_plan(Scales()), f"{Scales().learning_rate:g}"],
        ["first weights, longer", *_plan(Plateaus()), f"{Plateaus().learning_rate:g}"],
        ["small batches", *several],
        ["single images", f"{Ones().steps:,}", 1, _listed(Ones().rates)],
        ["noise", *_plan(Noises()), f"{Noises().learning_rate:g}"],
        [
            "biases, for the page before",
            *_plan(Biases(), Biases().stops[-1]),
            f"{Biases().learning_rate:g}",
        ],
    ]
    names = (
        "lags", "dense_rates", "conv_rates", "optimisers", "optimisers", "brakes", "depths",
        "courses", "scales", "plateaus", "batches", "ones", "noises", "biases",
    )  # fmt: skip
    for row, name in zip(rows, names, strict=True):
        measured = runs(name)
        images = f"{measured.config['train_size']:,}"
        row.insert(1, f"{images}, the same ones" if name in SAME else images)
        row.append(len(measured.seeds))
    return rows


def _plan(config: Any, steps: int | None = None) -> tuple[str, int]:
    return f"{steps or config.steps:,}", config.batch_size


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
