"""What the page on softmax regression shows of its runs."""

from itertools import combinations

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import softmax
from dlexp.chapters.softmax_regression import figures
from dlexp.chapters.softmax_regression.claims import (
    HARDEST,
    HELD,
    REPORTED,
    REPORTED_ACCURACY,
    REPORTED_PRECISION,
    ahead_of_fives,
    mistakes,
    precisions,
    printed,
    recalls,
    rounded_up,
)
from dlexp.chapters.softmax_regression.linear import (
    CLASSES,
    PIXELS,
    LinearWeights,
    glorot,
    pixels,
)
from dlexp.chapters.softmax_regression.optimum import start
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import proportion_interval
from dlexp.lab.runs import Runs

SHOWN = 8
"""Which of the test images is drawn: one that has two likely classes."""

PENALTIES = {0.0: "none", 1e-4: "0.0001", 1e-3: "0.001", 1e-2: "0.01"}
"""Of the descents to the end, as the page writes them."""

AHEAD = {2: "twos", 9: "nines"}
"""Classes whose recall is compared with that of the fives."""


def scored(runs: Runs) -> None:
    """Show what becomes of a digit: logits, and probabilities."""
    weights, image = _weights(runs), data.mnist().test.take(np.array([SHOWN]))
    logits = weights.logits(pixels(image))
    probabilities = softmax(logits)[0]
    drawing = figures.scored(image.images[0, :, :, 0], logits[0], probabilities)
    publish.figure("scored", drawing)
    true = probabilities[image.labels[0]]
    publish.number("shown_label", image.labels[0], "d")
    publish.number("shown_true", true, ".3f")
    publish.number("shown_loss", -np.log(true), ".2f")


def what_was_run(runs: Runs) -> None:
    """Show the four experiments side by side."""
    recipe = runs("train")
    header = ["of a training", "report D's recipe, our parts", "to the end", "from two places"]
    columns = [
        ["training images", "validation, test images", "method", "penalty, on weights alone",
         "first weights (biases: zero)", "rate", "images per step", "steps", "stops when", "seeds",
         "a seed draws"],
        [f"{recipe.config['size']:,}", _unseen("validation", "test"), "SGD", "none",
         f"uniform, to ±{np.abs(glorot(recipe.seeds[0]).kernel).max():.3f}",
         f"{recipe.config['rate']:g}", recipe.config["batch_size"],
         f"{recipe.config['epochs']} passes", "these are taken", len(recipe),
         "first weights, order, images of the loss curve"],
        _descent(runs("settle", l2=0.0), "L-BFGS", _unseen("validation", "test"),
                 ", ".join(PENALTIES.values()), "first weights, images"),
        _descent(runs("restart"), "L-BFGS, twice", f"{_unseen('validation')}; none",
                 f"{runs('restart').config['l2']:g}", "both first weights, images"),
        _descent(runs("shuffle"), "L-BFGS", "none", "none", "first weights, images, labels"),
    ]  # fmt: skip
    parameters = CLASSES * (PIXELS + 1)
    publish.number("parameters", parameters, ",d")
    caption = f"Four experiments with one layer of {parameters:,} weights and biases"
    rows = [list(row) for row in zip(*columns, strict=True)]
    publish.table("what_was_run", [*header, "shuffled labels"], rows, caption=caption)


def learning(runs: Runs) -> None:
    """Show how the recipe learns, and what comes of it."""
    trained = runs("train")
    loss, validation = trained.numbers("loss"), trained.numbers("validation")
    publish.figure("learning", figures.learning(loss, validation))
    publish.number("first_loss", loss[:, 0].mean(), ".2f")
    publish.number("last_loss", loss[:, -1].mean(), ".2f")
    publish.number("recipe_train", 100 * trained.numbers("train").mean(), ".1f")
    publish.number("recipe_validation", 100 * validation[:, -1].mean(), ".1f")
    publish.number("recipe_test", 100 * trained.numbers("test").mean(), ".2f")
    same = printed(trained.numbers("test")) == REPORTED_ACCURACY
    publish.number("same_as_reported", same.sum(), "d")
    publish.number("recipe_runs", len(trained), "d")
    images = len(data.mnist().test.labels)
    low, high = proportion_interval(round(trained.numbers("test").mean() * images), images)
    publish.number("images_low", 100 * low, ".1f")
    publish.number("images_high", 100 * high, ".1f")


