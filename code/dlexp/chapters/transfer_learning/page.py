"""What the page on transfer learning shows of its runs."""

import math

import numpy as np

from dlexp.chapters.transfer_learning import figures, measure, readers, tasks
from dlexp.chapters.transfer_learning.bases import Bases
from dlexp.chapters.transfer_learning.collapses import REPORTED
from dlexp.chapters.transfer_learning.measure import NOTHING, frozen, tuned
from dlexp.chapters.transfer_learning.pretraining import pretrain
from dlexp.chapters.transfer_learning.showings import Showing
from dlexp.chapters.transfer_learning.transfers import SHARES, Transfer
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

FAULTS = {
    "none": "nothing wrong",
    "softmax": "softmax, one logit",
    "bytes": "0 to 255",
    "hidden_softmax": "a layer behind it",
    "frozen": "all frozen",
    "high_rate": "high rate",
    "labels": "labels shuffled",
    "twice": "divided twice",
}
"""What is wrong, in the words of the page; the first three have a loss that falls."""

FALLING = 3

SHOWN = {
    "as_learnt": "0 to 1, as learnt",
    "centred": "−1 to 1",
    "inverted": "black for white",
    "bytes": "0 to 255",
    "twice": "0 to 1/255",
}

MODES = {
    "frozen_kept": "frozen, kept",
    "frozen_moving": "frozen, moving",
    "tuned_kept": "tuned, kept",
    "tuned_moving": "tuned, moving",
}
"""Convolutions, then running statistics."""


def counted(runs: Runs) -> None:
    """Say how large report B's two networks are without heads, and what they got right."""
    counts = runs("count").only
    for name in Bases().names:
        found = counts.numbers[name]
        key = name.lower()
        publish.number(f"{key}_base", found["base"], ",d")
        publish.number(f"{key}_features", found["map"][-1], ",d")
    right, images = REPORTED[1]
    publish.number("reported_test", right / images, ".4f")
    _split()
    publish.number("resnet_norms", counts.numbers["ResNet50"]["norms"], "d")


def _split() -> None:
    """Say how far report B's two accuracies are from each other, and a random split would be."""
    (trained, training), (tested, testing) = REPORTED
    share = (trained + tested) / (training + testing)
    error = math.sqrt(share * (1 - share) * (1 / training + 1 / testing))
    publish.number("share_gap", 100 * abs(tested / testing - trained / training), ".1f")
    publish.number("share_error", 100 * error, ".1f")


def shares() -> None:
    """Show which layers learn, and at what share of the rate."""
    gradual = zip(("first", "second", "third", "last"), SHARES["gradual"], strict=True)
    ways = {
        "frozen": (0, 0, 0, 1),
        "tuned": SHARES["tuned"][0],
        "by layers": SHARES["layered"][0],
        **{f"gradual, {quarter} quarter": each for quarter, each in gradual},
    }
    publish.figure("shares", figures.shares(ways))


def collapses(runs: Runs) -> None:
    """Show what each collapse looks like."""
    found = {words: readers.collapsed(runs, fault) for fault, words in FAULTS.items()}
    curves = {words: each.numbers("loss") for words, each in found.items()}
    names = list(curves)
    panels = {
        "the loss falls": {name: curves[name] for name in names[:FALLING]},
        "nothing is learnt": {name: curves[name] for name in names[FALLING:]},
    }
    share = float(found[FAULTS["none"]].numbers("most")[:, 0].mean())
    shares_alone = -share * math.log(share) - (1 - share) * math.log(1 - share)
    publish.figure("losses", figures.losses(panels, shares_alone))
    publish.number("share_loss", shares_alone, ".2f")
    rows = [_collapse(words, each) for words, each in found.items()]
    header = ["what is wrong", "right, %", "says odd, %", "spread", "gradient"]
    caption = "On test images, means of five seeds (first three rows) or three; gradient at the end"
    publish.table("collapse_table", header, rows, caption=caption)
    softmax = found[FAULTS["softmax"]]
    publish.number("odd_share", 100 * softmax.numbers("most")[:, 1].mean(), ".1f")
    publish.number("softmax_rescued", 100 * softmax.numbers("rescued").mean(), ".1f")
    publish.number("softmax_first", softmax.numbers("loss")[:, 0].mean(), ".2f")
    publish.number("softmax_last", softmax.numbers("loss")[:, -1].mean(), ".2f")
    hidden = found[FAULTS["hidden_softmax"]].numbers("loss")[:, -1].mean()
    publish.number("hidden_loss", hidden, ".2f")
    publish.number("cut_off", hidden / (1 - share), ".0f")


