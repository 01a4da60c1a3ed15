"""The package is the one door to what its modules offer."""

import pytest

from dlexp import training
from dlexp.training import fitting, graph, plans


@pytest.mark.parametrize("name", ["fit", "predict", "accuracy", "PREDICT_BATCH"])
def test_fitting_is_reached_through_the_package(name: str) -> None:
    assert getattr(training, name) is getattr(fitting, name)


@pytest.mark.parametrize("name", ["Plan", "History", "Fitted", "Steps", "Path"])
def test_plans_are_reached_through_the_package(name: str) -> None:
    assert getattr(training, name) is getattr(plans, name)


@pytest.mark.parametrize("name", ["Descent", "Refit"])
def test_graphs_are_reached_through_the_package(name: str) -> None:
    assert getattr(training, name) is getattr(graph, name)