def by_class(runs: Runs) -> None:
    """Show recall and precision of each class beside report D's."""
    trained = runs("train")
    recall, precision = recalls(trained), precisions(trained)
    counts, answers = (trained.arrays("confusion").mean(axis=0).sum(axis=axis) for axis in (1, 0))
    rows = [
        [
            str(label),
            f"{REPORTED[label]:.2f}",
            over_images(recall[:, label].mean(), counts[label]),
            f"{REPORTED_PRECISION[label]:.2f}",
            over_images(precision[:, label].mean(), answers[label]),
        ]
        for label in range(CLASSES)
    ]
    header = ["class", "recall, report", "recall, ours", "precision, report", "precision, ours"]
    caption = "Each class, after report D's recipe: mean over seeds, and interval for other images"
    publish.table("by_class", header, rows, caption=caption)
    met = [
        (printed(ours.min(axis=0)) <= theirs) & (printed(ours.max(axis=0)) >= theirs)
        for ours, theirs in ((recall, REPORTED), (precision, REPORTED_PRECISION))
    ]
    publish.number("numbers_met", sum(int(each.sum()) for each in met), "d")
    publish.number("numbers_reported", len(REPORTED) + len(REPORTED_PRECISION), "d")
    for label, name in AHEAD.items():
        low, high = ahead_of_fives(recall.mean(axis=0), counts, label)
        publish.number(f"{name}_ahead_low", 100 * low, "+.1f")
        publish.number(f"{name}_ahead_high", 100 * high, "+.1f")


def confusions(runs: Runs) -> None:
    """Show what is taken for what, and whether seeds agree on it."""
    trained = runs("train")
    publish.figure("confusion", figures.confusion(trained.arrays("confusion")[0]))
    counts = mistakes(trained).mean(axis=0)
    publish.number("fives_missed", counts[HARDEST].sum(), ".0f")
    wrong = trained.arrays("guesses") != data.mnist().test.labels
    publish.number("always_share", 100 * wrong.all(axis=0).sum() / wrong.any(axis=0).sum(), ".0f")


def kernels(runs: Runs) -> None:
    """Show the weights as images, and how far the seeds are from each other."""
    trained = runs("train")
    kernel = trained.arrays("kernel")
    publish.figure("kernels", figures.kernels(kernel[0]))
    first = np.array([glorot(seed).kernel for seed in trained.seeds])
    added = kernel - first
    publish.number("added_apart", _apart(added).mean(), ".1f")
    publish.number("added_length", np.linalg.norm(added, axis=(1, 2)).mean(), ".1f")
    guesses = trained.arrays("guesses")
    differ = [np.mean(one != other) for one, other in combinations(guesses, 2)]
    publish.number("differ_low", 100 * min(differ), ".1f")
    publish.number("differ_high", 100 * max(differ), ".1f")


def ends(runs: Runs) -> None:
    """Show the descents to the end."""
    groups = {_name(l2): runs("settle", l2=l2) for l2 in PENALTIES}
    looked = {
        "training loss": "loss",
        "validation loss": "validation_loss",
        "validation, percent right": "validation",
    }
    panels = {
        title: {name: group.numbers(key) for name, group in groups.items()}
        for title, key in looked.items()
    }
    publish.figure("ends", figures.ends(panels))
    bare = groups[_name(0.0)]
    best = bare.numbers("validation").argmax(axis=1) + 1
    rows = []
    for name, group in zip(PENALTIES.values(), groups.values(), strict=True):
        rows.append([name, *_end(group)])
        if group is bare:
            rows.append(["none, stopped early", *_end(group, "early_")])
    header = ["penalty", "training", "test", "test loss", "said", "length"]
    caption = (
        "Where the descents stopped: percent right of training and test images, test loss, mean "
        "probability of the answer (said) in percent, length of the weights"
    )
    publish.table("ends_table", header, rows, caption=caption)
    most = max(group.numbers("steps").max() for group in groups.values())
    publish.number("most_steps", most, ".0f")
    publish.number("best_step", np.median(best), ".0f")
    publish.number("bare_test", 100 * bare.numbers("test").mean(), ".1f")
    publish.number("bare_length", bare.numbers("length").mean(), ",.0f")
    loss = bare.numbers("validation_loss")
    publish.number("least_loss", loss.min(axis=1).mean(), ".2f")
    publish.number("end_loss", loss[:, -1].mean(), ".1f")
    publish.number("dealt_train", np.ceil(100 * runs("shuffle").numbers("train").max()), ".0f")
    part = data.mnist().subset(bare.config["size"], seed=bare.seeds[0]).train
    publish.number("commonest", 100 * np.bincount(part.labels).max() / len(part), ".0f")


