"""The claims on batch normalisation: what they count and compare, and how records are read."""

from typing import Any

import numpy as np
import pytest

from dlexp import chapters
from dlexp.chapters.batch_norm import claims, measure
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs


def one_run(numbers: dict[str, Any], arrays: dict[str, Any] | None = None) -> Runs:
    """Return runs of one seed."""
    record = Record(
        slug="batch_norm", name="rates-seed=0", key="", config={}, seed=0, numbers=numbers,
        arrays=arrays or {}, provenance={},
    )  # fmt: skip
    return Runs("batch_norm", (record,))


# --- Readers ------------------------------------------------------------------------------------


def test_steps_to_the_bar_are_those_of_the_fastest_rate() -> None:
    path = [[0.5, 0.7, 0.9], [0.5, 0.95, 0.2], [0.1, 0.1, 0.1]]
    never = [[0.1, 0.2, 0.3]] * 3
    rates = one_run({"a": {"path": path}, "b": {"path": never}})

    assert claims.steps_to_bar(rates, "a").tolist() == [24]
    assert claims.race(rates, "a")[0].tolist() == [[0.5, 0.95, 0.2]]
    assert claims.steps_to_bar(rates, "b").tolist() == [measure.Rates().steps]


def test_the_tuned_accuracy_is_chosen_by_validation_not_by_test() -> None:
    numbers = {"a": {"validation": [0.5, 0.9, 0.8], "test": [0.6, 0.7, 0.99]}}

    assert claims.tuned(one_run(numbers), "a").tolist() == [0.7]


def test_the_highest_rate_is_the_last_that_learns() -> None:
    test = [0.1, 0.9, 0.9, 0.85, 0.1, 0.1, 0.1, 0.1, 0.1]
    rates = one_run({"a": {"test": test}, "b": {"test": [0.1] * 9}})

    assert claims.highest_rate(rates, "a").tolist() == [-1]
    assert claims.highest_rate(rates, "b").tolist() == [np.log10(0.003)]


def test_the_ratio_of_a_step_is_a_median() -> None:
    clock = one_run({}, {"dense": np.array([1.0, 1.4, 30.0])})

    assert claims.step_ratios(clock, "dense").tolist() == [1.4]


def test_a_lag_is_a_difference_at_one_stop_for_both_nets() -> None:
    stops = len(Lags().stops)
    anew, moving = np.arange(stops) / 10, np.zeros(stops)
    numbers = {
        "dense_0.99": {"anew": anew.tolist(), "moving": moving.tolist()},
        "conv_0.99": {"anew": (2 * anew).tolist(), "moving": moving.tolist()},
    }

    difference = claims.lag(one_run(numbers), 10, "0.99 anew", "0.99 moving")

    np.testing.assert_allclose(difference, [[0.2], [0.4]])


# --- Claims on made-up runs ---------------------------------------------------------------------


def test_every_claim_is_settled_by_runs_of_its_own(made_up: Runs) -> None:
    settled = {claim.name: claim for claim in chapters.claims(made_up)}

    assert len(settled) == 34
    assert settled["less_time_conv"].units == made_up("clock", "rates").names
    assert settled["tiny_dies_without"].units == made_up("scales").names


def test_laws_count_exceptions_over_all_seeds(made_up: Runs) -> None:
    counts = {claim.name: claim.counts for claim in chapters.claims(made_up) if claim.counts}

    assert counts == {
        "keras_agrees": (3, 300),
        "one_says_beta": (0, 300),
        "one_hands_nothing_back": (300, 300),
        "one_image_is_instance": (0, 300),
        "variance_law": (9, 174),
        "bias_gets_no_gradient": (0, 300),
    }


@pytest.mark.parametrize(
    ("name", "unit", "net", "place"),
    [
        ("tiny_dies_without", "scales", "without", 3),
        ("tiny_learns_with", "scales", "0.001", 3),
        ("tiniest_dies_with", "scales", "0.001", 0),
        ("epsilon_repairs", "scales", "1e-12", 0),
        ("plain_one_learns", "batches", "dense_without", 0),
        ("conv_one_learns", "batches", "conv_with", 0),
    ],
)
def test_a_claim_reads_the_net_and_the_setting_that_it_names(
    made_up: Runs, name: str, unit: str, net: str, place: int
) -> None:
    settled = {claim.name: claim for claim in chapters.claims(made_up)}

    assert settled[name].values == tuple(made_up(unit).numbers(net, "test")[:, place])


def test_names_of_nets_and_spreads_are_those_that_were_measured() -> None:
    config = measure.Scales()

    assert {float(claims.TINIEST), float(claims.TINY), float(claims.HUGE)} <= set(config.scales)
    assert {float(claims.KERAS_EPSILON), float(claims.SMALLEST_EPSILON)} <= set(config.epsilons)
