"""The figures of the chapter on weight decay: their words are their numbers."""

import numpy as np
import pytest

from dlexp.byhand.sgd import sgd_step
from dlexp.chapters.weight_decay import figures

CURVES = np.array([[0.5, 0.25], [0.7, 0.25]])


def test_the_lowest_point_is_where_descent_ends() -> None:
    curvatures, minimum = np.array([0.5, 4.0]), np.array([1.0, -2.0])
    w = np.zeros(2)
    for _ in range(400):
        slope = curvatures * (w - minimum)
        w = sgd_step(w, slope, np.zeros(2), rate=0.1, l2=2 * 0.3).weights

    np.testing.assert_allclose(figures.penalised_minimum(curvatures, minimum, 0.3), w, rtol=1e-6)


def test_what_a_strength_leaves_is_said() -> None:
    drawn = figures.pulled(np.array([1.0, 8.0]), np.array([1.0, 1.0]), (0.0, 0.5, 2.0))

    assert "at 0.5 the flat weight keeps 50% of its value, the steep one 89%" in drawn.alt


def test_terms_say_their_ends() -> None:
    drawn = figures.split({"training": {"reported": CURVES, "penalty": CURVES, "data": CURVES}})

    assert "training, reported: 0.600 to 0.250" in drawn.alt


def test_every_strength_says_its_mean() -> None:
    drawn = figures.strengths(
        {"accuracy": {"0": 100 * CURVES[:, 0], "1e-4": 100 * CURVES[:, 1]}}, 0.1
    )

    assert "accuracy: 60 with 0, 25 with 1e-4. In the first panel, a band of 0.1" in drawn.alt


def test_remedies_say_their_ends() -> None:
    drawn = figures.few({"loss": {"none": CURVES}, "accuracy": {"none": CURVES}}, [5, 10])

    assert "loss: none 0.6 to 0.25" in drawn.alt


def test_the_first_passes_with_adam_are_not_drawn() -> None:
    drawn = figures.adam({"loss": {"neither": np.array([[9.0, 5.0, 0.5, 0.4]])}})

    assert "from pass 3 to the last. loss, neither: 0.500 to 0.400" in drawn.alt
    assert drawn.figure.axes[0].lines[0].get_xdata().tolist() == [3, 4]


def test_gains_have_their_intervals() -> None:
    gains = {"tanh": np.array([0.1, 0.2, 0.3])}

    words = figures.factors(gains, 0.17, np.array([-0.05, 0.05])).alt

    assert "from -0.05 to +0.05" in words
    assert "tanh +0.20 (-0.05 to +0.45)" in words
    assert "0.17 points" in words


def test_what_lies_far_off_is_written() -> None:
    gains = {"near": np.array([0.1, 0.2, 0.3]), "far": np.array([-9.1, -9.0, -8.9])}

    drawn = figures.factors(gains, 0.17, np.array([-0.05, 0.05]))

    assert "far -9.00" in drawn.alt
    axis = drawn.figure.axes[0]
    assert [text.get_text() for text in axis.texts] == ["← -9.00"]
    assert axis.get_xlim()[0] > -1


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_a_steep_weight_keeps_more(strength: float) -> None:
    flat, steep = figures.penalised_minimum(np.array([0.5, 8.0]), np.ones(2), strength)

    assert flat <= steep <= 1
