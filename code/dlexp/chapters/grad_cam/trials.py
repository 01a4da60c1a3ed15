"""What the page on Grad-CAM shows of tests that maps can fail."""

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import charts
from dlexp.chapters.grad_cam.claims import on_some, share_kept
from dlexp.chapters.grad_cam.corner import METHODS
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import CONFIDENCE
from dlexp.lab.runs import Runs

TESTS = {
    "deleting pixels": "deletion",
    "deleting ink": "ink_deletion",
    "inserting pixels": "insertion",
}
"""What each test is called."""


def likeness(runs: Runs) -> None:
    """Show how alike the right map is to others, beside the maps of other images."""
    explained, judged, shuffled = runs("explain"), runs("judge"), runs("shuffle")
    alike = {
        "the map of another image": judged.numbers("alike", "grad_cam", "any"),
        "of another image of the class": judged.numbers("alike", "grad_cam", "class"),
        "the report's map": explained.numbers("reported_agrees", "mean"),
        "the probability's map": explained.numbers("probability_agrees", "mean"),
        "of the second best class": explained.numbers("class_sensitivity", "second"),
        "of the least likely class": explained.numbers("class_sensitivity", "last"),
        "of another trained network": shuffled.numbers("agreement", "grad_cam", "other"),
        "of one with shuffled labels": shuffled.numbers("agreement", "grad_cam", "shuffled"),
        "after all weights were random": _forgotten(explained),
        "ink alone, as coarse": explained.numbers("ink_agrees", "mean"),
    }
    rows = [
        [name, *(formatted(each, ".2f") for each in (values.mean(), values.min(), values.max()))]
        for name, values in alike.items()
    ]
    header = ["the right map and", "mean", "lowest", "highest"]
    caption = "Correlation, cell by cell, over the networks"
    publish.table("likeness", header, rows, caption=caption)
    for key, name in (
        ("any", "the map of another image"),
        ("class", "of another image of the class"),
        ("reported", "the report's map"),
        ("probability", "the probability's map"),
        ("second", "of the second best class"),
        ("other", "of another trained network"),
        ("shuffled", "of one with shuffled labels"),
        ("ink", "ink alone, as coarse"),
    ):
        publish.number(f"alike_{key}", alike[name].mean(), ".2f")
    publish.number("learnt", shuffled.numbers("learnt").mean(), ".0%")
    publish.number("shuffled_accuracy", shuffled.numbers("test_accuracy").mean(), ".0%")


def _forgotten(explained: Runs) -> Floats:
    return explained.numbers("randomisation", "correlation")[:, -1]


def forgetting(runs: Runs) -> None:
    """Show how maps change as layers forget, one after another and each alone."""
    judged = runs("judge")
    layers = judged.records[0].numbers["forgetting"]["layers"]
    ways = {
        title: {name: judged.numbers("forgetting", way, name) for name in charts.FORGETFUL}
        for title, way in (("one after another", "cascading"), ("each alone", "independent"))
    }
    for name, values in ways["one after another"].items():
        publish.number(f"forgotten_{name}", values[:, -1].mean(), ".2f")
    publish.figure("grad_cam_forgetting", charts.randomisation(ways, layers))


def curves(runs: Runs) -> None:
    """Show the predictions kept as pixels are deleted and inserted."""
    explained = runs("explain")
    tests = {
        words: {method: explained.numbers(test, method) for method in charts.METHODS}
        for words, test in TESTS.items()
    }
    publish.figure("grad_cam_curves", charts.curves(tests, explained.config["fractions"]))


def ahead(runs: Runs) -> None:
    """Show how far every order of pixels is ahead of Grad-CAM's."""
    names = {method: label for method, (label, _) in charts.METHODS.items() if method != "right"}
    names |= {key: name for key, name in METHODS.items() if key != "grad_cam"}
    tests = {words: {key: _lead(runs, test, key) for key in names} for words, test in TESTS.items()}
    publish.figure("grad_cam_forest", charts.forest(tests, names))
    for test in ("deletion", "ink_deletion"):
        lead = _advantage(runs, test, "borrowed") / _advantage(runs, test, "right")
        publish.number(f"borrowed_{test}", lead, ".0%")
    for rival in ("reported", "borrowed"):
        publish.number(f"settle_{rival}", enough(_lead(runs, "ink_deletion", rival)), "d")
    publish.number("num_rivals", runs("explain").config["num_images"], ",d")


def enough(leads: Floats) -> int:
    """Return how many seeds would settle a lead, were its mean and spread what they look like.

    Examples
    --------
    >>> enough(np.array([1.0, 2.0, 3.0, 4.0, -4.0]))  # a mean of 1.2, a spread of 3.1
    29
    """
    from scipy.special import stdtrit

    mean, spread = abs(leads.mean()), leads.std(ddof=1)
    counts = np.arange(2, 10_000)
    settled = stdtrit(counts - 1, (1 + CONFIDENCE) / 2) * spread / np.sqrt(counts) < mean
    return int(counts[settled.argmax()])


def _lead(runs: Runs, test: str, method: str) -> Floats:
    """Return, per network, the points by which an order is ahead of Grad-CAM's."""
    if method in METHODS:
        judged = runs("judge")
        change = on_some(judged, test, method) - on_some(judged, test, "grad_cam")
    else:
        explained = runs("explain")
        change = share_kept(explained, test, method) - share_kept(explained, test, "right")
    points: Floats = 100 * change * (1 if test == "insertion" else -1)
    return points


def _advantage(runs: Runs, test: str, method: str) -> float:
    """Return the mean lead of a method over random order."""
    explained = runs("explain")
    return float(
        np.mean(share_kept(explained, test, "random") - share_kept(explained, test, method))
    )


def scraps(runs: Runs) -> None:
    """Say how sure the networks are of digits that were torn."""
    torn = runs("judge")
    publish.number("torn_median", torn.numbers("torn", "median").mean(), ".1%")
    publish.number("torn_above", torn.numbers("torn", "above").mean(), ".0%")
