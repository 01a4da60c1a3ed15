"""What the second half of the page shows, on dropout: its figures and tables."""

from __future__ import annotations

import numpy as np

from dlexp import data
from dlexp.byhand import conv, dropout, pooling
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout import figures, figures_of_training
from dlexp.chapters.pooling_dropout.claims import EARLY, claims
from dlexp.chapters.pooling_dropout.described import PERCEPTRON, cross_name
from dlexp.chapters.pooling_dropout.factorial import Factorial
from dlexp.chapters.pooling_dropout.measure import LONG_SIZE
from dlexp.chapters.pooling_dropout.readers import (
    DENSE,
    FACTORS,
    ahead,
    by_epoch,
    memory,
    relied_on,
    rivalled,
    tested,
)
from dlexp.chapters.pooling_dropout.reliance import NOISY, SILENCED
from dlexp.chapters.pooling_dropout.run import how_trained, layered
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import mean_interval
from dlexp.lab.runs import Runs

DRAWN_MASKS = 1000  # of which a mean is drawn
FEW = Factorial().size
RIVALS = {"hidden": "hidden", "pixels": "pixels", "decay": "decay"}
"""What the table of remedies calls each way."""


def masked_maps() -> None:
    """Show a map under several masks of dropout, and the mean over many."""
    digit = data.mnist().test.images[:1]
    kernel = np.array([-1.0, 0.0, 1.0]).reshape(3, 1, 1, 1)
    edges = np.maximum(conv.conv2d(digit, kernel, padding="same"), 0)
    largest = pooling.max_pool2d(edges)[0, :, :, 0]
    plain = largest / largest.max()
    generator = np.random.default_rng(0)
    rows = {}
    for rate in (0.25, 0.5, 0.75):
        mask = dropout.mask(rate, (DRAWN_MASKS, *plain.shape), generator)
        masked = dropout.forward(np.broadcast_to(plain, mask.shape), rate, mask)
        rows[f"rate {rate}"] = [*masked[:3], masked.mean(axis=0)]
    publish.figure("masked_maps", figures.masked(plain, rows))


# --- Neither, one, or both ----------------------------------------------------------------------


def what_was_run(runs: Runs) -> None:
    """Show the networks of this half, and how they are trained."""
    described = runs("describe").only.numbers
    labels = {
        cross_name(False): "no pooling",
        cross_name(True): "pooling",
        PERCEPTRON: "dense",
    }
    rows = [[label, *layered(described[name])] for name, label in labels.items()]
    header = ["network", "layers, with what comes out of each", "parameters", "multiplications"]
    caption = "The networks with dropout; at a rate of zero they are those without"
    publish.table("dropped_networks", header, rows, caption=caption)
    experiments = {
        "neither, one, or both": runs("cross", size=FEW),
        "neither or both, for long": runs("cross", size=LONG_SIZE),
        "dense, wrong labels": runs("memorise"),
        "dense, all else": runs("average"),
    }
    publish.number("test_images", len(data.mnist().test), ",d")
    publish.number("dense_images", runs("average").config["training"]["size"], ",d")
    how_trained("dropped_trained", experiments, read="the test images, except for wrong labels")


def together(runs: Runs) -> None:
    """Show what pooling and dropout do, alone and together, along the passes."""
    panels = {
        title: {name: by_epoch(runs, FEW, name, part) for name in FACTORS}
        for title, part in (("training", "train"), ("validation", "validation"))
    }
    publish.figure("learning", figures_of_training.learning(panels))
    above = ahead(runs, FEW, "validation").mean(axis=0) > 0
    publish.number("ahead_from_few", int(np.flatnonzero(~above)[-1]) + 2, "d")
    rows = [_factors_row(runs, FEW, name) for name in FACTORS]
    rows += [_factors_row(runs, LONG_SIZE, name) for name in ("neither", "both")]
    header = ["images, network", "training", "validation", "gap", "test"]
    caption = "Mean accuracy; the first three after the last pass, the test at the chosen one"
    publish.table("four_networks", header, rows, caption=caption)
    _contrasts(runs)
    for name in FACTORS:
        early = by_epoch(runs, FEW, name, "validation")[:, EARLY - 1]
        publish.number(f"early_{name}", 100 * early.mean(), ".1f")
    for name in ("neither", "both"):
        train, unseen = (by_epoch(runs, FEW, name, part)[:, -1] for part in ("train", "validation"))
        publish.number(f"gap_{name}", 100 * (train - unseen).mean(), ".1f")
    last = 100 * ahead(runs, FEW, "validation")[:, -1]
    publish.mean_with_interval("validation_ahead", last, ".2f")
    chosen = by_epoch(runs, FEW, "both", "validation").argmax(axis=1) + 1  # the first of the best
    publish.number("chosen_earliest", int(chosen.min()), "d")
    publish.number("chosen_latest", int(chosen.max()), "d")


def _contrasts(runs: Runs) -> None:
    """Show how far the four networks are ahead of one another on the test images."""
    neither, dropped, pooled, both = (100 * tested(runs, FEW, name) for name in FACTORS)
    contrasts = {
        "dropout over neither": dropped - neither,
        "pooling over neither": pooled - neither,
        "both over dropout": both - dropped,
        "both over pooling": both - pooled,
        "the two gains added, over both": dropped + pooled - neither - both,
    }
    questions = questions_of(runs)
    rows = [
        [label, formatted(values.mean(), ".1f"), marked_interval(values, ".1f", questions)]
        for label, values in contrasts.items()
    ]
    header = ["test accuracy", "ahead by", "interval"]
    caption = f"Ahead by how many points, with {FEW:,} training images; † as the only question"
    publish.table("contrasts", header, rows, caption=caption)


