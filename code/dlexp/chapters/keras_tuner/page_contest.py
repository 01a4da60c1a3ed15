"""What the page on searching for hyperparameters shows of the searches through its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import (
    alone,
    claims,
    figures,
    figures_searches,
    guessing,
    judging,
    leading,
    selection,
)
from dlexp.chapters.keras_tuner.leading import Kind
from dlexp.chapters.keras_tuner.table import Rows, hits_of, table_of
from dlexp.draw import publish
from dlexp.draw.table import formatted, with_interval
from dlexp.lab.runs import Runs

GROUPS: Mapping[str, Mapping[Kind, str]] = {
    "scores unused, or trials stopped": {
        ("sobol", 0): "quasi-random", ("grid", 0): "grid",
        ("patience", 0): "random, patience", ("hyperband", 0): "Hyperband",
    },
    "scores used": {
        ("process", claims.FIRST): f"Gaussian process, {claims.FIRST} first",
        ("process", claims.MANY_FIRST): f"Gaussian process, {claims.MANY_FIRST} first",
        ("tpe", claims.FIRST): f"TPE, {claims.FIRST} first",
    },
}  # fmt: skip
"""What the reader calls the searches of the contest, by what they do with scores."""

HYPERBAND: Kind = ("hyperband", 0)

ASKED = (claims.FROM, claims.TEN, claims.MOST)
"""Budgets of the table, in epochs."""


def searched(runs: Runs) -> None:
    """Show all that is told of the searches along their budget."""
    for shown in (contest, ahead, by_training, short, ranks, patience, learning, spread):
        shown(runs)


def contest(runs: Runs) -> None:
    """Show by how much each kind of search is ahead of random search, along the budget."""
    panels = {
        title: {label: leading.lead(runs, kind) for kind, label in group.items()}
        for title, group in GROUPS.items()
    }
    shown = {  # before, some searches have made one trial or two
        title: {name: lead[:, 2:] for name, lead in group.items()}
        for title, group in panels.items()
    }
    shown = {  # far below the others, so that these could not be read
        title: {name: lead for name, lead in group.items() if name != "grid"}
        for title, group in shown.items()
    }
    drawing = figures_searches.leads(shown, leading.SPENT[2:], limits=((-0.4, 2.0), (-0.4, 1.0)))
    publish.figure("kt_leads", drawing)
    publish.number("kt_best_luck", 100 * claims.luck_of_the_best(runs), ".2f")
    single = leading.curves(runs, leading.RANDOM)
    publish.number("kt_searches", len(single), "d")
    publish.number("kt_spread", 100 * single[:, -1].std(ddof=1), ".1f")
    advised = [HYPERBAND, *(kind for kind in GROUPS["scores used"])]
    ends = [100 * leading.lead(runs, kind)[:, -1].mean() for kind in advised]
    publish.number("kt_tens_low", min(ends), ".2f")
    publish.number("kt_tens_high", max(ends), ".2f")


def ahead(runs: Runs) -> None:
    """List by how much each way to search is ahead of random search."""
    table = table_of(runs)
    full = guessing.worth(table, leading.SPENT)
    missing = 100 * (table.chosen().mean(axis=0).max() - full)
    at = [leading.SPENT.index(spent) for spent in ASKED]
    rows = [["random search, below the best", *(formatted(x, ".2f") for x in missing[at])]]
    for epochs in (1, 2, 3):
        lead = 100 * (_cut(runs, epochs, leading.SPENT[2:]) - full[2:])
        shown = [formatted(lead[i - 2], "+.2f") for i in at]
        rows.append([f"all stop after {epochs}", *shown])
    for kind, label in [pair for group in GROUPS.values() for pair in group.items()]:
        leads = [
            with_interval(lead, "+.2f", ends=".2f")
            for lead in 100 * leading.lead(runs, kind)[:, at].T
        ]
        guessed = [spent <= kind[1] * claims.NINE for spent in ASKED]
        cells = zip(leads, guessed, strict=True)
        rows.append([label, *("still guessing" if idle else lead for lead, idle in cells)])
    header = ["search", *(f"{spent} epochs" for spent in ASKED)]
    caption = (
        "Points (percentage points of test accuracy) ahead of random search; "
        "the first row says how far random search itself is behind the table's best"
    )
    publish.table("kt_ahead", header, rows, caption=caption)


def by_training(runs: Runs) -> None:
    """List the leads at the end if one training of the table gives all scores."""
    table = table_of(runs)
    seeds = range(len(table.score))
    leads = {
        f"all stop after {epochs}": [100 * alone.short(table, seed, epochs) for seed in seeds]
        for epochs in (1, 2, 3)
    } | {"Hyperband, simulated": [100 * alone.stopped(table, seed) for seed in seeds]}
    rows = [[name, *(formatted(x[-1], "+.2f") for x in lead)] for name, lead in leads.items()]
    header = ["search", *(f"training {seed + 1}" for seed in seeds)]
    caption = (
        f"Points ahead of random search after {claims.MOST} epochs, by the training that scores"
    )
    publish.table("kt_by_training", header, rows, caption=caption)
    within = [i - 2 for i in leading.between(claims.FROM, claims.TO)]
    early = [each[within].mean() for lead in leads.values() for each in lead]
    publish.number("kt_training_low", min(early), ".2f")
    publish.number("kt_training_high", max(early), ".2f")


def short(runs: Runs) -> None:
    """Place how Hyperband compares with trials that are all cut short, over its verdict's budgets.

    Hyperband's leader is taken as it is: it may have had all epochs.
    """
    early = leading.between(claims.FROM, claims.TO)
    spent = [leading.SPENT[i] for i in early]
    hyperband = leading.curves(runs, HYPERBAND)[:, early]
    for epochs, name in ((2, "two"), (3, "three")):
        apart = 100 * (hyperband - _cut(runs, epochs, spent)).mean(axis=1)
        publish.mean_with_interval(f"kt_apart_{name}", apart, ".2f")


def _cut(runs: Runs, epochs: int, spent: Sequence[int]) -> Floats:
    """Return what random search finds whose trials stop so early, its leader trained afresh."""
    table = table_of(runs)
    return guessing.worth(table, spent, epochs=epochs, afresh=True, charged=True)


def ranks(runs: Runs, *, part: float = 0.25) -> None:
    """Place how early scores rank configurations as the final ones do: all, and the best."""
    score = table_of(runs).score  # (seeds, configurations, epochs)
    final = score.max(axis=2)
    many = round(part * final.shape[1])
    best = [
        np.argsort(-np.delete(final, seed, axis=0).mean(axis=0), kind="stable")[:many]
        for seed in range(len(final))
    ]
    for epochs, name in ((1, "one"), (3, "three")):
        early = score[..., :epochs].max(axis=2)
        agree = [selection.rank_correlation(*pair) for pair in zip(early, final, strict=True)]
        close = [
            selection.rank_correlation(early[seed, chosen], final[seed, chosen])
            for seed, chosen in enumerate(best)
        ]
        if epochs == 1:
            publish.number("kt_rank_all_one", float(np.mean(agree)), ".2f")
        publish.number(f"kt_rank_best_{name}", float(np.mean(close)), ".2f")
        publish.number(f"kt_rank_low_{name}", min(close), ".2f")
        publish.number(f"kt_rank_high_{name}", max(close), ".2f")


def learning(runs: Runs) -> None:
    """Place what it does to a process to begin late, and how it compares with quasi-random."""
    five, fifteen = (("process", first) for first in (claims.FIRST, claims.MANY_FIRST))
    whole, end = (claims.TEN, claims.MOST), (claims.MOST, claims.MOST)

    def ahead(kind: Kind, budgets: tuple[int, int]) -> Floats:
        return 100 * leading.ahead(runs, kind, budgets)

    for name, difference in {
        "early": ahead(five, whole) - ahead(fifteen, whole),
        "end": ahead(five, end) - ahead(fifteen, end),
    }.items():
        publish.mean_with_interval(f"kt_{name}", difference, ".2f")
    sobol = 100 * leading.curves(runs, ("sobol", 0))[:, leading.SPENT.index(claims.TEN)]
    for kind in (five, ("tpe", claims.FIRST)):
        other = 100 * leading.curves(runs, kind)[:, leading.SPENT.index(claims.TEN)]
        publish.mean_with_interval(f"kt_even_{kind[0]}", other - sobol, ".2f")
        publish.number(f"kt_led_{kind[0]}", _leaders(runs, kind), "d")


def spread(runs: Runs) -> None:
    """Show how far single searches of one kind lie apart."""
    kinds = {"random": leading.RANDOM, "Hyperband": HYPERBAND}
    lines = {name: leading.curves(runs, kind)[:, 2:] for name, kind in kinds.items()}
    drawing = figures.lines(
        {"": lines}, leading.SPENT[2:], axis="epochs spent", value="test accuracy (%)",
        factor=100, band=(0.1, 0.9), height=3.4, what="Test accuracy of the leader", spec=".2%",
    )  # fmt: skip
    publish.figure("kt_spread_figure", drawing)


def patience(runs: Runs) -> None:
    """Place how long trials are that stop early, and how many of them stop too early."""
    table, kind = table_of(runs), ("patience", 0)
    trials = leading.trials(runs, kind).reshape(-1, 4)
    place, drawn, _, last = trials[trials[:, 0] >= 0].T
    best = np.maximum.accumulate(table.score, axis=2)
    stopped = last < table.epochs
    later = best[drawn, place, -1] > best[drawn, place, last - 1]
    publish.number("kt_patience_epochs", last.mean(), ".1f")
    publish.number("kt_patience_stopped", stopped.mean(), ".0%")
    publish.number("kt_patience_late", later[stopped].mean(), ".0%")
    behind = -100 * leading.ahead(runs, kind, (claims.FROM, claims.TO), afresh=True)
    publish.mean_with_interval("kt_patience_afresh", behind, ".2f")


def scores(runs: Runs) -> None:
    """Show what scores are worth that have chosen."""
    winner(runs)
    few_images(runs)
    last = 100 * claims.test_flattery(runs, stop=False)
    publish.mean_with_interval("kt_flattery_last", last, ".2f")


def winner(runs: Runs) -> None:
    """Place what the best score of a search is made of, and how many trainings led at all."""
    publish.number("kt_seed_luck", 100 * claims.luck_of_the_seed(runs).mean(), ".2f")
    publish.number("kt_leading", _leaders(runs, leading.RANDOM), "d")


def _leaders(runs: Runs, kind: Kind) -> int:
    """Return how many different trainings lead the searches of a kind at their ends."""
    trials = leading.trials(runs, kind)
    leader = judging.leaders(trials, table_of(runs), [claims.MOST])
    ends = np.take_along_axis(trials, leader[..., np.newaxis], axis=1)[:, 0, :2]
    return len(np.unique(ends, axis=0))


def few_images(runs: Runs, *, blocks: Sequence[int] = (2, 5), splits: int = 4) -> None:
    """List by how much test images flatter the best of a random search, by how many choose."""
    hits = hits_of(runs)  # (seeds, configurations, epochs, blocks)
    size = Rows().tested // hits.shape[3]
    found = np.zeros(len(blocks))
    searches = leading.trials(runs, leading.RANDOM)
    for index, search in enumerate(searches):
        generator = np.random.default_rng(index)
        candidates = hits[search[:, 1], search[:, 0]] * hits.shape[3]
        for _ in range(splits):
            found += _flattery(candidates[:, :, generator.permutation(hits.shape[3])], blocks)
    points = 100 * found / (len(searches) * splits)
    half = 100 * claims.test_flattery(runs, stop=True).mean()
    header = ["images that choose", *(f"{n:,}" for n in [*(size * np.array(blocks)), claims.HALF])]
    row = ["optimism, points", *(formatted(x, ".2f") for x in [*points, half])]
    publish.table("kt_few_images", header, [row], caption="The best of twenty-five trials")


def _flattery(shares: Floats, blocks: Sequence[int]) -> Floats:
    """Return by how much the first blocks flatter what they choose, per number of them."""
    return np.array(
        [
            selection.flattered(
                shares[:, :, :count].mean(axis=2), shares[:, :, count:].mean(axis=2), [len(shares)]
            )[0]
            for count in blocks
        ]
    )
