"""What the page on convolutional networks shows of its runs."""

import numpy as np

from dlexp import data
from dlexp.byhand import shapes
from dlexp.byhand.arrays import Floats
from dlexp.chapters.convolutional_networks import contenders, figures, nets
from dlexp.chapters.convolutional_networks.claims import FAR, claims
from dlexp.chapters.convolutional_networks.contenders import FEW, KINDS, MANY, SIZES, is_run, on
from dlexp.chapters.convolutional_networks.learning import SHIFTS, Learning, shifted, sweep
from dlexp.chapters.convolutional_networks.measure import FEW_SEEDS, SEEDS, beyond
from dlexp.chapters.convolutional_networks.readers import (
    EQUAL_PARAMETERS,
    EQUAL_WORK,
    few,
    field,
    layers_of,
    learnt,
    luck_apart,
    multiplications,
)
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.claims import Verdict
from dlexp.lab.runs import Runs
from dlexp.looks import Z

NAMES = {
    "conv": "convolution",
    "local": "local, own weights",
    EQUAL_WORK: "dense, wide",
    EQUAL_PARAMETERS: "dense, narrow",
}
"""What tables call the contenders."""

SHORT = {"conv": "conv", "local": "local", EQUAL_WORK: "wide", EQUAL_PARAMETERS: "narrow"}
"""What published numbers call them."""


def wires() -> None:
    """Show what a dense, a local and a convolutional layer connect."""
    publish.figure("wires", figures.wires())


def what_was_run(runs: Runs) -> None:
    """Show the contenders side by side: sizes, work, rate."""
    rows: list[list[str | int]] = []
    for kind, config in KINDS.items():
        trained = few(runs, kind)
        parameters = int(trained.numbers("parameters")[0])
        rates = [f"{trained.numbers('rate')[0]:g}", _rate_permuted(runs, kind)]
        units = f" ({config.hidden} hidden units)" if config.hidden else ""
        rows.append([NAMES[kind] + units, parameters, multiplications(config), *rates])
    header = ["network", "parameters", "multiplications", "rate", "rate, permuted pixels"]
    tried = ", ".join(f"{rate:g}" for rate in Learning().rates)
    caption = f"The four networks, and the rates chosen among {tried}"
    publish.table("contenders", header, rows, caption=caption)
    own, shared = (few(runs, kind).numbers("parameters")[0] for kind in ("local", "conv"))
    publish.number("own_times", own / shared, ".0f")
    rows = [[f"{size:,}", contenders.STEPS[size], _passes(size), _seeds(size)] for size in SIZES]
    publish.table(
        "sizes",
        ["images", "steps", "passes", "seeds"],
        rows,
        caption="How long they learn, and over how many seeds",
    )
    _beyond(runs)
    _verdicts(runs)
    conv = few(runs, "conv")
    share = conv.numbers("test").mean()
    tested = conv.config["tested"]
    error = np.sqrt(share * (1 - share) / tested)
    publish.number("few_luck", 100 * Z * error, ".1f")
    publish.number("apart_luck", 100 * luck_apart(conv, few(runs, EQUAL_WORK), tested), ".1f")


def _rate_permuted(runs: Runs, kind: str) -> str:
    """Return the rate that a contender chose for permuted pixels, if it was run on them."""
    if kind == EQUAL_PARAMETERS:
        return "–"
    return f"{few(runs, kind, permuted=True).numbers('rate')[0]:g}"


def _beyond(runs: Runs) -> None:
    """Say how much a rate beyond those tried loses on validation images, at the least."""
    lost = []
    for kind in KINDS:
        if kind == EQUAL_WORK:  # it chose a rate between the others
            continue
        swept = runs.of(sweep, on(kind)).numbers("validation")[:, -1, -1]
        further = runs.of(sweep, beyond(kind).config).numbers("validation")[:, 0, -1]
        lost.append(swept.mean() - further.mean())
    publish.number("beyond", 100 * min(lost), ".0f")


def _verdicts(runs: Runs) -> None:
    """Say how many claims are supported, and how many of these stand among all questions."""
    asked = list(claims(runs))
    supported = [claim for claim in asked if claim.verdict is Verdict.SUPPORTED]
    publish.number("supported", len(supported), "d")
    publish.number("standing", sum(claim.holds_among(len(asked)) for claim in supported), "d")


def _passes(size: int) -> str:
    on_size = on("conv", size)
    return f"{on_size.steps * on_size.batch_size / size:.1f}".removesuffix(".0")


def _seeds(size: int) -> int:
    return len(SEEDS if size == FEW else FEW_SEEDS)


def by_size(runs: Runs) -> None:
    """Show how accuracy grows with the number of training images."""
    curves: dict[str, tuple[list[int], Floats]] = {}
    for kind in KINDS:
        sizes = [size for size in SIZES if is_run(kind, size)]
        tests = [100 * _tests(runs, kind, size) for size in sizes]
        ends = [[each.mean(), each.min(), each.max()] for each in tests]
        curves[kind] = (sizes, np.array(ends).T)
    lowest = min(float(values[1].min()) for _, values in curves.values())
    publish.figure("by_size", figures.by_size(curves, (lowest - 2, 100)))
    for kind in ("conv", EQUAL_WORK):
        publish.number(f"{SHORT[kind]}_fewest", curves[kind][1][0, 0], ".1f")


