"""What the page on Grad-CAM shows of its networks and of their first maps."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import grad_cam, shapes
from dlexp.byhand.arrays import Floats
from dlexp.byhand.layers import Convolution, Dense, Flatten, Layer, Pooling
from dlexp.chapters.grad_cam import corner, figures
from dlexp.chapters.grad_cam.claims import networks
from dlexp.chapters.grad_cam.faults import MAP_SIZE, digits, own_maps
from dlexp.chapters.grad_cam.nets import FILTERS, SIZE
from dlexp.draw import publish
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


def live(runs: Runs) -> None:
    """Show on paper what the live figure compares: two methods on the first images."""
    arrays = gallery(runs)
    hires = _hires(arrays["first_activations"], arrays["first_logit"])
    rows = {
        "HiResCAM": (digits(runs)[:5], hires[:5]),
        "Grad-CAM": (digits(runs)[:5], own_maps(runs)[:5]),
    }
    names = [str(label) for label in data.mnist().test.labels[:5]]
    publish.figure("grad_cam_live", figures.maps(rows, names, what="Five test images, two methods"))


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
    """Say what the networks reach, and which epoch was kept."""
    mnist, large, small = data.mnist(), networks(runs), networks(runs, FILTERS[1])
    for part in ("train", "validation", "test"):
        publish.number(f"num_{part}", len(getattr(mnist, part)), ",d")
    for size, nets in (("large", large), ("small", small)):
        publish.number(f"{size}_filters", nets.config["filters"], "d")
    accuracy = large.numbers("test_accuracy")
    publish.number("seeds", len(large), "d")
    publish.mean_with_interval("accuracy", accuracy, ".2%")
    changed = runs("export").only.numbers["changed_predictions"]
    publish.number("live_changed", changed, "d")
    chosen = large.numbers("history", "chosen")
    publish.number("last_chosen", (chosen == large.config["epochs"] - 1).sum(), "d")
    watched = large.numbers("history", "accuracy", "test")
    flattered = watched.max(axis=1) - watched[np.arange(len(large)), chosen]
    publish.number("flattered", 10_000 * flattered.max(), ".0f")


def layers(filters: int = FILTERS[0]) -> list[Layer]:
    """Return the layers of the reports' network, to be counted by hand."""
    blocks: list[Layer] = []
    for count in (32, 64, filters):
        blocks += [Convolution(filters=count, kernel=3, padding="same"), Pooling(window=2)]
    return [*blocks, Flatten(), Dense(units=128), Dense(units=10)]


NAMES = (
    "convolution", "pooling", "convolution", "pooling", "last convolution", "pooling", "flatten",
    "dense", "logits",
)  # fmt: skip


def what_was_run(runs: Runs) -> None:
    """Show the layers of the reports' network, and the settings of all trainings."""
    rows: list[list[str | int]] = []
    shape: tuple[int, ...] = (*SIZE, 1)
    for name, layer, row in zip(NAMES, layers(), shapes.walk(layers(), shape), strict=True):
        cost = shapes.multiplications(layer, shape)
        shape = row.shape or shape
        rows.append([name, " × ".join(map(str, shape)), row.parameters, cost])
    header = ["layer", "output", "parameters", "multiplications"]
    caption = "The reports' network, with the larger last convolution"
    publish.table("layers", header, rows, caption=caption)
    header = ["network", "parameters", "images", "epochs", "images per step", "rate", "seeds"]
    publish.table("runs", header, _runs(runs), caption="What was trained, always with Adam")


def _runs(runs: Runs) -> list[list[str | int]]:
    """Return a row for each kind of network that is explained: its size and how it was trained."""
    images = len(data.mnist().train)
    kinds: list[tuple[str, Runs]] = [
        (f"the reports', {filters} filters last", networks(runs, filters)) for filters in FILTERS
    ]
    kinds += [
        (f"two digits, {words}", runs("twin", head=head)) for head, words in corner.HEADS.items()
    ]
    rows: list[list[str | int]] = []
    for name, those in kinds:
        config = those.config
        count = those.records[0].numbers.get("parameters", networks(runs).numbers("parameters")[0])
        row: list[str | int] = [name, int(count), config.get("num_train", images)]
        row += [config["epochs"], config["batch_size"], f"{config['learning_rate']:g}", len(those)]
        rows.append(row)
    return rows


def reported() -> None:
    """Say what the logs of the reports gain by choosing the epoch on the test set."""
    for name, log in REPORTED.items():
        publish.number(f"{name}_gained", round(10_000 * (max(log) - log[-1])), "d")
    publish.number("their_epochs", len(log), "d")


def steps(runs: Runs, weights: Floats, coarse: Floats) -> None:
    """Show the steps from activations to a map, for the first image."""
    activations = gallery(runs)["first_activations"]
    label = int(data.mnist().test.labels[0])
    drawing = figures.steps(
        digits(runs)[0], activations[0], weights[0], coarse[0], own_maps(runs)[0], label=label
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


def _hires(activations: Floats, gradients: Floats) -> Floats:
    """Return HiResCAM's maps, as large as the image."""
    maps = grad_cam.normalise(grad_cam.hires_map(activations, gradients))
    return grad_cam.upsample(maps, MAP_SIZE)
