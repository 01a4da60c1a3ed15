"""What the pages on shapes show of its runs, and of the arithmetic itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.byhand import conv, pooling, shapes
from dlexp.byhand.arrays import Floats
from dlexp.byhand.shapes import Convolution, Layer, Pooling
from dlexp.chapters.conv_shapes import figures, pictures
from dlexp.chapters.conv_shapes.cases import MISFITS
from dlexp.chapters.conv_shapes.claims import pytorch
from dlexp.chapters.conv_shapes.nets import (
    DEPTHS,
    DIGIT,
    POOLED_BY_THREE,
    POOLED_BY_TWO,
    REPORTED_FOR_PYTORCH,
    REPORTED_FOR_TENSORFLOW,
    REPORTED_PARAMETERS,
    describe,
    nine_layers,
    walk,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

Bools = NDArray[np.bool_]

Rows = Sequence[Mapping[str, Any]]
"""What a framework made of each layer: its shape, or the reason why there is none."""


def drawings() -> None:
    """Draw what follows from arithmetic alone of sizes: windows, and kernels that do not fit."""
    for draw in (worked, windows, overhang):
        draw()


def drawings_of_values() -> None:
    """Draw what follows from arithmetic alone of values: which channels meet, and which copies."""
    connections()
    laid()
    overlaps()


def windows() -> None:
    """Draw the windows of four settings."""
    settings = {
        "plain": {"size": 7, "kernel": 3},
        "padding 1": {"size": 7, "kernel": 3, "padding": 1},
        "stride 2": {"size": 8, "kernel": 3, "stride": 2},
        "dilation 2": {"size": 7, "kernel": 3, "dilation": 2},
    }
    publish.figure("conv_windows", figures.windows(settings))


def worked() -> None:
    """Show one window with its numbers."""
    image = np.array([[1.0, 2, 0, 1], [0, 1, 3, 2], [2, 0, 1, 0], [1, 1, 0, 2]])
    kernel = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
    publish.figure("worked", pictures.worked(image, kernel, 0, 1))


def connections() -> None:
    """Show which channels meet in plain, grouped and depthwise convolutions."""
    groups = {"plain, and one by one": 1, "two groups": 2, "depthwise": 4}
    publish.figure("connections", pictures.connections(4, groups))


def laid() -> None:
    """Show which copies of a kernel a transposed convolution lays down, and their sum."""
    publish.figure("laid", pictures.laid([1, 10], [1, 2, 3], 2))


def overlaps() -> None:
    """Show how copies of a kernel overlap."""
    settings = {
        "kernel 3, stride 2": (3, 2), "kernel 4, stride 2": (4, 2), "kernel 5, stride 3": (5, 3),
    }  # fmt: skip
    publish.figure("overlaps", pictures.overlaps(settings, 10))


def overhang() -> None:
    """Draw kernels that do not fit, and say which of them pass all the same."""
    publish.figure("overhang", figures.overhang(4, [(5, 1), (6, 1), (7, 2)]))


def probes(runs: Runs) -> None:
    """Say how many paddings were probed."""
    probed = runs("examine").only.numbers["same"]
    publish.number("probes", probed["cases"], "d")
    publish.number("odd_probes", probed["odd"], "d")


def walks(runs: Runs) -> dict[str, Rows]:
    """Return the sizes that each framework gives the reports' nine layers."""
    layers = runs("examine").only.numbers["nine_layers"]
    return {**layers, "pytorch": pytorch()["nine_layers"]}


def as_it_is(runs: Runs) -> None:
    """Walk the reports' network."""
    both = walks(runs)
    versions = runs("examine").only.provenance["versions"]
    releases = f"TensorFlow {versions['tensorflow']}, Keras {versions['keras']}"
    publish.table(
        "nine_layers",
        ["layer", "by hand", "Keras", "tf.nn", "PyTorch", "reports, for PyTorch"],
        _walked(
            2, [both[name] for name in ("keras", "tensorflow", "pytorch")], REPORTED_FOR_PYTORCH
        ),
        caption=f"Height and width after each layer (✗: refused); {releases}, PyTorch "
        f"{pytorch()['release']}, as everywhere below",
    )


def stride_one(runs: Runs) -> None:
    """Walk the network with convolutions of stride one, and draw what is told of both."""
    in_keras = walks(runs)["keras_stride_one"]
    by_torch = pytorch()["nine_layers_stride_one"]
    publish.table(
        "stride_one",
        ["layer", "by hand", "Keras", "PyTorch", "the reports"],
        _walked(1, [in_keras, by_torch], REPORTED_FOR_TENSORFLOW),
        caption="The same network, its convolutions with stride one",
    )
    lines: dict[str, Sequence[int | None]] = {
        "as it is": [row.shape[0] if row.shape else None for row in walk()],
        "reported for PyTorch": REPORTED_FOR_PYTORCH,
        "reported for TensorFlow": REPORTED_FOR_TENSORFLOW,
    }
    names = [f"layer {i}" for i in range(1, 10)]
    publish.figure("nine_layers_sizes", figures.sizes(lines, names))


def _walked(stride: int, others: Sequence[Rows], reported: Sequence[int]) -> list[list[str]]:
    """Return a walk beside what frameworks and reports say, a row per layer."""
    by_hand = [{"shape": row.shape} for row in walk(stride)]
    return [
        [
            f"{i + 1}. {describe(layer)}",
            *(_size(rows, i) for rows in (by_hand, *others)),
            str(reported[i]),
        ]
        for i, layer in enumerate(nine_layers(stride))
    ]