def twice(runs: Runs) -> None:
    """Say how far two descents end from each other."""
    found = runs("restart")
    publish.number("apart_before", found.numbers("apart_before").mean(), ".1f")
    publish.number("apart", rounded_up(found.numbers("apart").max()), ".4f")
    publish.number("probability", rounded_up(found.numbers("probability").max()), ".5f")


def reliability(runs: Runs) -> None:
    """Show whether probabilities are kept."""
    trained, recipe = runs("train"), "report D's recipe"
    groups = {_name(l2): runs("settle", l2=l2) for l2 in PENALTIES}
    bins = {name: group.arrays("bins") for name, group in groups.items()}
    lengths = {name: group.numbers("length") for name, group in groups.items()}
    bins[recipe] = trained.arrays("bins")
    lengths[recipe] = np.linalg.norm(trained.arrays("kernel"), axis=(1, 2))
    publish.figure("reliability", figures.reliability(bins, lengths))
    strongest = _name(max(PENALTIES))
    for short, name in (("recipe", recipe), ("bare", _name(0.0))):
        publish.number(f"{short}_error", figures.calibration_error(bins[name]).mean(), ".1f")
    for short, name in (("held", _name(HELD)), ("strong", strongest)):
        publish.number(f"{short}_gap", figures.too_sure(bins[name]).mean(), "+.1f")


def over_images(share: float, images: float) -> str:
    """Return a share of some images, and its interval for as many others.

    Parameters
    ----------
    share : float
        In [0, 1].
    images : float
        Its denominator, which may be a mean over seeds.

    Examples
    --------
    >>> over_images(0.9, 100)
    '0.90 (0.82–0.95)'
    """
    low, high = proportion_interval(round(share * images), round(images))
    return f"{formatted(share, '.2f')} ({low:.2f}–{high:.2f})"


def _apart(kernels: Floats) -> Floats:
    """Return the distances of all pairs of seeds."""
    return np.array([np.linalg.norm(one - other) for one, other in combinations(kernels, 2)])


def _descent(group: Runs, method: str, unseen: str, penalty: str, drawn: str) -> list[str | int]:
    """Return a column of the table of what was run."""
    plan, first = group.config, start(group.seeds[0]).kernel
    return [
        f"{plan['size']:,}", unseen, method, penalty,
        f"normal, standard deviation {first.std():.2f}", "searched at each step", "all",
        f"at most {plan['steps']:,}",
        f"no slope exceeds {formatted(plan['gradient'], 'g', name='gradient')}",
        len(group), drawn,
    ]  # fmt: skip


def _unseen(*names: str) -> str:
    """Return how many images these parts have."""
    return "; ".join(f"{len(getattr(data.mnist(), name)):,}" for name in names)


def _end(group: Runs, prefix: str = "") -> list[str]:
    train, test, said = (
        f"{100 * group.numbers(prefix + name).mean():.1f}"
        for name in ("train", "test", "confidence")
    )
    loss, length = (group.numbers(prefix + name).mean() for name in ("test_loss", "length"))
    return [train, test, f"{loss:.2f}", said, f"{length:,.1f}"]


def _name(l2: float) -> str:
    return f"penalty {PENALTIES[l2]}" if l2 else "no penalty"


def _weights(runs: Runs) -> LinearWeights:
    trained = runs("train")
    kernel: Floats = trained.arrays("kernel")[0]
    return LinearWeights(kernel, trained.arrays("bias")[0])
