"""What the chapter on recurrent nets and convolutions claims, and how its records are read.

The bars were set after trials of one seed and before the first full run, but for two: `LEVEL` was
chosen, and the LSTMs at the lower rate came to be counted, after their records had been read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn.agreement import LAYERS
from dlexp.chapters.rnn_vs_cnn.clock import READ, TIMED, Clock
from dlexp.chapters.rnn_vs_cnn.memory import FAR, LOWER, RATES
from dlexp.chapters.rnn_vs_cnn.seeing import stack_parameters
from dlexp.lab.claims import POINTS, TIMES, Claim
from dlexp.lab.runs import Runs

LEARNT = 0.9  # of test accuracy on symbols: a net above it has learnt to remember
SAME = 0.01  # of accuracy: a difference that is called none

LEVEL = 0.1  # of a ratio from one: so near, two nets are called level

SHORTEST, LONGEST = Clock.lengths[0], Clock.lengths[-1]  # steps of a single sequence


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_laws(runs("laws"))
    yield from _on_counts(runs("counts"))
    yield from _on_padding(runs("laws"))
    yield from _on_time(runs("clock"))
    yield from _on_digits(runs("pictures"))
    yield from _on_reach(runs("reaches"))
    yield from _on_memory(runs)
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
        "random nets and sequences whose output changes, share",
        failures=sum(laws.numbers("leaks", net).sum() for net in tight),
        trials=drawn * len(tight),
    )
    yield laws.never(
        "one_mask_is_enough",
        "random nets and sequences whose output changes, share",
        failures=laws.numbers("leaks", "mean_masked_at_the_end").sum(),
        trials=drawn,
    )


def _on_time(clock: Runs) -> Iterator[Claim]:
    read = "time to read a sequence, LSTM divided by dilated convolutions"
    for name, run in (("single_takes_longer", "loop"), ("compiled_takes_longer", "compiled")):
        yield clock.above(
            name, read, slower(clock, f"{run}_{LONGEST}", "dilated"), threshold=1.0, scale=TIMES
        )
    learnt = "time of a training step, LSTM divided by"
    yield clock.within(
        "level_in_batches", f"{learnt} dilated convolutions", slower(clock, "train", "dilated"),
        low=1 - LEVEL, high=1 + LEVEL, scale=TIMES,
    )  # fmt: skip
    yield clock.below(
        "turned_without_dilation", f"{learnt} the same convolutions without dilation",
        slower(clock, "train", "undilated"), threshold=1.0, scale=TIMES,
    )  # fmt: skip


def _on_digits(pictures: Runs) -> Iterator[Claim]:
    yield pictures.paired(
        "lstm_needs_order", "test accuracy, natural minus permuted",
        digits(pictures, "lstm"), digits(pictures, "lstm", "rows"), at_least=SAME, scale=POINTS,
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


def _on_memory(runs: Runs) -> Iterator[Claim]:
    lstms = runs("recalls", distance=FAR, kind={"lstm", "lstm_open"}, rate=RATES["lstm"])
    yield lstms.paired(
        "open_gates_remember",
        "test accuracy, open gates minus Keras's start",
        remembered(runs, "lstm_open", FAR), remembered(runs, "lstm", FAR), scale=POINTS,
    )  # fmt: skip
    lower = at_lower_rate(runs)
    yield lower.never(
        "keras_start_never_learns",
        "trained LSTMs that learnt all the same, share",
        failures=learnt(lower), trials=len(lower),
    )  # fmt: skip
    grus = runs("gated", "furthers", kind={"gru", "gru_open"}, rate=RATES["gru"])
    yield grus.paired(
        "open_gates_help_gru",
        "test accuracy, open update gates minus Keras's start",
        further(runs, "gru_open").numbers("test"), remembered(runs, "gru", FAR), scale=POINTS,
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
    """Return the test accuracy of a net on digits, whose rows may be permuted."""
    return runs("pictures", order=order).numbers(net, "test")


def lost(runs: Runs, net: str) -> Floats:
    """Return the test accuracy that a net loses with permuted rows."""
    return digits(runs, net) - digits(runs, net, "rows")


def remembered(runs: Runs, kind: str, distance: int) -> Floats:
    """Return the test accuracy of a net that recalls a symbol over a distance, at its own rate."""
    return at_its_rate(runs, kind, distance).numbers("test")


def at_its_rate(runs: Runs, kind: str, distance: int) -> Runs:
    """Return the runs of a kind of net over a distance, in steps, at the rate chosen for it."""
    measure = "gated" if kind == "gru" else "recalls"
    return runs(measure, kind=kind, distance=distance, rate=RATES[kind])


def at_lower_rate(runs: Runs) -> Runs:
    """Return the runs of the LSTM with Keras's start at its second rate, over the long distance."""
    return runs("recalls", kind="lstm", distance=FAR, rate=LOWER)


def further(runs: Runs, kind: str) -> Runs:
    """Return the runs of a kind of net of `further.KINDS`, over the long distance."""
    return runs("furthers", kind=kind)


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


def seconds(runs: Runs, call: str) -> Floats:
    """Return the median time of a call, of shape (repeats, nets), in seconds.

    Parameters
    ----------
    runs : Runs
    call : str
        "train", of the nets in `TIMED`; or such as "loop_16" and "compiled_16", of those in `READ`.
    """
    times: Floats = np.median(runs("clock").arrays(call), axis=1)
    return times


def slower(runs: Runs, call: str, than: str, net: str = "lstm") -> Floats:
    """Return the time of a call, as a multiple of that of another net; see `seconds`."""
    times, nets = seconds(runs, call), TIMED if call == "train" else READ
    return times[:, nets.index(net)] / times[:, nets.index(than)]
