"""What goes through untrained networks, and points of a plane."""

import numpy as np
import pytest

from dlexp.chapters.dense_networks.bending import RADIUS, Bending, bend, disc
from dlexp.chapters.dense_networks.readers import factor
from dlexp.chapters.dense_networks.signals import Untrained, first_layers, pass_through, size


@pytest.mark.parametrize(("first", "expected"), [("glorot_uniform", 0.5**0.5), ("he_normal", 1.0)])
def test_relu_changes_the_size_as_the_formula_says(first: str, expected: float) -> None:
    wide = Untrained(first=first, depth=6, units=256, images=50)

    found = pass_through(wide, 1).numbers

    assert factor(np.array([found["sums"]]))[0] == pytest.approx(expected, rel=0.1)
    assert len(found["sums"]) == len(found["gradients"]) == 7


def test_only_the_last_layer_is_linear() -> None:
    layers = first_layers((4, 3, 2), "small", "tanh", np.random.default_rng(0))

    assert [layer.activation for layer in layers] == ["tanh", "linear"]
    assert not layers[0].bias.any()


def test_size_is_the_root_of_the_mean_square() -> None:
    assert size(np.array([1.0, -7.0])) == 5.0


def test_half_of_the_points_lie_in_the_disc() -> None:
    points = disc(100, np.random.default_rng(0))

    assert points.labels.sum() == 50
    assert (np.hypot(*points.x[points.labels == 1].T) < RADIUS).all()
    assert (np.hypot(*points.x[points.labels == 0].T) >= RADIUS).all()


def test_bent_units_learn_the_disc_and_linear_ones_do_not() -> None:
    bent, linear = (
        bend(Bending(units=8, activation=activation, steps=600), 1).numbers["right"]
        for activation in ("relu", "linear")
    )

    assert bent > 0.85
    assert linear < 0.7
