"""What the chapter on logistic regression claims: what report D's run reached, and other ways."""

from collections.abc import Iterator

from dlexp.chapters.logistic_regression import readers
from dlexp.lab.claims import POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

MOST_OF_IT = 0.5
"""Share of what there is to gain that must be gained for a descent to have arrived."""

HALF = 0.5
"""What twice the steps would leave of a gap that falls as one over their number."""

TENTH = 0.1
"""What is left of a gap that falls fast, after twice the steps."""

NEAR = 1e-6
"""How far above the least loss a method has arrived."""

FEW_STEPS = 10
"""Steps in which Newton's method must arrive."""

HUNDRED = 100
"""How many times as long loops must take for the advice against them to be this strong."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_intercepts(runs)
    yield from _on_flat_curves(runs)
    yield from _on_going_on(runs)
    yield from _on_methods(runs("race"))
    yield from _on_the_clock(runs("time"))
    yield from _on_laws(runs("curve"))
    without = readers.gone(runs, with_l2=False)
    yield without.never(
        "separated",
        "draws with a training image on the wrong side, share",
        failures=int((without.numbers("newton", "wrong") > 0).sum()),
        trials=len(without),
    )


def _on_intercepts(runs: Runs) -> Iterator[Claim]:
    """Compare report D's run, without an intercept and with one, to never saying five."""
    for name, intercept, sign in (
        ("without_intercept_worse_than_never", False, 1),
        ("intercept_better_than_never", True, -1),
    ):
        run = readers.drawn(runs, intercept=intercept)
        wrong = run.arrays("test_wrong")[:, -1] - run.numbers("base_rate")
        words = "test error minus that of never saying five"
        if sign < 0:
            words = "test error of never saying five minus that of the run"
        yield run.above(name, words, sign * wrong, scale=POINTS)
    controls = runs("control")
    yield controls.paired(
        "raw_better_than_never",
        "test error of never saying five minus that of the run",
        controls.numbers("base_rate"),
        controls.numbers("raw"),
        scale=POINTS,
    )


def _on_flat_curves(runs: Runs) -> Iterator[Claim]:
    """Ask how far report D's run has come when its curve looks flat."""
    without = readers.drawn(runs, intercept=False)
    few, many = readers.DOUBLED
    yield without.above(
        "flat_has_converged",
        "share of what there is to gain that the run has gained",
        readers.gained(without),
        threshold=MOST_OF_IT,
    )
    yield without.below(
        "falls_as_one_over_k",
        f"gap after {many} steps as a share of that after {few}",
        readers.doubled(readers.gaps(without)),
        threshold=HALF,
    )


def _on_going_on(runs: Runs) -> Iterator[Claim]:
    """Go on much longer, with L2 and without."""
    without, held = (readers.gone(runs, with_l2=l2) for l2 in (False, True))
    wrong = without.arrays("test_wrong")
    last = wrong.shape[1] - 1
    yield held.below(
        "l2_falls_fast",
        "gap after twice the steps, as a share",
        readers.doubled(held.arrays("losses") - readers.least(held)),
        threshold=TENTH,
    )
    yield without.above(
        "later_is_worse",
        f"test error after {last:,} steps minus that after {readers.DOUBLED[0]}",
        wrong[:, last] - wrong[:, readers.DOUBLED[0]],
        scale=POINTS,
    )
    yield (without + held).paired(
        "l2_is_better_late",
        f"test error after {last:,} steps, without L2 minus with it",
        wrong[:, last],
        held.arrays("test_wrong")[:, last],
        scale=POINTS,
    )


def _on_methods(raced: Runs) -> Iterator[Claim]:
    """Compare methods by the decimals that they have right after as many passes."""
    for name, better, worse, passes in (
        ("search_beats_the_bound", "search", "bound", readers.DIGITS_AT),
        ("tuned_beats_search", "tuned", "search", readers.DIGITS_AT),
        ("momentum_beats_tuned", "momentum", "tuned", readers.HALF_WAY),
    ):
        first, second = (readers.digits(raced, method, passes) for method in (better, worse))
        words = f"more decimals right after {passes} passes"
        yield raced.paired(name, words, first, second)
    arrived = (raced.arrays("newton") > NEAR).sum(axis=1)
    yield raced.never(
        "newton_in_few_steps",
        f"draws in which Newton's method is not within {NEAR:g} of the least loss, share",
        failures=int((arrived >= FEW_STEPS).sum()),
        trials=len(raced),
    )


def _on_the_clock(timed: Runs) -> Iterator[Claim]:
    """Compare the time of loops with that of products of matrices."""
    yield timed.above(
        "loops_take_a_hundred_times",
        "time of loops over images, divided by that without them",
        timed.arrays("loss")[:, -1],
        threshold=HUNDRED,
        scale=TIMES,
    )


def _on_laws(curved: Runs) -> Iterator[Claim]:
    """Count what would break what is proven of the loss and of the steps."""
    for name, words, key in (
        ("never_rises", "pairs of descents in which a step raised the loss, share", "rose"),
        ("within_one_over_k", "descents in which a gap is above the bound, share",
         "above_one_over_k"),
        ("within_linear", "descents in which a gap is above the bound, share", "above_linear"),
    ):  # fmt: skip
        broken = int((curved.numbers("bounds", key) > 0).sum())
        yield curved.never(name, words, failures=broken, trials=len(curved))
