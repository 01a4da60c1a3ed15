"""What the page on batch normalisation places of the noise of its statistics.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from typing import Any

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm import charts, claims, readers
from dlexp.chapters.batch_norm.nets import WITHOUT
from dlexp.chapters.batch_norm.noise import Noises
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.runs import Runs

PART, WHOLE = str(claims.PART), str(claims.WHOLE)


def noise(runs: Runs) -> None:
    """Show what nets learn whose statistics come from parts of a batch."""
    trained, config = runs("noises"), Noises()
    epochs = config.steps * config.batch_size / config.train_size
    publish.number("ghost_epochs", epochs, ".0f")
    names = {WHOLE: "the whole batch", WITHOUT: "no normalisation", PART: f"parts of {PART}"}
    panels = {
        "right labels": {label: trained.numbers(net, "path") for net, label in names.items()},
        "some wrong labels": {
            label: trained.numbers(net, "wrong", "path") for net, label in names.items()
        },
    }
    stops = range(config.check_every, config.steps + 1, config.check_every)
    zooms = {"right labels": (80, 90), "some wrong labels": (45, 90)}
    publish.figure("bn_fit_paths", charts.fits(panels, [*stops], zooms))
    rows = [_fitted(trained, net, label) for net, label in names.items()]
    header = [
        "dense net", "training loss", "training right", "test right", "wrong labels learnt",
        "test right, after those",
    ]  # fmt: skip
    publish.table("bn_fits", header, rows, caption="How closely nets fit, and how well they test")
    _looks(trained)


def _looks(trained: Runs) -> None:
    """Publish what nets reach at their best look, and at the first where they fit alike."""

    def mean(net: str, *path: str) -> float:
        return float(trained.numbers(net, *path).mean())

    publish.number("wrong_without", mean(WITHOUT, "wrong", "learnt"), ".0%")
    labels = round(Noises.wrong * Noises.train_size)
    fewer = mean(WHOLE, "wrong", "learnt") - mean(PART, "wrong", "learnt")
    publish.number("wrong_labels", labels, "d")
    publish.number("wrong_fewer", labels * fewer, ".0f")
    loss = trained.numbers(PART, "test_loss") - trained.numbers(WITHOUT, "test_loss")
    publish.mean_with_interval(f"loss_right_{PART}", loss, ".3f")
    header = ["labels, and net", "at the best look", "test images, at the end"]
    rows = [
        [f"{word}: {label}", *_against_none(trained, net, path, test)]
        for word, path, test in (
            ("right", ("path",), ("test_accuracy",)),
            ("some wrong", ("wrong", "path"), ("wrong", "test")),
        )
        for label, net in (("whole batch", WHOLE), (f"parts of {PART}", PART))
    ]
    caption = "With minus without, in points; a seed's best look is chosen on the other seeds"
    publish.table("bn_against", header, rows, caption=caption)
    plain, part = (100 * trained.numbers(net, "alike", "test") for net in (WITHOUT, PART))
    publish.mean_with_interval("alike_16", part - plain, ".2f")


def _against_none(
    trained: Runs, net: str, path: tuple[str, ...], test: tuple[str, ...]
) -> list[str]:
    """Return by how many points a net leads the one without, at their best looks and at the end."""
    best, plain = (readers.at_best_look(trained.numbers(each, *path)) for each in (net, WITHOUT))
    end = trained.numbers(net, *test) - trained.numbers(WITHOUT, *test)
    return [with_interval(100 * values, ".2f") for values in (best - plain, end)]


def _fitted(trained: Runs, net: str, label: str) -> list[str]:
    def mean(*path: str) -> Any:
        values: Floats = trained.numbers(net, *path)
        return values.mean()

    return [
        label,
        formatted(mean("train_loss"), ".4f"),
        formatted(mean("train_accuracy"), ".1%"),
        formatted(mean("test_accuracy"), ".1%"),
        formatted(mean("wrong", "learnt"), ".1%"),
        formatted(mean("wrong", "test"), ".1%"),
    ]
