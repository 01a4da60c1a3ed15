"""What the page on shapes shows of its runs: what was run, who refuses, and what a shift costs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlexp.byhand import conv, shapes
from dlexp.byhand.shapes import Layer, Row, Shape
from dlexp.chapters.conv_shapes import carried, pictures, torch_rules
from dlexp.chapters.conv_shapes.claims import ANSWERS, answered_of_misfits
from dlexp.chapters.conv_shapes.measure import PILOT, TRAINING_SEEDS
from dlexp.chapters.conv_shapes.nets import (
    DIGIT,
    HEAD,
    IMAGE,
    POOLED_BY_THREE,
    POOLED_BY_TWO,
    describe,
    nine_layers,
    strided,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

WAYS = {
    "keras_building": "Keras, building a model",
    "keras_first_call": "Keras, a layer's first call",
    "keras_later_call": "Keras, a layer built for other sizes",
    "conv2d_graph": "tf.nn.conv2d in a graph",
    "conv2d_at_once": "tf.nn.conv2d at once",
    "convolution_graph": "tf.nn.convolution in a graph",
    "convolution_at_once": "tf.nn.convolution at once",
    "pytorch_building": "PyTorch, shapes only",
    "pytorch_at_once": "PyTorch at once",
}
"""Ways to ask for a convolution, as readers call them."""

KINDS = {name: ("alone",) if "v2d" not in name else ("alone", "both") for name in WAYS} | {
    name: ("alone", "both") for name in WAYS if "pytorch" in name
}
"""Which settings each way takes: those with a stride or a dilation alone, or all."""

KIBIBYTE = 2**10


# --- What was run -------------------------------------------------------------------------------


def what_was_run(runs: Runs) -> None:
    """List what was asked, how often, and how much of it a seed decided."""
    compared, recorded = runs("compare"), torch_rules.modes()
    probed = runs("examine").only.numbers["same"]["cases"]
    drawn = {part: compared.numbers(part, "settings").sum() for part in ("sizes", "values")}
    stacks = compared.numbers("receptive_fields", "stacks").sum()
    asked = runs("ask").numbers("asked").sum()
    seeds = len(compared.seeds)
    rows: list[list[str | int]] = [
        ["sizes: by hand, Keras, TensorFlow's graphs", f"{drawn['sizes']:,} settings", seeds],
        ["values and gradients: by hand, TensorFlow", f"{drawn['values']:,} that fit", seeds],
        ["sizes: seven ways to ask", f"{asked:,}, half of which fit", seeds],
        ["the same, two ways to ask PyTorch", f"{recorded['asked']:,}, recorded", seeds],
        ["receptive fields: formula, gradients", f"{stacks:,} stacks of layers", seeds],
        ["same padding of TensorFlow, read off", f"{probed}, all of a grid", "–"],
        ["same padding of PyTorch, read off", f"{len(recorded['same'])}, recorded", "–"],
        ["max poolings that do not fit, at once", f"{_pools(runs)['cases']}, each alone", "–"],
        ["a network with two strides, trained", "two paddings", len(TRAINING_SEEDS)],
    ]
    header = ["what was asked", "cases, in all", "seeds"]
    publish.table("what_was_run", header, rows, caption="What was run (–: no chance in it)")


def _pools(runs: Runs) -> dict[str, Any]:
    found: dict[str, Any] = runs("pool_at_once").only.numbers
    return found


def training(runs: Runs) -> None:
    """Show the network that is trained, layer by layer, and how it is trained."""
    config = carried.Carrying()
    rows = _counted(strided(config.filters), DIGIT)
    header = ["layer", "comes out", "parameters", "multiplications"]
    publish.table("trained_network", header, rows, caption="The network that is trained")
    _how(runs, config)


def _how(runs: Runs, config: carried.Carrying) -> None:
    """List how the networks are trained, and how the learning rate was chosen."""
    chosen = runs("choose")
    rates = chosen.config["rates"]
    steps = config.epochs * (config.size // config.batch_size)
    rows = [
        ["training images, drawn by each seed", f"{config.size:,}"],
        ["passes, steps", f"{config.epochs}, {steps:,} of {config.batch_size} images"],
        ["optimiser, learning rate", f"Adam, {config.learning_rate:g}"],
        ["chosen from", ", ".join(f"{rate:g}" for rate in rates)],
        ["chosen by", f"validation accuracy, {len(chosen.seeds)} other seeds"],
        ["watched after each pass", f"{config.watched:,} validation images"],
        ["tested once, at the end", f"{config.tested:,} test images"],
        ["seeds", f"{len(TRAINING_SEEDS)}; a pilot of the first {PILOT} said how many"],
    ]
    publish.table("how_trained", ["what", "both paddings"], rows, caption="How it is trained")


def best_rates(chosen: Runs) -> dict[str, float]:
    """Return the learning rate with the best mean validation accuracy, for each padding."""
    rates = chosen.config["rates"]
    return {
        padding: rates[int(chosen.numbers("accuracy", padding).mean(axis=0).argmax())]
        for padding in carried.TRAINED
    }


def _counted(stack: Sequence[Layer], shape: Shape) -> list[list[str]]:
    """Return a row for each layer: its name, its shape, its parameters, its multiplications."""
    rows = []
    for row in shapes.walk(stack, shape):
        products = shapes.multiplications(row.layer, shape)
        rows.append([describe(row.layer), *_written(row), f"{products:,}"])
        shape = row.shape or shape
    return rows


def _written(row: Row) -> tuple[str, str]:
    return " × ".join(map(str, row.shape or ())), f"{row.parameters:,}"


# --- Costs --------------------------------------------------------------------------------------


def digit_networks() -> None:
    """Set the networks of the reports C and D side by side, which differ in one window."""
    by_two, by_three = (_counted([*s, *HEAD], DIGIT) for s in (POOLED_BY_TWO, POOLED_BY_THREE))
    rows = [
        [_either(two[0], three[0]), two[1], three[1], two[2], three[2], two[3]]
        for two, three in zip(by_two, by_three, strict=True)
    ]
    header = ["layer", "C: out", "D: out", "C: parameters", "D: parameters", "C: products"]
    caption = "The networks of the reports C and D, and the products that one digit takes in C"
    publish.table("digit_networks", header, rows, caption=caption)
    for name, stack in (("two", POOLED_BY_TWO), ("three", POOLED_BY_THREE)):
        counts = [row.parameters for row in shapes.walk([*stack, *HEAD], DIGIT)]
        publish.number(f"pooled_by_{name}", sum(counts), ",d")
        publish.number(f"first_dense_{name}", counts[-2] / sum(counts), ".0%")


def _either(first: str, second: str) -> str:
    """Name two layers at once.

    Examples
    --------
    >>> _either("pool 2", "pool 3"), _either("flatten", "flatten")
    ('pool 2, or 3', 'flatten')
    """
    return first if first == second else f"{first}, or {second.split()[-1]}"


def costs() -> None:
    """Say what the layers of the nine cost that exist, in parameters, products and memory."""
    rows, shape = [], IMAGE
    products: list[int] = []
    for row in shapes.walk(nine_layers(), IMAGE)[:-1]:
        products.append(shapes.multiplications(row.layer, shape))
        shape = row.shape or shape
        memory = formatted(4 * float(np.prod(shape)) / KIBIBYTE, ",.0f")
        millions = formatted(products[-1] / 1e6, ",.0f")
        rows.append([describe(row.layer), f"{row.parameters:,}", millions, memory])
    header = ["layer", "parameters", "million products", "KiB that come out"]
    caption = "What one image costs, in single precision; the two layers behind do not fit"
    publish.table("costs", header, rows, caption=caption)
    publish.number("kept_parameters", sum(row.parameters for row in _existing(2)), ",d")
    publish.number("times_products", _products(1)[1] / products[1], ".1f")


def _existing(stride: int) -> list[Row]:
    return [row for row in shapes.walk(nine_layers(stride), IMAGE) if row.shape]


def _products(stride: int) -> list[int]:
    shape, found = IMAGE, []
    for row in _existing(stride):
        found.append(shapes.multiplications(row.layer, shape))
        shape = row.shape or shape
    return found


# --- Who refuses --------------------------------------------------------------------------------


def ways(runs: Runs) -> None:
    """Say what each way of asking answers where a kernel fits, and where it does not."""
    asked = runs("ask")
    rows = []
    for name, words in WAYS.items():
        right, fitting, answered, misfits = _answers(asked, name)
        rows.append([words, f"{right} of {fitting}", f"{misfits - answered}", f"{answered}"])
    header = ["who is asked", "fits: right size", "fits nowhere: refused", "an array came"]
    caption = "What is answered, on settings that each way takes"
    publish.table("ways", header, rows, caption=caption)
    answered, misfits = answered_of_misfits(asked, "conv2d_at_once")
    publish.number("slipped", answered, "d")
    publish.number("misfitting", misfits, "d")
    publish.number("slipped_share", answered / misfits, ".0%")
    shaped = sum(
        int(asked.numbers("answers", "conv2d_at_once", f"{kind}_misfits", "other").sum())
        for kind in ("alone", "both")
    )
    publish.number("otherwise_shaped", shaped, "d")


def _answers(asked: Runs, way: str) -> tuple[int, int, int, int]:
    """Return right sizes, settings that fit, arrays where nothing fits, and such settings."""

    def total(fit: str, *kinds: str) -> int:
        recorded = torch_rules.modes()["answers"]
        if way in recorded:
            return sum(recorded[way][f"{a}_{fit}"][kind] for a in KINDS[way] for kind in kinds)
        return sum(
            int(asked.numbers("answers", way, f"{a}_{fit}", kind).sum())
            for a in KINDS[way]
            for kind in kinds
        )

    every = ("right", "refused", *ANSWERS)
    return (
        total("fits", "right"),
        total("fits", *every),
        total("misfits", *ANSWERS),
        total("misfits", *every),
    )


def pools_at_once(runs: Runs) -> None:
    """Say how often a max pooling that does not fit ended the process."""
    found = _pools(runs)
    died = sum(count for end, count in found["ends"].items() if end.startswith("SIG"))
    publish.number("pools_asked", found["cases"], "d")
    publish.number("pools_died", died, "d")
    publish.number("pools_against", found["against_rule"], "d")


def rounding() -> None:
    """Set the four roundings of a pooling side by side."""
    rows: list[list[str | int]] = []
    for size, window, stride in ((11, 3, 3), (12, 3, 3), (28, 2, 2), (7, 2, 2), (3, 1, 3)):
        sizes = [
            conv.output_size(size, window, stride=stride, padding="valid"),
            conv.output_size(size, window, stride=stride, padding="same"),
            conv.output_size(size, window, stride=stride),
            torch_rules.rounded_up(size, window, stride=stride),
        ]
        rows.append([f"{size}, {window}, {stride}", *sizes])
    header = ["cells, window, stride", "Keras valid", "Keras same", "PyTorch", "with ceil_mode"]
    publish.table("rounding", header, rows, caption="Outputs of a pooling")


# --- What a shift costs -------------------------------------------------------------------------


def shift(runs: Runs) -> None:
    """Show the accuracy along the training, and after it."""
    found = runs("carry")
    names = {
        "same": "trained with the zeros of TensorFlow",
        "half": "trained with half a kernel",
        "carried": "trained with the first, run with the second",
    }
    accuracies = {words: found.numbers("validation", name) for name, words in names.items()}
    passes = range(1, found.config["epochs"] + 1)
    publish.figure("carried", pictures.curves(accuracies, [*passes]))
    rows = [
        [words, formatted(100 * found.numbers("test", name).mean(), ".1f")]
        for name, words in (
            *names.items(),
            ("after", "the last, its zeros put right"),
            ("moved", "the first, on digits moved by three pixels"),
        )
    ]
    publish.table("carried_test", ["network", "test accuracy (%)"], rows, caption="After training")
    publish.number("moved_by", carried.shift(len(found.config["filters"])), "d")
    wrong = found.numbers("changed", "carried").sum() / (len(found) * found.config["tested"])
    publish.number("told_otherwise", wrong, ".0%")
    more = found.numbers("test", "carried").mean() - found.numbers("test", "moved").mean()
    publish.number("moved_more", 100 * more, ".1f")
