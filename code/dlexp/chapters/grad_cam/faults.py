"""What the page on Grad-CAM shows of ten faults: wrong maps below right ones."""

import textwrap

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
    """Publish wrong maps below the right ones of the first images."""
    rows = {"right": (digits(runs), own_maps(runs)), "wrong": (digits(runs), wrong)}
    titles = [str(label) for label in data.mnist().test.labels[:10]]
    publish.figure(name, figures.maps(rows, titles, what=what))


def argument(runs: Runs) -> None:
    """Show maps of other images than the ones asked for."""
    test, chosen = data.mnist().test, runs("gallery").only.arrays["errors_indices"]
    images = test.images[chosen, :, :, 0]
    rows = {"right": (images, own_maps(runs, "errors")), "wrong": (images, own_maps(runs))}
    what = "Maps of other images than the ones asked for"
    titles = [str(label) for label in test.labels[chosen]]
    publish.figure("fault_argument", figures.maps(rows, titles, what=what))
    publish.number("first_class", int(test.labels[0]), "d")


def wrong_class(runs: Runs) -> None:
    """Show maps of the class of the first image."""
    arrays = runs("gallery").only.arrays
    wrong = grad_cam.grad_cam(arrays["first_activations"], arrays["first_zero"], MAP_SIZE)
    _beside("fault_class", runs, wrong, "Maps of the class of the first image")


def softmax(runs: Runs) -> None:
    """Show maps of the probability, and how much smaller its gradient is."""
    arrays, explained = runs("gallery").only.arrays, runs("explain")
    wrong = grad_cam.grad_cam(arrays["first_activations"], arrays["first_probability"], MAP_SIZE)
    _beside("fault_softmax", runs, wrong, "Maps of the probability instead of the logit")
    sizes = (explained.numbers("gradient_size", score) for score in ("logit", "probability"))
    ratio = np.median(np.divide(*sizes))
    publish.number("gradient_ratio", int(float(f"{ratio:.1g}")), ",d")  # one digit is enough
    agreement = explained.numbers("probability_agrees", "mean").mean()
    publish.number("probability_agrees", agreement, ".2f")


def pooled(runs: Runs, activations: Floats, weights: Floats) -> None:
    """Show maps with channel weights averaged over the batch."""
    shared = np.repeat(weights.mean(axis=0, keepdims=True), len(weights), axis=0)
    wrong = grad_cam.normalise(grad_cam.class_activation_map(activations, shared))
    enlarged = grad_cam.upsample(wrong, MAP_SIZE)
    _beside("fault_pooled", runs, enlarged, "Maps with channel weights averaged over the batch")


def one_scale(runs: Runs, coarse: Floats) -> None:
    """Show maps scaled by the largest value of the batch."""
    wrong = grad_cam.upsample(coarse / coarse.max(), MAP_SIZE)
    _beside("fault_scale", runs, wrong, "Maps scaled by the largest value of the batch")
    peaks = coarse.max(axis=(1, 2)) / coarse.max()
    publish.number("faintest", peaks.min(), ".0%")


def empty_maps(runs: Runs) -> None:
    """Say how many maps are empty, and print what becomes of one."""
    for whose in ("empty", "reported_empty"):
        publish.number(f"share_{whose}", runs("explain").numbers(whose).mean(), ".2%")
    empty = np.zeros((1, 7, 7))
    with np.errstate(invalid="ignore"):
        naive = empty / empty.max(axis=(1, 2), keepdims=True)
    print("divided by its largest value:", np.unique(naive))
    print("normalised:", np.unique(grad_cam.normalise(empty)))


def corner(runs: Runs, scaled: Floats) -> None:
    """Show the corner that is passed off as the whole."""
    images = digits(runs)
    publish.figure("fault_corner", figures.corner(images[0], scaled[0], own_maps(runs)[0]))
    publish.number("corner_ink", images[:, :7, :7].sum() / images.sum(), ".1%")


def framework(runs: Runs) -> None:
    """Print what Keras says to two faults, and say what the tape costs."""
    answers = runs("gallery").only.numbers
    publish.number("tape", answers["gradient_inside_tape_differs_by"], "g")
    print(textwrap.fill("Keras says: " + answers["sequential_output"], 46))
    print("keras.backend.mean exists:", answers["mean_exists"])


def unread(coarse: Floats) -> None:
    """Say how much of the maps lies where the pooling after them does not read."""
    read = np.zeros(coarse.shape[1:], bool)
    read[:6, :6] = True  # three windows of two each way
    publish.number("lit_unread", coarse[:, ~read].sum() / coarse.sum(), ".0%")
