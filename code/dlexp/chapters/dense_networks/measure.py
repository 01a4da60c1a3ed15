"""Ask what hidden layers add, and which of the choices around them matter.

Chapter: book/dense_networks.md. Cost: twelve minutes on one core.
"""

from dlexp.chapters.dense_networks.bending import Bending, bend
from dlexp.chapters.dense_networks.contenders import DEEP_ONES, everyone
from dlexp.chapters.dense_networks.enlarged import Enlarged, enlarge
from dlexp.chapters.dense_networks.learning import Learning, learn, sweep
from dlexp.chapters.dense_networks.recipes import REPORT_D, REPORT_D_LINEAR, Recipe, follow
from dlexp.chapters.dense_networks.signals import Untrained, pass_through
from dlexp.lab.units import Unit

SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)

FEW_SEEDS = SEEDS[:5]
"""Of the reports' recipes, which take all images, and of deep networks."""

CHOOSING_SEEDS = (101, 102)
"""Of the trainings that choose the rates: none of the above."""

UNTRAINED = (
    Untrained(),
    Untrained(first="he_normal"),
    Untrained(first="small"),
    Untrained(activation="sigmoid"),
    Untrained(activation="tanh"),
)

ENLARGED = (Enlarged(), Enlarged(centred=True, rates=(0.1,)))
"""Sixteen layers of sigmoids; the rate of the second was chosen in a pilot, with another seed."""

BENT = (
    Bending(units=2),
    Bending(),
    Bending(units=8),
    Bending(units=8, activation="linear"),
)


def contest(config: Learning) -> list[Unit]:
    """Return what it takes to see how far a contender comes: its choice of a rate, and the rest."""
    is_chosen = len(config.rates) > 1
    sweeps = tuple(
        Unit(measure=sweep, config=config, seed=seed) for seed in CHOOSING_SEEDS if is_chosen
    )
    seeds = FEW_SEEDS if config in DEEP_ONES.values() else SEEDS
    learnt = [Unit(measure=learn, config=config, seed=seed, needs=sweeps) for seed in seeds]
    return [*sweeps, *learnt]


def units() -> list[Unit]:
    """Return the runs of the chapter."""
    bent = [Unit(measure=bend, config=config, seed=seed) for config in BENT for seed in SEEDS]
    recipes = [
        Unit(measure=follow, config=recipe, seed=seed)
        for recipe in (Recipe(), REPORT_D, REPORT_D_LINEAR)
        for seed in FEW_SEEDS
    ]
    sent = [
        Unit(measure=pass_through, config=config, seed=seed)
        for config in UNTRAINED
        for seed in SEEDS
    ]
    contests = [unit for config in everyone() for unit in contest(config)]
    larger = [
        Unit(measure=enlarge, config=config, seed=seed) for config in ENLARGED for seed in FEW_SEEDS
    ]
    return [*bent, *recipes, *sent, *contests, *larger]
