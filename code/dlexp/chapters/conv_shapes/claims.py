"""What the chapter on shapes claims; each claim is a count of counter-examples."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from dlexp.byhand import conv, pooling, shapes
from dlexp.byhand.shapes import Shape
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

HALVED, SIZES = range(1, 16, 2), range(1, 41)
"""Kernels, and sizes of images, that padding by half a kernel is worked out for."""


def pytorch() -> dict[str, Any]:
    """Return the values that PyTorch was recorded to give for this chapter."""
    return recorded("conv", RECORDED_SHA256)


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_settings(runs("compare"))
    yield from _on_cases(runs("examine"))


def _on_settings(compared: Runs) -> Iterator[Claim]:
    """Add up the random settings over the seeds."""
    share = "settings on which they differ, share of settings"
    places = {
        "sizes_agree": (share, "sizes", "tensorflow_differs", "settings"),
        "keras_agrees": (share, "sizes", "keras_differs", "not_mixed"),
        "pools_agree": (share, "sizes", "pools_differ", "settings"),
        "keras_refuses_both": (
            "settings that Keras accepts, share of those with both",
            "sizes", "mixed_accepted_by_keras", "mixed",
        ),
        "tensorflow_applies_both": (
            "settings with the size of stride one, share of those where it would show",
            "sizes", "stride_ignored", "stride_could_show",
        ),
        "values_agree": (
            "settings with a larger difference, share of settings",
            "values", "outside", "settings",
        ),
        "receptive_fields_agree": (
            "stacks of layers on which they differ, share of stacks",
            "receptive_fields", "differ", "stacks",
        ),
    }  # fmt: skip
    for name, (measure, part, failures, trials) in places.items():
        yield compared.never(
            name,
            measure,
            failures=compared.numbers(part, failures).sum(),
            trials=compared.numbers(part, trials).sum(),
        )


def _on_cases(cases: Runs) -> Iterator[Claim]:
    """Count cases that are all there are, as their last words say."""
    counted = {
        "nine_layers_agree": (
            "cells of the two tables that differ from the walk by hand, share of cells",
            nine_layers_differ(cases),
            "all layers of the network, in each framework",
        ),
        "depths_agree": (
            "depths on which they differ, share of depths",
            depths_differ(cases),
            "all depths of both search spaces",
        ),
        "same_pads_by_the_rule": (
            "settings with other zeros, share of settings",
            paddings_differ(cases),
            "all small settings: " + small_settings(cases),
        ),
        "pooling_drops_cells": (
            "cells on which coverage and gradient differ, share of cells",
            coverage_differs(cases),
            "all cells of one image",
        ),
    }
    for name, (measure, (failures, trials), exhaustive) in counted.items():
        claim = cases.never(
            name, measure, failures=failures, trials=trials, exhaustive=exhaustive
        )  # fmt: skip
        yield replace(claim, beside=_as_recorded()) if name == "nine_layers_agree" else claim
    yield from _on_no_run(cases.none)


def _on_no_run(none: Runs) -> Iterator[Claim]:
    """Count what needs no run: arithmetic, and what PyTorch was recorded to give."""
    failures, trials = half_a_kernel_fails(HALVED, SIZES)
    yield none.never(
        "half_a_kernel",
        "sizes that change, share of sizes and kernels",
        failures=failures,
        trials=trials,
        exhaustive=f"all odd kernels and sizes up to {HALVED[-1]} and {SIZES[-1]}, by arithmetic",
    )
    failures, trials = reported_differ()
    claim = none.never(
        "reported_for_pytorch",
        "rows that PyTorch contradicts, share of rows",
        failures=failures,
        trials=trials,
        exhaustive="all rows of the reports' table",
    )
    yield replace(claim, beside=_as_recorded())


def _as_recorded() -> str:
    return f"PyTorch {pytorch()['release']}, as recorded"


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


def half_a_kernel_fails(kernels: Sequence[int], sizes: Sequence[int] = SIZES) -> Counts:
    """Return the number of sizes that padding by half a kernel fails to keep, and of all sizes."""
    pairs = list(product(sizes, kernels))
    same = [conv.output_size(n, k, padding=(k - 1) // 2) == n for n, k in pairs]
    return same.count(False), len(same)


def coverage_differs(cases: Runs) -> Counts:
    """Return the number of cells, of 11 x 11, on which coverage and gradient differ, and of all."""
    covered = pooling.coverage(11, 3)
    return int((covered != cases.only.arrays["covered"]).sum()), covered.size
