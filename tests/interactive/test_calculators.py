"""The formulas of the live figures give what the package and the frameworks give."""

import base64

import numpy as np
import pytest

import calls
from dlexp.byhand import conv, dropout, pooling, shapes
from dlexp.byhand.shapes import Convolution
from dlexp.chapters.batch_norm import laws as batch_norm
from dlexp.chapters.pooling_dropout import live, moves
from dlexp.chapters.pooling_dropout import measure as pooling_dropout
from dlexp.lab.runs import load
from helpers import FLOAT64, assert_agree

# --- Pooling ------------------------------------------------------------------------------------


def maps(count: int = 5) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 8, 8)) / 255


def test_maps_are_those_of_the_package() -> None:
    image = maps()
    kernel = np.array([-1.0, 0.0, 1.0]).reshape(3, 1, 1, 1)
    edges = np.maximum(conv.conv2d(image[..., np.newaxis], kernel, padding="same"), 0)[..., 0]
    found = calls.values([["pooling.upperEdges", one.tolist()] for one in image], "pooling")
    assert_agree(found, edges, tolerance=FLOAT64)
    both = {"max": pooling.max_pool2d, "average": pooling.average_pool2d}
    for name, by_hand in both.items():
        found = calls.values([["pooling.pooled", one.tolist(), name] for one in edges], "pooling")
        assert_agree(found, by_hand(edges[..., np.newaxis])[..., 0], tolerance=FLOAT64)


@pytest.mark.parametrize("way", [(0, 0), (1, -2), (-4, 3), (8, 0)])
def test_a_pushed_map_is_that_of_the_package(way: tuple[int, int]) -> None:
    image = maps()
    found = calls.values([["pooling.pushed", one.tolist(), *way] for one in image], "pooling")
    expected = moves.pushed(image[..., np.newaxis].astype(np.float32), *way)[..., 0]
    assert np.array_equal(np.array(found, np.float32), expected)


def test_every_prediction_is_read_from_its_place() -> None:
    record = load(pooling_dropout.units())("watch").only
    shown = live.shifts()
    likely, reach = record.arrays["probabilities"], shown["reach"]
    places = np.ndindex(likely.shape[:-1])
    asked = [
        ["pooling.place", {"labels": shown["labels"], "reach": reach}, network, digit,
         row - reach, column - reach]
        for network, digit, row, column in places
    ]  # fmt: skip
    stored = np.frombuffer(base64.b64decode(shown["probabilities"]), np.uint8) / 255
    found = [stored[first : first + 10] for first in calls.values(asked, "pooling")]
    assert np.abs(np.array(found) - likely.reshape(-1, 10)).max() <= 0.5 / 255 + 1e-6


def test_a_shift_is_found_or_there_is_none() -> None:
    old = np.zeros((8, 8))
    old[3:5, 3:5] = [[1, 2], [3, 4]]
    moved = np.roll(old, (2, -1), (0, 1))
    other = moved + np.eye(8)
    asked = [["pooling.moveOf", old.tolist(), now.tolist()] for now in (old, moved, other)]
    assert calls.values(asked, "pooling") == [[0, 0], [2, -1], None]


# --- Dropout ------------------------------------------------------------------------------------


def test_masks_do_what_those_of_the_package_do() -> None:
    generator = np.random.default_rng(0)
    for rate in (0.1, 0.5, 0.9):
        x, kept = generator.random(12), generator.random(12) < 0.5
        found = calls.values([["dropout.forward", x.tolist(), rate, kept.tolist()]], "dropout")[0]
        assert_agree(found, dropout.forward(x, rate, kept), tolerance=FLOAT64)


def test_the_mean_of_masks_strays_by_the_law() -> None:
    x, rate, masks, repeats = np.array([0.2, 0.5, 1.0, 0.1]), 0.3, 50, 4000
    generator = np.random.default_rng(0)
    kept = dropout.mask(rate, (repeats, masks, 4), generator)
    means = dropout.forward(np.broadcast_to(x, kept.shape), rate, kept).mean(axis=1)
    measured = np.sqrt(np.mean((means - x) ** 2))
    law = calls.values([["dropout.strays", x.tolist(), rate, masks]], "dropout")[0]
    assert law == pytest.approx(measured, rel=0.03)


def test_chance_in_the_browser_is_even() -> None:
    """The mean of many masks of the script itself comes as near as the law says."""
    x = [0.2, 0.5, 1.0, 0.1]
    asked = [["meanOfMasks", x, 0.5, seed, 2000] for seed in range(20)]
    found = np.array(calls.values(asked, "charts", "dropout"))
    law = calls.values([["dropout.strays", x, 0.5, 2000]], "dropout")[0]
    assert np.sqrt(np.mean((found - x) ** 2)) == pytest.approx(law, rel=0.35)


# --- Variance -----------------------------------------------------------------------------------


def test_the_variance_law_is_that_of_the_experiment() -> None:
    spreads = np.logspace(-6, 2, 30)
    for epsilon in (1e-12, 1e-5, 1e-3, 1.0):
        asked = [["variance.varianceAfter", spread, epsilon] for spread in spreads.tolist()]
        law = batch_norm.variance_after(spreads, epsilon)
        assert_agree(calls.values(asked, "variance"), law, tolerance=FLOAT64)


# --- Sequences ----------------------------------------------------------------------------------


def test_parameters_over_time_are_those_of_keras() -> None:
    from keras import Input, layers

    generator = np.random.default_rng(0)
    for _ in range(6):
        width, units, kernel = (int(n) for n in generator.integers(1, [20, 20, 7]))
        x = Input((9, width))
        for kind in ("SimpleRNN", "GRU", "LSTM"):
            layer = getattr(layers, kind)(units)
            layer(x)
            asked = [["sequences.recurrentParameters", kind, width, units]]
            assert calls.values(asked, "sequence_length") == [layer.count_params()]
        layer = layers.Dense(units)
        layer(layers.Flatten()(x))
        asked = [["sequences.denseParameters", 9, width, units]]
        assert calls.values(asked, "sequence_length") == [layer.count_params()]
        layer = layers.Conv1D(units, kernel, padding="same")
        layer(x)
        asked = [["sequences.convParameters", kernel, width, units]]
        assert calls.values(asked, "sequence_length") == [layer.count_params()]


@pytest.mark.parametrize("doubling", [False, True])
def test_so_many_convolutions_see_the_whole_sequence_and_no_fewer(doubling: bool) -> None:
    cases = [
        (length, kernel)
        for length in (*range(1, 40), 127, 128, 129, 4096)
        for kernel in (2, 3, 5, 15)
    ]
    asked = [["sequences.depth", length, kernel, doubling] for length, kernel in cases]
    for (length, kernel), depth in zip(cases, calls.values(asked, "sequence_length"), strict=True):
        stack = [
            Convolution(filters=1, kernel=kernel, dilation=2**i if doubling else 1)
            for i in range(depth)
        ]
        assert shapes.receptive_field(stack) >= length
        assert depth == 1 or shapes.receptive_field(stack[:-1]) < length


def test_parameters_of_a_stack_add_up() -> None:
    stack = [Convolution(filters=6, kernel=1)] * 3  # kernel 1 by 1: the same in one and two axes
    rows = shapes.walk(stack, (1, 1, 4))
    found = calls.values([["sequences.stackParameters", 3, 1, 4, 6]], "sequence_length")
    assert found == [sum(row.parameters for row in rows)]