def _collapse(words: str, found: Runs) -> list[str]:
    spread, gradient = found.numbers("spread").mean(), found.numbers("gradient")[:, 1].mean()
    return [
        words,
        formatted(100 * found.numbers("test").mean(), ".1f"),
        formatted(100 * found.numbers("positive").mean(), ".1f"),
        formatted(spread, ".4f"),
        formatted(gradient, ".2f"),
    ]


def pretrained(runs: Runs) -> None:
    """Say what the bases have learnt, and show what was run."""
    for name in ("digits", "fashion"):
        found = runs.of(pretrain, measure.FIRST[name])
        publish.number(f"known_{name}", 100 * found.numbers("validation").mean(), ".0f")
    labels = measure.FIRST["labels"]
    by_heart = runs.of(pretrain, labels).numbers("learnt")[:, -1]
    publish.number("learnt_labels", 100 * by_heart.mean(), ".0f")
    publish.number("labels_size", labels.size, ",d")
    publish.number("labels_passes", labels.passes, "d")
    asked, many = tuned("digits"), readers.MANY_TUNED
    rows: list[list[str | int]] = [
        ["images", ", ".join(f"{size:,}" for size in asked.sizes), f"{many.sizes[0]:,}"],
        ["steps", asked.steps, many.steps],
        ["images a step", asked.batch_size, many.batch_size],
        ["rates, tuned (or gradual)", *map(_rates, (asked, many))],
        ["rates, scratch", *map(_rates, (tuned(NOTHING), readers.MANY_SCRATCH))],
        ["rates, frozen", *map(_rates, (frozen("digits"), readers.MANY_FROZEN))],
        ["rates, chance", _rates(frozen(NOTHING)), "–"],
        ["rates, by layers", _rates(readers.LAYERED), "–"],
        ["seeds", len(measure.SEEDS), len(measure.SOME_SEEDS)],
    ]
    header = ["setting", "few images", "many"]
    publish.table("what_was_run", header, rows, caption="How the second task is learnt")


def _rates(config: Transfer) -> str:
    return ", ".join(f"{rate:g}" for rate in config.rates)


def transfers(runs: Runs) -> None:
    """Show accuracy against the number of images, by what is taken along and how."""
    images = tuned("digits").sizes
    found = {name: readers.took(runs, config) for name, config in readers.WAYS.items()}
    near = {name: each.numbers("test") for name, each in found.items()}
    sources = {
        "digits": tuned("digits"),
        "nothing": tuned(NOTHING),
        "clothes": readers.CLOTHES_TUNED,
        "shuffled labels": readers.LABELS_TUNED,
    }
    few = measure.FEW
    far = {
        name: readers.took(runs, config).numbers("test")[:, : len(few)]
        for name, config in sources.items()
    }
    titles = "how it is trained", "what it knew, tuned"
    panels = dict(zip(titles, (near, far), strict=True))
    publish.figure("sizes", figures.sizes(panels, dict(zip(titles, (images, few), strict=True))))
    _base_rate()
    _frozen(runs)
    _ends(runs)
    _transfer_table(runs)


def _base_rate() -> None:
    """Say which share of the test images is of the class that has most."""
    read = tasks.target("digits").test.sample(Transfer().read)
    publish.number("base_rate", 100 * max(np.bincount(read.labels)) / len(read), ".1f")


def _frozen(runs: Runs) -> None:
    """Say where a frozen base stands beside the network from scratch, and what it fits."""
    few = readers.took(runs, frozen("digits")), readers.took(runs, tuned(NOTHING))
    many = readers.took(runs, readers.MANY_FROZEN), readers.took(runs, readers.MANY_SCRATCH)
    places = zip(("ten", "hundred", "thousand", "many"), (few, few, few, many), strict=True)
    sizes = (*tuned("digits").sizes, *readers.MANY_FROZEN.sizes)
    for (name, (still, scratch)), size in zip(places, sizes, strict=True):
        gain = readers.right(still, size) - readers.right(scratch, size)
        publish.mean_with_interval(f"frozen_{name}", 100 * gain, "+.1f")
    for name, ways in (("frozen", few[0]), ("tuned", readers.took(runs, tuned("digits")))):
        publish.number(f"fits_{name}", 100 * ways.numbers("train")[:, -1].mean(), ".0f")


