"""What the page on batch normalisation places of its first half: the layer by hand.

Chapter: book/batch_norm.md; its experiments stand in page_experiment.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlexp.byhand import batch_norm as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm import figures
from dlexp.chapters.batch_norm.laws import variance_after
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab import recorded as pytorch
from dlexp.lab.runs import Runs

FRAMEWORKS = {"Keras": byhand.KERAS, "PyTorch": byhand.PYTORCH}
RECORDED_SHA256 = "e2d5e31adcf9d77ebb32d18bf62f437b3aa4a11866f3e9b1ebaef3e7a54a4edd"


def recorded() -> dict[str, Any]:
    """Return the values that PyTorch was recorded to give, by tests/parity/record_batch_norm.py."""
    return pytorch.recorded("batch_norm", RECORDED_SHA256)


# --- By hand ------------------------------------------------------------------------------------


def batch() -> tuple[Floats, Floats, Floats]:
    """Return a batch of shape (12, 3), and a scale and a shift for its channels."""
    x = np.random.default_rng(3).normal(size=(12, 3)) * [1.0, 4.0, 0.3] + [2.0, 8.0, -3.0]
    return x, np.array([1.0, 2.0, 3.0]), np.array([0.0, 5.0, -5.0])


def steps() -> None:
    """Show what the two steps of the layer do to a batch."""
    x, gamma, beta = batch()
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    stages = {
        "a batch": x,
        "normalised": byhand.batch_norm(x, ones, zeros, mode="training"),
        "scaled and shifted": byhand.batch_norm(x, gamma, beta, mode="training"),
    }
    publish.figure("bn_steps", figures.steps(stages))


def sharing() -> None:
    """Show which values share a mean."""
    publish.figure("bn_sharing", figures.sharing())


def kinds() -> None:
    """Show which maps share their statistics, in four kinds of normalisation."""
    publish.figure("bn_kinds", figures.kinds())


def conventions() -> None:
    """Set what the frameworks take for granted side by side."""
    header = [
        "who", "keeps", "calls it momentum", "running variance divides by", "epsilon",
        "running variance, from one, after a batch of 0 and 4",
    ]  # fmt: skip
    rows = []
    for who, convention in FRAMEWORKS.items():
        after = byhand.updated(byhand.fresh(1), np.array([[0.0], [4.0]]), convention)
        keep = convention.keep
        rows.append(
            [
                who,
                formatted(keep, ".2f"),
                formatted(keep if who == "Keras" else 1 - keep, ".2f"),
                "m − 1" if convention.unbiased else "m",
                formatted(convention.epsilon, ".5f"),
                formatted(after.variance[0], ".2f"),
            ]
        )
    publish.table("bn_conventions", header, rows, caption="What each framework takes for granted")


def law() -> None:
    """Show the variance after the layer against the spread before, and both at a small spread."""
    spreads, small = np.logspace(-6, 1, 141), np.array([0.01])
    publish.number("law_at", small[0], ".2f")
    curves = {}
    for who, convention in FRAMEWORKS.items():
        curves[f"ε of {who}"] = variance_after(spreads, convention.epsilon)
        publish.number(f"law_{who}", variance_after(small, convention.epsilon)[0], ".0%")
    epsilon = byhand.KERAS.epsilon
    curves["ε of Keras, outside the root"] = variance_after(spreads, epsilon, inside=False)
    publish.number("law_outside", variance_after(small, epsilon, inside=False)[0], ".0%")
    publish.figure("bn_law", figures.law(spreads, curves))


def counts(runs: Runs) -> None:
    """Count the parameters of the reports' layer by hand and in two frameworks."""
    keras, torch = runs("laws").records[0].numbers["parameters"], recorded()["parameters"]
    biased, bare = keras["with_bias"], keras["without_bias"]
    dense, learnt = 10 * 20 + 20, torch["dense"] + torch["norm"]
    rows = [
        ["dense layer alone", dense, biased["dense"], torch["dense"]],
        ["with the scales and shifts", dense + 2 * 20, biased["trainable"], learnt],
        ["with the running statistics", dense + 4 * 20, biased["all"], learnt + torch["running"]],
        ["to be learnt, without the bias", 10 * 20 + 2 * 20, bare["trainable"], learnt - 20],
    ]
    header = ["what is counted", "by hand", "Keras", "PyTorch"]
    publish.table("bn_counts", header, rows, caption="Parameters of ten inputs and twenty units")
