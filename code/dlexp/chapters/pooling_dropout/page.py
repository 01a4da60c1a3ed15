"""What the first half of the page shows, on pooling; its cures for shifts are in ``page_cures``."""

from __future__ import annotations

import numpy as np

from dlexp import data
from dlexp.byhand import conv, pooling, shapes
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout import figures, figures_of_moves
from dlexp.chapters.pooling_dropout.claims import FEW
from dlexp.chapters.pooling_dropout.counts import REPORTED, counted_by_hand, reported
from dlexp.chapters.pooling_dropout.live import FIRST
from dlexp.chapters.pooling_dropout.moves import MOVES, moved
from dlexp.chapters.pooling_dropout.nets import ARCHITECTURES, REACH, SEEDS, SIDE
from dlexp.chapters.pooling_dropout.readers import (
    accuracies,
    loss,
    losses,
    tested,
    trained,
)
from dlexp.chapters.pooling_dropout.run import layered
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

ASKED = (
    "convolution", "convolution, stride 2", "average pooling", "max pooling",
    "max pooling, blurred", "two blocks", "three convolutions, global max",
    "two blocks, global max",
)  # fmt: skip
"""The rows of the table of what commutes with a shift."""

DRAWN = ("dense", "strided", "max", "global_max")
"""The networks whose accuracy is drawn by move; the table below the figure has all."""

CURED = ("blurred", "augmented")
"""The networks with a cure that are none of the six, in the tables below those."""

DISAGREE = 0.03
"""A share of test images on which just one of two networks is right, for an example."""

IN_PLACE = {"zoom": (2, 1.0), "rotation": (0, 0.0)}
"""Where among its amounts a kind of move, that was not asked for it, moves nothing."""


# --- What pooling does, and what it saves -------------------------------------------------------


def pooled_maps() -> None:
    """Show what poolings make of the upper edges of a digit."""
    digit = data.mnist().test.images[:1]
    kernel = np.array([-1.0, 0.0, 1.0]).reshape(3, 1, 1, 1)
    edges = np.maximum(conv.conv2d(digit, kernel, padding="same"), 0)
    largest = pooling.max_pool2d(edges)
    maps = {
        "digit": digit,
        "upper edges": edges,
        "max": largest,
        "average": pooling.average_pool2d(edges),
        "max, twice": pooling.max_pool2d(largest),
    }
    publish.figure(
        "pooled_maps",
        figures.pooled({title: values[0, :, :, 0] for title, values in maps.items()}),
    )


def counts() -> None:
    """Show what each layer of report C's network costs, with and without its poolings."""
    two = REPORTED[1]
    columns = ("parameters", "multiplications")
    header = ["layer", *(name + end for name in columns for end in ("", " without"))]
    caption = "Report C's network, and the same without its two poolings"
    publish.table("counted", header, _count_rows(two), caption=caption)
    for name, counted in (("left_parameters", "parameters"), ("left_cost", "multiplications")):
        kept, bare = (
            sum(row[counted] for row in counted_by_hand(two, pooled=pooled))
            for pooled in (True, False)
        )
        publish.number(name, kept / bare, ".0%")


def _count_rows(name: str) -> list[list[str | int]]:
    """Return the rows of a report's network: each layer's costs, pooled and not."""
    without = iter(counted_by_hand(name, pooled=False))
    rows: list[list[str | int]] = []
    for layer, row in zip(reported(name), counted_by_hand(name, pooled=True), strict=True):
        cells: list[str | int] = [_described(layer)]
        bare = None if isinstance(layer, shapes.Pooling) else next(without)
        for counted in ("parameters", "multiplications"):
            cells += [row[counted], "" if bare is None else bare[counted]]
        rows.append(cells)
    return rows


def _described(layer: shapes.Layer) -> str:
    """Return a layer in a few words."""
    match layer:
        case shapes.Convolution():
            return f"conv {layer.kernel}, {layer.filters}"
        case shapes.Pooling():
            return f"pool {layer.window}"
        case shapes.Dense():
            return f"dense {layer.units}"
        case _:
            return "flatten"


# --- What commutes with a shift -----------------------------------------------------------------


def windows() -> None:
    """Show which move of a row a maximum forgives, and which it does not follow."""
    rows = {
        "one nine": (9, 0, 0, 0), "shifted by one": (0, 9, 0, 0), "by two": (0, 0, 9, 0),
        "two nines": (9, 9, 0, 0), "both by one": (0, 9, 9, 0), "both by two": (0, 0, 9, 9),
    }  # fmt: skip
    publish.figure("windows", figures.windows(rows))


def commuting(runs: Runs) -> None:
    """Show which layers commute with a shift."""
    commutes = runs("commute")
    total = commutes.numbers("images").sum()
    shifts = [f"shift {by}" for by in commutes.config["shifts"]]
    rows = []
    for layer in ASKED:
        failures = commutes.numbers("layers", layer, "no_shift").sum(axis=0)  # per shift
        rows.append([layer, *(formatted(share, ".0%") for share in failures / total)])
    publish.table(
        "commuting",
        ["layer", *shifts],
        rows,
        caption=f"Share that fails: of {total:,} digits, those whose new map is no shift of the "
        "old one, by pixels of the shift",
    )
    for name, layer in (("max", "max pooling"), ("blurred", "max pooling, blurred")):
        for how in ("whole", "part"):
            left = runs("change").numbers("left", layer, how).mean()
            publish.number(f"{how}_{name}", left, ".0%")


