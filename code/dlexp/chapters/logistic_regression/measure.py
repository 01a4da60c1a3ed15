"""Lower the loss of a logistic regression: report D's run again, and other ways down.

Chapter: book/logistic_regression.md. Cost: seven minutes on one core; NumPy alone, no framework.
"""

from dlexp.chapters.logistic_regression.control import Controlled, Fixed, control, fixed
from dlexp.chapters.logistic_regression.curvature import Curving, curve
from dlexp.chapters.logistic_regression.methods import Choosing, Going, Racing, choose, go_on, race
from dlexp.chapters.logistic_regression.rerun import Reported, rerun
from dlexp.chapters.logistic_regression.speed import Timing, time
from dlexp.lab.units import Unit

BUDGET = 7
"""CPU-minutes: report D's run with all images, and Newton's method behind it, take a quarter."""

SEEDS = (0, 1, 2, 3, 4)

CHOOSING_SEEDS = (100, 101, 102)
"""Of the descents that choose the rates: none of the above."""

FEW = 6_000
"""Training images of report D's run where the seed draws them."""

L2 = Racing().l2
"""The penalty, wherever there is one."""


def units() -> list[Unit]:
    """Return the runs of the chapter: report D's with all images, and what seeds draw."""
    whole = [Unit(measure=rerun, config=Reported(intercept=ones), seed=0) for ones in (False, True)]
    drawn = [
        Unit(measure=rerun, config=Reported(intercept=ones, size=FEW), seed=seed)
        for ones in (False, True)
        for seed in SEEDS
    ]
    chosen = [Unit(measure=choose, config=Choosing(), seed=seed) for seed in CHOOSING_SEEDS]
    raced = [Unit(measure=race, config=Racing(), seed=seed) for seed in SEEDS]
    gone = [
        Unit(measure=go_on, config=Going(l2=l2), seed=seed) for l2 in (0.0, L2) for seed in SEEDS
    ]
    curved = [Unit(measure=curve, config=Curving(), seed=seed) for seed in SEEDS]
    timed = [Unit(measure=time, config=Timing(), seed=seed, timed=True) for seed in SEEDS]
    controls = [Unit(measure=control, config=Controlled(), seed=seed) for seed in SEEDS]
    controls.append(Unit(measure=fixed, config=Fixed(), seed=0))
    return [*whole, *drawn, *controls, *chosen, *raced, *gone, *curved, *timed]
