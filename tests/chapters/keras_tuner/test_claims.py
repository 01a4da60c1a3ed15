"""The claims on searching for hyperparameters: what they compare, and how records are read."""

from typing import Any

import numpy as np
import pytest

from dlexp import chapters
from dlexp.chapters.keras_tuner import claims, measure
from dlexp.chapters.keras_tuner.contest import Contest
from dlexp.chapters.keras_tuner.laws import Audit
from dlexp.chapters.keras_tuner.measure import Leak
from dlexp.chapters.keras_tuner.speed_up import Crowd
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.chapters.keras_tuner.trainings import Again, Edge
from dlexp.lab.claims import Verdict
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement


def contests(as_record: Any, **trials: Any) -> Runs:
    """Return contests of two seeds, from arrays of shape (seeds, repetitions, trials, 4)."""
    records = [
        as_record(
            "contest",
            Contest(tuner=tuner, repetitions=len(array)),
            seed,
            Measurement(numbers={}, arrays={"trials": np.array(array)}),
        )
        for tuner, arrays in trials.items()
        for seed, array in enumerate(arrays)
    ]
    return Runs("keras_tuner", tuple(records))


def full(*places: int) -> list[list[int]]:
    """Return full trials of the first training."""
    return [[place, 0, 0, 9] for place in places]


# --- Readers ------------------------------------------------------------------------------------


def test_searches_are_paired_one_by_one(as_record: Any, made_up: Runs) -> None:
    found = contests(
        as_record,
        random=[[full(0), full(1)], [full(2), full(3)]],
        hyperband=[[full(0), full(1)], [full(2), full(4)]],
    )
    runs = made_up + found

    lead = claims.ahead(runs, ("hyperband", 0), claims.RANDOM, (9, 225))

    fresh = table_of(made_up).fresh()
    assert claims.curves(runs, claims.RANDOM)[:, -1].tolist() == fresh[0, :4].tolist()
    assert lead[:3].tolist() == [0, 0, 0]
    assert lead[3] == pytest.approx(fresh[0, 4] - fresh[0, 3])


def test_flattery_leaves_out_what_sets_the_images_apart(as_record: Any, made_up: Runs) -> None:
    """For the very configuration that was chosen, by its other trainings."""
    table = table_of(made_up)
    runs = made_up + contests(as_record, random=[[full(7)]])
    score = table.score.max(axis=2)[:, 7]
    easier = (score - table.chosen()[:, 7])[1:].mean()

    assert claims.flattery(runs) == pytest.approx([score[0] - table.fresh()[0, 7] - easier])


def test_a_half_flatters_what_it_chose(as_record: Any, made_up: Runs) -> None:
    runs = made_up + contests(as_record, random=[[full(*range(20)), full(*range(100, 120))]])

    flattery = claims.test_flattery(runs)

    assert flattery.shape == (2,)
    assert flattery.mean() > 0


@pytest.mark.usefixtures("only_small_data")
def test_optimism_grows_with_the_number_of_candidates(made_up: Runs) -> None:
    curve = claims.optimism_curve(made_up, [1, 10, 100], splits=50)

    assert curve.shape == (3, 3)
    assert curve[:, 2].mean() > curve[:, 0].mean()


def test_the_best_tenth_is_ranked_by_pairs_of_new_seeds(as_record: Any) -> None:
    numbers = {"validation": [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]]}
    runs = Runs("keras_tuner", (as_record("again", Again(), 0, Measurement(numbers=numbers)),))

    assert claims.best_tenth(np.arange(20.0)).tolist() == [19, 18]
    assert claims.agreements(runs) == [-1]


def test_each_size_is_taken_at_the_rate_that_validation_chose(as_record: Any) -> None:
    numbers = {
        "validation": [[0.5, 0.6], [0.7, 0.6], [0.1, 0.2]],
        "test": [[0.1, 0.2], [0.3, 0.4], [0.7, 0.8]],
    }
    runs = Runs("keras_tuner", (as_record("edge", Edge(), 0, Measurement(numbers=numbers)),))

    assert claims.beyond(runs).tolist() == [[0.2, 0.3, 0.8]]
    assert claims.edge_of(runs) == 1


# --- Claims -------------------------------------------------------------------------------------


def test_a_leak_is_total_until_one_image_is_new(as_record: Any) -> None:
    configs = (Leak(size=claims.LEAK_IMAGES, held=50), Leak(held=50))
    for seen, verdict in ((50, Verdict.SUPPORTED), (49, Verdict.REFUTED)):
        numbers = {"leaked": [0.9], "honest": [0.8], "seen_leaked": seen}
        records = [
            as_record("leak", config, seed, Measurement(numbers=numbers))
            for config in configs
            for seed in (0, 1, 2)
        ]
        audits = {"unforeseen": 0, "trials": 9}
        records += [
            as_record("audit", Audit(padding="same"), seed, Measurement(numbers=audits))
            for seed in (0, 1, 2)
        ]
        records += [as_record("crowd", Crowd(), 0, Measurement(numbers={"same": 1}))]
        runs = Runs("keras_tuner", tuple(records))
        [flatters] = claims._on_leak(runs("leak"))
        total = {claim.name: claim for claim in claims._on_counts(runs)}["leak_is_total"]

        assert total.verdict == verdict
        assert total.counts == (6 * (50 - seen), 300)
        assert flatters.effect == pytest.approx(0.1)


def test_what_is_claimed_rests_on_the_published_runs() -> None:
    settled = {claim.name: claim for claim in chapters.claims(chapters.load("keras_tuner"))}

    assert len(settled) == 20
    assert len(settled["random_beats_grid"].values) == 5 * Contest().repetitions
    assert settled["random_beats_grid"].effect > 0
    assert settled["the_best_are_alike"].seeds == measure.FEW_SEEDS
