"""What the chapter on recurrent nets and convolutions claims, and how its records are read.

The bars were set after trials of one seed and before the first full run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn.agreement import LAYERS
from dlexp.chapters.rnn_vs_cnn.clock import TIMED, Clock
from dlexp.chapters.rnn_vs_cnn.measure import Lengths
from dlexp.chapters.rnn_vs_cnn.memory import FAR, RATES, TOO_HIGH
from dlexp.chapters.rnn_vs_cnn.seeing import stack_parameters
from dlexp.lab.claims import POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

LEARNT = 0.9  # of test accuracy on symbols: a net above it has learnt to remember
SAME = 0.01  # of accuracy: a difference that is called none

BATCH = 32  # sequences; of this size were most of the batches that were timed
LARGEST_BATCH = 128  # sequences, all timed at one length
BATCHED_STEPS = 256  # that length
TIMED_STEPS = tuple(steps for size, steps in Clock.train if size == BATCH)
SHORTEST, LONGEST = TIMED_STEPS[0], TIMED_STEPS[-1]
TRAINED_PADDING, FURTHEST_PADDING = Lengths.padded[0], Lengths.padded[-1]


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_laws(runs("laws"))
    yield from _on_counts(runs("counts"))
    yield from _on_padding(runs("laws"))
    yield from _on_time(runs("clock"))
    yield from _on_digits(runs("pictures"))
    yield from _on_reach(runs("reaches"))
    yield from _on_memory(runs("recalls"))
    yield from _on_lengths(runs("lengths"))


def _on_laws(laws: Runs) -> Iterator[Claim]:
    drawn = laws.config["cases"] * len(laws)
    agreement = laws.numbers("agreement", "values") + laws.numbers("agreement", "gradients")
    yield laws.never(
        "keras_agrees",
        "random layers that differ: in states, in gradients, in parameters; share",
        failures=int(agreement.sum() + laws.numbers("miscounted").sum()), trials=3 * drawn,
    )  # fmt: skip
    yield laws.never(
        "field_is_arithmetic",
        "random stacks with another field, share",
        failures=laws.numbers("fields").sum(), trials=drawn,
    )  # fmt: skip


def _on_counts(counts: Runs) -> Iterator[Claim]:
    config, numbers = counts.config, counts.only.numbers
    by_length = np.array([numbers["by_length"][kind] for kind in LAYERS])
    other = by_length[:, 1:] != by_length[:, :1]  # (kinds, lengths but the shortest)
    yield counts.never(
        "length_adds_nothing",
        "layers with another count than for the shortest sequence, share",
        failures=other.sum(), trials=other.size,
        exhaustive="each kind of layer, at each longer length",
    )  # fmt: skip
    sizes = config["features"], config["width"], config["taps"]
    formulas = [
        [stack_parameters(steps, *sizes, doubling=doubling) for steps in config["seen"]]
        for doubling in (False, True)
    ]
    stacks = np.array([numbers["stacks"][name] for name in ("plain", "dilated")])
    wrong = stacks != np.array(formulas)  # (plain or dilated, lengths)
    yield counts.never(
        "stacks_by_the_formula",
        "stacks with another count, share",
        failures=wrong.sum(), trials=wrong.size,
        exhaustive="plain and dilated stacks, at each length",
    )  # fmt: skip


def _on_padding(laws: Runs) -> Iterator[Claim]:
    drawn = laws.config["cases"] * len(laws)
    tight = ("lstm_masked", "mean_masked_at_each_layer", "causal_masked_at_the_end")
    yield laws.never(
        "masks_do_not_leak",
        "random nets and sequences whose answer changes, share",
        failures=sum(laws.numbers("leaks", net).sum() for net in tight),
        trials=drawn * len(tight),
    )
    yield laws.never(
        "one_mask_is_enough",
        "random nets and sequences whose answer changes, share",
        failures=laws.numbers("leaks", "mean_masked_at_the_end").sum(),
        trials=drawn,
    )


def _on_time(clock: Runs) -> Iterator[Claim]:
    yield clock.above(
        "single_takes_longer",
        "time of a call, LSTM divided by dilated convolutions that see all",
        slower(clock, "forward", 1, LONGEST), threshold=1.0, scale=TIMES,
    )  # fmt: skip
    yield clock.below(
        "batches_turn_it",
        "time of a training step, LSTM divided by dilated convolutions that see all",
        slower(clock, "train", LARGEST_BATCH, BATCHED_STEPS), threshold=1.0, scale=TIMES,
    )  # fmt: skip
    yield clock.above(
        "last_answer_alone",
        "time of a training step, LSTM divided by strided convolutions that see all",
        slower(clock, "train", LARGEST_BATCH, BATCHED_STEPS, than="strided"),
        threshold=1.0, scale=TIMES,
    )  # fmt: skip
    yield clock.above(
        "batch_helps_lstm",
        "gain in sequences per second, of the LSTM divided by that of dilated convolutions",
        batch_gain(clock, "lstm") / batch_gain(clock, "all"), threshold=1.0, scale=TIMES,
    )  # fmt: skip


def _on_digits(pictures: Runs) -> Iterator[Claim]:
    for name, net, order in (
        ("image_needs_neighbours", "conv2d", "pixels"),
        ("lstm_needs_order", "lstm_rows", "rows"),
    ):
        yield pictures(order={"natural", order}).paired(
            name, "test accuracy, natural minus permuted",
            digits(pictures, net), digits(pictures, net, order), at_least=SAME, scale=POINTS,
        )  # fmt: skip


def _on_reach(reaches: Runs) -> Iterator[Claim]:
    for name, given in (
        ("lstm_reaches_further", "symbols"), ("lstm_reaches_further_in_numbers", "numbers")
    ):  # fmt: skip
        yield reaches.paired(
            name,
            "decimal logarithm of the first step's gradient over the last one's, LSTM minus simple",
            reach(reaches, given, "lstm"), reach(reaches, given, "simple"), repeated="starts",
        )  # fmt: skip


def _on_memory(recalls: Runs) -> Iterator[Claim]:
    yield recalls(distance=FAR).paired(
        "open_gates_remember",
        "test accuracy, open minus Keras's start",
        remembered(recalls, "lstm_open", FAR), remembered(recalls, "lstm", FAR), scale=POINTS,
    )  # fmt: skip
    high = recalls(kind="simple", rate=TOO_HIGH)
    clipped, free = (ends(high(clip=clip)) for clip in (1.0, None))
    yield high.paired(
        "clipping_helps",
        "validation accuracy after the last epoch, clipped minus not clipped",
        clipped, free, scale=POINTS,
    )  # fmt: skip


def _on_lengths(lengths: Runs) -> Iterator[Claim]:
    nets = ("lstm", "mean")
    changed = sum(lengths.numbers(f"{net}_masked", "changed").sum() for net in nets)
    further = len(lengths.config["padded"]) - 1
    yield lengths.never(
        "masked_answers_stay",
        "answers that change, share",
        failures=changed, trials=len(nets) * further * lengths.config["sizes"][2] * len(lengths),
    )  # fmt: skip


# --- Reading the records: each per seed ---------------------------------------------------------


def digits(runs: Runs, net: str, order: str = "natural") -> Floats:
    """Return the test accuracy of a net on digits, whose rows or pixels may be permuted."""
    return runs("pictures", order=order).numbers(net, "test")


def remembered(runs: Runs, kind: str, distance: int) -> Floats:
    """Return the test accuracy of a net that recalls a symbol over a distance, at its own rate."""
    return at_its_rate(runs, kind, distance).numbers("test")


def at_its_rate(runs: Runs, kind: str, distance: int) -> Runs:
    """Return the runs of a kind of net over a distance, in steps, at the rate chosen for it."""
    return runs("recalls", kind=kind, distance=distance, rate=RATES[kind])


def ends(recalls: Runs) -> Floats:
    """Return the validation accuracy after the last epoch."""
    return recalls.numbers("validation")[:, -1]


def learnt(recalls: Runs) -> int:
    """Return how many of the runs name more than nine in ten of the test sequences rightly."""
    return int((recalls.numbers("test") > LEARNT).sum())


def reach(runs: Runs, given: str, kind: str) -> Floats:
    """Return the common logarithm of the first step's gradient over the last one's, by start.

    Before training, for an input of `reaching.INPUTS` and a layer of `reaching.LAYERS`.
    """
    return runs("reaches").numbers("log10_reach", f"{given}_{kind}").ravel()


def seconds(runs: Runs, call: str, batch: int, steps: int) -> Floats:
    """Return the median time of a call, of shape (seeds, nets), in seconds; nets as in `TIMED`."""
    times: Floats = np.median(runs("clock").arrays(f"{call}_{batch}_{steps}"), axis=1)
    return times


def slower(
    runs: Runs, call: str, batch: int, steps: int, net: str = "lstm", than: str = "all"
) -> Floats:
    """Return the time of a call, as a multiple of that of another net; see `TIMED`."""
    times = seconds(runs, call, batch, steps)
    return times[:, TIMED.index(net)] / times[:, TIMED.index(than)]


def batch_gain(runs: Runs, net: str) -> Floats:
    """Return the gain in sequences a second when a net trains on them in a batch."""
    one, many = (seconds(runs, "train", size, BATCHED_STEPS) for size in (1, BATCH))
    return (BATCH * one / many)[:, TIMED.index(net)]


def padding_costs(runs: Runs, net: str) -> Floats:
    """Return the accuracy lost when the sequences are padded as far as was tried."""
    tests = runs("lengths").numbers(net, "test")
    return tests[:, 0] - tests[:, -1]
