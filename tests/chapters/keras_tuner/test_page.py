"""What the page on searching for hyperparameters places."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.keras_tuner import page, page_table
from dlexp.chapters.keras_tuner.measure import Worth
from dlexp.draw import publish
from dlexp.lab.runs import Runs
from dlexp.lab.units import Measurement
from dlexp.tuning import spaces


@pytest.fixture
def placed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is published, by its name."""
    published: dict[str, Any] = {}
    monkeypatch.setattr(publish, "glue", lambda name, value, **_: published.update({name: value}))
    return published


def test_sizes_end_with_a_cross_where_a_net_cannot_exist() -> None:
    assert page._sizes(1, "same") == "28 14"
    assert page._sizes(5, "same").endswith(" ✗")
    assert not page._sizes(3, "valid").endswith("✗")


def test_epochs_of_a_trial_that_goes_on_are_counted_once() -> None:
    trials = [
        {"values": {}, "score": 0.5},
        {"values": {"tuner/epochs": 3, "tuner/initial_epoch": 1}, "score": 0.75},
    ]

    assert page._path(trials).tolist() == [[9, 0.5], [11, 0.75]]


def test_a_net_that_was_not_trained_has_a_dash(as_record: Any) -> None:
    config = Worth(nets=("default",))
    runs = Runs(
        "keras_tuner",
        tuple(
            as_record("worth", config, seed, Measurement(numbers={"default": {"test": test}}))
            for seed, test in enumerate((0.5, 0.75))
        ),
    )

    assert page._accuracy(runs, "default") == "62.5% (50.0% to 75.0%)"
    assert page._accuracy(runs, "guess") == "–"


def test_places_are_those_of_the_values() -> None:
    places = page_table._places()

    assert places.shape == (216, 5)
    assert places.max(axis=0).tolist() == [len(v) - 1 for v in spaces.GRID.values()]


@pytest.mark.usefixtures("only_small_data")
def test_the_table_is_shown(made_up: Runs, placed: dict[str, Any]) -> None:
    page_table.parallel(made_up)
    page_table.effects(made_up)
    page_table.agreement(made_up)

    assert placed["configurations"] == "216"
    assert placed["kt_best_count"] == "22"
    assert {"kt_parallel", "kt_effects", "kt_effects_table", "kt_agreement"} <= set(placed)


def test_hyperbands_schedule_is_listed(placed: dict[str, Any]) -> None:
    page.schedule()
    page.projection()

    assert (placed["kt_cost"], placed["kt_paper"]) == ("75", "69")
    assert np.all([name in placed for name in ("kt_schedule", "kt_projection")])
