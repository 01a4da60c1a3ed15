"""What the page on recurrent nets and convolutions shows of their times, and of a new step."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import claims, figures, sizes
from dlexp.chapters.rnn_vs_cnn.clock import CLASSES, READ, TAPS, Clock, stack_of, width_of
from dlexp.chapters.rnn_vs_cnn.seeing import step_costs
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

READ_NETS = {"lstm": "LSTM", "dilated": "dilated convolutions", "strided": "strided convolutions"}
RUN_BY = {"loop": "not compiled", "compiled": "compiled by XLA"}
RATIOS = (  # where a net answers, the convolutions in words, the two that are compared
    ("each step", "dilated", "lstm", "dilated"),
    ("each step", "without dilation", "lstm", "undilated"),
    ("the last step", "strided", "lstm_last", "strided"),
)
STREAMED = 1024
"""Steps that nets see of a sequence that goes on."""

STREAMING = {
    "simple": "simple",
    "LSTM": "lstm",
    "convolutions, computed again": "",
    "convolutions, kept": "",
}
"""Nets that get a new step: the kind of a recurrent one."""


def streaming() -> None:
    """Show what a new step of a running sequence costs nets of one size."""
    clock = Clock()
    shape = (STREAMED, clock.features)
    wide = width_of(clock, STREAMED, "dilated")
    rows: list[list[str | int]] = []
    for name, kind in STREAMING.items():
        width = sizes.nearest_width(kind, shape, CLASSES, clock.budget) if kind else wide
        products, kept = step_costs(STREAMED, clock.features, width, TAPS)[name]
        rows.append([name, width, f"{products:,}", f"{kept:,}"])
    header = ["net", "width", "multiplications", "numbers kept"]
    publish.table("rnn_streaming", header, rows, caption="What a new step costs nets of one size")


def times(runs: Runs) -> None:
    """Show how long it takes to read one sequence, by its length, in two ways to run a net."""
    panels = {title: _multiples(runs, run) for run, title in RUN_BY.items()}
    drawing = figures.lines(
        panels, Clock.lengths, x="steps", y="time, multiples", what="Time in multiples"
    )
    publish.figure("rnn_times", drawing)
    publish.number("layers_long", len(stack_of("dilated", claims.LONGEST).dilations), "d")
    loop, compiled = (claims.seconds(runs, f"{run}_{claims.LONGEST}") for run in RUN_BY)
    gains = (loop / compiled).mean(axis=0)
    publish.number("gain_lstm", gains[READ.index("lstm")], ".0f")
    publish.number("gain_dilated", gains[READ.index("dilated")], ".1f")


def _multiples(runs: Runs, run: str) -> dict[str, Floats]:
    """Return times as multiples of those of the compiled LSTM at the shortest length."""
    seconds = np.stack([claims.seconds(runs, f"{run}_{n}") for n in Clock.lengths], axis=2)
    unit = claims.seconds(runs, f"compiled_{claims.SHORTEST}")[:, READ.index("lstm")]
    multiples = seconds / unit[:, np.newaxis, np.newaxis]  # (repeats, nets, lengths)
    return {name: multiples[:, READ.index(kind)] for kind, name in READ_NETS.items()}


def ratios(runs: Runs) -> None:
    """Show the time of an LSTM as a multiple of that of convolutions that do the same job."""
    rows = []
    for wanted, name, lstm, than in RATIOS:
        cells = [
            _ratio(claims.slower(runs, f"{run}_{claims.LONGEST}", than))
            if than in READ
            else "not timed"
            for run in RUN_BY
        ]
        cells.append(_ratio(claims.slower(runs, "train", than, lstm)))
        rows.append([wanted, name, *cells])
    header = ["answers at", "convolutions", "one sequence", "the same, compiled", "training"]
    caption = (
        "Time of an LSTM, as a multiple of that of convolutions: the mean, and the least and the "
        f"most of {len(runs('clock'))} repeats"
    )
    publish.table("rnn_ratios", header, rows, caption=caption)
    publish.number("last_ratio", claims.slower(runs, "train", "strided", "lstm_last").mean(), ".0f")
    price = claims.slower(runs, "train", "undilated", "dilated")
    publish.number("dilation_price", price.mean(), ".1f")


def _ratio(values: Floats) -> str:
    """Return a mean over repeats, and the smallest and the largest."""
    low, high = (formatted(end, ".3g") for end in (values.min(), values.max()))
    return f"{formatted(values.mean(), '.3g')} ({low} to {high})"
