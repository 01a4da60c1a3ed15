"""What the page on batch normalisation places of its learning rates, and of the race to a bar.

Chapter: book/batch_norm.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.batch_norm import charts, claims, readers
from dlexp.chapters.batch_norm.brake import FREE, HELD
from dlexp.chapters.batch_norm.depth import LARGER
from dlexp.chapters.batch_norm.nets import KINDS, WITH, WITHOUT
from dlexp.chapters.batch_norm.optimisers import ADAM, MOMENTUM
from dlexp.chapters.batch_norm.rates import Rates
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.runs import Runs

WORDS = {"dense": "dense", "conv": "convolutional"}
NETS = {"with": (WITH, "in_use"), "without": (WITHOUT, "in_use"), "with, anew": (WITH, "anew")}
"""A line's name to its net, and the statistics that it is looked at with."""


def rates(runs: Runs) -> None:
    """Show the accuracy at every learning rate, which rates learn in all seeds, and the leads."""
    panels, tried = {}, {}
    for kind, word in WORDS.items():
        trained = runs(f"{kind}_rates")
        tried[word] = np.array(trained.config["rates"])

        def of(name: str, what: str, trained: Runs = trained, kind: str = kind) -> Floats:
            net, looks_at = NETS[name]
            return trained.numbers(f"{kind}_{net}", looks_at, what)

        panels[word] = {name: of(name, "path")[..., -1] for name in NETS}
        for name, values in panels[word].items():
            label = name.replace(", ", "_")
            learnt = (values >= claims.LEARNT).all(axis=0)
            if name != "with, anew":
                publish.number(f"highest_{kind}_{label}", float(tried[word][learnt].max()), "g")
            if name != "with, anew" and (kind == "conv" or name == "without"):
                publish.number(f"chosen_{kind}_{label}", float(np.median(of(name, "rate"))), "g")
        if kind == "dense":
            chosen = np.array([of(name, "rate") for name in ("with", "with, anew")])
            publish.number("chosen_dense_least", float(chosen.min()), "g")
            publish.number("chosen_dense_most", float(chosen.max()), "g")
        if kind == "conv":  # the dense net's stands in the table of the optimisers
            lead = of("with, anew", "test") - of("without", "test")
            publish.mean_with_interval("lead_conv", 100 * lead, ".2f")
    publish.figure("bn_rates", charts.rates(panels, tried, floor=claims.LEARNT))
    _at_one_rate(panels[WORDS["dense"]]["with, anew"], panels[WORDS["dense"]]["without"])


def _at_one_rate(normal: Floats, plain: Floats) -> None:
    """Say by how much the layer leads at each rate at which both nets learn in all seeds."""
    both = np.minimum(normal, plain).min(axis=0) >= claims.LEARNT
    leads = 100 * (normal - plain)[:, both]
    publish.number("same_rate_least", leads.mean(axis=0).min(), ".1f")
    publish.number("same_rate_most", leads.mean(axis=0).max(), ".1f")


def optimisers(runs: Runs) -> None:
    """Set what the layer does to a dense net under three optimisers side by side."""
    trained, plain = runs("optimisers"), runs("dense_rates")
    of = {
        "plain": (plain, "dense", plain.config["rates"]),
        f"momentum {trained.config['kept']:g}": (trained, MOMENTUM, trained.config[MOMENTUM]),
        "Adam": (trained, ADAM, trained.config[ADAM]),
    }
    rows = []
    for label, (records, name, rates) in of.items():
        highest = [_highest(records, f"{name}_{net}", rates) for net in (WITHOUT, WITH)]
        without, *leading = _tests(records, name)
        leads = [with_interval(100 * (test - without), ".2f") for test in leading]
        rows.append([label, " → ".join(highest), *leads])
    caption = "The dense net under three optimisers; with minus without, in points on test images"
    header = ["optimiser", "learns up to, without → with", "lead, running", "lead, anew"]
    publish.table("bn_optimisers", header, rows, caption=caption)


def _highest(records: Runs, net: str, rates: Sequence[float]) -> str:
    """Return the highest rate at which a net has learnt in all seeds, in use."""
    if net.startswith("dense"):  # plain descent was looked at on its way, too
        ends = records.numbers(net, "in_use", "path")[..., -1]
    else:
        ends = records.numbers(net, "in_use", "validation")
    return f"{np.array(rates)[(ends >= claims.LEARNT).all(axis=0)].max(initial=0):g}"


