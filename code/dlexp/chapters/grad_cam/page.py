"""What the page on Grad-CAM shows of its runs: networks, tests of the maps, and errors."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import grad_cam
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import figures
from dlexp.chapters.grad_cam.claims import networks, share_kept
from dlexp.chapters.grad_cam.faults import MAP_SIZE, digits, own_maps
from dlexp.chapters.grad_cam.nets import FILTERS
from dlexp.draw import publish
from dlexp.lab.intervals import mean_interval
from dlexp.lab.runs import Runs

REPORTED: Mapping[str, tuple[float, ...]] = {
    "large": (
        0.9892, 0.9876, 0.9918, 0.9925, 0.9925, 0.9898, 0.9911, 0.9916, 0.9923, 0.9919, 0.9936,
        0.9885, 0.9915, 0.9921, 0.9921,
    ),
    "small": (
        0.9846, 0.9855, 0.9896, 0.9888, 0.9884, 0.9908, 0.9911, 0.9911, 0.9911, 0.9914, 0.9912,
        0.9928, 0.9906, 0.9928, 0.9914,
    ),
}  # fmt: skip
"""Test accuracy after each epoch in the logs of the reports, by the size of the network."""


def gallery(runs: Runs) -> Mapping[str, NDArray[np.floating]]:
    """Return activations and gradients of the images that the page shows."""
    return runs("gallery").only.arrays


def first_maps(runs: Runs) -> None:
    """Show the first ten test images with their maps."""
    labels = data.mnist().test.labels[:10]
    rows = {"Grad-CAM": (digits(runs), own_maps(runs))}
    names = [str(label) for label in labels]
    publish.figure("grad_cam_first", figures.maps(rows, names, what="The first ten test images"))


def landing(runs: Runs) -> None:
    """Show right and wrong maps on the landing page."""
    arrays = gallery(runs)
    wrong = grad_cam.grad_cam(
        arrays["first_activations"], arrays["first_zero_probability"], MAP_SIZE
    )
    rows = {"right": (digits(runs), own_maps(runs)), "wrong": (digits(runs), wrong)}
    names = [str(label) for label in data.mnist().test.labels[:10]]
    publish.figure("landing", figures.maps(rows, names, what="Ten digits, explained twice"))


def training(runs: Runs) -> None:
    """Show the accuracy per epoch, and what the networks reach."""
    mnist, large, small = data.mnist(), networks(runs), networks(runs, FILTERS[1])
    for part in ("train", "validation", "test"):
        publish.number(f"num_{part}", len(getattr(mnist, part)), ",d")
    for size, nets in (("large", large), ("small", small)):
        publish.number(f"{size}_filters", nets.config["filters"], "d")
        publish.number(f"{size}_parameters", nets.numbers("parameters")[0], ",d")
    accuracy = large.numbers("test_accuracy")
    low, high = mean_interval(accuracy)
    publish.number("seeds", len(large), "d")
    publish.number("accuracy", accuracy.mean(), ".2%")
    publish.number("accuracy_low", low, ".2%")
    publish.number("accuracy_high", high, ".2%")
    chosen = large.numbers("history", "chosen")
    publish.number("last_chosen", (chosen == large.config["epochs"] - 1).sum(), "d")
    histories = [run.numbers["history"] for run in large]
    publish.figure("grad_cam_training", figures.training(histories))


def reported() -> None:
    """Say what the logs of the reports gain by choosing the epoch on the test set."""
    for name, log in REPORTED.items():
        publish.number(f"{name}_last", log[-1], ".2%")
        publish.number(f"{name}_best", max(log), ".2%")
        publish.number(f"{name}_gained", round(10_000 * (max(log) - log[-1])), "d")
    publish.number("their_epochs", len(log), "d")


def steps(runs: Runs, weights: Floats, coarse: Floats, enlarged: Floats) -> None:
    """Show the steps from activations to a map, for the first image."""
    activations = gallery(runs)["first_activations"]
    label = int(data.mnist().test.labels[0])
    drawing = figures.steps(
        digits(runs)[0], activations[0], weights[0], coarse[0], enlarged[0], label=label
    )
    publish.figure("grad_cam_steps", drawing)


def classes(runs: Runs) -> None:
    """Show one image with its map for each class."""
    arrays, test = gallery(runs), data.mnist().test
    activations, gradients = arrays["doubtful_activations"], arrays["doubtful_classes"]
    chosen = arrays["doubtful_indices"]
    what = "One test image, its map for each class"
    picture = test.images[chosen, :, :, 0], grad_cam.grad_cam(activations, gradients, MAP_SIZE)
    drawn, spoken = (  # the only row needs no name beside it, and its words need one
        figures.maps({name: picture}, list("0123456789"), what=what) for name in ("", "maps")
    )
    publish.figure("grad_cam_classes", drawn._replace(alt=spoken.alt))
    label = int(test.labels[chosen[0]])
    weights = grad_cam.channel_weights(gradients)
    peaks = grad_cam.class_activation_map(activations, weights).max(axis=(1, 2))
    publish.number("doubtful_label", label, "d")
    publish.number("doubtful_peak", peaks[label] / peaks.max(), ".0%")


def forgetting(runs: Runs) -> None:
    """Show how the maps change as the layers forget."""
    explained = runs("explain")
    layers = explained.records[0].numbers["randomisation"]["layers"]
    correlation = explained.numbers("randomisation", "correlation")
    publish.figure("grad_cam_forgetting", figures.randomisation(layers, correlation))
    publish.number("ink_agrees", explained.numbers("ink_agrees", "mean").mean(), ".2f")


def curves(runs: Runs) -> None:
    """Show the predictions kept as pixels are deleted and inserted."""
    explained = runs("explain")
    names = {
        "deleting pixels": "deletion",
        "deleting ink": "ink_deletion",
        "inserting pixels": "insertion",
    }
    tests = {
        words: {method: explained.numbers(test, method) for method in figures.METHODS}
        for words, test in names.items()
    }
    publish.figure("grad_cam_curves", figures.curves(tests, explained.config["fractions"]))
    for test in ("deletion", "ink_deletion"):
        share = _advantage(explained, test, "borrowed") / _advantage(explained, test, "right")
        publish.number(f"borrowed_{test}", share, ".0%")


def _advantage(explained: Runs, test: str, method: str) -> float:
    """Return the mean lead of a method over random order."""
    leads = share_kept(explained, test, "random") - share_kept(explained, test, method)
    return float(leads.mean())


def errors(runs: Runs) -> None:
    """Show the errors that the network is surest of, with two maps each."""
    arrays, test = gallery(runs), data.mnist().test
    chosen = arrays["errors_indices"]
    images, activations = test.images[chosen, :, :, 0], arrays["errors_activations"]
    rows = {
        name: (images, grad_cam.grad_cam(activations, arrays[f"errors_{score}"], MAP_SIZE))
        for name, score in (("chosen", "logit"), ("true", "true"))
    }
    guesses = networks(runs).records[0].arrays["predictions"][chosen]
    titles = [
        f"{label} → {guess}" for label, guess in zip(test.labels[chosen], guesses, strict=True)
    ]
    drawing = figures.maps(rows, titles, what="The ten surest errors")
    publish.figure("grad_cam_errors", drawing)
