"""What the page on softmax regression shows of its runs."""

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.byhand.softmax import softmax
from dlexp.chapters.softmax_regression import figures
from dlexp.chapters.softmax_regression.claims import (
    REPORTED,
    REPORTED_LOW,
    mistakes,
    recalls,
    top_share,
)
from dlexp.chapters.softmax_regression.linear import CLASSES, LinearWeights, pixels
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import proportion_interval, seeds_to_settle
from dlexp.lab.runs import Runs

SHOWN = 8
"""Which of the test images is drawn: one that has two likely classes."""

PENALTIES = {0.0: "none", 1e-4: "0.0001", 1e-3: "0.001", 1e-2: "0.01"}
"""Of the descents to the end, as the page writes them."""


def scored(runs: Runs) -> None:
    """Show what becomes of a digit: logits, and probabilities."""
    weights, image = _weights(runs), data.mnist().test.take(np.array([SHOWN]))
    logits = weights.logits(pixels(image))
    drawing = figures.scored(image.images[0, :, :, 0], logits[0], softmax(logits)[0])
    publish.figure("scored", drawing)
    publish.number("shown_label", image.labels[0], "d")


def what_was_run(runs: Runs) -> None:
    """Show the three experiments side by side."""
    recipe, ends, twice = runs("train"), runs("settle", l2=0.0), runs("restart")
    plan, far, again = recipe.config, ends.config, twice.config
    rows = [
        ["training images", f"{plan['size']:,}, all", f"{far['size']:,}", f"{again['size']:,}"],
        ["method", "SGD", "L-BFGS", "L-BFGS, twice"],
        ["penalty", "none", ", ".join(PENALTIES.values()), f"{again['l2']:g}"],
        ["rate", f"{plan['rate']:g}", "found", "found"],
        ["images per step", plan["batch_size"], "all", "all"],
        ["length", f"{plan['epochs']} passes", f"{far['steps']} steps", "until flat"],
        ["seeds", len(recipe), len(ends), len(twice)],
        [
            "a seed draws",
            "first weights, order",
            "first weights, images",
            "both first weights, images",
        ],
    ]
    header = ["of a training", "report D's recipe", "to the end", "from two places"]
    count = f"{CLASSES * (pixels(data.mnist().test.take(np.arange(1))).shape[1] + 1):,}"
    caption = f"Three experiments with the same {count} weights"
    publish.table("what_was_run", header, rows, caption=caption)


def learning(runs: Runs) -> None:
    """Show how the recipe learns, and what comes of it."""
    trained = runs("train")
    loss, validation = trained.numbers("loss"), trained.numbers("validation")
    publish.figure("learning", figures.learning(loss, validation))
    publish.number("first_loss", loss[:, 0].mean(), ".2f")
    publish.number("last_loss", loss[:, -1].mean(), ".2f")
    publish.number("recipe_train", 100 * trained.numbers("train").mean(), ".1f")
    publish.mean_with_interval("recipe_test", 100 * trained.numbers("test"), ".2f")
    beyond = trained.numbers("test") - REPORTED_LOW
    publish.number("recipe_seeds", seeds_to_settle(beyond), ",d")
    images = len(data.mnist().test.labels)
    low, high = proportion_interval(round(trained.numbers("test").mean() * images), images)
    publish.number("images_low", 100 * low, ".1f")
    publish.number("images_high", 100 * high, ".1f")
    publish.number("test_images", images, ",d")


def by_class(runs: Runs) -> None:
    """Show recall and precision of each class beside report D's."""
    trained = runs("train")
    confusion = trained.arrays("confusion")
    recall = recalls(trained)
    precision = np.diagonal(confusion, axis1=1, axis2=2) / confusion.sum(axis=1)
    counts = confusion[0].sum(axis=1)
    rows = []
    for label in range(CLASSES):
        count = int(counts[label])
        low, high = proportion_interval(round(recall[:, label].mean() * count), count)
        rows.append(
            [
                str(label),
                f"{REPORTED[label]:.2f}",
                formatted(recall[:, label].mean(), ".2f"),
                f"{low:.2f} to {high:.2f}",
                formatted(precision[:, label].mean(), ".2f"),
            ]
        )
    header = ["class", "report's recall", "recall", "interval over images", "precision"]
    publish.table("by_class", header, rows, caption="Each class, after report D's recipe")
    inside = sum(row[3].split(" to ")[0] <= row[1] <= row[3].split(" to ")[1] for row in rows)
    publish.number("recalls_inside", inside, "d")


