"""What the page on recurrent nets and convolutions shows of memory."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import claims, figures, nets
from dlexp.chapters.rnn_vs_cnn.memory import FAR, KINDS, NEAR, RATES, TOO_HIGH
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import seeds_to_settle
from dlexp.lab.runs import Runs

EXERCISE_STEPS = 40
"""Steps of the sequences in an exercise."""

FADING_NETS = {"simple": "simple", "lstm": "LSTM", "lstm_open": "LSTM, gates open"}
GIVEN = {"symbols": "one-hot symbols", "numbers": "normal numbers"}
MEMORY_NETS = FADING_NETS | {"dilated": "dilated convolutions"}


def memory(runs: Runs) -> None:
    """Show how nets learn to remember, and what came of it."""
    guessing = 1 / runs("recalls").config["symbols"]
    panels = {
        f"{distance} steps": {
            name: claims.at_its_rate(runs, kind, distance).numbers("validation")
            for kind, name in MEMORY_NETS.items()
            if kind in KINDS[distance]
        }
        for distance in (NEAR, FAR)
    }
    publish.figure("rnn_memory", figures.courses(panels, guessing))
    publish.number("guessing", guessing, ".1%")
    publish.number("field", nets.field(nets.STACKS["dilated"]), "d")
    rows = [
        [name, f"{RATES[kind]:g}", *_outcomes(runs, kind)] for kind, name in MEMORY_NETS.items()
    ]
    header = ["net", "rate"]
    for distance in (NEAR, FAR):
        header += [f"learnt, {distance} steps", "test accuracy"]
    caption = f"Seeds with more than {claims.LEARNT:.0%} right on test sequences, and their mean"
    publish.table("rnn_memory_table", header, rows, caption=caption)
    tests = claims.remembered(runs, "lstm", NEAR)
    publish.number("lstm_near", (tests > claims.LEARNT).sum(), "d")
    publish.number("lstm_runs", len(tests), "d")
    publish.number(
        "far_worst", claims.ends(claims.at_its_rate(runs, "lstm_open", FAR)).min(), ".0%"
    )


def _outcomes(runs: Runs, kind: str) -> list[str]:
    """Return, for each distance, how many seeds have learnt, and the mean accuracy."""
    cells = []
    for distance in (NEAR, FAR):
        if kind not in KINDS[distance]:
            cells += ["not trained", "not trained"]
            continue
        tests = claims.remembered(runs, kind, distance)
        learnt = (tests > claims.LEARNT).sum()
        cells += [f"{learnt} of {len(tests)}", formatted(tests.mean(), ".0%")]
    return cells


def high_rate(runs: Runs) -> None:
    """Show what a rate that is too high does to a simple net, and what clipping mends of it."""
    simple = runs("recalls", kind="simple", distance=NEAR)
    courses = {
        f"rate {RATES['simple']:g}, clipped": simple(rate=RATES["simple"]),
        f"rate {TOO_HIGH:g}, clipped": simple(rate=TOO_HIGH, clip=1.0),
        f"rate {TOO_HIGH:g}, not clipped": simple(rate=TOO_HIGH, clip=None),
    }
    lines = {name: those.numbers("validation") for name, those in courses.items()}
    guessing = 1 / simple.config["symbols"]
    publish.figure("rnn_high_rate", figures.courses({"": lines}, guessing))
    for word, those in zip(("tuned", "clipped", "free"), courses.values(), strict=True):
        publish.number(f"worst_{word}", claims.ends(those).min(), ".0%")
        publish.number(f"learnt_{word}", claims.learnt(those), "d")
    clipped, free = (claims.ends(simple(rate=TOO_HIGH, clip=clip)) for clip in (1.0, None))
    publish.number("seeds_needed", seeds_to_settle(clipped - free), "d")
    publish.number("high_seeds", len(free), "d")


def profiles(runs: Runs) -> None:
    """Show how strongly each step moves the last state before training, for two inputs."""
    panels: dict[str, dict[str, Floats]] = {}
    for given, title in GIVEN.items():
        norms = {
            name: np.concatenate(runs("reaches").arrays(f"{given}_{kind}"))  # (starts, steps)
            for kind, name in FADING_NETS.items()
        }
        panels[title] = {name: n / n[:, -1:] for name, n in norms.items()}
        for kind in ("simple", "simple_glorot", "lstm", "lstm_cell"):
            lost = -claims.reach(runs, given, kind).mean()
            if given == "symbols" or kind in FADING_NETS:
                publish.number(f"reach_{given}_{kind}", lost, ".1f")
    publish.figure("rnn_profiles", figures.profiles(panels))
    publish.number("starts", len(claims.reach(runs, "symbols", "lstm")), "d")
    for word, bias in (("gate", 1.0), ("open_gate", nets.OPEN)):
        gate = 1 / (1 + np.exp(-bias))
        publish.number(word, gate, ".2f" if bias == 1 else ".3f")
        publish.number(f"{word}_far", gate**NEAR, ".5f" if gate**NEAR < 0.01 else ".2f")
    publish.number("gate_powers", NEAR * np.log10(1 + np.exp(-1.0)), ".1f")
