"""Ask what an honest score of a network takes: parts, passes, candidates, and scales of pixels.

Chapter: book/mnist.md. Cost: some minutes on one core.
Keras is imported inside the functions that compute, so that keys and pages never pay for it.
"""

from dlexp.chapters.mnist.candidates import Competing, compete
from dlexp.chapters.mnist.nets import SEEDS
from dlexp.chapters.mnist.passes import Watching, watch
from dlexp.chapters.mnist.scaling import Scaling, scale
from dlexp.lab.units import Unit

BUDGET = 8
"""CPU-minutes."""

SIZES = (500, 2_000, 8_000)
"""Training images of the networks that are watched."""

NEAR = Watching(size=50_000, passes=10, budgets=(2, 5, 10))
"""The network nearest to the reports': it learns from all that unseen images leave."""

DROPOUT = 0.5
"""The rate of the network that is watched with dropout."""

RECIPES = (1e-4, 1e-2)
"""Least and largest learning rate of candidates that differ in theirs."""


def units() -> list[Unit]:
    """Return every run of the chapter."""
    watched = [*(Watching(size=size) for size in SIZES), Watching(dropout=DROPOUT)]
    rivals = [Competing(), Competing(rates=RECIPES)]
    scales = [Scaling(), Scaling(optimizer="adam")]
    return [
        *(Unit(measure=watch, config=config, seed=seed) for config in watched for seed in SEEDS),
        *(Unit(measure=compete, config=config, seed=seed) for config in rivals for seed in SEEDS),
        *(Unit(measure=watch, config=NEAR, seed=seed) for seed in SEEDS[:5]),
        *(Unit(measure=scale, config=config, seed=seed) for config in scales for seed in SEEDS[:5]),
    ]
