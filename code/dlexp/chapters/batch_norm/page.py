"""What the page on batch normalisation places: figures, tables and numbers.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlexp import data
from dlexp.byhand import batch_norm as byhand
from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm import claims, figures
from dlexp.chapters.batch_norm.biases import Biases
from dlexp.chapters.batch_norm.laws import variance_after
from dlexp.chapters.batch_norm.measure import Batches, Rates, Scales
from dlexp.chapters.batch_norm.nets import KINDS, WITH, WITHOUT
from dlexp.chapters.batch_norm.statistics import Lags, Noises
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab import recorded as pytorch
from dlexp.lab.runs import Runs

WORDS = {"dense": "dense", "conv": "convolutional"}
NETS = (WITH, WITHOUT)
FRAMEWORKS = {"Keras": byhand.KERAS, "PyTorch": byhand.PYTORCH}
RECORDED_SHA256 = "e2d5e31adcf9d77ebb32d18bf62f437b3aa4a11866f3e9b1ebaef3e7a54a4edd"


def recorded() -> dict[str, Any]:
    """Return the values that PyTorch was recorded to give, by tests/parity/record_batch_norm.py."""
    return pytorch.recorded("batch_norm", RECORDED_SHA256)


# --- By hand ------------------------------------------------------------------------------------


def steps(x: Floats, gamma: Floats, beta: Floats) -> None:
    """Show what the two steps of the layer do to a batch of shape (B, C)."""
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


def conventions() -> None:
    """Set what the frameworks take for granted side by side."""
    header = [
        "who", "keeps", "calls it momentum", "running variance divides by", "epsilon",
        "running variance after a batch of 0 and 2",
    ]  # fmt: skip
    rows = []
    for who, convention in FRAMEWORKS.items():
        after = byhand.updated(byhand.fresh(1), np.array([[0.0], [2.0]]), convention)
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


# --- Trained ------------------------------------------------------------------------------------


def biases(runs: Runs) -> None:
    """Show how pairs of nets that should be one net come apart."""
    trained = runs("biases")
    pairs = {"with and without biases": "biased", "with and without a nudge": "nudged"}
    panels = {
        word: {name: trained.arrays(f"{kind}_{pair}")[:, 1:] for name, pair in pairs.items()}
        for kind, word in WORDS.items()
    }
    publish.figure("bn_biases", figures.distances(panels, Biases().stops[1:]))
    largest = max(trained.arrays(f"{kind}_largest_bias").max() for kind in KINDS)
    publish.number("largest_bias", largest, ".5f")
    images = len(data.mnist().test)
    for pair in pairs.values():
        differ = [trained.numbers(kind, "differ", pair) for kind in KINDS]
        publish.number(f"differ_{pair}", float(np.mean(differ)) / images, ".1%")


def rates(runs: Runs) -> None:
    """Show the accuracy at every learning rate, and by what factor the rate may grow."""
    trained = runs("rates")
    what = "Accuracy by learning rate"
    drawing = figures.curves(_tests(trained), Rates().rates, axis="learning rate", what=what)
    publish.figure("bn_rates", drawing)
    publish.number("seeds", len(trained.seeds), "d")
    for kind in KINDS:
        highest = [claims.highest_rate(trained, f"{kind}_{net}") for net in NETS]
        publish.number(f"gain_{kind}", 10 ** float(np.mean(highest[0] - highest[1])), ".0f")


def race(runs: Runs) -> None:
    """Show the nets at their fastest rates on their way to the bar, and what a step costs."""
    trained, every = runs("rates"), Rates().check_every
    panels = {
        word: {net: claims.race(trained, f"{kind}_{net}")[0] for net in NETS}
        for kind, word in WORDS.items()
    }
    looks = panels["dense"][WITH].shape[1]
    stops = [every * (look + 1) for look in range(looks)]
    publish.figure("bn_race", figures.race(panels, stops, claims.BAR))
    for kind in KINDS:
        publish.number(f"slower_{kind}", claims.step_ratios(runs("clock"), kind).mean(), ".1f")
        for net in NETS:
            count = claims.steps_to_bar(trained, f"{kind}_{net}").mean()
            publish.number(f"steps_{kind}_{net}", count, ".0f")


def scales(runs: Runs) -> None:
    """Show the accuracy from first weights of every size, and where each epsilon takes over."""
    trained, spreads = runs("scales"), Scales().scales
    labels = {
        "without": "without", "0.001": "with, ε of Keras", "1e-05": "with, ε of PyTorch",
        "1e-12": "with, a tiny ε",
    }  # fmt: skip
    lines = {label: trained.numbers(net, "test") for net, label in labels.items()}
    unit = trained.numbers("first_variance").mean()
    limits = {labels[net]: float(np.sqrt(float(net) / unit)) for net in ("0.001", "1e-05")}
    publish.figure("bn_scales", figures.scales(lines, spreads, limits, learnt=claims.LEARNT))
    publish.number("keras_dies", spreads[spreads.index(float(claims.TINY)) - 1], ".4f")
    for net, word in (("without", "without"), ("0.001", "with")):
        accuracy = lines[labels[net]].mean(axis=0)
        publish.number(f"large_{word}", accuracy[spreads.index(1.0)], ".0%")
        publish.number(f"huge_{word}", accuracy[spreads.index(float(claims.HUGE))], ".0%")
    for who, convention in FRAMEWORKS.items():
        publish.number(f"factor_{who}", convention.epsilon**-0.5, ".0f")


def batches(runs: Runs) -> None:
    """Show the accuracy at every batch size."""
    panels, sizes = _tests(runs("batches")), Batches().batch_sizes
    what = "Accuracy by batch size"
    drawing = figures.curves(panels, sizes, axis="images per batch", ticks=True, what=what)
    publish.figure("bn_batches", drawing)
    for net in NETS:
        two = panels["dense"][net][:, sizes.index(2)]
        publish.number(f"two_{net}", two.mean(), ".0%")


def lags(runs: Runs) -> None:
    """Show the same weights with three kinds of statistics."""
    trained = runs("lags")
    statistics = {
        "computed anew": ("0.99", "anew"),
        "running, keeps 0.99": ("0.99", "moving"),
        "running, keeps 0.9": ("0.9", "moving"),
    }
    panels = {
        word: {
            name: trained.numbers(f"{kind}_{momentum}", source)
            for name, (momentum, source) in statistics.items()
        }
        for kind, word in WORDS.items()
    }
    drawing = figures.curves(panels, Lags().stops, axis="steps", what="Accuracy by steps")
    publish.figure("bn_lags", drawing)
    costs = claims.lag(trained, 10, "0.99 anew", "0.99 moving").mean(axis=1)
    for kind, cost in zip(KINDS, costs, strict=True):
        publish.number(f"lag_{kind}", 100 * cost, ".0f")


def noise(runs: Runs) -> None:
    """Show how far the mean of a part strays, and what nets trained with such parts reach."""
    trained, config = runs("noises"), Noises()
    strays = {word: trained.numbers(f"{kind}_noise") for kind, word in WORDS.items()}
    train, test = (
        {word: trained.numbers(f"{kind}_{WITH}", part) for kind, word in WORDS.items()}
        for part in ("train_accuracy", "test_accuracy")
    )
    publish.figure("bn_noise", figures.noise(config.ghosts, strays, test))
    epochs = config.steps * config.batch_size / config.train_size
    publish.number("ghost_epochs", epochs, ".0f")
    rows = [
        [str(size), *_gaps([(train[word][:, i], test[word][:, i]) for word in WORDS.values()])]
        for i, size in enumerate(config.ghosts)
    ]
    plain = [
        (trained.numbers(net, "train_accuracy"), trained.numbers(net, "test_accuracy"))
        for net in (f"{kind}_{WITHOUT}" for kind in KINDS)
    ]
    rows.append(["no normalisation", *_gaps(plain)])
    header = [
        "images per part", "dense: train", "test", "gap", "convolutional: train", "test", "gap",
    ]  # fmt: skip
    publish.table("bn_gaps", header, rows, caption="Accuracies, and gaps in percentage points")


def _gaps(nets: Sequence[tuple[Floats, Floats]]) -> list[str]:
    """Return, for each net, its mean training and test accuracy and their gap, as text."""
    means = [(train.mean(), test.mean()) for train, test in nets]
    return [
        text
        for train, test in means
        for text in (
            formatted(train, ".1%"),
            formatted(test, ".1%"),
            formatted(100 * (train - test), ".1f"),
        )
    ]


def _tests(trained: Runs) -> dict[str, dict[str, Floats]]:
    """Return the test accuracies of each net, with and without normalisation."""
    return {
        word: {net: trained.numbers(f"{kind}_{net}", "test") for net in NETS}
        for kind, word in WORDS.items()
    }
