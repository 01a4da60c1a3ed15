"""What the page on recurrent nets and convolutions shows of memory."""

from __future__ import annotations

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import claims, figures, nets
from dlexp.chapters.rnn_vs_cnn.further import DEEPER
from dlexp.chapters.rnn_vs_cnn.memory import EPOCHS, FAR, KINDS, LOWER, NEAR, RATES
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

FAR_EPOCHS = EPOCHS[FAR]
"""Passes over the sequences of the longer distance."""

FIRST_RATE, GRU_RATE = RATES["lstm"], RATES["gru"]
"""Of the LSTM, as it was chosen over the shorter distance; and of the GRU."""

EXERCISE_STEPS = 40
"""Steps of the sequences in an exercise."""

FADING_NETS = {"simple": "simple", "lstm": "LSTM", "lstm_open": "LSTM, gates open"}
GIVEN = {"symbols": "one-hot symbols", "numbers": "normal numbers"}
MEMORY_NETS = FADING_NETS | {"dilated": "dilated convolutions", "gru": "GRU"}
LOWER_NAME = f"LSTM at {LOWER:g}"
FURTHER_NETS = {"gru_open": "GRU, gates open", "deeper": "dilated, one more layer"}


def memory(runs: Runs) -> None:
    """Show how nets learn to remember, and what came of it."""
    guessing = 1 / runs("recalls").config["symbols"]
    panels = {f"{distance} steps": _courses(runs, distance) for distance in (NEAR, FAR)}
    panels[f"{FAR} steps"][LOWER_NAME] = claims.at_lower_rate(runs).numbers("validation")
    open_gru = claims.further(runs, "gru_open")
    panels[f"{FAR} steps"][FURTHER_NETS["gru_open"]] = open_gru.numbers("validation")
    publish.figure("rnn_memory", figures.courses(panels, guessing))
    publish.number("guessing", guessing, ".1%")
    publish.number("field", nets.field(nets.STACKS["dilated"]), "d")
    publish.number("deeper_field", nets.field(DEEPER), "d")
    deeper = claims.further(runs, "deeper")
    publish.number("deeper_learnt", claims.learnt(deeper), "d")
    publish.number("deeper_runs", len(deeper), "d")
    rows = [
        [name, f"{RATES[kind]:g}", *_outcomes(runs, kind)] for kind, name in MEMORY_NETS.items()
    ]
    lower = claims.at_lower_rate(runs)
    later = [("LSTM", LOWER, lower)]
    for kind, name in FURTHER_NETS.items():
        those = claims.further(runs, kind)
        later.append((name, those.config["rate"], those))
    rows += [
        [name, f"{rate:g}", "not trained", "", *_outcome(those)] for name, rate, those in later
    ]
    header = ["net", "rate"]
    for distance in (NEAR, FAR):
        header += [f"learnt, {distance} steps", "test accuracy"]
    caption = f"Seeds with more than {claims.LEARNT:.0%} right on test sequences, and their mean"
    publish.table("rnn_memory_table", header, rows, caption=caption)
    publish.number(
        "far_worst", claims.ends(claims.at_its_rate(runs, "lstm_open", FAR)).min(), ".0%"
    )


def _courses(runs: Runs, distance: int) -> dict[str, Floats]:
    """Return the validation accuracies of each net, of shape (seeds, epochs)."""
    return {
        name: claims.at_its_rate(runs, kind, distance).numbers("validation")
        for kind, name in MEMORY_NETS.items()
        if kind in KINDS[distance]
    }


def _outcomes(runs: Runs, kind: str) -> list[str]:
    """Return, for each distance, how many seeds have learnt, and the mean accuracy."""
    cells = []
    for distance in (NEAR, FAR):
        there = kind in KINDS[distance]
        cells += (
            _outcome(claims.at_its_rate(runs, kind, distance)) if there else ["not trained", ""]
        )
    return cells


def _outcome(those: Runs) -> list[str]:
    """Return how many seeds have learnt, and the mean accuracy."""
    mean = formatted(those.numbers("test").mean(), ".0%")
    return [f"{claims.learnt(those)} of {len(those)}", mean]


def reaching(runs: Runs) -> None:
    """Say on which side of one the reach of gradients is after training, if they learnt or not."""
    those = runs("recalls", kind=set(FADING_NETS))
    reach, has_learnt = those.numbers("log10_reach", "after"), those.numbers("test") > claims.LEARNT
    publish.number("reach_runs", has_learnt.sum(), "d")
    publish.number("reach_up", (reach[has_learnt] > 0).sum(), "d")


def profiles(runs: Runs) -> None:
    """Show how strongly each step moves the last state before training, for two inputs."""
    panels: dict[str, dict[str, Floats]] = {}
    for given, title in GIVEN.items():
        norms = {
            name: np.concatenate(runs("reaches").arrays(f"{given}_{kind}"))  # (starts, steps)
            for kind, name in FADING_NETS.items()
        }
        panels[title] = {name: n / n[:, -1:] for name, n in norms.items()}
    publish.figure("rnn_profiles", figures.profiles(panels))
    publish.number("starts", len(claims.reach(runs, "symbols", "lstm")), "d")
    by_cell = -claims.reach(runs, "symbols", "lstm_cell").mean()
    publish.number("reach_symbols_lstm_cell", by_cell, ".1f")
    gate, open_gate = (1 / (1 + np.exp(-bias)) for bias in (1.0, nets.OPEN))
    publish.number("gate", gate, ".2f")
    publish.number("gate_powers", -NEAR * np.log10(gate), ".1f")
    publish.number("open_gate", open_gate, ".3f")
    publish.number("open_gate_far", open_gate**NEAR, ".2f")
