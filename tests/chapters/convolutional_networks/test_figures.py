"""The figures of the chapter on convolutional networks: their words are their numbers."""

import numpy as np

from dlexp.chapters.convolutional_networks import figures
from helpers import assert_drawn


def test_wires_are_counted_as_they_are_drawn() -> None:
    words = (
        "dense has 24 wires with 24 weights, local has 12 wires with 12 weights, "
        "convolution has 12 wires with 3 weights"
    )
    assert_drawn(figures.wires(), words)


def test_curves_say_their_ends() -> None:
    values = np.array([[70.0, 90.0], [69.0, 89.0], [71.0, 91.0]])

    drawn = figures.by_size({"conv": ([100, 1000], values)}, (60, 100))

    assert_drawn(drawn, "conv 70.0 at 100 to 90.0 at 1,000")


def test_cells_have_their_intervals() -> None:
    drawn = figures.cells({"in place": {"conv": np.array([91.0, 92.0, 93.0])}})

    assert_drawn(drawn, "in place, conv: 92.0 (89.5 to 94.5)")


def test_shifts_say_their_ends() -> None:
    drawn = figures.shifts({"conv": np.array([[0.9, 0.5], [0.7, 0.3]])}, (0, 4))

    assert_drawn(drawn, "conv 80% to 40%")


def test_filters_say_their_size() -> None:
    kernels, maps = np.full((5, 5, 2), 0.25), np.full((4, 4, 2), -1.5)

    drawn = figures.filters(kernels, np.ones((8, 8)), maps)

    assert_drawn(drawn, "2 filters of 5 by 5 weights")
    assert "to 0.25 in size; the sums in the maps to 1.5" in drawn.alt
