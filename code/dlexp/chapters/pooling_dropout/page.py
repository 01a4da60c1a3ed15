"""What the page on pooling and dropout shows: its figures and tables, each with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlexp import data
from dlexp.byhand import conv, dropout, pooling, shapes
from dlexp.byhand.arrays import Floats
from dlexp.chapters.pooling_dropout import figures
from dlexp.chapters.pooling_dropout.counts import REPORTED, counted_by_hand, reported
from dlexp.chapters.pooling_dropout.dense import Averaging
from dlexp.chapters.pooling_dropout.measure import DATA_SIZES, RATES, RATES_AT, SIZES
from dlexp.chapters.pooling_dropout.moves import MOVES, displacement, moved
from dlexp.chapters.pooling_dropout.nets import ARCHITECTURES, SEEDS
from dlexp.chapters.pooling_dropout.readers import (
    ALL_MASKS,
    accuracies,
    dense_accuracy,
    effects,
    excess,
    judged,
    losses,
    outcome,
    pooled_reliability,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

BEFORE_LOGITS = {
    "dense": "one hidden layer",
    "strided": "two convolutions with stride two",
    "average": "two convolutions, each average pooled",
    "max": "two convolutions, each max pooled",
    "flattened": "these and a third convolution",
    "global_max": "a third convolution with more filters, its map global max pooled",
}
"""What each of the six networks has before its logits."""

OUTCOME_TITLES = {"train": "training", "test": "test", "gap": "training − validation"}
DRAWN_MASKS = 1000  # of which a mean is drawn


# --- What pooling does, and what it saves -------------------------------------------------------


def pooled_maps() -> None:
    """Show what poolings make of the upper edges of a digit."""
    publish.figure("pooled_maps", figures.pooled(_pooled_maps()))


def _pooled_maps() -> dict[str, Floats]:
    """Return a digit, its upper edges and poolings of them, each (H, W), by title."""
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
    return {title: values[0, :, :, 0] for title, values in maps.items()}


def counts() -> None:
    """Show what each layer of the reports' networks costs, with and without pooling."""
    one, two = REPORTED
    header = ["layer", "parameters", "without pooling", "multiplications", "without pooling"]
    for key, name, caption in (
        ("count_one", one, "A report's network of one convolution"),
        ("count_two", two, "Another report's network of two convolutions"),
    ):
        publish.table(key, header, _count_rows(name), caption=caption)
    for name, counted in (("left_parameters", "parameters"), ("left_cost", "multiplications")):
        pooled, without = (
            sum(row[counted] for row in counted_by_hand(two, pooled=pooled))
            for pooled in (True, False)
        )
        publish.number(name, pooled / without, ".0%")


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


# --- Shifts and other moves ---------------------------------------------------------------------


def commuting(runs: Runs) -> None:
    """Show which layers commute with a shift."""
    commutes = runs("commute")
    total = commutes.numbers("images").sum()
    layers = (
        "convolution", "convolution, stride 2", "average pooling", "max pooling", "two blocks",
        "three convolutions, global max", "two blocks, global max",
    )  # fmt: skip
    rows = []
    for layer in layers:
        failures = commutes.numbers("layers", layer, "no_shift").sum(axis=0)  # per shift
        rows.append([layer, *(formatted(share, ".0%") for share in failures / total)])
    publish.table(
        "commuting",
        ["layer", *(f"shift {by}" for by in commutes.config["shifts"])],
        rows,
        caption=f"Share of {total:,} digits whose new map is no shift of the old one, "
        "by pixels of the shift",
    )


def moves(runs: Runs) -> None:
    """Show the six networks, and a digit moved in every way."""
    rows: list[list[str | int]] = []
    for name in ARCHITECTURES:
        parameters = int(runs("move", architecture=name).numbers("parameters")[0])
        rows.append([figures.NETWORKS[name][0], BEFORE_LOGITS[name], parameters])
    header = ["network", "before the logits", "parameters"]
    publish.table("six_networks", header, rows, caption="Six networks for the digits")
    publish.number("seeds", len(SEEDS), "d")
    digit = data.mnist().test.images[:1]
    images = {
        kind: {f"{amount:g}": moved(digit, kind, amount)[0, :, :, 0] for amount in amounts}
        for kind, amounts in MOVES.items()
    }
    publish.figure("moves", figures.moves(images))


def accuracy_by_move(runs: Runs) -> None:
    """Show the accuracy of the six networks on moved digits."""
    curves = {
        kind: {name: accuracies(runs, name, kind) for name in ARCHITECTURES} for kind in MOVES
    }
    publish.figure("accuracy_by_move", figures.by_move(curves, MOVES))
    zoomed = 100 * losses(runs, "max", "zoom").mean(axis=0)
    publish.number("lost_smaller", zoomed[0], ".1f")
    publish.number("lost_larger", zoomed[-1], ".1f")


