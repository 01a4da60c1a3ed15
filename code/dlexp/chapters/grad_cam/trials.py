"""What the page on Grad-CAM shows of tests that maps can fail."""

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import charts
from dlexp.chapters.grad_cam.claims import on_some, share_kept
from dlexp.chapters.grad_cam.corner import BARE, METHODS
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

TESTS = {
    "deleting pixels": "deletion",
    "deleting ink": "ink_deletion",
    "inserting pixels": "insertion",
}
"""What each test is called."""


def show(runs: Runs) -> None:
    """Show what the tests say."""
    for test in (likeness, forgetting, curves, levels, ahead, scraps):
        test(runs)


def likeness(runs: Runs) -> None:
    """Show how alike Grad-CAM's map is to others, beside the maps of other images."""
    explained, judged, shuffled = runs("explain"), runs("judge"), runs("shuffle")
    alike = {
        "the map of another image": judged.numbers("alike", "grad_cam", "any"),
        "of another image of the class": judged.numbers("alike", "grad_cam", "class"),
        "the probability's map": explained.numbers("probability_agrees", "mean"),
        "of the second best class": explained.numbers("second_agrees", "mean"),
        "of another trained network": shuffled.numbers("agreement", "grad_cam", "other"),
        "of an untrained network": explained.numbers("untrained_agrees"),
        "the image, made as coarse": explained.numbers("ink_agrees", "mean"),
    }
    rows = [[*_row(name, values), str(len(values))] for name, values in alike.items()]
    header = ["Grad-CAM's map and", "mean", "lowest", "highest", "networks, or pairs"]
    caption = "Correlation, place by place, over the networks"
    publish.table("likeness", header, rows, caption=caption)
    for key, name in (
        ("class", "of another image of the class"),
        ("second", "of the second best class"),
        ("other", "of another trained network"),
        ("probability", "the probability's map"),
    ):
        publish.number(f"alike_{key}", alike[name].mean(), ".2f")
    hires = {
        "class": judged.numbers("alike", "hires_cam", "class"),
        "other": shuffled.numbers("agreement", "hires_cam", "other"),
    }
    for key, values in hires.items():
        publish.number(f"alike_{key}_hires", values.mean(), ".2f")
    publish.number("alike_reported", explained.numbers("reported_agrees", "mean").mean(), ".2f")


def forgetting(runs: Runs) -> None:
    """Show how maps change as layers forget, one after another."""
    judged = runs("judge")
    layers = judged.records[0].numbers["forgetting"]["layers"]
    after = {name: judged.numbers("forgetting", "cascading", name) for name in charts.FORGETFUL}
    base = runs("baselines")
    others = {name: base.numbers("forgotten", name, "other").mean() for name in charts.FORGETFUL}
    for name, values in after.items():
        publish.number(f"forgotten_{name}", values[:, -1].mean(), ".2f")
    publish.number("first_forgotten", after["grad_cam"][:, 0].mean(), ".2f")
    for key in ("after_read", "other_read"):
        values = base.numbers("forgotten", "hires_cam", key)
        publish.number(f"{key}_hires_cam", values.mean(), ".2f")
    drawn = charts.randomisation({"one after another": after}, layers, others)
    publish.figure("grad_cam_forgetting", drawn)


def _row(name: str, values: Floats) -> list[str]:
    """Return a name, and the mean, the least and the most of what the networks have."""
    return [name, *(formatted(v, ".2f") for v in (values.mean(), values.min(), values.max()))]


def curves(runs: Runs) -> None:
    """Show how far orders of pixels are ahead of Grad-CAM's as pixels are deleted."""
    explained = runs("explain")
    tests = {
        words: {
            method: _signed(
                explained.numbers(test, method) - explained.numbers(test, "right"), test
            )
            for method in charts.METHODS
            if method != "right"
        }
        for words, test in TESTS.items()
        if test != "insertion"
    }
    fractions = explained.config["fractions"]
    for key, fraction in zip(("least", "second", "third", "most"), fractions, strict=True):
        publish.number(f"{key}_changed", fraction, ".0%")
    publish.figure("grad_cam_curves", charts.curves(tests, fractions))


def levels(runs: Runs) -> None:
    """Show which share of predictions each order of pixels keeps."""
    explained = runs("explain")
    rows = [
        [name, *(f"{share_kept(explained, test, method).mean():.1%}" for test in TESTS.values())]
        for method, (name, _) in charts.METHODS.items()
    ]
    caption = "Predictions kept, mean over the fractions and the networks"
    publish.table("levels", ["order of pixels", *TESTS], rows, caption=caption)
    images = data.mnist().test.sample(explained.config["num_images"]).images
    publish.number("inked", float(np.mean(images > 0)), ".0%")


def ahead(runs: Runs) -> None:
    """Show how far every order of pixels is ahead of Grad-CAM's."""
    names = {method: label for method, (label, _) in charts.METHODS.items() if method != "right"}
    names |= {key: name for key, name in METHODS.items() if key != "grad_cam"}
    names["activations"] = BARE["activations"]
    tests = {words: {key: _lead(runs, test, key) for key in names} for words, test in TESTS.items()}
    publish.figure("grad_cam_forest", charts.forest(tests, names))
    lead = _advantage(runs, "ink_deletion", "borrowed") / _advantage(runs, "ink_deletion", "right")
    publish.number("borrowed_ink_deletion", lead, ".0%")
    publish.mean_with_interval("lead_random", -tests["deleting ink"]["random"], ".1f")
    publish.mean_with_interval("deletion_lead", -tests["deleting pixels"]["borrowed"], ".1f")
    publish.mean_with_interval("insertion_lead", -tests["inserting pixels"]["borrowed"], ".1f")
    publish.mean_with_interval("ink_behind", -tests["deleting ink"]["ink"], ".1f")


def _lead(runs: Runs, test: str, method: str) -> Floats:
    """Return, per network, the points by which an order is ahead of Grad-CAM's."""
    judged, explained = runs("judge"), runs("explain")
    if method == "activations":
        kept = runs("baselines").numbers(method, test).mean(axis=1)
        return _signed(kept - on_some(judged, test, "grad_cam"), test)
    if method in METHODS:
        return _signed(on_some(judged, test, method) - on_some(judged, test, "grad_cam"), test)
    return _signed(share_kept(explained, test, method) - share_kept(explained, test, "right"), test)


def _signed(change: Floats, test: str) -> Floats:
    """Return a change of the share of predictions kept in points, above zero where better."""
    points: Floats = 100 * change * (1 if test == "insertion" else -1)
    return points


def _advantage(runs: Runs, test: str, method: str) -> float:
    """Return the mean lead of a method over random order."""
    explained = runs("explain")
    return float(
        np.mean(share_kept(explained, test, "random") - share_kept(explained, test, method))
    )


def scraps(runs: Runs) -> None:
    """Say how sure the networks are of digits, and of digits that were torn."""
    torn, whole = runs("judge"), runs("baselines")
    publish.number("torn_above", torn.numbers("torn", "above").mean(), ".0%")
    publish.number("sure_above", whole.numbers("sure", "above").mean(), ".0%")