def _tests(records: Runs, name: str) -> list[Floats]:
    """Return the test accuracies without the layer, with it in use, and with statistics anew."""
    nets = ((WITHOUT, "in_use"), (WITH, "in_use"), (WITH, "anew"))
    return [records.numbers(f"{name}_{net}", looks_at, "test") for net, looks_at in nets]


def brakes(runs: Runs) -> None:
    """Show what nets reach whose weights may grow, or may not, and by how much they do."""
    trained = runs("brakes")
    free, held = (trained.numbers(net, "validation") for net in (FREE, HELD))
    growth = trained.numbers(FREE, "growth")
    rows = []
    for place, rate in enumerate(trained.config["rates"]):
        means = (formatted(values[:, place].mean(), ".1%") for values in (free, held))
        grown = growth[:, place]
        columns = (formatted(each.mean(), ".2f") for each in (grown, rate / grown**2))
        rows.append([f"{rate:g}", *columns, *means])
    header = [
        "learning rate", "weights grow to", "rate / growth²", "right, as they grow",
        "right, length held",
    ]  # fmt: skip
    caption = "Normalised dense nets: validation images right, with statistics anew"
    publish.table("bn_brakes", header, rows, caption=caption)
    publish.number("brake_rate", trained.config["rates"][-1], "g")
    publish.mean_with_interval("brake", 100 * (free - held)[:, -1], ".1f")
    publish.mean_with_interval("brake_second", 100 * (free - held)[:, -2], ".1f")
    publish.number("held_worst", held[:, -1].min(), ".0%")


def race(runs: Runs) -> None:
    """Show the nets at their fastest rates on their way to the bar, and what a step costs."""
    panels = {}
    for kind, word in WORDS.items():
        trained = runs(f"{kind}_rates")
        panels[word] = {
            name: readers.race(trained, f"{kind}_{net}", looks_at=looks_at).path
            for name, (net, looks_at) in NETS.items()
        }
    stops = [int(stop) for stop in readers.looks(runs("dense_rates"))]
    publish.figure("bn_race", charts.race(panels, stops, readers.BAR))
    header = ["net", "steps (rate), with", "without", "time, with / without"]
    caption = "Until a net is never below the bar again"
    for name, looks_at in {"bn_race_table": "in_use", "bn_race_anew": "anew"}.items():
        rows = [_raced(runs, kind, looks_at) for kind in KINDS]
        publish.table(name, header, rows, caption=caption)
    for kind in KINDS:
        anew = readers.time_ratios(runs, kind, looks_at="anew")
        plan = Rates()  # a look sends images forward, at a third of the price of training on them
        look = plan.statistics_size / plan.batch_size / 3
        publish.number(f"priced_{kind}", anew.mean() * (1 + look / plan.check_every), ".1f")
        publish.number(f"slower_{kind}", readers.step_ratios(runs("clock"), kind).mean(), ".2f")


def _raced(runs: Runs, kind: str, looks_at: str) -> list[str]:
    """Return a row: the mean steps to the bar with their rates, and the ratio of the times."""
    rates = runs(f"{kind}_rates")
    both = (
        readers.race(rates, f"{kind}_{WITH}", looks_at=looks_at),
        readers.race(rates, f"{kind}_{WITHOUT}"),
    )
    ratios = readers.time_ratios(runs, kind, looks_at=looks_at)
    steps = (f"{each.steps.mean():.0f} ({each.rate:g})" for each in both)
    word = "statistics anew" if looks_at == "anew" else "running statistics"
    return [f"{WORDS[kind]}, {word}", *steps, with_interval(ratios, ".2f")]


def depths(runs: Runs) -> None:
    """Show the accuracy by the number of hidden layers."""
    trained = runs("depths")
    labels = {WITH: "with", WITHOUT: "without", LARGER: "without, larger first weights"}
    lines = {label: trained.numbers(net, "test") for net, label in labels.items()}
    drawing = charts.curves(
        {"": lines}, trained.config["depths"], axis="hidden layers", ticks=True,
        what="Test accuracy by depth",
    )  # fmt: skip
    publish.figure("bn_depths", drawing)
    for net, values in zip(labels, lines.values(), strict=True):
        publish.number(f"depth_{net}_{trained.config['depths'][-1]}", values[:, -1].mean(), ".0%")
    plain, larger = (100 * trained.numbers(net, "test")[:, 0] for net in (WITHOUT, LARGER))
    publish.mean_with_interval("larger_gains", larger - plain, ".1f")
