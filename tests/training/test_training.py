"""The package is the one door to what its modules offer."""

import pytest

from dlexp import training
from dlexp.training import fitting, loop, plans


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (fitting, ["fit", "descend", "passes"]),
        (loop, ["Loop", "batches", "predict", "score", "accuracy", "LOOK"]),
        (plans, ["Plan", "History", "Fitted"]),
    ],
)
def test_all_is_reached_through_the_package(module: object, names: list[str]) -> None:
    assert [getattr(training, name) for name in names] == [getattr(module, name) for name in names]
