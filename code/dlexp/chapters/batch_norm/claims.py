"""What the chapter on batch normalisation claims, and how its records are read.

Chapter: book/batch_norm.md, which has the sentences. The bars were set after a trial of one seed
and before the first full run; the claims ``quiet_*`` were added when the first records were in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.laws import Laws
from dlexp.chapters.batch_norm.measure import Batches, Rates, Scales
from dlexp.chapters.batch_norm.nets import EPSILON, KINDS, WITH, WITHOUT
from dlexp.chapters.batch_norm.statistics import Lags, Noises
from dlexp.lab.claims import PERCENT, POINTS, STEPS, TIMES, Claim
from dlexp.lab.runs import Runs

LEARNT = 0.8  # of test accuracy: a net above it has learnt
CHANCE = 0.2  # of accuracy: a net below it has learnt nothing; one class of ten would give 0.1
BAR = 0.9  # of validation accuracy: what the nets race to

TINIEST, TINY, HUGE = "1e-06", "0.001", "10"
"""Spreads of first weights, of `Scales.scales`, as they are written."""

KERAS_EPSILON, SMALLEST_EPSILON = f"{EPSILON:g}", "1e-12"
"""Nets of `scales` by their epsilon, of `Scales.epsilons`."""

SLOW, FAST = Lags.momenta
PAIR, _, PART, _, WHOLE = Noises.ghosts  # images that share their statistics


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_laws(runs("laws"))
    yield from _on_rates(runs("rates"))
    yield from _on_time(runs)
    yield from _on_scales(runs("scales"))
    yield from _on_batches(runs("batches"))
    yield _on_biases(runs("biases"))
    yield from _on_lags(runs("lags"))
    yield from _on_noise(runs("noises"))


def _on_laws(laws: Runs) -> Iterator[Claim]:
    drawn = Laws().layers * len(laws)
    yield laws.never(
        "keras_agrees",
        "random layers that differ, share",
        failures=laws.numbers("agreement").sum(), trials=drawn,
    )  # fmt: skip
    yield laws.never(
        "one_says_beta",
        "random layers of Keras with another answer, share",
        failures=laws.numbers("batch_of_one", "values").sum(), trials=drawn,
    )  # fmt: skip
    yield laws.never(
        "one_hands_nothing_back",
        "random layers of Keras with another gradient, share",
        failures=laws.numbers("batch_of_one", "gradients").sum(), trials=drawn,
    )  # fmt: skip
    yield laws.never(
        "one_image_is_instance",
        "random layers of Keras that differ, share",
        failures=laws.numbers("instance").sum(), trials=drawn,
    )  # fmt: skip
    broken = [laws.numbers("variance_law", epsilon).sum() for epsilon in ("0.001", "1e-05")]
    yield laws.never(
        "variance_law",
        "spreads at which Keras gives another variance, share",
        failures=sum(broken),
        trials=len(broken) * laws.numbers("variance_law", "spreads").sum(),
    )
    yield laws.never(
        "bias_gets_no_gradient",
        "random layers whose bias gets more than a ten-thousandth of the kernel's, share",
        failures=laws.numbers("bias").sum(), trials=drawn,
    )  # fmt: skip


def _on_rates(rates: Runs) -> Iterator[Claim]:
    for kind in KINDS:
        normal, plain = f"{kind}_{WITH}", f"{kind}_{WITHOUT}"
        yield rates.paired(
            f"higher_rate_{kind}",
            "common logarithm of the largest rate that learns, with minus without",
            highest_rate(rates, normal),
            highest_rate(rates, plain),
        )
        yield rates.paired(
            f"tuned_{kind}",
            "test accuracy, with minus without",
            tuned(rates, normal),
            tuned(rates, plain),
            scale=POINTS,
        )
        yield rates.paired(
            f"fewer_steps_{kind}",
            "steps, without minus with",
            steps_to_bar(rates, plain),
            steps_to_bar(rates, normal),
            scale=STEPS,
        )


def _on_time(runs: Runs) -> Iterator[Claim]:
    clock, rates = runs("clock"), runs("rates")
    ratios = {kind: step_ratios(clock, kind) for kind in KINDS}
    yield clock.above(
        "step_takes_longer",
        "time of a step, with divided by without; the smaller ratio of the two nets",
        np.minimum(*ratios.values()),
        threshold=1.0,
        scale=TIMES,
    )
    for kind in KINDS:
        normal, plain = (steps_to_bar(rates, f"{kind}_{name}") for name in (WITH, WITHOUT))
        yield runs("clock", "rates").below(
            f"less_time_{kind}",
            "steps times time of a step, with divided by without",
            ratios[kind] * normal / plain,
            threshold=1.0,
            scale=TIMES,
        )


def _on_scales(scales: Runs) -> Iterator[Claim]:
    def test(net: str, spread: str) -> Floats:
        return scales.numbers(net, "test")[:, Scales().scales.index(float(spread))]

    dead, alive = test(WITHOUT, TINY), test(KERAS_EPSILON, TINY)
    yield scales.below("tiny_dies_without", "test accuracy", dead, threshold=CHANCE, scale=PERCENT)
    yield scales.above("tiny_learns_with", "test accuracy", alive, threshold=LEARNT, scale=PERCENT)
    dead, alive = test(KERAS_EPSILON, TINIEST), test(SMALLEST_EPSILON, TINIEST)
    yield scales.below("tiniest_dies_with", "test accuracy", dead, threshold=CHANCE, scale=PERCENT)
    yield scales.above("epsilon_repairs", "test accuracy", alive, threshold=LEARNT, scale=PERCENT)
    yield scales.paired(
        "huge_helped",
        "test accuracy, with minus without",
        test(KERAS_EPSILON, HUGE),
        test(WITHOUT, HUGE),
        at_least=0.1,
        scale=POINTS,
    )


def _on_batches(batches: Runs) -> Iterator[Claim]:
    def accuracy(net: str, size: int, part: str = "test") -> Floats:
        return batches.numbers(net, part)[:, Batches().batch_sizes.index(size)]

    yield batches.below(
        "dense_one_cannot_fit",
        "training accuracy",
        accuracy("dense_with", 1, "train"),
        threshold=CHANCE,
        scale=PERCENT,
    )
    for name, net in (("plain_one_learns", "dense_without"), ("conv_one_learns", "conv_with")):
        one = accuracy(net, 1)
        yield batches.above(name, "test accuracy", one, threshold=LEARNT, scale=PERCENT)
    yield batches.paired(
        "conv_one_beats_plain",
        "test accuracy, with minus without",
        accuracy("conv_with", 1),
        accuracy("conv_without", 1),
        scale=POINTS,
    )
    yield batches.paired(
        "dense_two_suffers",
        "test accuracy, without minus with",
        accuracy("dense_without", 2),
        accuracy("dense_with", 2),
        scale=POINTS,
    )


def _on_biases(biases: Runs) -> Claim:
    apart = [
        biases.numbers(kind, "test", "biased") - biases.numbers(kind, "test", "plain")
        for kind in KINDS
    ]
    return biases.below(
        "bias_is_idle",
        "difference in test accuracy, the larger of the two nets",
        np.abs(apart).max(axis=0),
        threshold=0.01,
        scale=POINTS,
    )


def _on_lags(lags: Runs) -> Iterator[Claim]:
    """The weaker of the two nets counts."""
    yield lags.above(
        "lag_costs",
        "test accuracy, anew minus running, the smaller of the two nets",
        lag(lags, 10, f"{SLOW:g} anew", f"{SLOW:g} moving").min(axis=0),
        scale=POINTS,
    )
    yield lags.below(
        "lag_heals",
        "difference in test accuracy, anew and running, the larger of the two nets",
        np.abs(lag(lags, 1000, f"{SLOW:g} anew", f"{SLOW:g} moving")).max(axis=0),
        threshold=0.005,
        scale=POINTS,
    )
    yield lags.above(
        "forgetting_helps",
        f"test accuracy, momentum {FAST:g} minus {SLOW:g}, the smaller of the two nets",
        lag(lags, 30, f"{FAST:g} moving", f"{SLOW:g} moving").min(axis=0),
        scale=POINTS,
    )


def _on_noise(noises: Runs) -> Iterator[Claim]:
    def test(kind: str, size: int) -> Floats:
        normal = noises.numbers(f"{kind}_{WITH}", "test_accuracy")
        return normal[:, Noises().ghosts.index(size)]

    of_all = f"statistics of {WHOLE} images"
    for kind in KINDS:
        yield noises.paired(
            f"noise_helps_{kind}",
            f"test accuracy, statistics of {PART} images minus {of_all}",
            test(kind, PART),
            test(kind, WHOLE),
            scale=POINTS,
        )
    yield noises.paired(
        "too_much_noise",
        f"test accuracy, {of_all} minus statistics of {PAIR} images",
        test("dense", WHOLE),
        test("dense", PAIR),
        scale=POINTS,
    )
    for kind in KINDS:
        bare = noises.numbers(f"{kind}_{WITHOUT}", "test_accuracy")
        yield noises.paired(
            f"quiet_{kind}_gains",
            f"test accuracy, {of_all} minus no normalisation",
            test(kind, WHOLE),
            bare,
            scale=POINTS,
        )


# --- Reading the records: one value per seed ----------------------------------------------------


def tuned(rates: Runs, net: str) -> Floats:
    """Return the test accuracy at the learning rate that validation chose."""
    chosen = rates.numbers(net, "validation").argmax(axis=1)
    test: Floats = rates.numbers(net, "test")[np.arange(len(chosen)), chosen]
    return test


def highest_rate(rates: Runs, net: str) -> Floats:
    """Return the common logarithm of the largest rate that learns; the smallest if none does."""
    grid = np.log10(Rates().rates)
    learnt = rates.numbers(net, "test") >= LEARNT
    highest: Floats = np.where(learnt, grid, grid[0]).max(axis=1)
    return highest


def race(rates: Runs, net: str) -> tuple[Floats, Floats]:
    """Return the validation accuracy of a net at its fastest rate, (seeds, looks), and its steps.

    The steps to the bar; all of them, where no rate leads there.
    """
    config = Rates()
    paths = rates.numbers(net, "path")  # (seeds, rates, looks)
    stops = np.minimum(config.check_every * (1 + np.arange(paths.shape[2])), config.steps)
    arrived = np.where(paths >= BAR, stops, config.steps).min(axis=2)  # (seeds, rates)
    fastest = np.arange(len(paths)), arrived.argmin(axis=1)
    return paths[fastest], arrived[fastest].astype(float)


def steps_to_bar(rates: Runs, net: str) -> Floats:
    """Return the steps to the bar at a net's fastest learning rate; see `race`."""
    return race(rates, net)[1]


def step_ratios(clock: Runs, kind: str) -> Floats:
    """Return the time of a step with normalisation as a multiple of one without."""
    ratios: Floats = np.median(clock.arrays(kind), axis=1)
    return ratios


def lag(lags: Runs, stop: int, a: str, b: str) -> Floats:
    """Return the difference of two test accuracies after some steps, of shape (kinds, seeds).

    ``a`` and ``b`` name the momentum and the statistics, as in ``"0.99 anew"``.
    """

    def test(kind: str, words: str) -> Floats:
        momentum, statistics = words.split()
        return lags.numbers(f"{kind}_{momentum}", statistics)[:, Lags().stops.index(stop)]

    return np.array([test(kind, a) - test(kind, b) for kind in KINDS])