def chain(runs: Runs) -> None:
    """Show what each step from a dense layer to a convolution gains, where pixels are in place."""
    steps = (
        (EQUAL_WORK, "local", "parameters and products, nearly"),
        ("local", "conv", "products and maps"),
        (EQUAL_WORK, "conv", "products, nearly"),
    )
    rows = []
    for before, after, same in steps:
        gains = [100 * (_tests(runs, after, n) - _tests(runs, before, n)) for n in (FEW, MANY)]
        cells = [with_interval(gain, "+.1f") for gain in gains]
        rows.append([f"{SHORT[before]} → {SHORT[after]}", same, *cells])
    header = ["step", "what stays", f"gain, {FEW:,} images", f"{MANY:,} images"]
    caption = (
        "From the wide dense network to the convolution: test accuracy gained, in points "
        "(a table made after the records had been read: it settles no claim)"
    )
    publish.table("chain", header, rows, caption=caption)
    gain = _tests(runs, "local", FEW) - _tests(runs, EQUAL_WORK, FEW)
    publish.number("neighbours", 100 * gain.mean(), "+.1f")
    wide, local = (few(runs, kind, permuted=True).numbers("test") for kind in (EQUAL_WORK, "local"))
    publish.mean_with_interval("strangers", 100 * (local - wide), "+.1f")


def _tests(runs: Runs, kind: str, size: int) -> Floats:
    return learnt(runs, on(kind, size)).numbers("test")


def cells(runs: Runs) -> None:
    """Show what sharing and neighbourhood are worth, alone and together."""
    kinds = tuple(KINDS)[:3]
    panels = {
        title: {kind: 100 * few(runs, kind, permuted=permuted).numbers("test") for kind in kinds}
        for title, permuted in (("pixels in place", False), ("pixels permuted", True))
    }
    publish.figure("cells", figures.cells(panels))
    placed, moved = panels.values()
    rows = [
        [NAMES[kind], *(formatted(each[kind].mean(), ".1f") for each in (placed, moved))]
        for kind in ("conv", "local", EQUAL_WORK)
    ]
    header = ["network", "pixels in place", "pixels permuted"]
    caption = f"Mean test accuracy with {FEW:,} images, in percent"
    publish.table("four", header, rows, caption=caption)
    publish.mean_with_interval("sharing_moved", moved["conv"] - moved["local"], "+.1f")
    narrow = 100 * few(runs, EQUAL_PARAMETERS).numbers("test")
    publish.mean_with_interval("wide_moved", moved[EQUAL_WORK] - moved["conv"], ".1f")
    publish.mean_with_interval("lead_left", moved["conv"] - narrow, ".1f")
    publish.mean_with_interval("narrowed", placed[EQUAL_WORK] - narrow, ".1f")


def shifts(runs: Runs) -> None:
    """Show what becomes of accuracies when test images are shifted."""
    kinds = tuple(KINDS)[:3]
    curves = {kind: learnt(runs, on(kind, MANY)).numbers("moved") for kind in kinds}
    publish.figure("shifts", figures.shifts(curves, SHIFTS))
    publish.number("conv_far", 100 * curves["conv"][:, FAR].mean(), ".0f")
    shared = curves["conv"][:, FAR] - curves["local"][:, FAR]
    publish.mean_with_interval("sharing_far", 100 * shared, "+.1f")
    images = data.mnist().test.sample(on("conv", MANY).tested).images
    left = shifted(images, SHIFTS[FAR]).sum(dtype=np.float64) / images.sum(dtype=np.float64)
    publish.number("ink_lost", 100 * (1 - left), ".1f")


def kernels(runs: Runs) -> None:
    """Show kernels of several sizes at equal parameters, and two ways to one field."""
    named = {f"two {k}×{k}": config for k, config in contenders.KERNELS.items()}
    rows: list[list[str | int]] = []
    for name, config in {**named, **contenders.FIELDS}.items():
        trained = learnt(runs, config)
        rows.append(
            [
                f"{name}, {config.layers[-1][0]} filters",
                int(trained.numbers("parameters")[0]),
                shapes.walk(layers_of(config), nets.IMAGE)[-1].parameters,
                multiplications(config),
                field(config),
                with_interval(100 * trained.numbers("test"), ".1f"),
            ]
        )
    scores = "of these, for the scores"
    header = ["layers", "parameters", scores, "multiplications", "field", "test accuracy"]
    caption = "Kernels: the first four have nearly equal parameters, the last two equal fields"
    publish.table("kernels", header, rows, caption=caption)
    publish.number("kernel_rate", contenders.KERNELS[3].rates[0], "g")
