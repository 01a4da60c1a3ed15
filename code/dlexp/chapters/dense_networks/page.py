"""What the page on dense networks shows of the reports' networks and of nonlinearities."""

from collections.abc import Mapping

import numpy as np

from dlexp.byhand.dense import dense_parameters
from dlexp.chapters.dense_networks import figures
from dlexp.chapters.dense_networks.bending import Bending
from dlexp.chapters.dense_networks.contenders import (
    ACTIVATIONS,
    DEEP_ONES,
    DEFAULT_SGD,
    DEFAULTS,
    NONE,
    Contenders,
)
from dlexp.chapters.dense_networks.learning import Learning
from dlexp.chapters.dense_networks.measure import BENT, CHOOSING_SEEDS, ENLARGED, FEW_SEEDS, SEEDS
from dlexp.chapters.dense_networks.nets import CLASSES, PIXELS
from dlexp.chapters.dense_networks.readers import followed, larger, learnt, swept
from dlexp.chapters.dense_networks.recipes import REPORT_D, REPORT_D_LINEAR, Recipe
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import one_more_interval
from dlexp.lab.runs import Runs


def bending(runs: Runs) -> None:
    """Show what a hidden layer does to a plane, with the first seed."""
    linear, *bent = (BENT[-1], *BENT[:-1])
    panels = {f"{linear.units} linear units": _bent(runs, linear)}
    panels |= {f"{each.units} with ReLU": _bent(runs, each) for each in bent}
    publish.figure("bending", figures.bending(panels))
    publish.number("bent_seeds", len(SEEDS), "d")
    three = _of_bending(runs, BENT[1]).numbers("right")
    publish.number("bent_relu_3_low", 100 * three.min(), ".0f")
    publish.number("bent_relu_3_high", 100 * three.max(), ".0f")


def network() -> None:
    """Sketch report C's network, with a batch on its way through."""
    ours = Learning()
    sizes = (PIXELS, *ours.hidden, CLASSES)
    publish.figure("network", figures.network(sizes, ours.batch_size))


def bends() -> None:
    """Show activations and their slopes."""
    publish.figure("bends", figures.bends())


def what_was_run(runs: Runs) -> None:
    """Show the three trainings side by side."""
    first, second = followed(runs, Recipe()).config, followed(runs, REPORT_D).config
    ours = Learning()
    seeds = [len(followed(runs, Recipe())), len(followed(runs, REPORT_D))]
    columns = [_column(each) for each in (first, second)]
    rows: list[list[str | int]] = [
        ["hidden units", *(column[0] for column in columns), "64, 64"],
        ["parameters", *(column[1] for column in columns), _parameters(ours.hidden)],
        ["images", *(f"{each['size']:,}" for each in (first, second)), f"{ours.size:,}"],
        ["images per step", first["batch_size"], second["batch_size"], ours.batch_size],
        ["rate of SGD", f"{first['rate']:g}", f"{second['rate']:g}", "chosen"],
        ["passes", first["epochs"], second["epochs"], ours.epochs],
        ["seeds", *seeds, len(SEEDS)],
    ]
    header = ["setting", "report C's", "report D's", "our contests"]
    publish.number("choosing_seeds", len(CHOOSING_SEEDS), "d")
    publish.number("contest_seeds", len(SEEDS), "d")
    publish.number("deep_seeds", len(FEW_SEEDS), "d")
    publish.table(
        "what_was_run",
        header,
        rows,
        caption="Two recipes as run here, and where our contests begin",
    )


def recipes(runs: Runs) -> None:
    """Show what comes of the reports' recipes."""
    recipe, modified = followed(runs, Recipe()), followed(runs, REPORT_D)
    linear = followed(runs, REPORT_D_LINEAR)
    groups = {"report_c": recipe, "report_d": modified, "report_d_linear": linear}
    for name, group in groups.items():
        publish.number(f"{name}_test", 100 * group.numbers("test").mean(), ".2f")
    _, high = one_more_interval(100 * recipe.numbers("test"))
    publish.number("report_c_one_high", high, ".1f")


