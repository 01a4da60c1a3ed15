"""What the chapter on searching for hyperparameters claims; the sentences stand in its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import judging, leading, selection
from dlexp.chapters.keras_tuner.bakeoff import Luck
from dlexp.chapters.keras_tuner.measure import LEAK_MUCH_DATA, WORTH_MUCH_DATA, Worth
from dlexp.chapters.keras_tuner.table import Rows, hits_of, table_of
from dlexp.lab.claims import POINTS, Claim
from dlexp.lab.runs import Runs
from dlexp.tuning import spaces

GUESSES = Luck().counts[-1]
"""Of which the one with the best score is looked at."""

FIRST = 5
"""Guesses of a search that begins to learn early."""

MANY_FIRST = 3 * len(spaces.GRID)
"""Guesses of a search that begins as late as Keras Tuner's does by default."""

FROM, TO = 27, 135
"""Budgets in epochs between which searches that stop trials early are asked whether they lead."""

TEN, MOST = 90, leading.SPENT[-1]
"""Epochs of ten full trials, and of twenty-five."""

NINE = Rows().epochs
"""Epochs of a full trial."""

FULL = len(leading.SPENT)
"""Full trials in all."""

HALF = Rows().tested // 2
"""Test images that choose, where the other half reports."""

LEAK_IMAGES = LEAK_MUCH_DATA.size
"""Images before the split, where there are many."""

LEAK_POINTS = 0.2
"""Percentage points by which the leak flatters at least, where there are many images."""

WORTH_IMAGES = WORTH_MUCH_DATA.train_size
"""Training images, where there are many."""

EDGE = 0.5
"""Percentage points that a net beyond the edge gains at most; set after a pilot of five seeds."""

REPORTED = 0.8773
"""The score that a report prints for the network of its best trial."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_luck(runs("luck"))
    yield from _on_tuners(runs)
    yield from _on_peaks(runs("peak"))
    yield from _on_choosing(runs)
    yield from _on_leak(runs("leak"))
    yield from _on_worth(runs)
    yield from _on_counts(runs)


def _on_luck(luck: Runs) -> Iterator[Claim]:
    counts = luck.config["counts"]
    formula = [selection.chance_of_top(float(top), counts[-1]) for top in luck.numbers("top")]
    yield luck.paired(
        "noise_spoils_luck",
        "share, formula minus measured", formula, luck.numbers("noisy")[:, -1], scale=POINTS,
    )  # fmt: skip


def _on_tuners(runs: Runs) -> Iterator[Claim]:
    measure = "test accuracy of fresh nets of the leader, {} minus {}"
    for name, kind, budgets in (
        ("hyperband_leads_early", ("hyperband", 0), (FROM, TO)),
        ("patience_leads_early", ("patience", 0), (FROM, TO)),
        ("random_beats_grid", ("grid", 0), (MOST, MOST)),
        ("process_beats_random", ("process", FIRST), (TEN, MOST)),
        ("tpe_beats_random", ("tpe", FIRST), (TEN, MOST)),
    ):
        is_worse = name == "random_beats_grid"
        searched = {"hyperband": "Hyperband", "tpe": "TPE"}.get(kind[0], kind[0])
        words = ("random", searched) if is_worse else (searched, "random")
        lead = leading.ahead(runs, kind, budgets)
        yield leading.compared(runs, kind).above(
            name, measure.format(*words), -lead if is_worse else lead,
            scale=POINTS, repeated="searches",
        )  # fmt: skip


def _on_peaks(peaks: Runs) -> Iterator[Claim]:
    at = list(peaks.config["matter"]).index(2)
    yield peaks.paired(
        "random_beats_grid_where_few_matter",
        "squared distance from the peak, grid minus random",
        peaks.numbers("grid")[:, at], peaks.numbers("random")[:, at],
    )  # fmt: skip


def _on_choosing(runs: Runs) -> Iterator[Claim]:
    rows = runs("rows")
    yield (runs("contest", tuner="random") + rows).above(
        "score_flatters",
        "best score minus test accuracy of fresh nets",
        flattery(runs), scale=POINTS, repeated="searches",
    )  # fmt: skip
    yield (runs("contest", tuner="random") + rows).above(
        "test_chosen_flatters",
        "test accuracy, the half that chose minus the other",
        test_flattery(runs, stop=True), scale=POINTS, repeated="searches",
    )  # fmt: skip


def _on_leak(leaks: Runs) -> Iterator[Claim]:
    sized = leaks(size=LEAK_IMAGES)
    leaked, honest = (sized.numbers(part)[:, -1] for part in ("leaked", "honest"))
    yield sized.paired(
        "leak_flatters",
        "validation accuracy after the last epoch, leaked minus honest",
        leaked, honest, at_least=LEAK_POINTS / 100, scale=POINTS,
    )  # fmt: skip


def _on_worth(runs: Runs) -> Iterator[Claim]:
    for name, images in (("little", Worth().train_size), ("much", WORTH_IMAGES)):
        worth = runs("worth", train_size=images)
        yield worth.paired(
            f"found_beats_default_{name}",
            "test accuracy, found minus default",
            worth.numbers("found", "test"), worth.numbers("default", "test"), scale=POINTS,
        )  # fmt: skip
    longer = runs("longer")
    yield longer.paired(
        "search_pays_its_price",
        f"test accuracy, found after {NINE} epochs minus default after all",
        longer.arrays("found")[:, NINE - 1], longer.arrays("default")[:, -1], scale=POINTS,
    )  # fmt: skip
    edge = runs("edge")
    yield edge.below(
        "little_lies_beyond_the_edge",
        "test accuracy, twice the table's largest net minus that one",
        beyond(runs)[:, -1] - beyond(runs)[:, edge_of(edge)], threshold=EDGE / 100, scale=POINTS,
    )  # fmt: skip
    yield runs("winner").above(
        "reported_score_is_missed",
        "test accuracy minus the reported score",
        runs("winner").numbers("test") - REPORTED, scale=POINTS,
    )  # fmt: skip


def _on_counts(runs: Runs) -> Iterator[Claim]:
    audits, leaks, crowd = runs("audit"), runs("leak"), runs("crowd")
    unforeseen, trials = (int(audits.numbers(name).sum()) for name in ("unforeseen", "trials"))
    yield audits.never(
        "audit_foresees", "trials whose fate is another, share", failures=unforeseen, trials=trials
    )
    held = sum(record.config["held"] for record in leaks)
    yield leaks.never(
        "leak_is_total",
        "validation images that are not, share",
        failures=held - leaks.numbers("seen_leaked").sum(), trials=held,
    )  # fmt: skip
    yield crowd.never(
        "workers_agree",
        "searches with other scores than the first one, share",
        failures=1 - crowd.only.numbers["same"],  # one stands for however many there were
        trials=2 * crowd.config["repeats"], exhaustive="all further searches of one plan",
    )  # fmt: skip


# --- Readers of the records ---------------------------------------------------------------------


def flattery(runs: Runs) -> Floats:
    """Return by how much the best score of each random search exceeds what fresh nets reach."""
    place, drawn, score = chosen(runs)
    flattered: Floats = score - table_of(runs).fresh()[drawn, place]
    return flattered


def luck_of_the_seed(runs: Runs) -> Floats:
    """Return by how much the best score exceeds that of the same net from other seeds.

    On the same validation images: so what these images have to do with it is left out.
    """
    best = table_of(runs).score.max(axis=2)  # (seeds, configurations)
    others = (best.sum(axis=0) - best) / (len(best) - 1)
    place, drawn, score = chosen(runs)
    lucky: Floats = score - others[drawn, place]
    return lucky


def chosen(runs: Runs) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the configuration, the training and the score that each random search ends with."""
    table = table_of(runs)
    trials = leading.trials(runs, leading.RANDOM)
    leader = judging.leaders(trials, table, [MOST])
    score = np.take_along_axis(judging.scores(trials, table), leader, axis=1)[:, 0]
    place, drawn = np.take_along_axis(trials, leader[..., np.newaxis], axis=1)[:, 0, :2].T
    return place, drawn, score


