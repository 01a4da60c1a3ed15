"""What the chapter on shapes claims: counts of counter-examples; trainings have a file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dlexp.byhand import shapes
from dlexp.byhand.shapes import Shape
from dlexp.byhand.sizes import split_padding
from dlexp.chapters.conv_shapes import claims_trainings, torch_rules
from dlexp.chapters.conv_shapes.nets import (
    DEPTHS,
    DIGIT,
    REPORTED_FOR_PYTORCH,
    SEARCHED,
    blocks,
    walk,
)
from dlexp.lab.claims import Claim
from dlexp.lab.recorded import recorded
from dlexp.lab.runs import Runs

Counts = tuple[int, int]
"""Counter-examples, and cases looked at."""

RECORDED_SHA256 = "30912359ebf678225491288631e9f8de91afd1e76ded380dd3cd08b2fc20b738"


def pytorch() -> dict[str, Any]:
    """Return the values that PyTorch was recorded to give for this chapter."""
    return recorded("conv", RECORDED_SHA256)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_settings(runs("compare"))
    yield from _on_ways(runs("ask"))
    yield from _on_cases(runs("examine"))
    yield from _on_records_of_pytorch(runs.none)
    yield from claims_trainings.claims(runs)


def _on_settings(compared: Runs) -> Iterator[Claim]:
    """Add up the random settings over the seeds."""
    places = {
        "sizes_agree": (
            "settings on which they differ, share of settings",
            "sizes", ("tensorflow_differs",), ("settings",),
        ),
        "keras_agrees": (
            "settings on which they differ, share of settings",
            "sizes", ("keras_differs", "pools_differ"), ("settings",),
        ),
        "keras_refuses_both": (
            "settings that Keras accepts, share of those with both",
            "sizes", ("mixed_accepted_by_keras",), ("mixed",),
        ),
        "tensorflow_applies_both": (
            "settings with the size of stride one, share of those where it would show",
            "sizes", ("stride_ignored",), ("stride_could_show",),
        ),
        "values_agree": (
            "settings with a larger difference, share of settings",
            "values", ("outside",), ("settings",),
        ),
        "receptive_fields_agree": (
            "stacks of layers on which they differ, share of stacks",
            "receptive_fields", ("differ",), ("stacks",),
        ),
    }  # fmt: skip
    for name, (measure, part, failures, trials) in places.items():
        yield compared.never(
            name,
            measure,
            failures=sum(int(compared.numbers(part, each).sum()) for each in failures),
            trials=sum(int(compared.numbers(part, each).sum()) for each in trials),
        )


def _on_ways(asked: Runs) -> Iterator[Claim]:
    """Count the arrays that come where nothing fits."""
    answered, misfits = answered_of_misfits(asked, "conv2d_at_once")
    yield asked.never("conv2d_refuses", ARRAYS, failures=answered, trials=misfits)
    yield asked.never(
        "slips_by_the_rule",
        "settings that the rule tells wrongly, share of those that fit nowhere",
        failures=int(asked.numbers("against_rule").sum()),
        trials=misfits,
    )


ARRAYS = "arrays that come where nothing fits, share of such settings"


def answered_of_misfits(asked: Runs, way: str) -> Counts:
    """Return how often a way gave an array where nothing fits, and how often nothing fitted.

    Settings that a way refuses by rule, a stride beside a dilation, are left out but for the one
    that takes them.
    """
    kinds = ("alone_misfits", "both_misfits") if way.startswith("conv2d") else ("alone_misfits",)
    found = [asked.numbers("answers", way, kind, what) for kind in kinds for what in ANSWERS]
    refused = [asked.numbers("answers", way, kind, "refused") for kind in kinds]
    answered = sum(int(counts.sum()) for counts in found)
    return answered, answered + sum(int(counts.sum()) for counts in refused)


ANSWERS = ("image", "other")
"""Kinds of arrays that come where nothing fits."""


def _on_cases(cases: Runs) -> Iterator[Claim]:
    """Count cases that are all there are, as their last words say."""
    counted = {
        "networks_agree": (
            "layers and depths that differ from the walk by hand, share of them",
            networks_differ(cases),
            "all layers of the two networks of nine, each in two frameworks, and all depths of "
            f"both search spaces, in Keras ({_as_recorded()})",
        ),
        "same_pads_by_the_rule": (
            "settings with other zeros, share of settings",
            paddings_differ(cases),
            "all settings of a grid where the kernel fits without zeros: " + small_settings(cases),
        ),
    }
    for name, (measure, (failures, trials), exhaustive) in counted.items():
        claim = cases.never(
            name, measure, failures=failures, trials=trials, exhaustive=exhaustive
        )  # fmt: skip
        yield replace(claim, beside=_as_recorded()) if name == "networks_agree" else claim


def _on_records_of_pytorch(none: Runs) -> Iterator[Claim]:
    """Count what PyTorch was recorded to give."""
    counted = {
        "reported_for_pytorch": (
            "rows that PyTorch does not confirm, share of rows",
            reported_differ(),
            "all rows of the reports' table",
        ),
        "torch_pads_alike": (
            "settings with other zeros, share of settings",
            torch_paddings_differ(),
            "all settings of a grid where the kernel fits: " + _torch_grid(),
        ),
    }
    for name, (measure, (failures, trials), exhaustive) in counted.items():
        claim = none.never(
            name, measure, failures=failures, trials=trials, exhaustive=exhaustive
        )  # fmt: skip
        yield replace(claim, beside=_as_recorded())


def _as_recorded() -> str:
    return f"PyTorch {pytorch()['release']}, as recorded"


def _torch_grid() -> str:
    n, k, d = (max(each) for each in [*zip(*torch_rules.modes()["same"], strict=True)][:3])
    return f"sizes to {n}, kernels to {k}, dilations to {d} ({_as_recorded()})"


def networks_differ(cases: Runs) -> Counts:
    """Return the number of layers and depths that differ from the walk by hand, and of all."""
    layers, depths = nine_layers_differ(cases), depths_differ(cases)
    return layers[0] + depths[0], layers[1] + depths[1]


def nine_layers_differ(cases: Runs) -> Counts:
    """Return the number of cells that differ from the walk by hand, and of all cells.

    A cell is one layer in one framework: its shape, or that the network ends there.
    """
    walks, by_torch = cases.only.numbers["nine_layers"], pytorch()
    pairs = [
        (walk(), walks["tensorflow"]),
        (walk(), by_torch["nine_layers"]),
        (walk(stride=1), walks["keras_stride_one"]),
        (walk(stride=1), by_torch["nine_layers_stride_one"]),
    ]
    cells = [
        (row.shape, theirs.get("shape"))
        for by_hand, rows in pairs
        for row, theirs in zip(by_hand, rows, strict=True)
    ]
    return sum(_differs(*cell) for cell in cells), len(cells)


def _differs(ours: Shape | None, theirs: list[int] | None) -> bool:
    return ours != (None if theirs is None else tuple(theirs))


def reported_differ() -> Counts:
    """Return the number of rows of the reports' table that PyTorch contradicts, and of all rows."""
    sizes = [row["shape"][0] if "shape" in row else None for row in pytorch()["nine_layers"]]
    padded = sizes + [None] * (len(REPORTED_FOR_PYTORCH) - len(sizes))
    wrong = sum(a != b for a, b in zip(padded, REPORTED_FOR_PYTORCH, strict=True))
    return wrong, len(REPORTED_FOR_PYTORCH)


