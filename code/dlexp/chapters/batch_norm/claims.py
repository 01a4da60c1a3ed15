"""What the chapter on batch normalisation claims, and how its records are read.

Chapter: book/batch_norm.md, which has the sentences. The bars were set after a trial of one seed
and before the first full run. What is asked of `noises`, `depths` and `less_time_*` was written
down before their records were made; ``quiet_gains`` was suggested by an earlier run, with other
images, and asked again at equal training loss. An earlier run of `noises` was looked at with
running statistics, with which outputs are too large; the claims were kept. The time was a logarithm
first, with the same two verdicts, and is a ratio now; times with statistics anew were asked for
later. What is asked of `courses` was put into its words when two of the seeds were in. The question
of Adam was written down after a pilot of one other seed, and before its records, with ten seeds
from the start; it stands for `unsteady_ends_ahead`, which was open and is told in the text now.
Elsewhere, five seeds came first; where they said that fewer than ten would settle what they left
open, ten were run, and all ten count: of `dense_rates`, `conv_rates` and `noises`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm.depth import LARGER
from dlexp.chapters.batch_norm.laws import Laws
from dlexp.chapters.batch_norm.measure import Batches, Scales
from dlexp.chapters.batch_norm.nets import EPSILON, KINDS, WITH, WITHOUT
from dlexp.chapters.batch_norm.noise import Noises
from dlexp.chapters.batch_norm.optimisers import ADAM
from dlexp.chapters.batch_norm.readers import lag, step_ratios, time_ratios
from dlexp.chapters.batch_norm.shift import UNSTEADY
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.lab.claims import PERCENT, POINTS, TIMES, Claim, Scale
from dlexp.lab.runs import Runs

LEARNT = 0.8  # of accuracy: a net above it has learnt
CHANCE = 0.2  # of accuracy: a net below it has learnt nothing; one class of ten would give 0.1
CLOSE = 0.01  # of accuracy: nets that are no further apart are as good
BY_HALF = 0.5  # of accuracy: the lead of a net that learns over one that does not

TINIEST, TINY = "1e-06", "0.001"
"""Spreads of first weights, of `Scales.scales`, as they are written."""

LATE, LATER = "0.01", "0.0001"
"""Spreads of first weights, of `Plateaus.starts`: without normalisation, and with it."""

KERAS_EPSILON, SMALLEST_EPSILON = f"{EPSILON:g}", "1e-12"
"""Nets of `scales` by their epsilon, of `Scales.epsilons`."""

SLOW, FAST = Lags.momenta
_, PART, WHOLE = Noises.trained  # images that share their statistics
NATS = Scale(1, "nats")


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_laws(runs("laws"))
    yield from _on_rates(runs)
    yield from _on_time(runs)
    yield from _on_courses(runs("courses"))
    yield from _on_scales(runs("scales"))
    yield from _on_batches(runs("batches"))
    yield _on_depths(runs("depths"))
    yield _on_lags(runs("lags"))
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


def _on_rates(runs: Runs) -> Iterator[Claim]:
    optimisers = runs("optimisers")
    yield optimisers.paired(
        "tuned_adam",
        "test accuracy, with minus without",
        *(optimisers.numbers(f"{ADAM}_{net}", "in_use", "test") for net in (WITH, WITHOUT)),
        scale=POINTS,
    )
    for kind in KINDS:
        rates = runs(f"{kind}_rates")
        normal, plain = (
            rates.numbers(f"{kind}_{net}", "in_use", "test") for net in (WITH, WITHOUT)
        )
        yield rates.paired(
            f"tuned_{kind}", "test accuracy, with minus without", normal, plain, scale=POINTS
        )


def _on_time(runs: Runs) -> Iterator[Claim]:
    clock = runs("clock")
    yield clock.above(
        "step_takes_longer",
        "time of a step, with divided by without; the smaller ratio of the two nets",
        np.minimum(*(step_ratios(clock, kind) for kind in KINDS)),
        threshold=1.0,
        scale=TIMES,
    )
    for kind in KINDS:
        yield runs("clock", f"{kind}_rates").below(
            f"less_time_{kind}",
            "time to the bar, with divided by without",
            time_ratios(runs, kind),
            threshold=1.0,
            scale=TIMES,
        )


def _on_courses(courses: Runs) -> Iterator[Claim]:
    def end(net: str) -> Floats:
        return courses.numbers(net, "test")

    def early(net: str) -> Floats:
        return courses.numbers(net, "validation")[:, 0]

    yield courses.within(
        "lead_fades",
        "test accuracy, with minus without",
        end(WITH) - end(WITHOUT),
        low=-CLOSE,
        high=CLOSE,
        scale=POINTS,
    )
    yield courses.paired(
        "unsteady_starts_faster",
        "validation accuracy, normalised and disturbed minus without normalisation",
        early(UNSTEADY),
        early(WITHOUT),
        scale=POINTS,
    )


def _on_scales(scales: Runs) -> Iterator[Claim]:
    def test(net: str, spread: str) -> Floats:
        return scales.numbers(net, "test")[:, Scales().scales.index(float(spread))]

    yield scales.paired(
        "tiny_needs_it",
        "test accuracy, with minus without",
        test(KERAS_EPSILON, TINY),
        test(WITHOUT, TINY),
        at_least=BY_HALF,
        scale=POINTS,
    )
    yield scales.paired(
        "epsilon_decides",
        f"test accuracy, epsilon {SMALLEST_EPSILON} minus epsilon {KERAS_EPSILON}",
        test(SMALLEST_EPSILON, TINIEST),
        test(KERAS_EPSILON, TINIEST),
        at_least=BY_HALF,
        scale=POINTS,
    )


def _on_batches(batches: Runs) -> Iterator[Claim]:
    def one(net: str, part: str = "test") -> Floats:
        return batches.numbers(net, part)[:, Batches().batch_sizes.index(1)]

    yield batches.below(
        "dense_one_cannot_fit",
        "training accuracy",
        one("dense_with", "train"),
        threshold=CHANCE,
        scale=PERCENT,
    )
    yield batches.paired(
        "conv_one_beats_plain",
        "test accuracy, with minus without",
        one("conv_with"),
        one("conv_without"),
        scale=POINTS,
    )


def _on_depths(depths: Runs) -> Claim:
    """The better of the two nets without normalisation counts, in each seed."""

    def deepest(net: str) -> Floats:
        return depths.numbers(net, "test")[:, -1]

    return depths.paired(
        "deep_needs_it",
        "test accuracy, with minus the better one of the two without",
        deepest(WITH),
        np.maximum(deepest(WITHOUT), deepest(LARGER)),
        scale=POINTS,
    )


def _on_lags(lags: Runs) -> Claim:
    """The weaker of the two nets counts."""
    return lags.above(
        "lag_costs",
        "test accuracy, anew minus running, of the two nets the smaller in each seed",
        lag(lags, 10, f"{SLOW:g} anew", f"{SLOW:g} moving").min(axis=0),
        scale=POINTS,
    )


def _on_noise(noises: Runs) -> Iterator[Claim]:
    of_all, of_part = f"statistics of {WHOLE} images", f"statistics of {PART}"

    def of(net: int | str, *path: str) -> Floats:
        return noises.numbers(str(net), *path)

    yield noises.paired(
        "noise_fits_less",
        f"training loss in nats, {of_part} minus {of_all}",
        of(PART, "train_loss"),
        of(WHOLE, "train_loss"),
        scale=NATS,
    )
    yield noises.paired(
        "noise_learns_fewer_wrong",
        f"wrong labels learnt, {of_all} minus {of_part}",
        of(WHOLE, "wrong", "learnt"),
        of(PART, "wrong", "learnt"),
        scale=POINTS,
    )
    yield noises.paired(
        "noise_tests_better",
        f"test accuracy, {of_part} minus {of_all}",
        of(PART, "test_accuracy"),
        of(WHOLE, "test_accuracy"),
        scale=POINTS,
    )
    yield noises.paired(
        "quiet_gains",
        f"test accuracy at the first look below the level, {of_all} minus no normalisation",
        of(WHOLE, "alike", "test"),
        of(WITHOUT, "alike", "test"),
        scale=POINTS,
    )