# --- Moved digits -------------------------------------------------------------------------------


def networks(runs: Runs) -> None:
    """Show the networks that are asked about moved digits, and on how many images."""
    labels = figures_of_moves.NETWORKS | figures_of_moves.CURES
    described = runs("describe").only.numbers
    header = ["network", "layers, with what comes out of each", "parameters", "multiplications"]
    names = (*ARCHITECTURES, *CURED)
    rows: list[list[str | int]] = [[labels[name][0], *layered(described[name])] for name in names]
    caption = (
        "Networks for moved digits, the last three with a cure; multiplications for one image of "
        f"{SIDE} × {SIDE}, without what a mean or a maximum costs"
    )
    publish.table("moved_networks", header, rows, caption=caption)
    for name in ("flattened", "global_max"):  # of the third convolution, the last of them
        maps = [layer["shape"] for layer in described[name] if layer["kind"] == "Conv2D"]
        publish.number(f"{name}_channels", maps[-1][-1], "d")
    tested = trained(runs, "max").config["tested"]
    apart = 1.96 * 100 * np.sqrt(DISAGREE / tested)
    publish.number("moved_by_images", float(apart), ".1f")
    publish.number("seeds", len(SEEDS), "d")
    publish.number("reach", REACH, "d")
    publish.number("validation_images", data.MNIST_VALIDATION, ",d")


def moves() -> None:
    """Show a digit moved in every way."""
    digit = data.mnist().test.images[:1]
    images = {
        kind: {f"{amount:g}": moved(digit, kind, amount)[0, :, :, 0] for amount in amounts}
        for kind, amounts in MOVES.items()
    }
    publish.figure("moves", figures_of_moves.moves(images))


def accuracy_by_move(runs: Runs) -> None:
    """Show the accuracy of the networks on moved digits; four lines of the six do not merge."""
    curves = {kind: {name: _with_in_place(runs, name, kind) for name in DRAWN} for kind in MOVES}
    amounts = {
        kind: np.insert(values, *IN_PLACE[kind]).tolist() if kind in IN_PLACE else values
        for kind, values in MOVES.items()
    }
    publish.figure("accuracy_by_move", figures_of_moves.by_move(curves, amounts))
    _lost_by_move(runs)
    for by in (1, 4):
        publish.number(f"max_lost_{by}", 100 * loss(runs, "max", "shift", by).mean(), ".1f")
    most, strided = (100 * accuracies(runs, name, "shift")[:, 0] for name in ("max", "strided"))
    publish.mean_with_interval("max_over_strided", most - strided, ".1f")
    pooled, neither = (100 * tested(runs, FEW, name) for name in ("pooling", "neither"))
    publish.mean_with_interval("pooling_over_neither", pooled - neither, ".1f")


def _with_in_place(runs: Runs, network: str, kind: str) -> Floats:
    """Return the accuracy by the amount of a move, with the one that moves nothing among them."""
    found = accuracies(runs, network, kind)
    if kind not in IN_PLACE:
        return found
    in_place = accuracies(runs, network, "shift")[:, 0]
    return np.insert(found, IN_PLACE[kind][0], in_place, axis=1)


def _lost_by_move(runs: Runs) -> None:
    """Show what moves cost each network, and how average pooling fares."""
    rows, labels = [], figures_of_moves.NETWORKS | figures_of_moves.CURES
    for name in (*ARCHITECTURES, *CURED):
        lost = [loss(runs, name, "shift", by) for by in MOVES["shift"][1:]]
        lost += [losses(runs, name, kind).mean(axis=1) for kind in ("zoom", "rotation")]
        in_place = accuracies(runs, name, "shift")[:, 0]
        cells = [formatted(100 * values.mean(), ".1f") for values in (in_place, *lost)]
        rows.append([labels[name][0], *cells])
    shifts = [f"shift {by:g}" for by in MOVES["shift"][1:]]
    header = ["network", "in place", *shifts, "zooms", "rotations"]
    caption = "Test accuracy in place (percent), and what moves cost of it (points); means"
    publish.table("lost", header, rows, caption=caption)
    strided, average, most = (
        100 * loss(runs, name, "shift", 1, 2) for name in ("strided", "average", "max")
    )
    publish.mean_with_interval("average_over_strides", strided - average, ".1f")
    publish.mean_with_interval("max_over_average", average - most, ".1f")


def fooled(runs: Runs) -> None:
    """Show at which places three networks no longer know the digit that is shown first."""
    watched = runs("watch").only
    likely = watched.arrays["probabilities"][:, FIRST]  # (networks, rows, columns, classes)
    panels = dict(zip(watched.config["architectures"], likely, strict=True))
    publish.figure("fooled", figures_of_moves.fooled(panels, watched.numbers["labels"][FIRST]))
