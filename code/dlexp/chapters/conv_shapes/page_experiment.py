"""What the page on shapes shows of its runs: what was run, what layers cost, and who refuses."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlexp.byhand import shapes
from dlexp.byhand.shapes import Layer, Row, Shape
from dlexp.chapters.conv_shapes import settings, torch_rules
from dlexp.chapters.conv_shapes.claims import ANSWERS, answered_of_misfits, claims
from dlexp.chapters.conv_shapes.later import Calling
from dlexp.chapters.conv_shapes.nets import (
    DIGIT,
    HEAD,
    IMAGE,
    POOLED_BY_THREE,
    POOLED_BY_TWO,
    describe,
    nine_layers,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.claims import Verdict
from dlexp.lab.runs import Runs

WAYS = {
    "keras_building": "Keras, building a model",
    "keras_first_call": "Keras, a layer's first call",
    "keras_later_call": "Keras, a layer built for other sizes",
    "conv2d_graph": "tf.nn.conv2d in a graph",
    "conv2d_at_once": "tf.nn.conv2d at once",
    "convolution_graph": "tf.nn.convolution in a graph",
    "convolution_at_once": "tf.nn.convolution at once",
    "pytorch_building": "PyTorch, shapes only (device meta)",
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
        ["sizes: seven ways to ask Keras and TensorFlow", f"{asked:,}, half of which fit", seeds],
        [
            f"the same, two ways to ask PyTorch {recorded['release']}",
            f"{recorded['asked']:,}, recorded",
            seeds,
        ],
        [
            "poolings of PyTorch, at once",
            f"{_drawn_pools():,}, recorded",
            seeds,
        ],
        ["layers of Keras, built for other sizes", _later(runs), seeds],
        ["receptive fields: formula, gradients", f"{stacks:,} stacks of layers", seeds],
        ["shifts by half a kernel, by gradients", f"{_shifted(runs)} stacks of layers", seeds],
        ["same padding of TensorFlow, read off", f"{probed}, all of a grid", "–"],
        ["same padding of PyTorch, read off", f"{len(recorded['same'])}, recorded", "–"],
        ["max poolings that do not fit, at once", f"{_pools(runs)['cases']}, each alone", "–"],
    ]
    header = ["what was asked", "cases, in all", "seeds"]
    publish.table("what_was_run", header, rows, caption="What was run (–: no chance in it)")
    for name, most in (
        ("most_cells", Calling().largest),
        ("most_taps", settings.MOST_TAPS),
        ("most_step", settings.MOST_STEP),
    ):
        publish.number(name, most, "d")


def _later(runs: Runs) -> str:
    """Say with how many settings, and how often each, layers were called that were built before."""
    called = runs("call_later")
    ways = 2 * len(called.config["channels"])  # with biases and without
    return f"{called.numbers('called').sum()} settings, {ways} ways"


def _pools(runs: Runs) -> dict[str, Any]:
    found: dict[str, Any] = runs("pool_at_once").only.numbers
    return found


def rates(runs: Runs) -> None:
    """Say how often may still fail what never failed in random cases."""
    settled = [claim for claim in claims(runs) if claim.counts and not claim.exhaustive]
    ends = [claim.interval[1] for claim in settled if claim.verdict is Verdict.SUPPORTED]
    publish.number("rate_least", min(ends), ".1%")
    publish.number("rate_most", max(ends), ".1%")


def counted(stack: Sequence[Layer], shape: Shape) -> list[list[str]]:
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
    """Say how many parameters the networks of the reports C and D have."""
    for name, stack in (("two", POOLED_BY_TWO), ("three", POOLED_BY_THREE)):
        counts = [row.parameters for row in shapes.walk([*stack, *HEAD], DIGIT)]
        publish.number(f"pooled_by_{name}", sum(counts), ",d")


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
    caption = (
        "What one image costs in the network of the task, in single precision; the eighth layer "
        "does not fit"
    )
    publish.table("costs", header, rows, caption=caption)


# --- Who refuses --------------------------------------------------------------------------------


def ways(runs: Runs) -> None:
    """Say what each way of asking answers where a kernel fits, and where it does not."""
    asked = runs("ask")
    rows = []
    for name, words in WAYS.items():
        right, fitting, answered, misfits = _answers(asked, name)
        rows.append(
            [words, f"{right} of {fitting}", f"{misfits - answered} of {misfits}", f"{answered}"]
        )
    header = ["who is asked", "fits: right size", "fits nowhere: refused", "an array came"]
    _, misfits = answered_of_misfits(asked, "conv2d_at_once")
    caption = f"Images of one channel, three filters; where fewer than {misfits}, some are left out"
    publish.table("ways", header, rows, caption=caption)
    _convolution_refuses(asked)


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


def _convolution_refuses(asked: Runs) -> None:
    """Say how often `tf.nn.convolution` at once refused a stride beside a dilation."""
    answers = [
        asked.numbers("answers", "convolution_at_once", kind, what).sum()
        for kind in ("both_fits", "both_misfits")
        for what in ("refused", "right", *ANSWERS)
    ]
    publish.number("convolution_refused", answers[0] + answers[4], "d")
    publish.number("convolution_asked", sum(answers), "d")


def later_calls(runs: Runs) -> None:
    """Say how often a layer of Keras that was built before gives an array where nothing fits."""
    called = runs("call_later")
    few, *_, many = called.numbers("with_biases").sum(axis=0)
    publish.number("later_few", few, "d")
    publish.number("later_many", many, "d")
    publish.number("later_called", called.numbers("called").sum(), "d")
    channels, filters = called.config["channels"][-1]
    publish.number("later_channels", channels, "d")
    publish.number("later_filters", filters, "d")


def _drawn_pools() -> int:
    """Return how many settings of a pooling PyTorch was asked about, in each of its ways."""
    return int(sum(torch_rules.modes()["pools"]["max_down"].values()))


def _shifted(runs: Runs) -> int:
    return int(runs("shift_windows").numbers("stacks").sum())


def pools_at_once(runs: Runs) -> None:
    """Say what max poolings that do not fit came to."""
    found = _pools(runs)
    ends = found["ends"]
    died = sum(count for end, count in ends.items() if end.startswith("SIG"))
    publish.number("pools_asked", found["cases"], "d")
    publish.number("pools_refused", ends["InvalidArgumentError"], "d")
    publish.number("pools_failed", ends["AbortedError"], "d")
    publish.number("pools_died", died, "d")
