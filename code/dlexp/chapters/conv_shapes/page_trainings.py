"""What the page on shapes shows of its trainings: how they were done, and what a shift costs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlexp.byhand import shapes
from dlexp.byhand.arrays import Floats
from dlexp.byhand.shapes import Layer, Pooling
from dlexp.chapters.conv_shapes import carried, pictures
from dlexp.chapters.conv_shapes.claims_trainings import lost, short, side_by_side
from dlexp.chapters.conv_shapes.measure import PAIR_SEEDS, PILOT, TRAINING_SEEDS
from dlexp.chapters.conv_shapes.nets import DIGIT, strided
from dlexp.chapters.conv_shapes.page_experiment import counted
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

LABELS = {
    "same": "the zeros of TensorFlow",
    "half": "trained with half a kernel",
    "carried": "carried over: run with half a kernel",
}
"""Networks, as readers call them, by the zeros that are laid around their images."""


def training(runs: Runs) -> None:
    """Show the network that is trained, layer by layer, how it is trained, and at which rate."""
    rows = counted(strided(carried.Carrying().filters), DIGIT)
    header = ["layer", "comes out", "parameters", "multiplications"]
    publish.table("trained_network", header, rows, caption="The network that is trained")
    _parameters(strided(carried.PAIR["mean"].filters))
    choosing = len(runs("choose").seeds)
    _how(carried.Carrying(), choosing)
    _how_side_by_side(carried.PAIR, choosing)
    _rates(runs)


def _parameters(flat: list[Layer]) -> None:
    """Say how many parameters the networks with either head have."""
    last = shapes.walk(flat[:-2], DIGIT)[-1].shape or DIGIT
    mean = [*flat[:-2], Pooling(window=last[0]), *flat[-2:]]
    for name, stack in (("flat", flat), ("mean", mean)):
        count = sum(row.parameters for row in shapes.walk(stack, DIGIT))
        publish.number(f"{name}_parameters", count, ",d")


def _how(config: carried.Carrying, choosing: int) -> None:
    """List how the flattening network is trained."""
    rows = [
        ["digits of MNIST, drawn by each seed", f"{config.size:,}"],
        ["passes over them", str(config.epochs)],
        ["steps", _steps(config)],
        ["learning rate of Adam", f"{config.learning_rate:g}"],
        ["chosen from", _listed(carried.Choosing().rates)],
        ["chosen by", "validation accuracy at the end, its mean over both paddings and "
         f"{choosing} other seeds"],
        ["watched after each pass", f"{config.watched:,} validation images"],
        ["tested once, at the end", f"{config.tested:,} test images, the same for each seed"],
        ["seeds", f"{len(TRAINING_SEEDS)}, the first {PILOT} a pilot whose spread set the number"],
    ]  # fmt: skip
    publish.table("how_trained", ["what", "how"], rows, caption="How it is trained")


def _how_side_by_side(pair: Mapping[str, carried.Carrying], choosing: int) -> None:
    """List what differs where both networks are trained for long."""
    config = pair["mean"]
    flat, mean = (f"{pair[head].learning_rate:g}" for head in ("flatten", "mean"))
    rows = [
        ["passes", str(config.epochs)],
        ["steps", _steps(config)],
        ["learning rate of Adam", f"{flat} (flattening), {mean} (averaging)"],
        ["chosen from", _listed(carried.PAIR_RATES)],
        ["chosen by", f"validation accuracy at the end, {choosing} other seeds"],
        ["seeds", f"the first {len(PAIR_SEEDS)}"],
    ]
    caption = "How both are trained; all else as above"
    publish.table("how_side_by_side", ["what", "how"], rows, caption=caption)


def _steps(config: carried.Carrying) -> str:
    steps = config.epochs * (config.size // config.batch_size)
    return f"{steps:,}, of {config.batch_size} images"


def _listed(rates: Sequence[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in rates)


def _rates(runs: Runs) -> None:
    """Say what each learning rate came to, side by side, and what the carried network lost."""
    chosen = {head: _chosen(runs, config) for head, config in carried.SIDE_BY_SIDE.items()}
    rows = []
    for i, rate in enumerate(carried.PAIR_RATES):
        cells = [f"{rate:g}"]
        for found in chosen.values():
            own, other = (found.numbers(name, "same")[:, i] for name in ("accuracy", "carried"))
            cells += [formatted(100 * own.mean(), ".1f"), _spread(own - other)]
        rows.append(cells)
    header = ["learning rate", "flattening", "it loses", "averaging", "it loses"]
    passes, seeds = carried.PAIR["mean"].epochs, len(runs("choose").seeds)
    caption = f"Validation accuracy (%), {passes} passes; points lost (range); {seeds} seeds"
    publish.table("rates", header, rows, caption=caption)


def _chosen(runs: Runs, config: carried.Carrying) -> Runs:
    """Return the trainings that choose the learning rate of one head."""
    found = runs("choose")
    wanted = {"head": config.head, "epochs": config.epochs}
    alike = tuple(r for r in found if wanted.items() <= r.config["training"].items())
    return Runs(found.slug, alike)


def shift(runs: Runs) -> None:
    """Show the accuracy along the training, and after it."""
    found, (flat, mean) = short(runs), side_by_side(runs)
    publish.figure("carried", pictures.curves(_watched(found), LABELS.values()))
    publish.figure("carried_pair", pictures.curves(_watched(flat, mean), LABELS.values()))
    passes = found.config["epochs"]
    _tested("carried_test", f"Test accuracy (%) after {passes} passes", found)
    passes = mean.config["epochs"]
    _tested("carried_pair_test", f"Test accuracy (%) after {passes} passes", flat, mean)
    publish.number("wide", DIGIT[0], "d")
    publish.number("moved_by", carried.shift(len(found.config["filters"])), "d")
    publish.number("short_seeds", len(found), "d")
    publish.number("pair_seeds", len(mean), "d")
    _answered(found)
    _by_mean(flat, mean)


def _watched(*trained: Runs) -> dict[str, dict[str, Floats]]:
    """Return validation accuracies of shape (seeds, passes), for each panel and each line."""
    return {
        f"{_kind(runs)}, {runs.config['epochs']} passes": {
            words: runs.numbers("validation", name)
            for name, words in LABELS.items()
            if _has(runs, "validation", name)
        }
        for runs in trained
    }


def _tested(table: str, caption: str, *trained: Runs) -> None:
    """Set the test accuracies of some networks side by side, under the name of a table."""
    names = {**LABELS, "after": "the same, its zeros put right"}
    rows = [
        [words, *(_percent(runs, "test", name) for runs in trained)]
        for name, words in names.items()
        if _has(trained[0], "test", name)
    ]
    moves = zip(*(runs.numbers("moved").T for runs in trained), strict=True)
    rows += [
        [f"not carried, digits moved by {i}", *map(_spread, move)]
        for i, move in enumerate(moves, 1)
    ]
    header = ["network", *(_kind(runs) for runs in trained)]
    caption = f"{caption}: mean (single seeds, least to most)"
    publish.table(table, header, rows, caption=caption)


def _kind(trained: Runs) -> str:
    return {"flatten": "flattening", "mean": "averaging"}[trained.config["head"]]


def _has(trained: Runs, part: str, name: str) -> bool:
    """Return whether networks were trained, or run, with such zeros."""
    numbers: dict[str, Any] = trained.records[0].numbers
    return name in numbers[part]


def _percent(runs: Runs, *path: str) -> str:
    """Write accuracies over seeds."""
    return _spread(runs.numbers(*path))


def _spread(accuracies: Floats) -> str:
    """Write the mean over seeds, and the least and the most of them."""
    each = 100 * accuracies
    mean, least, most = (formatted(x, ".1f") for x in (each.mean(), each.min(), each.max()))
    return f"{mean} ({least} to {most})"


def _answered(found: Runs) -> None:
    """Say how many digits get the answer of the moved digit, and how many would by chance."""
    whole = found.numbers("answers", "whole")
    publish.number("by_chance", found.numbers("answers", "by_chance").mean(), ".0%")
    publish.number("whole", whole.mean() / found.config["tested"], ".0%")
    equal = found.numbers("answers", "whole_equal") / whole
    publish.number("whole_equal", equal.mean(), ".1%")


def _by_mean(flat: Runs, mean: Runs) -> None:
    """Say what both networks lose, side by side."""
    for name, trained in (("flat", flat), ("mean", mean)):
        publish.mean_with_interval(f"{name}_loses", 100 * lost(trained), ".1f")
        share = lost(trained).mean() / trained.numbers("test", "same").mean()
        publish.number(f"{name}_share", share, ".0%")
    moving = mean.numbers("test", "same") - mean.numbers("moved")[:, -1]
    publish.number("mean_moved", 100 * moving.mean(), ".1f")


def places(runs: Runs) -> None:
    """Show what the averaging network loses by whole places."""
    found = runs("control")
    whole = found.numbers("whole")

    def share(name: str, biases: str = "plain") -> Floats:
        return 100 * found.numbers(biases, name) / whole

    publish.number("place_digits", whole.mean() / found.config["training"]["tested"], ".0%")
    alike = found.numbers("cut", "equal") == whole
    publish.number("cut_alike", int(alike.sum()), "d")
    publish.number("cut_least", share("same", "cut").min() / 100, ".0%")
    [blank] = np.flatnonzero(found.numbers("positive") == 0)  # blank paper stays at zero in it
    for move in ("place", "far"):
        costs = share("same") - share(move)
        publish.number(f"{move}_costs", costs.mean(), ".1f")
        publish.number(f"blank_{move}", costs[blank], ".1f")