def confusions(runs: Runs) -> None:
    """Show what is taken for what, and whether seeds agree on it."""
    trained = runs("train")
    publish.figure("confusion", figures.confusion(trained.arrays("confusion")[0]))
    counts = mistakes(trained).mean(axis=0)
    row, column = np.unravel_index(counts.argmax(), counts.shape)
    publish.number("worst_class", row, "d")
    publish.number("worst_answer", column, "d")
    publish.number("worst_count", counts.max(), ".0f")
    publish.number("top_share", 100 * top_share(trained).mean(), ".0f")
    publish.number("mistakes", counts.sum(), ",.0f")
    wrong = trained.arrays("guesses") != data.mnist().test.labels
    publish.number("always_wrong", wrong.all(axis=0).sum(), ",d")
    publish.number("ever_wrong", wrong.any(axis=0).sum(), ",d")
    publish.number("always_share", 100 * wrong.all(axis=0).sum() / wrong.any(axis=0).sum(), ".0f")


def kernels(runs: Runs) -> None:
    """Show the weights as images, of both ends."""
    publish.figure("kernels", figures.kernels(runs("train").arrays("kernel")[0]))


def ends(runs: Runs) -> None:
    """Show the descents to the end."""
    groups = {_name(l2): runs("settle", l2=l2) for l2 in PENALTIES}
    panels = {
        "training loss, without penalty": {n: g.numbers("loss") for n, g in groups.items()},
        "validation accuracy in percent": {n: g.numbers("validation") for n, g in groups.items()},
    }
    publish.figure("ends", figures.ends(panels))
    rows = [
        [
            name,
            f"{100 * group.numbers('train').mean():.1f}",
            f"{100 * group.numbers('validation').max(axis=1).mean():.1f}",
            *(f"{100 * group.numbers(part).mean():.1f}" for part in ("test", "confidence")),
            f"{group.numbers('length').mean():,.1f}",
        ]
        for name, group in groups.items()
    ]
    header = ["penalty", "training", "validation, best", "test", "said", "length"]
    caption = "At the end of the descent: accuracies, mean probability of the answer, length"
    publish.table("ends_table", header, rows, caption=caption)
    bare = groups[_name(0.0)]
    publish.number("bare_loss", bare.numbers("loss")[:, -1].max(), ".0e")
    best = bare.numbers("validation").argmax(axis=1) + 1
    publish.number("best_step", np.median(best), ".0f")
    publish.number("bare_length", bare.numbers("length").mean(), ",.0f")


def twice(runs: Runs) -> None:
    """Say how far two descents end from each other."""
    found = runs("restart")
    publish.number("apart_before", found.numbers("apart_before").mean(), ".1f")
    publish.number("apart", found.numbers("apart").max(), ".0e")
    publish.number("probability", found.numbers("probability").max(), ".0e")


def reliability(runs: Runs) -> None:
    """Show whether probabilities are kept."""
    groups = {
        "report D's recipe": runs("train"),
        "to the end, no penalty": runs("settle", l2=0.0),
        "to the end, penalty 0.01": runs("settle", l2=0.01),
    }
    drawn = {name: group.arrays("bins") for name, group in groups.items()}
    publish.figure("reliability", figures.reliability(drawn))
    for name, group in zip(("recipe", "bare", "held"), groups.values(), strict=True):
        gap = 100 * (group.numbers("confidence") - group.numbers("test"))
        publish.mean_with_interval(f"{name}_gap", gap, "+.1f")


def _name(l2: float) -> str:
    return f"penalty {PENALTIES[l2]}" if l2 else "no penalty"


def _weights(runs: Runs) -> LinearWeights:
    trained = runs("train")
    kernel: Floats = trained.arrays("kernel")[0]
    return LinearWeights(kernel, trained.arrays("bias")[0])