def questions_of(runs: Runs) -> int:
    """Return for how many questions the boxes of the page are corrected."""
    return sum(claim.counts is None for claim in claims(runs))


def marked_interval(values: Floats, spec: str, questions: int) -> str:
    """Return an interval's ends, with a mark if it holds no zero, but does when corrected."""
    low, high = mean_interval(values)
    least, most = mean_interval(values, questions=questions)
    mark = "†" if low * high > 0 > least * most else ""
    return f"{formatted(low, spec)} to {formatted(high, spec)}{mark}"


def _factors_row(runs: Runs, size: int, name: str) -> list[str]:
    train, validation = (by_epoch(runs, size, name, p)[:, -1] for p in ("train", "validation"))
    cells = (train, validation, train - validation, tested(runs, size, name))
    return [f"{size:,}, {name}", *(formatted(cell.mean(), ".1%") for cell in cells)]


def reported(runs: Runs) -> None:
    """Give the prose the accuracy that Keras reports beside that of inference mode."""
    for part in ("reported", "train", "validation"):
        last = by_epoch(runs, LONG_SIZE, "both", part)[:, -1]
        publish.number(f"{part}_last", last.mean(), ".1%")
    for name in FACTORS:
        train, shown = (by_epoch(runs, FEW, name, part)[:, -1] for part in ("train", "reported"))
        publish.number(f"{name}_unreported", 100 * (train - shown).mean(), ".1f")


# --- What dropout changes inside ----------------------------------------------------------------


def memorised(runs: Runs) -> None:
    """Show how wrong labels are learnt by heart, pass by pass."""
    rates = dict(zip(DENSE, runs("memorise").config["rates"], strict=True))
    titles = {
        "the wrong label, as taught": "memorised",
        "the true label, all the same": "seen_through",
    }
    panels = {
        title: {name: memory(runs, rate, what) for name, rate in rates.items()}
        for title, what in titles.items()
    }
    publish.figure("memory", figures_of_training.memory(panels))
    best: dict[str, Floats] = {}
    stopped: dict[str, Floats] = {}
    known: dict[str, Floats] = {}
    for name, rate in (("plain", rates["without dropout"]), ("dropped", rates["with dropout"])):
        wrong, validation = (memory(runs, rate, what) for what in ("memorised", "validation"))
        chosen = validation.argmax(axis=1, keepdims=True)  # the first of the best, of each seed
        best[name] = validation.max(axis=1)
        stopped[name] = np.take_along_axis(wrong, chosen, axis=1)[:, 0]
        known[name] = wrong.mean(axis=0)
        publish.number(f"memorised_{name}", known[name][-1], ".0%")
        publish.number(f"stopped_{name}", stopped[name].mean(), ".1%")
        publish.number(f"best_{name}", best[name].mean(), ".1%")
    as_early = int(np.flatnonzero(known["plain"] > known["dropped"][-1])[0]) + 1
    publish.number("memorised_as_early", as_early, "d")
    low, high = mean_interval(100 * (stopped["plain"] - stopped["dropped"]))
    publish.number("stopped_fewer_low", low, ".1f")
    publish.number("stopped_fewer_high", high, ".1f")
    publish.mean_with_interval("stopped_ahead", 100 * (best["dropped"] - best["plain"]), ".1f")


def reliance(runs: Runs) -> None:
    """Show what the dense networks cannot do without."""
    panels = {
        title: {name: relied_on(runs, network, what) for name, network in DENSE.items()}
        for title, what in (("pixels replaced", "noisy"), ("hidden units silenced", "silenced"))
    }
    shares = {"pixels replaced": NOISY, "hidden units silenced": SILENCED}
    publish.figure("reliance", figures_of_training.reliance(panels, shares))
    for key, share in (("least_noise", NOISY[1]), ("most_noise", NOISY[-1])):
        publish.number(key, 100 * share, ".0f")
    silenced = 100 * np.stack([panels["hidden units silenced"][name] for name in DENSE])
    for name, values in zip(("plain", "dropped"), silenced, strict=True):
        costs = values[:, 0] - values[:, SILENCED.index(0.5)]
        publish.number(f"silenced_{name}", costs.mean(), ".1f")


def rivals(runs: Runs) -> None:
    """Show what dropout at several rates and in two places does beside weight decay."""
    settings, plain = runs("rival").config, 100 * rivalled(runs, "plain", "test")[:, 0]
    rows, questions = [["none", *_rival_cells(runs, "plain", 0), ""]], questions_of(runs)
    chosen: dict[str, Floats] = {}
    for way, label in RIVALS.items():
        best = int(rivalled(runs, way, "validation").mean(axis=0).argmax())
        test = 100 * rivalled(runs, way, "test")
        for place, strength in enumerate(settings[way]):
            ends = marked_interval(test[:, place] - plain, "+.2f", questions)
            rows.append([f"{label} {strength:g}", *_rival_cells(runs, way, place), ends])
        chosen[way] = test[:, best]
        publish.number(f"{way}_best", settings[way][best], "g")
    publish.mean_with_interval("over_decay", chosen["hidden"] - chosen["decay"], ".2f")
    publish.mean_with_interval("over_hidden", chosen["pixels"] - chosen["hidden"], ".2f")
    header = ["remedy", "validation", "test", "ahead by"]
    caption = (
        "Dropout of hidden units or of pixels, by its rate, and weight decay: accuracy in percent "
        "at the best pass, and the test, ahead of none by how many points, as an "
        "interval; † as the only question"
    )
    publish.table("rivals", header, rows, caption=caption)


def _rival_cells(runs: Runs, way: str, place: int) -> list[str]:
    """Return the mean validation and test accuracy of one network."""
    means = (rivalled(runs, way, part)[:, place].mean() for part in ("validation", "test"))
    return [formatted(100 * mean, ".2f") for mean in means]