def depths_differ(cases: Runs) -> Counts:
    """Return the number of depths on which Keras and the walk by hand differ, and of all depths."""
    cells = [
        (shapes.walk(blocks(depth, padding), DIGIT)[-1].shape, built.get("shape"))
        for name, padding in SEARCHED.items()
        for depth, built in zip(DEPTHS, cases.only.numbers["depths"][name], strict=True)
    ]
    return sum(_differs(*cell) for cell in cells), len(cells)


def paddings_differ(cases: Runs) -> Counts:
    """Return the number of settings where TensorFlow pads otherwise than the rule, and of all."""
    probed = cases.only.numbers["same"]
    return probed["differ"], probed["cases"]


def small_settings(cases: Runs) -> str:
    """Return up to which size, kernel and step paddings were probed, in words."""
    sizes, kernels, steps = (cases.config[name] for name in ("sizes", "kernels", "steps"))
    return f"sizes to {sizes}, kernels to {kernels}, strides or dilations to {steps}"


def torch_paddings_differ() -> Counts:
    """Return the number of settings where PyTorch pads otherwise than TensorFlow, and of all."""
    differ = [
        split_padding(n, k, padding="same", dilation=d) != (before, after)
        for n, k, d, before, after in torch_rules.modes()["same"]
    ]
    return sum(differ), len(differ)