def test_flattery(runs: Runs, *, stop: bool) -> Floats:
    """Return by how much a half of the test images flatters what it chose, for each random search.

    The half chooses the epoch of each trial, unless all train to the last (``stop=False``), and
    the best of the trials; which half is drawn for each search anew, and both take both parts.
    """
    hits = hits_of(runs)  # (seeds, configurations, epochs, blocks)
    trials = leading.trials(runs, leading.RANDOM)
    found = []
    for index, search in enumerate(trials):
        candidates = hits[search[:, 1], search[:, 0]] * hits.shape[3]
        candidates = candidates if stop else candidates[:, -1:]
        generator = np.random.default_rng(index)
        found.append(selection.optimism(candidates, [len(search)], splits=1, generator=generator))
    return np.concatenate(found)


def luck_of_the_best(runs: Runs) -> float:
    """Return by how much the best mean of the table exceeds what an unseen seed says.

    The best by the other seeds is read off a seed that did not choose it. On average, what the
    truly best one is worth lies between the two.
    """
    each = table_of(runs).chosen()  # (seeds, configurations)
    others = (each.sum(axis=0) - each) / (len(each) - 1)
    unseen = np.take_along_axis(each, others.argmax(axis=1)[:, np.newaxis], axis=1)
    return float(each.mean(axis=0).max() - unseen.mean())


def beyond(runs: Runs) -> Floats:
    """Return the test accuracy of each size at the rate that validation took, (seeds, sizes)."""
    validation, test = (runs("edge").numbers(part) for part in ("validation", "test"))
    rate = validation.argmax(axis=2)[..., np.newaxis]
    found: Floats = np.take_along_axis(test, rate, axis=2)[..., 0]
    return found


def edge_of(edge: Runs) -> int:
    """Return which of the sizes is the largest of the table."""
    largest = (spaces.GRID["filters"][-1], spaces.GRID["units"][-1])
    return [tuple(size) for size in edge.config["sizes"]].index(largest)


def best_tenth(scores: Floats) -> NDArray[np.intp]:
    """Return the places of the best tenth of some configurations, the best one first."""
    return np.argsort(-scores, kind="stable")[: round(0.1 * len(scores))]


def optimism_curve(
    runs: Runs, counts: Sequence[int], *, splits: int = 200, stop: bool = True
) -> Floats:
    """Return, per seed of the table, the optimism of choosing by the test set, (seeds, counts).

    Parameters
    ----------
    runs : Runs
        With those of the table.
    counts : sequence of int
        Configurations that are compared.
    splits : int
        Random halves of the test set.
    stop : bool
        Whether the test set chooses the epoch, too; otherwise all train to the last.
    """
    hits = hits_of(runs)  # (seeds, configurations, epochs, blocks)
    shares = hits * hits.shape[3]
    return np.array(
        [
            selection.optimism(
                share if stop else share[:, -1:], counts,
                splits=splits, generator=np.random.default_rng(seed),
            )
            for seed, share in enumerate(shares)
        ]
    )  # fmt: skip
