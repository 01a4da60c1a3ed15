"""The claims on batch normalisation: what they count and compare, and how records are read."""

from typing import Any

import numpy as np
import pytest

from dlexp import chapters
from dlexp.chapters.batch_norm import claims, measure, readers, sweep
from dlexp.chapters.batch_norm.statistics import Lags
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs


def one_run(numbers: dict[str, Any], arrays: dict[str, Any] | None = None) -> Runs:
    """Return runs of one seed, of a training of three looks."""
    record = Record(
        slug="batch_norm", name="dense_rates-seed=0", key="",
        config={"check_every": 12, "steps": 36, "rates": [0.1, 0.3]}, seed=0, numbers=numbers,
        arrays=arrays or {}, provenance={},
    )  # fmt: skip
    return Runs("batch_norm", (record,))


# --- Readers ------------------------------------------------------------------------------------


def test_a_net_arrives_when_it_stays_above_the_bar() -> None:
    path = [[0.9, 0.7, 0.9], [0.5, 0.95, 0.95], [0.1, 0.1, 0.1]]
    rates = one_run({"a": {"in_use": {"path": path}}})

    assert readers.arrivals(rates, "a").tolist() == [[36, 24, 36]]


def test_a_race_is_run_at_the_rate_that_is_fastest_on_average() -> None:
    rates = one_run({"a": {"in_use": {"path": [[0.9, 0.7, 0.9], [0.5, 0.95, 0.95]]}}})

    found = readers.race(rates, "a")

    assert (found.path.tolist(), found.steps.tolist()) == ([[0.5, 0.95, 0.95]], [24])
    assert found.rate == 0.3


def test_a_race_can_be_looked_at_with_statistics_computed_anew() -> None:
    rates = one_run(
        {"a": {"in_use": {"path": [[0.5, 0.5, 0.9]]}, "anew": {"path": [[0.9, 0.9, 0.9]]}}}
    )

    assert readers.race(rates, "a").steps.tolist() == [36]
    assert readers.race(rates, "a", looks_at="anew").steps.tolist() == [12]


def test_a_path_that_ends_below_the_bar_counts_all_steps() -> None:
    rates = one_run({"a": {"in_use": {"path": [[0.95, 0.95, 0.5]]}}})

    assert readers.arrivals(rates, "a").tolist() == [[36]]


def test_the_ratio_of_a_step_is_a_median() -> None:
    clock = one_run({}, {"dense": np.array([1.0, 1.4, 30.0])})

    assert readers.step_ratios(clock, "dense").tolist() == [1.4]


def test_the_best_look_of_a_seed_is_chosen_by_the_other_seeds() -> None:
    paths = np.array([[0.5, 0.9, 0.5], [0.6, 0.5, 0.7], [0.6, 0.5, 0.7]])

    assert readers.at_best_look(paths).tolist() == [0.5, 0.5, 0.5]


def test_a_lag_is_a_difference_at_one_stop_for_both_nets() -> None:
    stops = len(Lags().stops)
    anew, moving = np.arange(stops) / 10, np.zeros(stops)
    numbers = {
        "dense_0.99": {"anew": anew.tolist(), "moving": moving.tolist()},
        "conv_0.99": {"anew": (2 * anew).tolist(), "moving": moving.tolist()},
    }

    difference = readers.lag(one_run(numbers), 10, "0.99 anew", "0.99 moving")

    np.testing.assert_allclose(difference, [[0.2], [0.4]])


# --- Claims on made-up runs ---------------------------------------------------------------------


def test_every_claim_is_settled_by_runs_of_its_own(made_up: Runs) -> None:
    settled = {claim.name: claim for claim in chapters.claims(made_up)}

    assert len(settled) == 24
    assert settled["less_time_conv"].units == made_up("clock", "conv_rates").names
    assert settled["tiny_needs_it"].units == made_up("scales").names
    assert settled["tuned_adam"].units == made_up("optimisers").names


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


def test_a_claim_reads_the_nets_and_the_settings_that_it_names(made_up: Runs) -> None:
    settled = {claim.name: claim for claim in chapters.claims(made_up)}
    scales, noises = made_up("scales"), made_up("noises")

    tiny = scales.numbers("0.001", "test")[:, 3] - scales.numbers("without", "test")[:, 3]
    tiniest = scales.numbers("1e-12", "test")[:, 0] - scales.numbers("0.001", "test")[:, 0]
    losses = noises.numbers("16", "train_loss") - noises.numbers("256", "train_loss")
    wrong = noises.numbers("256", "wrong", "learnt") - noises.numbers("16", "wrong", "learnt")
    depths, at_level = made_up("depths"), noises.numbers("256", "alike", "test")
    plain = [depths.numbers(net, "test")[:, -1] for net in ("without", "larger")]
    deep = depths.numbers("with", "test")[:, -1] - np.maximum(*plain)
    for name, values in {
        "deep_needs_it": deep,
        "quiet_gains": at_level - noises.numbers("without", "alike", "test"),
        "tiny_needs_it": tiny,
        "epsilon_decides": tiniest,
        "noise_fits_less": losses,
        "noise_learns_fewer_wrong": wrong,
    }.items():
        assert settled[name].values == pytest.approx(tuple(values)), name


def test_names_of_nets_and_spreads_are_those_that_were_measured() -> None:
    config = measure.Scales()

    assert {float(claims.TINIEST), float(claims.TINY)} <= set(config.scales)
    late, later, tiniest = sweep.Plateaus().starts
    assert (late[1], later[1]) == (float(claims.LATE), float(claims.LATER))
    assert tiniest[1] == float(claims.TINIEST)
    assert {float(claims.KERAS_EPSILON), float(claims.SMALLEST_EPSILON)} <= set(config.epsilons)
