"""What the page on shapes shows of its trainings: how they were done, and what a shift costs."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

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
    "half": "half a kernel",
    "carried": "trained with the first, run with the second",
}
"""Networks, as readers call them, by the zeros that are laid around their images."""


def training(runs: Runs) -> None:
    """Show the network that is trained, layer by layer, how it is trained, and at which rate."""
    rows = counted(strided(carried.Carrying().filters), DIGIT)
    header = ["layer", "comes out", "parameters", "multiplications"]
    publish.table("trained_network", header, rows, caption="The network that is trained")
    _parameters(strided(carried.PAIR["mean"].filters))
    _how(carried.Carrying(), carried.PAIR["mean"], len(runs("choose").seeds))
    _rates(runs)


def _parameters(flat: list[Layer]) -> None:
    """Say how many parameters the networks with either head have."""
    last = shapes.walk(flat[:-2], DIGIT)[-1].shape or DIGIT
    mean = [*flat[:-2], Pooling(window=last[0]), *flat[-2:]]
    for name, stack in (("flat", flat), ("mean", mean)):
        count = sum(row.parameters for row in shapes.walk(stack, DIGIT))
        publish.number(f"{name}_parameters", count, ",d")


def _how(config: carried.Carrying, pair: carried.Carrying, choosing: int) -> None:
    """List how the networks are trained."""
    steps = (f"{each.epochs * (each.size // each.batch_size):,}" for each in (config, pair))
    usual, flat, mean = (f"{c.learning_rate:g}" for c in (config, *carried.PAIR.values()))
    few, more = (
        ", ".join(f"{rate:g}" for rate in rates)
        for rates in (carried.Choosing().rates, carried.PAIR_RATES)
    )
    rows = [
        ["digits of MNIST, drawn by each seed", f"{config.size:,}"],
        ["passes over them", f"{config.epochs}; side by side {pair.epochs}"],
        ["steps", "; side by side ".join(steps) + f", of {config.batch_size} images"],
        ["learning rate of Adam", f"{usual}; side by side {flat} (flattening), {mean} (averaging)"],
        ["chosen from", f"{few}; side by side {more}"],
        ["chosen by", f"validation accuracy at the end, {choosing} other seeds; "
         f"for {config.epochs} passes, its mean over both paddings"],
        ["watched after each pass", f"{config.watched:,} validation images"],
        ["tested once, at the end", f"{config.tested:,} test images, the same for each seed"],
        ["seeds", f"{len(TRAINING_SEEDS)}, the first {PILOT} a pilot whose spread set the number; "
         f"side by side the first {len(PAIR_SEEDS)}"],
    ]  # fmt: skip
    publish.table("how_trained", ["what", "how"], rows, caption="How it is trained")


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


def shifted_stacks(runs: Runs) -> None:
    """Say how many random stacks were measured, and how many with even maps alone."""
    shifted = runs("shift_windows")
    publish.number("shifted_stacks", shifted.numbers("stacks").sum(), "d")
    publish.number("shifted_even", shifted.numbers("even").sum(), "d")


def shift(runs: Runs) -> None:
    """Show the accuracy along the training, and after it."""
    found, (flat, mean) = short(runs), side_by_side(runs)
    publish.figure("carried", pictures.curves(_watched(found, flat, mean)))
    _tested(found, flat, mean)
    publish.number("wide", DIGIT[0], "d")
    publish.number("moved_by", carried.shift(len(found.config["filters"])), "d")
    tests = len(found) * found.config["tested"]
    publish.number("told_otherwise", found.numbers("changed", "carried").sum() / tests, ".0%")
    publish.number("short_seeds", len(found), "d")
    publish.number("pair_seeds", len(mean), "d")
    _answered(found)
    _by_mean(flat, mean)
    _by_pilot(found)


def _by_pilot(found: Runs) -> None:
    """Say what the pilot came to by itself, and what the seeds behind it."""
    half, same = (100 * found.numbers("test", name) for name in ("half", "same"))
    publish.number("pilot", PILOT, "d")
    publish.mean_with_interval("by_pilot", (half - same)[:PILOT], ".2f")
    publish.mean_with_interval("by_fresh", (half - same)[PILOT:], ".2f")


def _watched(found: Runs, flat: Runs, mean: Runs) -> dict[str, dict[str, Floats]]:
    """Return validation accuracies of shape (seeds, passes), for each panel and each line."""
    panels = {
        f"flattening, {found.config['epochs']} passes": (found, tuple(LABELS)),
        f"flattening, {flat.config['epochs']} passes": (flat, ("same", "carried")),
        f"averaging, {mean.config['epochs']} passes": (mean, ("same", "carried")),
    }
    return {
        title: {LABELS[name]: trained.numbers("validation", name) for name in names}
        for title, (trained, names) in panels.items()
    }


def _tested(*trained: Runs) -> None:
    """Set the test accuracies side by side."""
    names = {**LABELS, "after": "the same, its zeros put right"}
    rows = [
        [words, *(_percent(found, "test", name) for found in trained)]
        for name, words in names.items()
    ]
    moves = zip(*(found.numbers("moved").T for found in trained), strict=True)
    rows += [
        [f"the first, digits moved by {i}", *map(_spread, move)] for i, move in enumerate(moves, 1)
    ]
    header = ["zeros", *(_column(found) for found in trained)]
    caption = "Test accuracy (%), after training: mean (single seeds, least to most)"
    publish.table("carried_test", header, rows, caption=caption)


def _column(trained: Runs) -> str:
    config = trained.config
    kind = {"flatten": "flattening", "mean": "averaging"}[config["head"]]
    return f"{kind}, {config['epochs']} passes"


def _percent(runs: Runs, *path: str) -> str:
    """Write accuracies over seeds, or a dash where the networks were not trained so."""
    if path[-1] not in runs.records[0].numbers[path[0]]:
        return "–"
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
    """Say what both networks lose, side by side, and whether that had settled."""
    for name, trained in (("flat", flat), ("mean", mean)):
        publish.mean_with_interval(f"{name}_loses", 100 * lost(trained), ".1f")
    losses, far = 100 * lost(mean), mean.numbers("moved")[:, -1]
    publish.number("mean_loses_least", losses.min(), ".1f")
    publish.number("mean_loses_most", losses.max(), ".1f")
    rest = 100 * (far - mean.numbers("test", "carried"))
    publish.number("mean_move", 100 * (mean.numbers("test", "same") - far).mean(), ".1f")
    publish.number("mean_rest_least", rest.min(), ".1f")
    publish.number("mean_rest_most", rest.max(), ".1f")
    publish.number("mean_rest_large", (rest > LARGE).sum(), "d")
    own, other = (100 * mean.numbers("validation", name) for name in ("same", "carried"))
    half = mean.config["epochs"] // 2
    for name, values in (("gained", own), ("grew", own - other)):
        late = values[:, half:].reshape(len(mean), 2, -1).mean(axis=2)  # the last two quarters
        publish.mean_with_interval(f"mean_{name}", late[:, 1] - late[:, 0], ".1f")


LARGE = 10
"""Points of accuracy that nobody takes for the draw of the test images."""


def places(runs: Runs) -> None:
    """Show what the averaging network loses by whole places, and by the answer to blank paper."""
    found = runs("control")
    whole = found.numbers("whole")
    plain, cut = (
        {
            name: 100 * found.numbers(part, name) / whole
            for name in ("same", "carried", "far", "place", "equal", "equal_place")
        }
        for part in ("plain", "cut")
    )
    losses = [plain["same"] - plain[name] for name in ("carried", "far", "place")]
    columns = [*losses, plain["equal"]]
    biases = found.numbers("positive")
    rows = [
        [str(seed), *(formatted(column[i], ".1f") for column in columns), f"{biases[i]:.0f}"]
        for i, seed in enumerate(found.seeds)
    ]
    header = ["seed", "carried", "by three", "by four", "equal (%)", "biases"]
    caption = "Averaging networks: points lost, equal answers, and first biases above zero"
    publish.table("places", header, rows, caption=caption)
    publish.number("place_digits", whole.mean() / found.config["training"]["tested"], ".0%")
    _without_biases(plain, biases == 0)
    _biases_cut(*({name: each[biases > 0] for name, each in x.items()} for x in (plain, cut)))


def _without_biases(plain: Mapping[str, Floats], none: NDArray[np.bool_]) -> None:
    """Say what the one network loses by a move that has no first bias above zero."""
    for name in ("far", "place"):
        publish.number(f"none_{name}", (plain["same"] - plain[name])[none].item(), ".1f")


def _biases_cut(plain: Mapping[str, Floats], cut: Mapping[str, Floats]) -> None:
    """Set networks as trained beside the same with their first biases above zero set to zero."""
    kinds = [{name: each / 100 for name, each in found.items()} for found in (plain, cut)]
    rows = [
        ["right (%)", *(_spread(each["same"]) for each in kinds)],
        ["carried, answers as moved by three (%)", *(_spread(each["equal"]) for each in kinds)],
        ["moved by four, answers as before (%)", *(_spread(each["equal_place"]) for each in kinds)],
    ]
    header = ["averaging networks", "as trained", "positive biases at zero"]
    caption = f"Digits that lose no ink, {len(plain['same'])} networks: mean (least to most)"
    publish.table("biases_cut", header, rows, caption=caption)
    publish.number("cut_least", cut["same"].min(), ".0f")
    publish.number("cut_most", cut["same"].max(), ".0f")
