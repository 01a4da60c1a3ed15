"""The live figure on batch normalisation shows the recorded runs."""

import pytest

from dlexp.chapters.batch_norm import live, measure
from dlexp.lab.runs import load


def test_its_runs_are_those_of_the_records() -> None:
    data = live.variance()

    assert data["epsilons"] == list(measure.Scales().epsilons)
    assert [row[0] for row in data["by_batch"]["dense, plain"]] == [1, 2, 4, 16, 64]
    test = load(measure.units())("batches").numbers("dense_with", "test")
    assert data["by_batch"]["dense, normalised"][0][1] == pytest.approx(test[:, 0].mean(), rel=1e-3)


def test_a_mean_lies_in_the_range_of_its_seeds() -> None:
    data = live.variance()

    rows = [*data["by_batch"].values(), *data["noise"].values(), *data["by_spread"]]
    assert all(low <= mean <= high for line in rows for _, mean, low, high in line)


def test_recorded_noise_of_independent_values_follows_the_law_beside_it() -> None:
    for size, mean, _, _ in live.variance()["noise"]["dense, measured"]:
        assert mean == pytest.approx(size**-0.5, rel=0.2)
