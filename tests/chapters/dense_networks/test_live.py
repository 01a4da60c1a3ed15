"""The live network on a plane: its arithmetic is the package's, and its words are true."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import calls
from dlexp.byhand.activations import Activation
from dlexp.byhand.dense import DenseLayer, dense_forward
from dlexp.byhand.softmax import cross_entropy
from dlexp.chapters.dense_networks import live
from dlexp.chapters.dense_networks.bending import Points, step
from helpers import FLOAT64, assert_agree
from live_elements import said, shown

SCRIPTS = ("charts", "playground")
RATE = 0.3


def given() -> tuple[dict[str, Any], Points]:
    data = live.points()
    return data, Points(np.array(data["x"]), np.array(data["labels"]))


def layers_of(found: list[dict[str, Any]]) -> list[DenseLayer]:
    return [
        DenseLayer(np.array(one["kernel"]), np.array(one["bias"], float), one["activation"])
        for one in found
    ]


def first(sizes: list[int], activation: str, seed: int = 1) -> list[dict[str, Any]]:
    [layers] = calls.values([["playground.first", sizes, activation, seed]], *SCRIPTS)
    return list(layers)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("hidden", [[3], [4, 3]])
def test_a_training_is_that_of_the_package(activation: Activation, hidden: list[int]) -> None:
    data, points = given()
    start = first([2, *hidden, 2], activation)
    [found] = calls.values([["playground.train", start, data, RATE, 4]], *SCRIPTS)

    layers, losses = layers_of(start), []
    for _ in range(4):
        losses.append(cross_entropy(dense_forward(points.x, layers).output, points.labels))
        layers = step(points, layers, RATE)
    assert_agree(np.array(found["losses"]), np.array(losses), tolerance=FLOAT64)
    for ours, theirs in zip(layers, layers_of(found["layers"]), strict=True):
        assert theirs.activation == ours.activation
        assert_agree(theirs.kernel, ours.kernel, tolerance=FLOAT64)
        assert_agree(theirs.bias, ours.bias, tolerance=FLOAT64)


def test_the_points_are_those_of_the_printed_figure() -> None:
    data, points = given()

    assert len(points.x) == len(data["labels"]) == 200
    assert points.labels.sum() == 100


def test_first_weights_have_the_spread_of_he() -> None:
    drawn = layers_of(first([50, 60, 2], "relu", seed=3))

    assert drawn[0].kernel.std() == pytest.approx(np.sqrt(2 / 50), rel=0.05)
    assert not drawn[0].bias.any()


def told(tmp_path: Path, *moves: list[Any]) -> list[str]:
    """Return what the figure says at first and after each move."""
    data = {"disc": live.points()}
    return [said(state) for state in shown(tmp_path / "asked.json", "playground", data, *moves)]


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    moves = [["Train 200 steps"], ["Train 200 steps"], ["Other first weights"]]
    before, between, after, other = told(tmp_path, *moves)

    loss = [float(re.search(r"the loss is (\d\.\d+)", words)[1]) for words in (before, after)]  # type: ignore[index]
    assert loss[1] < loss[0]
    assert between.startswith("After 200 steps")
    assert after.startswith("After 400 steps")
    assert other.startswith("After 0 steps")


def test_linear_units_stay_at_a_coin(tmp_path: Path) -> None:
    *_, trained = told(tmp_path, ["bend", "linear"], ["Train 200 steps"])

    share = int(re.search(r"(\d+) % of the points", trained)[1])  # type: ignore[index]
    assert share < 70
