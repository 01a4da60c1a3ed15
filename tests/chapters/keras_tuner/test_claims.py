"""The claims on searching for hyperparameters: what they compare, and how records are read."""

from typing import Any

import numpy as np
import pytest

from dlexp import chapters
from dlexp.chapters.keras_tuner import claims, measure, selection
from dlexp.chapters.keras_tuner.contest import Contest
from dlexp.chapters.keras_tuner.laws import Audit
from dlexp.chapters.keras_tuner.measure import Leak
from dlexp.chapters.keras_tuner.speed_up import Crowd
from dlexp.chapters.keras_tuner.table import hits_of, table_of
from dlexp.chapters.keras_tuner.trainings import Edge
from dlexp.lab.claims import Verdict
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement

# --- Readers ------------------------------------------------------------------------------------


def test_the_luck_of_the_seed_is_asked_on_the_same_images(contests: Any, made_up: Runs) -> None:
    table = table_of(made_up)
    runs = made_up + contests(random=[[[7]]])
    score = table.score.max(axis=2)[:, 7]

    assert claims.flattery(runs) == pytest.approx([score[0] - table.fresh()[0, 7]])
    assert claims.luck_of_the_seed(runs) == pytest.approx([score[0] - score[1:].mean()])


def test_a_half_flatters_what_it_chose(contests: Any, made_up: Runs) -> None:
    runs = made_up + contests(random=[[range(20), range(100, 120)]])

    flattery = claims.test_flattery(runs, stop=True)

    assert flattery.shape == (2,)
    assert flattery.mean() > 0


def test_a_half_that_chooses_no_epoch_takes_the_last(contests: Any, made_up: Runs) -> None:
    runs = made_up + contests(random=[[range(20)]])
    last = hits_of(made_up)[0, :20, -1:] * 20

    [flattery] = claims.test_flattery(runs, stop=False)

    expected = selection.optimism(last, [20], splits=1, generator=np.random.default_rng(0))
    assert flattery == pytest.approx(expected[0])


def test_the_best_of_the_table_is_lucky_by_what_an_unseen_seed_takes_away(made_up: Runs) -> None:
    each = table_of(made_up).chosen()
    unseen = [each[s, np.delete(each, s, axis=0).mean(axis=0).argmax()] for s in range(3)]

    luck = claims.luck_of_the_best(made_up)

    assert luck == pytest.approx(each.mean(axis=0).max() - np.mean(unseen))
    assert luck > 0


@pytest.mark.usefixtures("only_small_data")
def test_optimism_grows_with_the_number_of_candidates(made_up: Runs) -> None:
    curve = claims.optimism_curve(made_up, [1, 10, 100], splits=50)

    assert curve.shape == (3, 3)
    assert curve[:, 2].mean() > curve[:, 0].mean()


def test_the_best_tenth_begins_with_the_best() -> None:
    assert claims.best_tenth(np.arange(20.0)).tolist() == [19, 18]


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

    assert len(settled) == 18
    assert len(settled["random_beats_grid"].values) == 5 * Contest().repetitions
    assert settled["random_beats_grid"].effect > 0
    assert settled["reported_score_is_missed"].seeds == measure.FEW_SEEDS
