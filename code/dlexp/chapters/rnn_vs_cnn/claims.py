"""What the chapter on recurrent nets and convolutions claims, and how its records are read.

The bars were set after trials of one seed and before the first full run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn.clock import TIMED, Clock
from dlexp.chapters.rnn_vs_cnn.laws import LAYERS
from dlexp.chapters.rnn_vs_cnn.measure import MEMORIES, Lengths, Recalls
from dlexp.lab.claims import PERCENT, POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

LEARNT = 0.9  # of test accuracy on symbols: a net above it has learnt to remember
FORGOTTEN = 0.2  # of test accuracy on symbols: a net below it remembers nothing; chance is 1/8
SAME = 0.01  # of accuracy: a difference that is called none

BATCH = 32  # sequences; of this size were most of the batches that were timed
LARGEST_BATCH = 128  # sequences, all timed at one length
BATCHED_STEPS = 256  # that length
TIMED_STEPS = tuple(steps for size, steps in Clock.settings if size == BATCH)
SHORTEST, LONGEST = TIMED_STEPS[0], TIMED_STEPS[-1]
NEAR, MIDDLE, FAR = Recalls.distances[1:]
TRAINED_PADDING, FURTHEST_PADDING = Lengths.padded[0], Lengths.padded[-1]


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_laws(runs("laws"))
    yield from _on_shifts(runs("laws"))
    yield from _on_padding(runs("laws"))
    yield from _on_time(runs("clock"))
    yield from _on_digits(runs("pictures"))
    yield from _on_memory(runs("recalls"))
    yield from _on_gradients(runs("recalls"))
    yield from _on_lengths(runs("lengths"))


def _on_laws(laws: Runs) -> Iterator[Claim]:
    drawn = laws.config["cases"] * len(laws)
    counts = np.array([laws.numbers("by_length", kind) for kind in LAYERS])
    other = counts[:, :, 1:] != counts[:, :, :1]  # (kinds, seeds, lengths but the shortest)
    differing = laws.numbers("agreement").sum() + laws.numbers("miscounted").sum()
    yield laws.never(
        "keras_agrees", "random layers that differ, share", failures=differing, trials=2 * drawn
    )
    yield laws.never(
        "length_adds_nothing",
        "layers with another count than for the shortest sequence, share",
        failures=other.sum(), trials=other.size,
    )  # fmt: skip
    yield laws.never(
        "field_is_arithmetic",
        "random stacks with another field, share",
        failures=laws.numbers("fields").sum(), trials=drawn,
    )  # fmt: skip


def _on_shifts(laws: Runs) -> Iterator[Claim]:
    drawn = laws.config["cases"] * len(laws)
    yield laws.never(
        "shift_shifts",
        "random convolutions with another output, share",
        failures=laws.numbers("shifts", "moved").sum(), trials=drawn,
    )  # fmt: skip
    yield laws.never(
        "shift_changes_nothing",
        "random convolutions with another output, share",
        failures=laws.numbers("shifts", "changed").sum(), trials=drawn,
    )  # fmt: skip
    yield laws.never(
        "pooling_ignores_shifts",
        "random convolutions with another sum or maximum, share",
        failures=laws.numbers("shifts", "pooled").sum(), trials=drawn,
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
    yield clock.within(
        "lstm_time_is_linear",
        f"power of the length by which time grows, batches of {BATCH}",
        slopes(clock, "train", BATCH, "lstm"), low=0.8, high=1.2,
    )  # fmt: skip
    short, long = (slower(clock, "train", BATCH, n, "lstm") for n in (SHORTEST, LONGEST))
    yield clock.above(
        "ratio_grows",
        "ratio of the times at the longest length, divided by that at the shortest",
        long / short, threshold=1.0, scale=TIMES,
    )  # fmt: skip
    lstm, pooled = (np.log10(batch_gain(clock, net, BATCHED_STEPS)) for net in ("lstm", "pooled"))
    yield clock.paired(
        "batch_helps_lstm",
        "decimal logarithm of the gain in sequences per second, LSTM minus convolutions",
        lstm, pooled,
    )  # fmt: skip
    yield clock.above(
        "batch_is_not_enough",
        "time of a step, LSTM divided by convolutions",
        slower(clock, "train", LARGEST_BATCH, BATCHED_STEPS, "lstm"), threshold=1.0, scale=TIMES,
    )  # fmt: skip


def _on_digits(pictures: Runs) -> Iterator[Claim]:
    difference = "test accuracy, the first minus the second"
    lstm, dense, image, rows = (
        {order: digits(pictures, net, order) for order in ("natural", "rows", "pixels")}
        for net in ("lstm_rows", "dense", "conv2d", "conv1d_rows")
    )
    natural, permuted = pictures(order="natural"), pictures(order="pixels")
    all_permuted = pictures(order={"natural", "pixels"})
    rows_permuted = pictures(order={"natural", "rows"})
    yield natural.paired(
        "lstm_beats_dense", difference, lstm["natural"], dense["natural"], scale=POINTS
    )
    yield all_permuted.paired(
        "image_needs_neighbours", difference, image["natural"], image["pixels"],
        at_least=SAME, scale=POINTS,
    )  # fmt: skip
    yield permuted.paired(
        "dense_wins_permuted", difference, dense["pixels"], image["pixels"], scale=POINTS
    )
    yield rows_permuted.paired(
        "rows_carry_order", difference, rows["natural"], rows["rows"],
        at_least=SAME, scale=POINTS,
    )  # fmt: skip
    yield rows_permuted.paired(
        "lstm_needs_order", difference, lstm["natural"], lstm["rows"],
        at_least=SAME, scale=POINTS,
    )  # fmt: skip
    yield all_permuted.within(
        "dense_sees_no_order",
        "test accuracy, natural minus permuted",
        dense["natural"] - dense["pixels"], low=-SAME, high=SAME, scale=POINTS,
    )  # fmt: skip


def _on_memory(recalls: Runs) -> Iterator[Claim]:
    middle = {kind: remembered(recalls, kind, MIDDLE) for kind in MEMORIES}
    yield recalls(kind={"lstm", "simple"}).paired(
        "lstm_remembers_better",
        "test accuracy, LSTM minus simple",
        middle["lstm"], middle["simple"], scale=POINTS,
    )  # fmt: skip
    yield recalls(kind={"lstm_open", "lstm"}).paired(
        "open_gates_remember",
        "test accuracy, open minus Keras's default",
        middle["lstm_open"], middle["lstm"], scale=POINTS,
    )  # fmt: skip
    dilated = recalls(kind="dilated")
    yield dilated.above(
        "field_remembers", "test accuracy", middle["dilated"], threshold=LEARNT, scale=PERCENT
    )
    yield dilated.below(
        "field_ends", "test accuracy", remembered(recalls, "dilated", FAR),
        threshold=FORGOTTEN, scale=PERCENT,
    )  # fmt: skip


def _on_gradients(recalls: Runs) -> Iterator[Claim]:
    simple = reach(recalls, "simple", "before")
    for name, kind in (("lstm_reaches", "lstm"), ("open_gates_reach", "lstm_open")):
        yield recalls(kind={kind, "simple"}).paired(
            f"{name}_further",
            "decimal logarithm of the first step's gradient over the last one's, LSTM minus simple",
            reach(recalls, kind, "before"), simple,
        )  # fmt: skip


def _on_lengths(lengths: Runs) -> Iterator[Claim]:
    nets = ("lstm", "mean")
    for net in nets:
        yield lengths.above(
            f"padding_costs_{net}",
            "test accuracy lost by more padding",
            padding_costs(lengths, net), threshold=SAME, scale=POINTS,
        )  # fmt: skip
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
    """Return the test accuracy of a net that recalls a symbol over a distance, in steps."""
    recalls = runs("recalls", kind=kind)
    return recalls.numbers("test")[:, recalls.config["distances"].index(distance)]


def reach(runs: Runs, kind: str, when: str) -> Floats:
    """Return the common logarithm of the first step's gradient over the last one's.

    ``when`` is "before" or "after" training.
    """
    return runs("recalls", kind=kind).numbers("log10_reach", when)


def seconds(runs: Runs, call: str, batch: int, steps: int) -> Floats:
    """Return the median time of a call, of shape (seeds, nets), in seconds; nets as in `TIMED`."""
    times: Floats = np.median(runs("clock").arrays(f"{call}_{batch}_{steps}"), axis=1)
    return times


def slopes(runs: Runs, call: str, batch: int, net: str) -> Floats:
    """Return the power of the length by which the time of a net grows.

    From a fourth of the longest length on; one means that twice the length takes twice the time.
    """
    lengths = TIMED_STEPS[-2:]
    first, last = (seconds(runs, call, batch, n)[:, TIMED.index(net)] for n in lengths)
    powers: Floats = np.log(last / first) / np.log(lengths[1] / lengths[0])
    return powers


def slower(runs: Runs, call: str, batch: int, steps: int, net: str) -> Floats:
    """Return the time of a net as a multiple of that of two convolutions."""
    times = seconds(runs, call, batch, steps)
    return times[:, TIMED.index(net)] / times[:, TIMED.index("pooled")]


def batch_gain(runs: Runs, net: str, steps: int) -> Floats:
    """Return the gain in sequences a second when they go through a net in a batch, forward."""
    one, many = (seconds(runs, "forward", size, steps) for size in (1, BATCH))
    return (BATCH * one / many)[:, TIMED.index(net)]


def padding_costs(runs: Runs, net: str) -> Floats:
    """Return the accuracy lost when the sequences are padded as far as was tried."""
    tests = runs("lengths").numbers(net, "test")
    return tests[:, 0] - tests[:, -1]
