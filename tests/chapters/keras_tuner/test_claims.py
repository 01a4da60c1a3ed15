"""The claims on searching for hyperparameters: what they compare, and how records are read."""

from typing import Any

import numpy as np
import pytest

from dlexp import chapters
from dlexp.chapters.keras_tuner import claims
from dlexp.chapters.keras_tuner.bakeoff import Bakeoff
from dlexp.chapters.keras_tuner.measure import BAYESIAN_REPETITIONS, Leak
from dlexp.chapters.keras_tuner.table import table_of
from dlexp.lab.claims import Verdict
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement


def bakeoffs(as_record: Any, **worth: Any) -> Runs:
    """Return bake-offs of two seeds, from arrays of shape (seeds, repetitions, looks)."""
    records = [
        as_record(
            "bakeoff",
            Bakeoff(tuner=tuner, repetitions=len(array)),
            seed,
            Measurement(
                numbers={}, arrays={"worth": np.array(array), "score": np.ones(len(array))}
            ),
        )
        for tuner, arrays in worth.items()
        for seed, array in enumerate(arrays)
    ]
    return Runs("keras_tuner", tuple(records))


# --- Readers ------------------------------------------------------------------------------------


def test_a_tuner_of_fewer_searches_is_paired_with_the_first_ones_of_the_other(
    as_record: Any,
) -> None:
    runs = bakeoffs(
        as_record, random=[[[1.0], [2.0]], [[3.0], [4.0]]], bayesian=[[[1.5]], [[3.25]]]
    )

    assert claims.curves(runs, "random").ravel().tolist() == [1, 2, 3, 4]
    assert claims.curves(runs, "random", 1).ravel().tolist() == [1, 3]
    assert claims.ahead(runs, "bayesian").ravel().tolist() == [0.5, 0.25]


@pytest.mark.usefixtures("only_small_data")
def test_flattery_leaves_out_what_sets_the_images_apart(as_record: Any, made_up: Runs) -> None:
    table = table_of(made_up)
    easier = (table.score.max(axis=2) - table.chosen()).mean()
    runs = Runs("keras_tuner", made_up.records + bakeoffs(as_record, random=[[[0.75]]]).records)

    assert claims.flattery(runs) == pytest.approx([0.25 - easier])


@pytest.mark.usefixtures("only_small_data")
def test_optimism_grows_with_the_number_of_candidates(made_up: Runs) -> None:
    curve = claims.optimism_curve(made_up, [1, 10, 100], splits=50)

    assert curve.shape == (3, 3)
    assert curve[:, 2].mean() > curve[:, 0].mean()


def test_the_best_tenth_is_chosen_by_one_seed_and_judged_by_two_others(made_up: Runs) -> None:
    assert claims.best_tenth(np.arange(20.0)).tolist() == [19, 18]
    assert len(claims.among_the_best(table_of(made_up))) == 3


# --- Claims -------------------------------------------------------------------------------------


def test_a_leak_is_total_until_one_image_is_new(as_record: Any) -> None:
    configs = (Leak(size=claims.LEAK_IMAGES, held=50), Leak(held=50))
    for seen, verdict in ((50, Verdict.SUPPORTED), (49, Verdict.REFUTED)):
        numbers = {"leaked": [0.9], "honest": [0.8], "seen_leaked": seen}
        runs = Runs(
            "keras_tuner",
            tuple(
                as_record("leak", config, seed, Measurement(numbers=numbers))
                for config in configs
                for seed in (0, 1, 2)
            ),
        )
        total, little, much = claims._on_leak(runs)

        assert total.verdict == verdict
        assert total.counts == (6 * (50 - seen), 300)
        assert little.effect == much.effect == pytest.approx(0.1)


def test_what_is_claimed_rests_on_the_published_runs() -> None:
    settled = {claim.name: claim for claim in chapters.claims(chapters.load("keras_tuner"))}

    assert len(settled) == 27
    assert len(settled["random_beats_grid"].values) == 100
    assert len(settled["bayesian_beats_random"].values) == 5 * BAYESIAN_REPETITIONS
    assert settled["random_beats_grid"].effect > 0
    assert settled["bayesian_guesses_first"].counts == (0, 5 * BAYESIAN_REPETITIONS)
    assert settled["the_best_are_alike"].seeds == (0, 1, 2)
