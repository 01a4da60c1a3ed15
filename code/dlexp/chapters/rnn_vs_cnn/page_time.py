"""What the page on recurrent nets and convolutions shows of their times, and of a new step."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import claims, figures
from dlexp.chapters.rnn_vs_cnn.claims import BATCH, LARGEST_BATCH, TIMED_STEPS
from dlexp.chapters.rnn_vs_cnn.clock import TAPS, TIMED, stack_of
from dlexp.chapters.rnn_vs_cnn.counting import Counts
from dlexp.chapters.rnn_vs_cnn.seeing import step_costs
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

TIMED_NETS = {
    "simple": "simple",
    "lstm": "LSTM",
    "all": "dilated convolutions",
    "strided": "strided convolutions",
    "pooled": "two convolutions, mean",
}
STREAMED = 1024
"""Steps that nets see of a sequence that goes on."""


def streaming() -> None:
    """Show what a new step of a running sequence costs."""
    sizes = Counts()
    costs = step_costs(STREAMED, sizes.features, sizes.width, TAPS)
    rows = [[name, f"{products:,}", f"{kept:,}"] for name, (products, kept) in costs.items()]
    header = ["net", "multiplications", "numbers kept"]
    publish.table("rnn_streaming", header, rows, caption="What a new step costs")


def times(runs: Runs) -> None:
    """Show how long calls take, by the length of the sequences."""
    panels = {
        "forward, one sequence": _multiples(runs, "forward", 1),
        f"training step, {BATCH} sequences": _multiples(runs, "train", BATCH),
    }
    drawing = figures.lines(
        panels, TIMED_STEPS, x="steps", y="time, multiples", what="Time in multiples"
    )
    publish.figure("rnn_times", drawing)
    for steps, word in ((claims.SHORTEST, "short"), (claims.LONGEST, "long")):
        publish.number(f"layers_{word}", len(stack_of("all", steps).dilations), "d")
    ratios = [claims.slower(runs, "train", BATCH, steps).mean() for steps in TIMED_STEPS]
    publish.number("ratio_low", min(ratios), ".1f")
    publish.number("ratio_high", max(ratios), ".1f")


def _multiples(runs: Runs, call: str, batch: int) -> dict[str, Floats]:
    """Return the times of each net as multiples of the fastest at the shortest length."""
    seconds = np.stack([claims.seconds(runs, call, batch, steps) for steps in TIMED_STEPS], axis=2)
    unit = seconds[:, :, 0].min(axis=1)
    multiples = seconds / unit[:, np.newaxis, np.newaxis]  # (seeds, nets, lengths)
    return {TIMED_NETS[kind]: multiples[:, i] for i, kind in enumerate(TIMED)}


def batches(runs: Runs) -> None:
    """Show what a batch gains, and what is left."""
    rows = []
    for kind, name in TIMED_NETS.items():
        gain = claims.batch_gain(runs, kind)
        ratios = [
            claims.slower(runs, "train", batch, claims.BATCHED_STEPS, kind).mean()
            for batch in (1, BATCH, LARGEST_BATCH)
        ]
        rows.append([name, formatted(gain.mean(), ".1f"), *(formatted(r, ".1f") for r in ratios)])
    header = ["net", "gain", "batch of 1", f"of {BATCH}", f"of {LARGEST_BATCH}"]
    caption = "What a batch gains in training, and what is left"
    publish.table("rnn_batches", header, rows, caption=caption)
