"""What the chapter on searching for hyperparameters claims; the sentences stand in its page.

The thresholds were set before the first full run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats
from dlexp.chapters.keras_tuner import selection
from dlexp.chapters.keras_tuner.bakeoff import Luck
from dlexp.chapters.keras_tuner.measure import LEAK_MUCH_DATA, WORTH_MUCH_DATA, Leak, Worth
from dlexp.chapters.keras_tuner.table import Table, hits_of, table_of
from dlexp.lab.claims import PERCENT, POINTS, TIMES, Claim
from dlexp.lab.runs import Runs
from dlexp.tuning import spaces

GUESSES = Luck().counts[-1]
"""Of which the one with the best score is looked at."""

GUESSED_FIRST = 3 * len(spaces.GRID)
"""Trials that Keras Tuner's Bayesian optimisation guesses before it fits."""

LEAK_IMAGES = LEAK_MUCH_DATA.size
"""Images before the split, where there are many."""

LEAK_POINTS = 0.2
"""Percentage points by which the leak flatters at least, where there are many images."""

WORTH_IMAGES = WORTH_MUCH_DATA.train_size
"""Training images, where there are many."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_oracles(runs("laws"))
    yield from _on_waste(runs("audit"), runs("waste").config["searches"])
    yield from _on_luck(runs("luck"))
    yield from _on_tuners(runs("bakeoff"))
    yield from _on_leak(runs("leak"))
    yield from _on_choosing(runs)
    yield from _on_worth(runs("worth"))
    yield from _on_workers(runs("crowd"))


def _on_oracles(laws: Runs) -> Iterator[Claim]:
    orders = len(laws) * laws.config["orders"]
    random, bayesian = (
        int(laws.numbers("changed", tuner).sum()) for tuner in ("random", "bayesian")
    )
    two, six = (laws.numbers("toy", matter) for matter in ("2", "6"))  # (seeds, searches)
    yield laws.above(
        "seeds_overlap",
        "share of the proposals of one that the other makes too",
        laws.numbers("shared_near"), threshold=0.8, scale=PERCENT,
    )  # fmt: skip
    yield laws.never(
        "random_is_deaf",
        "orders of the same scores with other proposals, share",
        failures=random, trials=orders,
    )  # fmt: skip
    yield laws.never(
        "bayesian_listens",
        "orders of the same scores with the same proposals, share",
        failures=orders - bayesian, trials=orders,
    )  # fmt: skip
    yield laws.paired(
        "random_beats_grid_where_few_matter",
        "squared distance from the peak, grid minus random",
        two[:, 0], two[:, 1],
    )  # fmt: skip
    yield laws.paired(
        "grid_beats_random_where_all_matter",
        "squared distance from the peak, random minus grid",
        six[:, 1], six[:, 0],
    )  # fmt: skip


def _on_waste(audits: Runs, searches: int) -> Iterator[Claim]:
    unforeseen, trials = (int(audits.numbers(name).sum()) for name in ("unforeseen", "trials"))
    yield audits.never(
        "audit_foresees", "trials whose fate is another, share", failures=unforeseen, trials=trials
    )
    bare = audits(padding="valid")
    yield bare.above(
        "most_searches_waste",
        "searches with a failed trial, share",
        bare.numbers("hit") / searches, threshold=0.5, scale=PERCENT,
    )  # fmt: skip


def _on_luck(luck: Runs) -> Iterator[Claim]:
    shares = [
        [selection.chance_of_top(float(top), count) for count in luck.config["counts"]]
        for top in luck.numbers("top")
    ]
    formula, ideal, noisy = np.array(shares), luck.numbers("ideal"), luck.numbers("noisy")
    yield luck.below(
        "luck_by_formula",
        "measured share and formula, largest difference",
        np.abs(ideal - formula).max(axis=1), threshold=0.03, scale=POINTS,
    )  # fmt: skip
    yield luck.paired(
        "noise_spoils_luck",
        "share, formula minus measured", formula[:, -1], noisy[:, -1], scale=POINTS,
    )  # fmt: skip


def _on_tuners(runs: Runs) -> Iterator[Claim]:
    names = {
        "guess": "random_beats_guessing", "grid": "random_beats_grid",
        "bayesian": "bayesian_beats_random", "hyperband": "hyperband_beats_random",
        "tpe": "tpe_beats_random",
    }  # fmt: skip
    for tuner, name in names.items():
        lead = ahead(runs, tuner)[:, -1]
        yield runs("bakeoff", tuner={tuner, "random"}).above(
            name,
            "test accuracy of fresh nets of what was found, difference",
            -lead if name.startswith("random") else lead, scale=POINTS, repeated="searches",
        )  # fmt: skip
    differ = (ahead(runs, "bayesian")[:, :GUESSED_FIRST] != 0).any(axis=1)
    yield runs("bakeoff", tuner={"bayesian", "random"}).never(
        "bayesian_guesses_first",
        "searches that differ from a random search with the same seed, share",
        failures=differ.sum(), trials=len(differ),
    )  # fmt: skip


def _on_leak(leaks: Runs) -> Iterator[Claim]:
    held = sum(record.config["held"] for record in leaks)
    yield leaks.never(
        "leak_is_total",
        "validation images that are not, share",
        failures=held - leaks.numbers("seen_leaked").sum(), trials=held,
    )  # fmt: skip
    for name, size, bar in (
        ("leak_flatters_little_data", Leak().size, 0.02),
        ("leak_flatters_much_data", LEAK_IMAGES, LEAK_POINTS / 100),
    ):
        sized = leaks(size=size)
        leaked, honest = (sized.numbers(part)[:, -1] for part in ("leaked", "honest"))
        yield sized.paired(
            name,
            "validation accuracy, leaked minus honest",
            leaked, honest, at_least=bar, scale=POINTS,
        )  # fmt: skip


def _on_choosing(runs: Runs) -> Iterator[Claim]:
    rows = runs("rows")
    yield rows.above(
        "test_chosen_flatters",
        "test accuracy, the half that chose minus the other",
        optimism_curve(runs, [len(spaces.configurations())])[:, 0], scale=POINTS,
    )  # fmt: skip
    yield (runs("bakeoff", tuner="random") + rows).above(
        "score_flatters",
        "best score minus test accuracy of fresh nets, less that of an average trial",
        flattery(runs), scale=POINTS, repeated="searches",
    )  # fmt: skip
    yield rows.below(
        "the_best_are_alike",
        "rank correlation of two seeds, among the best tenth of a third",
        among_the_best(table_of(rows)), threshold=0.5,
    )  # fmt: skip


def _on_worth(runs: Runs) -> Iterator[Claim]:
    def test(images: int, net: str) -> Floats:
        return runs("worth", train_size=images).numbers(net, "test")

    for name, images in (("little", Worth().train_size), ("much", WORTH_IMAGES)):
        yield runs("worth", train_size=images).paired(
            f"found_beats_default_{name}",
            "test accuracy, found minus default",
            test(images, "found"), test(images, "default"), scale=POINTS,
        )  # fmt: skip
    images = Worth().train_size
    yield runs("worth", train_size=images).paired(
        "default_beats_a_guess",
        "test accuracy, default minus guess",
        test(images, "default"), test(images, "guess"), scale=POINTS,
    )  # fmt: skip


def _on_workers(crowd: Runs) -> Iterator[Claim]:
    """Look at searches of one plan, which the records have no others of."""
    numbers, trials = crowd.only.numbers, crowd.config["trials"]
    yield crowd.never(
        "workers_agree",
        "searches with other scores than the first one, share",
        failures=1 - numbers["same"],  # one stands for however many there were
        trials=2 * crowd.config["repeats"], exhaustive="all further searches of one plan",
    )  # fmt: skip
    yield crowd.above(
        "two_workers_save_time",
        "time of searching, one worker divided by two",
        crowd.only.arrays["speed_up"], threshold=1.2, scale=TIMES, repeated="pairs of runs",
    )  # fmt: skip
    yield crowd.never(
        "killed_worker_no_trial",
        "trials that are missing, share",
        failures=trials - numbers["completed"], trials=trials,
        exhaustive="all trials of one search",
    )  # fmt: skip


# --- Readers of the records ---------------------------------------------------------------------


def curves(runs: Runs, tuner: str, repetitions: int | None = None) -> Floats:
    """Return what the best so far of a tuner is worth, (searches, looks).

    Of each seed's searches, only the first ``repetitions``: to pair with a tuner of fewer.
    """
    worth = runs("bakeoff", tuner=tuner).arrays("worth")  # (seeds, repetitions, looks)
    return worth[:, :repetitions].reshape(-1, worth.shape[2])


def ahead(runs: Runs, tuner: str, other: str = "random") -> Floats:
    """Return by how much a tuner's curve exceeds another's, (searches, looks), paired."""
    repetitions = min(runs("bakeoff", tuner=name).config["repetitions"] for name in (tuner, other))
    lead: Floats = curves(runs, tuner, repetitions) - curves(runs, other, repetitions)
    return lead


def flattery(runs: Runs, tuner: str = "random") -> Floats:
    """Return by how much the best score of each search exceeds what fresh nets reach.

    The validation images may be easier than the test images, for any net; by so much, on average
    over the table, the difference is less.
    """
    table = table_of(runs)
    easier = (table.score.max(axis=2) - table.chosen()).mean()
    scores = runs("bakeoff", tuner=tuner).arrays("score").ravel()
    flattered: Floats = scores - curves(runs, tuner)[:, -1] - easier
    return flattered


def best_tenth(scores: Floats) -> NDArray[np.intp]:
    """Return the places of the best tenth of some configurations, the best one first."""
    return np.argsort(-scores)[: round(0.1 * len(scores))]


def among_the_best(table: Table) -> list[float]:
    """Return, per seed, how two other seeds agree on the ranks of those that it ranks best."""
    scores = table.score.max(axis=2)
    return [
        selection.rank_correlation(*np.delete(scores, seed, axis=0)[:, best_tenth(chooser)][:2])
        for seed, chooser in enumerate(scores)
    ]


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
