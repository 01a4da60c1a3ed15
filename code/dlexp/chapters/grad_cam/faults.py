"""What the page on Grad-CAM shows of the ten faults of a report."""

import numpy as np

from dlexp import data
from dlexp.byhand import grad_cam
from dlexp.byhand.arrays import Floats
from dlexp.chapters.grad_cam import figures
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


def _beside(name: str, runs: Runs, wrong: Floats, what: str) -> None:
    """Publish wrong maps below the faultless ones of the first images."""
    rows = {"no fault": (digits(runs), own_maps(runs)), "fault": (digits(runs), wrong)}
    titles = [str(label) for label in data.mnist().test.labels[:10]]
    publish.figure(name, figures.maps(rows, titles, what=what))


def show(runs: Runs) -> None:
    """Show the faults, or say how large each is."""
    for fault in (wrong_class, softmax, one_scale, corner, pooled, empty_maps, framework):
        fault(runs)


def wrong_class(runs: Runs) -> None:
    """Show maps of the class of the first image."""
    arrays = runs("gallery").only.arrays
    wrong = grad_cam.grad_cam(arrays["first_activations"], arrays["first_zero"], MAP_SIZE)
    _beside("fault_class", runs, wrong, "Maps of the class of the first image")
    publish.number("first_class", int(data.mnist().test.labels[0]), "d")


def softmax(runs: Runs) -> None:
    """Show maps of the probability, and how much smaller its gradient is."""
    arrays, explained = runs("gallery").only.arrays, runs("explain")
    wrong = grad_cam.grad_cam(arrays["first_activations"], arrays["first_probability"], MAP_SIZE)
    _beside("fault_softmax", runs, wrong, "Maps of the probability instead of the logit")
    sizes = (explained.numbers("gradient_size", score) for score in ("logit", "probability"))
    ratios = np.divide(*sizes)
    for name, ratio in (("least", ratios.min()), ("most", ratios.max())):
        publish.number(f"{name}_ratio", int(float(f"{ratio:.2g}")), ",d")  # two digits are enough


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
    for whose in ("empty", "reported_empty"):
        publish.number(f"share_{whose}", runs("explain").numbers(whose).mean(), ".2%")


def framework(runs: Runs) -> None:
    """Show what this Keras says to the lines that concern Keras itself."""
    answers = runs("gallery").only.numbers
    publish.number("tape", answers["gradient_inside_tape_differs_by"], "g")
    yes = {True: "yes", False: "no"}
    rows: list[list[str | int]] = [
        ["model.output, layers in a list", answers["sequential_output"] or "works"],
        ["model.output, layers added one by one", answers["added_output"] or "works"],
        ["a gradient at layer.output, in a list", yes[answers["listed_gradient"]]],
        ["a gradient at layer.output, added", yes[answers["added_gradient"]]],
        ["keras.backend.mean exists", yes[answers["mean_exists"]]],
        ["tf.keras.backend.mean exists", yes[answers["tf_mean_exists"]]],
    ]
    caption = "What the Keras of this book answers"
    publish.table("framework", ["asked", "answer"], rows, caption=caption)