def displacements(runs: Runs) -> None:
    """Show what each move costs against how far it carries the ink."""
    images = data.mnist().test.images
    distances = {
        kind: np.array([displacement(images, kind, amount) for amount in amounts])
        for kind, amounts in MOVES.items()
    }
    panels = {
        name: {kind: (distances[kind], losses(runs, name, kind)) for kind in MOVES}
        for name in ("max", "global_max")
    }
    publish.figure("displacement", figures.displacement(panels))
    farthest = distances["zoom"].max()
    shifted = losses(runs, "max", "shift").mean(axis=0)
    publish.number("zoom_distance", farthest, ".1f")
    like_shift = 100 * np.interp(farthest, distances["shift"], shifted)
    publish.number("like_shift", float(like_shift), ".1f")


# --- What dropout does --------------------------------------------------------------------------


def masked_maps() -> None:
    """Show a map under several masks of dropout, and the mean over many."""
    largest = _pooled_maps()["max"]
    plain = largest / largest.max()
    generator = np.random.default_rng(0)
    rows = {}
    for rate in (0.25, 0.5, 0.75):
        mask = dropout.mask(rate, (DRAWN_MASKS, *plain.shape), generator)
        masked = dropout.forward(np.broadcast_to(plain, mask.shape), rate, mask)
        rows[f"rate {rate}"] = [*masked[:3], masked.mean(axis=0)]
    publish.figure("masked_maps", figures.masked(plain, rows))


def factorial(runs: Runs) -> None:
    """Show what pooling and dropout do to training, test and gap, and the four networks."""
    panels = {
        title: {f"{size:,} images": vars(effects(runs, size, name)) for size in SIZES}
        for name, title in OUTCOME_TITLES.items()
    }
    publish.figure("effects", figures.effects(panels))
    gaps = effects(runs, SIZES[1], "gap")
    publish.number("pooling_gap_large", 100 * gaps.pooling.mean(), "+.1f")
    publish.number("dropout_gap_large", 100 * gaps.dropout.mean(), "+.1f")
    publish.table(
        "four_networks",
        ["network", "training", "test", "gap", "parameters"],
        [
            _factorial_row(runs, size, pooling, rate)
            for size in SIZES
            for pooling in (False, True)
            for rate in (0.0, 0.5)
        ],
        caption="Mean accuracies of the four networks",
    )


def _factorial_row(runs: Runs, size: int, pooling: bool, rate: float) -> Sequence[str | int]:
    """Return the row of one network of the factorial: its mean accuracies and parameters."""
    crosses = runs("cross", size=size, pooling=pooling, rate=rate)
    words = (
        f"{size:,} images",
        "pooling" if pooling else "no pooling",
        "dropout" if rate else "no dropout",
    )
    means = (formatted(outcome(crosses, name).mean(), ".1%") for name in OUTCOME_TITLES)
    return [", ".join(words), *means, int(crosses.numbers("parameters")[0])]


def epochs(runs: Runs) -> None:
    """Show the accuracy that Keras reports beside that of inference mode, by epoch."""
    names = ("reported", "train", "validation")
    panels = {}
    for title, rate in (("without dropout", 0.0), ("with dropout", 0.5)):
        crosses = runs("cross", size=SIZES[1], pooling=True, rate=rate)
        panels[title] = {name: crosses.numbers(name) for name in names}
    publish.figure("reported_accuracy", figures.epochs(panels))
    means = {name: values.mean(axis=0) for name, values in panels["with dropout"].items()}
    for name in ("reported", "train"):
        publish.number(f"{name}_first", means[name][0], ".1%")
    for name in names:
        publish.number(f"{name}_last", means[name][-1], ".1%")


def rates(runs: Runs) -> None:
    """Show what dropout gains against the number of images, and against the rate."""
    gains = {
        size: dense_accuracy(runs, size, 0.5) - dense_accuracy(runs, size, 0.0)
        for size in DATA_SIZES
    }
    train, test = (
        {rate: dense_accuracy(runs, RATES_AT, rate, part) for rate in RATES}
        for part in ("train", "test")
    )
    publish.figure("rates", figures.rates(gains, train, test))


# --- Averages -----------------------------------------------------------------------------------


def masks(runs: Runs) -> None:
    """Show what averaging over masks does to accuracy, log-likelihood and calibration."""
    counts = Averaging().masks
    measures = {
        "accuracy": "accuracy",
        "log-likelihood": "log_likelihood",
        "calibration error": "calibration_error",
    }
    panels = {}
    for title, name in measures.items():
        panels[title] = {
            predictor: judged(runs, predictor, name)
            for predictor in ("plain", "scaled", "ensemble")
        }
        by_count = [judged(runs, f"masks {count}", name) for count in counts]
        panels[title]["masks"] = np.stack(by_count, axis=1)  # (seeds, counts)
    publish.figure("masks", figures.masks(panels, counts))


def reliability(runs: Runs) -> None:
    """Show how often predictions are right against how sure they are."""
    predictors = {
        "plain": "plain",
        "scaled": "scaled",
        "masks": ALL_MASKS,
        "ensemble": "ensemble",
    }
    bins = {name: pooled_reliability(runs, predictor) for name, predictor in predictors.items()}
    publish.figure("reliability", figures.reliability(bins))
    publish.number("fewest", figures.FEWEST, "d")
    publish.number("excess_plain", 100 * excess(runs, "plain").mean(), "+.1f")
