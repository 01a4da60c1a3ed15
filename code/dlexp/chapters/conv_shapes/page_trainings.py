"""What the page on shapes shows of its trainings: how they were done, and what a shift costs."""

from dlexp.byhand.arrays import Floats
from dlexp.chapters.conv_shapes import carried, pictures
from dlexp.chapters.conv_shapes.claims import lost
from dlexp.chapters.conv_shapes.measure import PILOT, TRAINING_SEEDS
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
    """Show the network that is trained, layer by layer, and how it is trained."""
    rows = counted(strided(carried.Carrying().filters), DIGIT)
    header = ["layer", "comes out", "parameters", "multiplications"]
    publish.table("trained_network", header, rows, caption="The network that is trained")
    _how(runs, carried.Carrying(), carried.MEAN)


def _how(runs: Runs, config: carried.Carrying, mean: carried.Carrying) -> None:
    """List how the networks are trained, and how the learning rates were chosen."""
    chosen = runs("choose")

    def both(one: str, other: str) -> str:
        return f"{one}; with the mean {other}"

    steps = [each.epochs * (each.size // each.batch_size) for each in (config, mean)]
    rates = [
        ", ".join(f"{rate:g}" for rate in rates)
        for rates in dict.fromkeys(tuple(record.config["rates"]) for record in chosen)
    ]
    rows = [
        ["digits of MNIST, drawn by each seed", f"{config.size:,}"],
        ["passes over them", both(f"{config.epochs}", f"{mean.epochs}")],
        ["steps", both(*(f"{count:,}" for count in steps)) + f", of {config.batch_size} images"],
        ["learning rate of Adam", both(*(f"{c.learning_rate:g}" for c in (config, mean)))],
        ["chosen from", both(*rates)],
        ["chosen by", f"validation accuracy, {len(chosen.seeds)} other seeds"],
        ["watched after each pass", f"{config.watched:,} validation images"],
        ["tested once, at the end", f"{config.tested:,} test images, the same for each seed"],
        ["seeds", f"{len(TRAINING_SEEDS)}; a pilot of the first {PILOT} said how many"],
    ]
    publish.table("how_trained", ["what", "how"], rows, caption="How it is trained")


def shift(runs: Runs) -> None:
    """Show the accuracy along the training, and after it."""
    found, mean = runs("carry", head="flatten"), runs("carry", head="mean")
    accuracies = {words: found.numbers("validation", name) for name, words in LABELS.items()}
    passes = range(1, found.config["epochs"] + 1)
    publish.figure("carried", pictures.curves(accuracies, [*passes]))
    _tested(found, mean)
    publish.number("wide", DIGIT[0], "d")
    publish.number("moved_by", carried.shift(len(found.config["filters"])), "d")
    tests = len(found) * found.config["tested"]
    publish.number("told_otherwise", found.numbers("changed", "carried").sum() / tests, ".0%")
    _answered(found)
    _by_mean(mean)
    for name, trained in (("flat", found), ("mean", mean)):
        part = lost(trained).mean() / trained.numbers("test", "same").mean()
        publish.number(f"{name}_part", part, ".0%")


def _tested(found: Runs, mean: Runs) -> None:
    """Set the test accuracies of both heads side by side."""
    names = {**LABELS, "after": "the same, its zeros put right"}
    rows = [
        [words, _percent(found, "test", name), _percent(mean, "test", name)]
        for name, words in names.items()
    ]
    moves = zip(
        found.numbers("moved").mean(axis=0), mean.numbers("moved").mean(axis=0), strict=True
    )
    rows += [
        [f"the first, digits moved by {i}", *(formatted(100 * each, ".2f") for each in pair)]
        for i, pair in enumerate(moves, 1)
    ]
    header = ["zeros", "flattening", "averaging"]
    publish.table("carried_test", header, rows, caption="Test accuracy (%), after training")


def _percent(runs: Runs, *path: str) -> str:
    """Write a mean over seeds, or a dash where the networks were not trained so."""
    if path[-1] not in runs.records[0].numbers[path[0]]:
        return "–"
    return formatted(100 * runs.numbers(*path).mean(), ".2f")


def _answered(found: Runs) -> None:
    """Say how many digits get the answer of the moved digit, and how many would by chance."""
    whole = found.numbers("answers", "whole")
    publish.number("by_chance", found.numbers("answers", "by_chance").mean(), ".0%")
    publish.number("whole", whole.mean() / found.config["tested"], ".0%")
    publish.number("whole_equal", _equal(found, "whole_equal", whole), ".1%")


def _equal(runs: Runs, equal: str, among: Floats | int) -> float:
    """Return the share of digits that are answered as the moved ones are, the mean over seeds."""
    return float((runs.numbers("answers", equal) / among).mean())


def _by_mean(mean: Runs) -> None:
    """Say what the network with the mean loses, at the end and after half of its passes."""
    losses, equal = 100 * lost(mean), mean.numbers("answers", "equal") / mean.config["tested"]
    publish.number("mean_loses", losses.mean(), ".1f")
    publish.number("mean_loses_least", losses.min(), ".1f")
    publish.number("mean_loses_most", losses.max(), ".1f")
    publish.number("mean_equal_least", equal.min(), ".0%")
    publish.number("mean_equal_most", equal.max(), ".0%")
    whole = mean.numbers("answers", "whole")
    publish.number("mean_equal", _equal(mean, "equal", mean.config["tested"]), ".0%")
    publish.number("mean_whole_equal", _equal(mean, "whole_equal", whole), ".0%")
    middle = mean.config["epochs"] // 2 - 1
    same, moved = (100 * mean.numbers("validation", name) for name in ("same", "carried"))
    for when, index in (("midway", middle), ("finally", -1)):
        publish.number(f"mean_lost_{when}", (same - moved)[:, index].mean(), ".1f")
        publish.number(f"mean_same_{when}", same[:, index].mean(), ".1f")
        publish.number(f"mean_carried_{when}", moved[:, index].mean(), ".1f")
