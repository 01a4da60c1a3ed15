"""What the page on batch normalisation places of its learning rates, and of the race to a bar.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

import numpy as np

from dlexp.chapters.batch_norm import charts, claims, readers
from dlexp.chapters.batch_norm.nets import KINDS, WITH, WITHOUT
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import mean_interval, seeds_to_settle
from dlexp.lab.runs import Runs

WORDS = {"dense": "dense", "conv": "convolutional"}
NETS = (WITH, WITHOUT)
READINGS = (
    ("touches the bar", False, "path"),
    ("stays", True, "path"),
    ("touches, anew", False, "anew"),
    ("stays, anew", True, "anew"),
)
"""When a net has arrived, and with which statistics the one with normalisation is looked at."""


def rates(runs: Runs) -> None:
    """Show the accuracy at every learning rate, and which rates learn in all seeds."""
    panels, tried = {}, {}
    for kind, word in WORDS.items():
        trained = runs(f"{kind}_rates")
        tried[word] = np.array(trained.config["rates"])
        panels[word] = {net: trained.numbers(f"{kind}_{net}", "validation") for net in NETS}
        for net in NETS:
            learnt = (panels[word][net] >= claims.LEARNT).all(axis=0)
            publish.number(f"highest_{kind}_{net}", float(tried[word][learnt].max()), "g")
            chosen = np.median(trained.numbers(f"{kind}_{net}", "rate"))
            publish.number(f"chosen_{kind}_{net}", float(chosen), "g")
        anew = trained.numbers(f"{kind}_{WITH}", "anew")[..., -1]
        best, plain = tried[word][anew.argmax(axis=1)], trained.numbers(f"{kind}_{WITHOUT}", "rate")
        publish.number(f"fresh_{kind}", float(np.median(best)), "g")
        publish.number(f"fresh_larger_{kind}", int(np.sum(best > plain)), "d")
    publish.figure("bn_rates", charts.rates(panels, tried))


def race(runs: Runs) -> None:
    """Show the nets at their fastest rates on their way to the bar, and what a step costs."""
    panels = {}
    for kind, word in WORDS.items():
        trained = runs(f"{kind}_rates")
        lines = {net: readers.race(trained, f"{kind}_{net}").path for net in NETS}
        anew = readers.race(trained, f"{kind}_{WITH}", looks_at="anew").path
        panels[word] = {**lines, "with, anew": anew}
    stops = [int(stop) for stop in readers.looks(runs("dense_rates"))]
    publish.figure("bn_race", charts.race(panels, stops, readers.BAR))
    header = ["net and moment", "steps (rate), with", "without", "time, with / without"]
    rows = [_raced(runs, kind, *reading) for kind in KINDS for reading in READINGS]
    publish.table("bn_race_table", header, rows, caption="Each net at its fastest rate, by moment")
    longer = np.log2(readers.time_ratios(runs, "conv"))
    publish.number("longer_conv", 2 ** longer.mean(), ".1f")
    for kind in KINDS:
        anew = np.log2(readers.time_ratios(runs, kind, looks_at="anew"))
        ends = (anew.mean(), *mean_interval(anew))
        for word, end in zip(("", "_low", "_high"), ends, strict=True):
            publish.number(f"anew_{kind}{word}", 2**end, ".2f")
    logarithms = np.log2(readers.time_ratios(runs, "dense"))
    publish.number("time_seeds_dense", seeds_to_settle(logarithms), ",d")
    for kind in KINDS:
        publish.number(f"slower_{kind}", readers.step_ratios(runs("clock"), kind).mean(), ".1f")


def _raced(runs: Runs, kind: str, word: str, stays: bool, looks_at: str) -> list[str]:
    """Return a row: the mean steps to the bar with their rates, and the ratio of the times."""
    rates = runs(f"{kind}_rates")
    both = (
        readers.race(rates, f"{kind}_{WITH}", stays=stays, looks_at=looks_at),
        readers.race(rates, f"{kind}_{WITHOUT}", stays=stays),
    )
    logarithms = np.log2(readers.time_ratios(runs, kind, stays=stays, looks_at=looks_at))
    ends = (2**each for each in (logarithms.mean(), *mean_interval(logarithms)))
    ratio, low, high = (formatted(each, ".2f") for each in ends)
    steps = (f"{each.steps.mean():.0f} ({each.rate:g})" for each in both)
    return [f"{kind}: {word}", *steps, f"{ratio} ({low} to {high})"]