def _ends(runs: Runs) -> None:
    """Say how often the chosen rate is the lowest or the highest of those that were tried."""
    asked = {
        "scratch_lowest": (tuned(NOTHING), 0, min),
        "many_highest": (readers.MANY_TUNED, -1, max),
    }
    for name, (config, place, end) in asked.items():
        rates = readers.took(runs, config).numbers("rate")[:, place]
        publish.number(name, int((rates == end(config.rates)).sum()), "d")
    publish.number("all_seeds", len(measure.SEEDS), "d")
    publish.number("some_seeds", len(measure.SOME_SEEDS), "d")


def _transfer_table(runs: Runs) -> None:
    """Show every way and size as a row."""
    columns = (*tuned("digits").sizes, *readers.MANY_TUNED.sizes)
    many = {
        "digits, tuned": readers.MANY_TUNED,
        "digits, frozen": readers.MANY_FROZEN,
        "from scratch": readers.MANY_SCRATCH,
    }
    ways = {
        **readers.WAYS,
        "digits, by layers": readers.LAYERED,
        "digits, gradual": readers.GRADUAL,
        "clothes, tuned": readers.CLOTHES_TUNED,
        "clothes, frozen": readers.CLOTHES_FROZEN,
        "shuffled labels, tuned": readers.LABELS_TUNED,
        "shuffled labels, frozen": readers.LABELS_FROZEN,
    }
    rows = []
    for name, config in ways.items():
        found = {
            size: readers.right(readers.took(runs, each), size)
            for each in (config, many.get(name))
            if each is not None
            for size in each.sizes
        }
        cells = (formatted(100 * found[n].mean(), ".1f") if n in found else "–" for n in columns)
        rows.append([name, *cells])
    header = ["what, how", *(f"{size:,}" for size in columns)]
    publish.table("transfer_table", header, rows, caption="Test accuracy in percent, by images")


def differences(runs: Runs) -> None:
    """Say what digits are worth to clothes, and what normalisations that move are to tuning."""
    taken, anew = (
        readers.took(runs, config) for config in (readers.TO_CLOTHES, readers.CLOTHES_SCRATCH)
    )
    for name, size in zip(("ten", "hundred"), measure.FEW, strict=True):
        gain = 100 * (readers.right(taken, size) - readers.right(anew, size))
        publish.mean_with_interval(f"clothes_{name}", gain, "+.1f")
    for name, config in (("usual", readers.USUAL), ("inverted", readers.INVERTED)):
        found = readers.normed(runs, config)
        gain = found.numbers("tuned_moving", "test") - found.numbers("tuned_kept", "test")
        publish.mean_with_interval(f"norms_{name}", 100 * gain, "+.1f")


def norms(runs: Runs) -> None:
    """Show what moves in a frozen base with batch normalisation, and what it costs."""
    usual, inverted = (readers.normed(runs, config) for config in measure.NORMS)
    rows = [
        [
            words,
            formatted(usual.numbers(mode, "statistics").mean(), ".2f"),
            formatted(100 * usual.numbers(mode, "test").mean(), ".1f"),
            formatted(100 * inverted.numbers(mode, "test").mean(), ".1f"),
        ]
        for mode, words in MODES.items()
    ]
    header = ["convolutions, statistics", "drift", "as learnt", "inverted"]
    caption = "Drift of the statistics (images as learnt), and test accuracy in percent"
    publish.table("norms_table", header, rows, caption=caption)


def showings(runs: Runs) -> None:
    """Show what other ways to show an image cost."""
    heads = readers.shown(runs)
    rows = [
        [
            words,
            *(
                formatted(100 * heads.numbers(when, shown).mean(), ".1f")
                for when in ("learnt", "served")
            ),
        ]
        for shown, words in SHOWN.items()
    ]
    header = ["values", "new head", "old head"]
    caption = "Test accuracy in percent, by how images are shown to the frozen base"
    publish.table("showing_table", header, rows, caption=caption)
    publish.number("tiny_train", 100 * heads.numbers("train", "twice").mean(), ".0f")
    publish.number("highest_rate", Showing().rates[-1], "g")
