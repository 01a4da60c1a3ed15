"""The figures of the chapter on dense networks: their words are their numbers."""

import numpy as np
import pytest

from dlexp.chapters.dense_networks import figures


def bent() -> figures.Bent:
    """Two units that close off a strip: the inner class is where |x| < 0.5."""
    hidden = np.array([[1.0, -1.0], [0.0, 0.0], [0.0, 0.0]])
    output = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.5]])
    x, labels = np.array([[0.1, 0.3], [0.9, 0.0]]), np.array([1, 0])
    return figures.Bent(x, labels, hidden, output, "relu", 0.75)


def test_a_network_says_where_the_disc_is() -> None:
    assert bent().difference(bent().x) == pytest.approx([0.4, -0.4])


def test_the_panels_are_said() -> None:
    assert "unseen points: two 75%." in figures.bending({"two": bent()}).alt


def test_the_sketch_says_its_shapes() -> None:
    alt = figures.network((5, 4, 3, 2), 7).alt

    assert "through: 7 by 5, 7 by 4, 7 by 3, 7 by 2" in alt
    assert "between: 5 by 4, 4 by 3, 3 by 2." in alt


def test_slopes_are_said() -> None:
    assert "sigmoid 0.25, and 0.01 at 5; tanh 1.00" in figures.bends().alt


def test_a_contest_says_its_best_rates() -> None:
    each = figures.Contest((0.1, 1.0), np.array([[0.2, 0.9]]), np.array([[0.5, 0.95]]))

    assert "SGD: best near 1, then 50% to 95%" in figures.contest({"SGD": each}).alt


def test_signals_say_their_ends() -> None:
    sums = {"sums": {"ReLU": np.array([[1.0, 0.01]])}, "gradients": {"ReLU": np.ones((1, 2))}}
    assert "ReLU 1e+00 to 1e-02" in figures.signals(sums).alt


def test_batches_are_drawn_along_their_steps() -> None:
    drawn = figures.batches({"8": np.array([[0.5, 0.7]])}, {"8": 50})

    assert drawn.figure.axes[1].lines[0].get_xdata().tolist() == [50, 100]
    assert "8: 50.0% to 70.0%" in drawn.alt
