"""The chapter's claims on Fashion-MNIST: the same measures, and the same rules.

Chapter: book/softmax_regression.md. What is asked again was set down before
any record was looked at.
"""

from collections.abc import Iterator

from dlexp.chapters.softmax_regression import claims as at_home
from dlexp.chapters.softmax_regression import measure
from dlexp.chapters.softmax_regression.optimum import Settling, settle
from dlexp.chapters.softmax_regression.recipe import Training, train
from dlexp.lab.claims import Claim
from dlexp.lab.elsewhere import FASHION, moved
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

SIZE = 12_000
"""Training images of the recipe: all that there are."""


def units() -> list[Unit]:
    """Return the runs that are made on Fashion-MNIST, with fewer images by the recipe."""
    recipes = [Unit(measure=train, config=Training(size=SIZE), seed=seed) for seed in measure.SEEDS]
    ends = [Unit(measure=settle, config=Settling(), seed=seed) for seed in measure.SEEDS]
    return moved([*recipes, *ends], FASHION)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle them there."""
    yield from at_home.on_the_recipe(runs("train"))
    yield from at_home.on_the_end(runs("settle"))