def activations(runs: Runs) -> None:
    """Show five activations, each over its rates and along the passes, and no hidden layer."""
    shown = {**ACTIVATIONS, "no hidden layer": NONE}
    publish.figure("activations", figures.contest(contests(runs, shown)))
    caption = caption_of(f"{DEFAULT_SGD:g}")
    rows = rows_of(runs, {name: (each, DEFAULT_SGD) for name, each in shown.items()})
    header = ["bend", f"at {DEFAULT_SGD:g}", "at its rate", "its rate", "tried", "test"]
    publish.table("activations_table", header, rows, caption=caption)
    found = {name: learnt(runs, each).numbers("test") for name, each in ACTIVATIONS.items()}
    lead = 100 * (found["ReLU"] - found["sigmoid"])
    publish.number("relu_over_sigmoid", lead.mean(), ".1f")
    slow = learnt(runs, DEFAULTS["SGD, sigmoid"]).numbers("train")
    publish.number("slow_train", 100 * slow.mean(), ".0f")
    untuned = learnt(runs, DEFAULTS["SGD"]).numbers("test")
    publish.number("relu_rate_costs", 100 * (found["ReLU"] - untuned).mean(), ".1f")
    publish.number("gelu_over_relu", 100 * (found["GELU"] - found["ReLU"]).mean(), ".1f")
    relu = ACTIVATIONS["ReLU"]
    by_rate = 100 * swept(runs, relu).mean(axis=0)
    sigmoids = learnt(runs, ACTIVATIONS["sigmoid"]).numbers("rate")[0]
    publish.number("relu_at_sigmoids", by_rate[relu.rates.index(sigmoids)], ".0f")


def deep_sigmoids(runs: Runs) -> None:
    """Show how far sixteen layers of sigmoids come, by how they begin."""
    glorot, large = learnt(runs, DEEP_ONES["sigmoid"]), larger(runs, ENLARGED[0])
    tests = np.append(glorot.numbers("test"), large.numbers("test"))
    publish.number("ones", 100 * tests.max(), ".2f")
    publish.number("lowest_rate", min(ENLARGED[0].rates), "g")
    publish.number("highest_rate", max(ENLARGED[0].rates), "g")
    publish.number("centred_rate", ENLARGED[1].rates[0], "g")


def contests(runs: Runs, contenders: Contenders) -> dict[str, figures.Contest]:
    """Return what the figure of a contest is made of."""
    return {
        name: figures.Contest(
            each.rates, swept(runs, each), learnt(runs, each).numbers("validation")
        )
        for name, each in contenders.items()
    }


def caption_of(default: str) -> str:
    """Return the title of a table of `rows_of`: what is read when, and with which seeds."""
    chose, others = len(CHOOSING_SEEDS), len(SEEDS)
    return (
        f"Percent right after the best pass: validation at {default} and at its rate, "
        f"with the {chose} seeds that chose it; test with {others} others"
    )


def rows_of(runs: Runs, contenders: Mapping[str, tuple[Learning, float]]) -> list[list[str]]:
    """Return rows of a table of contenders, each with the rate that nobody chose."""
    rows = []
    for name, (each, default) in contenders.items():
        by_rate = 100 * swept(runs, each).mean(axis=0)
        trained = learnt(runs, each)
        shares = [by_rate[each.rates.index(default)], by_rate.max()]
        words = [formatted(share, ".1f") for share in shares]
        rate = f"{trained.numbers('rate')[0]:g}"
        test = formatted(100 * trained.numbers("test").mean(), ".1f")
        rows.append([name, *words, rate, tried(each), test])
    return rows


def tried(config: Learning) -> str:
    """Return the range of the rates that a contender tries.

    Examples
    --------
    >>> tried(NONE)
    '0.003 to 3'
    """
    return f"{min(config.rates):g} to {max(config.rates):g}"


def _of_bending(runs: Runs, config: Bending) -> Runs:
    return runs("bend", units=config.units, activation=config.activation)


def _bent(runs: Runs, config: Bending) -> figures.Bent:
    record = _of_bending(runs, config).records[0]
    arrays, right = record.arrays, record.numbers["right"]
    weights = (arrays["hidden"], arrays["output"])
    return figures.Bent(arrays["x"], arrays["labels"], *weights, config.activation, right)


def _column(config: dict[str, list[int]]) -> tuple[str, int]:
    return ", ".join(map(str, config["hidden"])), _parameters(config["hidden"])


def _parameters(hidden: list[int] | tuple[int, ...]) -> int:
    return dense_parameters((PIXELS, *hidden, CLASSES))