def _size(rows: Rows, index: int) -> str:
    """Return the size after a layer, or a sign that there is none."""
    if index >= len(rows):
        return ""
    shape = rows[index].get("shape")
    return str(shape[0]) if shape else "✗"


def parameters(runs: Runs) -> None:
    """Compare the parameters of the layers that have some."""
    weighted = [(i, row) for i, row in enumerate(walk(stride=1)) if row.parameters]
    in_keras = walks(runs)["keras_stride_one"]
    by_torch = pytorch()["nine_layers_stride_one"]
    differ = [
        theirs != row.parameters
        for i, row in weighted
        for theirs in (
            in_keras[i]["parameters"], by_torch[i]["parameters"], REPORTED_PARAMETERS[i]
        )
    ]  # fmt: skip
    publish.number("parameters_differ", sum(differ), "d")
    publish.number("parameters_compared", len(differ), "d")


def misfits(runs: Runs) -> None:
    """Say who refuses a window that does not fit."""
    came = runs("examine").only.numbers["misfits"]
    plain = runs("pool_at_once").only.numbers["without_onednn"]
    names = {who: who for who in MISFITS if "at once" in who}
    names["TensorFlow, computing at once"] = "tf.nn.conv2d at once"
    rows = [[names[who], _outcome(came[who])] for who in names]
    rows.insert(1, ["tf.nn.conv2d at once, without oneDNN", _outcome(plain)])
    header = ["who is asked", "what comes"]
    publish.table("misfits", header, rows, caption="A window of five on an image of four by four")


def _outcome(text: str) -> str:
    """Say what an attempt came to."""
    if text.startswith("("):
        return f"an array of shape {text}"
    if text.startswith("SIG"):
        return f"Python itself ends, with {text}"
    return f"refuses, with {text}"


def depths(runs: Runs) -> None:
    """Say how many depths of two search spaces do not exist."""
    for name, built in runs("examine").only.numbers["depths"].items():
        dead = sum("shape" not in row for row in built) / len(DEPTHS)
        publish.number(f"dead_{name}", dead, ".0%")


def coverage(runs: Runs) -> None:
    """Show which cells and pixels nothing looks at, and how much ink is lost."""
    images = data.mnist().test.images[:, :, :, 0]
    seen = {name: _seen(stack) for name, stack in (("C", POOLED_BY_TWO), ("D", POOLED_BY_THREE))}
    rows = [
        ["cells, pooled last", *(_percent(~pooling.coverage(11, w), ".0%") for w in (2, 3))],
        ["pixels of the image", *(_percent(~each, ".0%") for each in seen.values())],
        ["digits with ink there", *(_touched(images, ~each, 0) for each in seen.values())],
        ["digits with dark ink there", *(_touched(images, ~each, DARK) for each in seen.values())],
        [
            "ink of all digits, by value",
            *(formatted(images[:, ~each].sum() / images.sum(), ".2%") for each in seen.values()),
        ],
    ]
    caption = "What nothing looks at in the networks of the reports C and D; all test digits"
    publish.table("unseen", ["share of", "C", "D"], rows, caption=caption)
    width = int((~seen["D"]).all(axis=1).sum())
    for name, strip in {"bottom": images[:, -width:], "top": images[:, :width]}.items():
        publish.number(f"ink_{name}", (strip > 0).any(axis=(1, 2)).mean(), ".0%")
    covered, measured = pooling.coverage(11, 3), runs("examine").only.arrays["seen"]
    drawing = figures.coverage(covered, measured, images.mean(axis=0), 3)
    publish.figure("pooling_coverage", drawing)


DARK = 0.5
"""A pixel with more of it is dark: white is zero, black one."""


def _seen(stack: Sequence[Layer]) -> Bools:
    """Return which pixels of a digit some output of a stack depends on: (28, 28)."""
    line = shapes.traced(
        [each for each in stack if isinstance(each, Convolution | Pooling)], DIGIT[0]
    )[0]
    return np.outer(line, line)


def _touched(images: Floats, where: Bools, least: float) -> str:
    return _percent((images[:, where] > least).any(axis=1), ".1%")


def _percent(flags: Any, spec: str) -> str:
    return formatted(float(flags.mean()), spec)


def receptive_fields() -> None:
    """Show what the middle output of stacked convolutions depends on."""
    kernel, blank = np.ones((3, 3, 1, 1)), np.ones((1, 15, 15, 1))
    gradient: Floats = np.zeros((1, 15, 15, 1))
    gradient[0, 7, 7, 0] = 1  # the middle output
    fields, titles = [], []
    for depth in range(1, 6):
        gradient = conv.conv2d_gradients(blank, kernel, gradient, padding="same").x
        if depth != 4:
            fields.append(gradient[0, :, :, 0])
            width = shapes.receptive_field([Convolution(filters=1, kernel=3)] * depth)
            titles.append(f"{depth} layer{'s' * (depth > 1)}: sees {width}")
    publish.figure("receptive_fields", figures.fields(fields, titles))
    publish.number("middle_share", fields[-1][5:10, 5:10].sum() / fields[-1].sum(), ".0%")
    publish.number("last_field", width, "d")
    publish.number("middle_area", 25 / width**2, ".0%")


def traced() -> None:
    """Trace one row of each map of the network whose last pooling drops cells."""
    stack = [layer for layer in POOLED_BY_THREE if isinstance(layer, Convolution | Pooling)]
    publish.figure("traced", figures.traced(stack, 28, 1))
