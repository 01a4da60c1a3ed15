"""What the page on Grad-CAM shows of the ten faults of a report."""

import numpy as np

from dlexp import data
from dlexp.byhand import grad_cam
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import figures
from dlexp.chapters.grad_cam.claims import networks
from dlexp.draw import publish
from dlexp.lab.runs import Runs

MAP_SIZE = (28, 28)
"""Of a map that was enlarged: the size of the image."""


def digits(runs: Runs) -> Floats:
    """Return the first test images, (10, 28, 28)."""
    first = runs("gallery").only.arrays["first_indices"]
    images: Floats = data.mnist().test.images[first, :, :, 0]
    return images


def own_maps(runs: Runs, whose: str = "first") -> Floats:
    """Return the maps of the classes that the network chose, enlarged."""
    arrays = runs("gallery").only.arrays
    return grad_cam.grad_cam(arrays[f"{whose}_activations"], arrays[f"{whose}_logit"], MAP_SIZE)


def show(runs: Runs) -> None:
    """Show the faults, or say how large each is."""
    for fault in (wrong_class, one_scale, corner, pooled, empty_maps, inside_tape):
        fault(runs)


def wrong_class(runs: Runs) -> None:
    """Say which class all maps get: that of the first image."""
    predicted = networks(runs).records[0].arrays["predictions"]
    publish.number("first_class", int(predicted[0]), "d")


def one_scale(runs: Runs) -> None:
    """Say how faint a map gets that is scaled by the largest value of the batch."""
    peaks = first_coarse(runs).max(axis=(1, 2))
    publish.number("faintest", peaks.min() / peaks.max(), ".0%")


def corner(runs: Runs) -> None:
    """Show the corner that is passed off as the whole."""
    images, scaled = digits(runs), grad_cam.normalise(first_coarse(runs))
    publish.figure("fault_corner", figures.corner(images[0], scaled[0], own_maps(runs)[0]))
    publish.number("corner_ink", images[:, :7, :7].sum() / images.sum(), ".1%")


def first_coarse(runs: Runs) -> Floats:
    """Return the right maps of the first images as they come, (10, 7, 7)."""
    arrays = runs("gallery").only.arrays
    weights = grad_cam.channel_weights(arrays["first_logit"])
    return grad_cam.class_activation_map(arrays["first_activations"], weights)


def pooled(runs: Runs) -> None:
    """Say how alike maps stay when their weights are averaged over the batch."""
    arrays = runs("gallery").only.arrays
    weights = grad_cam.channel_weights(arrays["first_logit"])
    shared = np.repeat(weights.mean(axis=0, keepdims=True), len(weights), axis=0)
    wrong = grad_cam.class_activation_map(arrays["first_activations"], shared)
    likeness = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1]
        for a, b in zip(first_coarse(runs), wrong, strict=True)
    ]
    publish.number("pooled_agrees", float(np.mean(likeness)), ".2f")


def empty_maps(runs: Runs) -> None:
    """Say how many maps are empty."""
    explained = runs("explain")
    count = explained.config["num_images"]
    publish.number("num_maps", len(explained) * count, ",d")
    for whose in ("empty", "reported_empty"):
        publish.number(whose, (explained.numbers(whose) * count).sum().round(), ".0f")


def inside_tape(runs: Runs) -> None:
    """Say what a gradient that is taken inside the tape changes."""
    inside = runs("gallery").only.numbers["gradient_inside_tape_differs_by"]
    publish.number("tape", inside, "g")
