"""What the page shows of the cures for shifts: a figure, and numbers for the prose."""

from __future__ import annotations

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout import figures_of_moves
from dlexp.chapters.pooling_dropout.claims import STEP
from dlexp.chapters.pooling_dropout.moves import MOVES, moved
from dlexp.chapters.pooling_dropout.readers import (
    accuracies,
    loss,
    losses,
    trained,
    wide_losses,
)
from dlexp.draw import publish
from dlexp.lab.runs import Runs


def cures(runs: Runs) -> None:
    """Show what blurring, shifted training images and global poolings do about shifts."""
    in_frame = {name: losses(runs, name, "shift") for name in figures_of_moves.CURES}
    on_canvas = {"global_max": wide_losses(runs, "global_max")}
    publish.figure("cures", figures_of_moves.cures(in_frame, on_canvas, MOVES["shift"]))
    _cured_numbers(runs)
    _on_canvas(runs)


def _cured_numbers(runs: Runs) -> None:
    """Give the prose what the cures cost and bring, in points."""
    shifts = MOVES["shift"][1:]
    publish.number("max_lost_all", 100 * loss(runs, "max", "shift", *shifts).mean(), ".1f")
    for name in ("blurred", "augmented", "global_max"):
        publish.number(f"{name}_lost_all", 100 * loss(runs, name, "shift", *shifts).mean(), ".1f")
    in_place = {
        name: 100 * accuracies(runs, name, "shift")[:, 0]
        for name in ("max", "augmented", "global_average")
    }
    for name, key in (("augmented", "augmented_price"), ("global_average", "average_price")):
        publish.mean_with_interval(key, in_place["max"] - in_place[name], ".2f")
    for kind in ("zoom", "rotation"):
        more = losses(runs, "global_max", kind) - losses(runs, "flattened", kind)
        publish.mean_with_interval(f"global_{kind}", 100 * more.mean(axis=1), ".1f")
    turned = losses(runs, "augmented", "rotation") - losses(runs, "max", "rotation")
    publish.mean_with_interval("augmented_rotation", 100 * turned.mean(axis=1), ".1f")
    slow = trained(runs, "global_average").config
    publish.number("slow_passes", slow["epochs"], "d")
    publish.number("slow_rate", slow["learning_rate"], "g")
    lost = 100 * loss(runs, "global_average", "shift", shifts[-1]).mean()
    publish.number("average_lost_4", lost, ".1f")


def _on_canvas(runs: Runs) -> None:
    """Give the prose what global max pooling loses on a wide canvas, in points and in percent."""
    found = 100 * trained(runs, "global_max").numbers("wide")[:, 0]
    publish.number("canvas_in_place", found.mean(), ".1f")
    in_frame = 100 * accuracies(runs, "global_max", "shift")[:, 0]
    publish.mean_with_interval("canvas_price", in_frame - found, ".1f")
    for key, values in (
        ("average_on_canvas", trained(runs, "global_average").numbers("wide")),
        ("average_in_frame", accuracies(runs, "global_average", "shift")),
    ):
        publish.number(key, 100 * values[:, 0].mean(), ".0f")
    lost = 100 * wide_losses(runs, "global_max")
    publish.number("canvas_same", int(np.sum(lost[:, -1] == 0)), "d")
    publish.mean_with_interval("frame", 100 * loss(runs, "global_max", "shift", STEP), ".1f")
    half = lost[:, MOVES["shift"].index(STEP // 2)]
    publish.mean_with_interval("canvas_half", half, ".1f")
    publish.number("cut", _cut(), ".0%")


def _cut() -> float:
    """Return the share of test digits that lose ink over the edge when shifted the farthest."""
    images = data.mnist().test.images
    ink: Floats = images.sum(axis=(1, 2, 3))
    left: Floats = moved(images, "shift", MOVES["shift"][-1]).sum(axis=(1, 2, 3))
    return float(np.mean(left < ink - 1e-3))
