"""What the chapter on searching for hyperparameters claims; the sentences stand in its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import judging, selection
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

SPENT = tuple(range(9, 226, 9))
"""Budgets in epochs, from one full trial to twenty-five."""

FROM, TO = 27, 135
"""Budgets in epochs between which searches that stop trials early are asked whether they lead."""

TEN, MOST = 90, SPENT[-1]
"""Epochs of ten full trials, and of twenty-five."""

FULL = len(SPENT)
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
    measure = "test accuracy of fresh nets of the leader, difference"
    rows, contests = runs("rows"), runs("contest")
    for name, one, other, budgets in (
        ("hyperband_leads_early", ("hyperband", 0), RANDOM, (FROM, TO)),
        ("hyperband_leads_late", ("hyperband", 0), RANDOM, (MOST, MOST)),
        ("patience_leads_early", ("patience", 0), RANDOM, (FROM, TO)),
        ("random_beats_grid", RANDOM, ("grid", 0), (MOST, MOST)),
        ("process_beats_random", ("process", FIRST), RANDOM, (TEN, MOST)),
        ("few_guesses_are_enough", ("process", FIRST), ("process", MANY_FIRST), (TEN, TEN)),
        ("tpe_beats_random", ("tpe", FIRST), RANDOM, (TEN, MOST)),
    ):
        pair = _of(contests, one) + _of(contests, other)
        yield (pair + rows).above(
            name, measure, ahead(runs, one, other, budgets), scale=POINTS, repeated="searches"
        )


def _on_peaks(peaks: Runs) -> Iterator[Claim]:
    at = list(peaks.config["matter"]).index(2)
    yield peaks.paired(
        "random_beats_grid_where_few_matter",
        "squared distance from the peak, grid minus random",
        peaks.numbers("grid")[:, at], peaks.numbers("random")[:, at],
    )  # fmt: skip


def _on_choosing(runs: Runs) -> Iterator[Claim]:
    rows = runs("rows")
    yield runs("again").above(
        "the_best_are_alike",
        "rank correlation of two new seeds, among the best of the table",
        agreements(runs), threshold=0.5,
    )  # fmt: skip
    yield (runs("contest", tuner="random") + rows).above(
        "score_flatters",
        "best score minus test accuracy of fresh nets, less what sets their images apart",
        flattery(runs), scale=POINTS, repeated="searches",
    )  # fmt: skip
    yield (runs("contest", tuner="random") + rows).above(
        "test_chosen_flatters",
        "test accuracy, the half that chose minus the other",
        test_flattery(runs), scale=POINTS, repeated="searches",
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

Kind = tuple[str, int]
"""A tuner of the contest, and how many guesses it begins with."""

RANDOM: Kind = ("random", 0)


def _of(contests: Runs, kind: Kind) -> Runs:
    return contests("contest", tuner=kind[0], first=kind[1])


def curves(runs: Runs, kind: Kind) -> Floats:
    """Return what the leader of each search is worth after each of `SPENT`, (searches, looks)."""
    return judging.worth(_trials(runs, kind), table_of(runs), SPENT)


def _trials(runs: Runs, kind: Kind) -> judging.Trials:
    """Return the trials of all searches of a kind, filled up to the longest of them."""
    found = [record.arrays["trials"] for record in _of(runs, kind)]
    longest = max(each.shape[1] for each in found)
    rows = [(0, 0), (0, longest), (0, 0)]
    filled = [np.pad(each, rows, constant_values=-1)[:, :longest] for each in found]
    return np.concatenate(filled)


def ahead(runs: Runs, one: Kind, other: Kind, budgets: tuple[int, int]) -> Floats:
    """Return by how much one kind of search is ahead, on average between two budgets, paired."""
    asked = [i for i, spent in enumerate(SPENT) if budgets[0] <= spent <= budgets[1]]
    lead: Floats = (curves(runs, one) - curves(runs, other))[:, asked].mean(axis=1)
    return lead


def flattery(runs: Runs) -> Floats:
    """Return by how much the best score of each random search exceeds what fresh nets reach.

    The validation images may be easier than the test images for the very net that was chosen: by
    so much, in the other trainings of its configuration, the difference is less.
    """
    table = table_of(runs)
    place, drawn, score = _chosen(runs)
    easier = table.score.max(axis=2) - table.chosen()  # (seeds, configurations)
    others = (easier.sum(axis=0) - easier) / (len(easier) - 1)
    flattered: Floats = score - table.fresh()[drawn, place] - others[drawn, place]
    return flattered


def _chosen(runs: Runs) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the configuration, the training and the score that each random search ends with."""
    table = table_of(runs)
    trials = _trials(runs, RANDOM)
    leader = judging.leaders(trials, table, [MOST])
    score = np.take_along_axis(judging.scores(trials, table), leader, axis=1)[:, 0]
    place, drawn = np.take_along_axis(trials, leader[..., np.newaxis], axis=1)[:, 0, :2].T
    return place, drawn, score


def test_flattery(runs: Runs) -> Floats:
    """Return by how much a half of the test images flatters what it chose, for each random search.

    The half chooses the epoch of each trial and the best of the trials; which half is drawn for
    each search anew, and both take both parts.
    """
    hits = hits_of(runs)  # (seeds, configurations, epochs, blocks)
    trials = _trials(runs, RANDOM)
    found = []
    for index, search in enumerate(trials):
        candidates = hits[search[:, 1], search[:, 0]] * hits.shape[3]
        generator = np.random.default_rng(index)
        found.append(selection.optimism(candidates, [len(search)], splits=1, generator=generator))
    return np.concatenate(found)


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


def agreements(runs: Runs) -> list[float]:
    """Return how two new seeds agree on the ranks of the table's best, for pairs of seeds."""
    return [selection.rank_correlation(*pair) for pair in runs("again").numbers("validation")]


def best_tenth(scores: Floats) -> NDArray[np.intp]:
    """Return the places of the best tenth of some configurations, the best one first."""
    return np.argsort(-scores)[: round(0.1 * len(scores))]


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
