"""The formulas of the live figures give what the package and the frameworks give."""

import base64
from typing import Any

import numpy as np
import pytest

import calls
from dlexp.byhand import conv, dropout, pooling, shapes
from dlexp.byhand.shapes import Convolution, Pooling
from dlexp.chapters.batch_norm import laws as batch_norm
from dlexp.chapters.conv_shapes import figures as drawn
from dlexp.chapters.conv_shapes import measure as conv_shapes
from dlexp.chapters.pooling_dropout import measure, moves
from dlexp.chapters.pooling_dropout.figures import live_shifts
from dlexp.lab import results
from helpers import FLOAT64, assert_agree

# --- Stacks in addresses ------------------------------------------------------------------------


def test_an_address_holds_a_whole_stack() -> None:
    words = [code for _, code in drawn.live_stacks()]
    stacks = calls.values([["calculator.decode", code] for code in words], "shapes", "calculator")
    again = [["calculator.encode", stack] for stack in stacks]
    assert calls.values(again, "shapes", "calculator") == words
    assert stacks[1]["size"] == conv_shapes.IMAGE[0]
    assert [layer["kind"] for layer in stacks[1]["layers"]] == ["conv", "conv", "pool"] * 3


@pytest.mark.parametrize(
    "words",
    ["", "28", "28,1", "28,1;dense,3", "28,1;conv,1,2", "0,1;pool,2,2,valid", "28,1;pool,2,x,same",
     "28,1;pool,2,999,same", "28,1;pool,2.5,2,same", ";".join(["28,1"] + ["pool,1,1,same"] * 21),
     "%", "28,1;constructor,8", "28,1;constructor,8,same", "28,1;pool,2,2,SAME", "28,1;pool,2,2,9",
     "640,1;pool,2,2,valid", "28,1;conv,-8,3,1,1,same", "28,1;pool,,2,same"],
)  # fmt: skip
def test_an_address_that_holds_no_stack_is_none(words: str) -> None:
    assert calls.values([["calculator.decode", words]], "shapes", "calculator") == [None]


def test_an_escaped_address_is_read() -> None:
    found = calls.values(
        [["calculator.decode", "28%2C1%3Bpool%2C2%2C2%2Csame"]], "shapes", "calculator"
    )
    assert found[0]["layers"] == [{"kind": "pool", "padding": "same", "window": 2, "stride": 2}]


def examined(code: str) -> dict[str, Any]:
    stack = calls.values([["calculator.decode", code]], "shapes", "calculator")[0]
    found = calls.values([["calculator.examine", stack]], "shapes", "calculator")[0]
    said = calls.values([["calculator.summary", found]], "shapes", "calculator")[0]
    return {**found, "said": said}


def test_the_calculator_says_what_the_reports_missed() -> None:
    found = examined(drawn.live_stacks()[1][1])
    by_hand = conv_shapes.walk()
    assert [row[0] for row in found["rows"][:-1]] == [
        row.shape[0] for row in by_hand[:-1] if row.shape
    ]
    assert found["rows"][-1][0] == "✗"
    assert any("Keras refuses layer 2" in note for note in found["notes"])
    assert any(by_hand[-1].reason in note for note in found["notes"])


@pytest.mark.parametrize("which", range(3))
def test_only_layers_that_exist_are_summed_up(which: int) -> None:
    said = examined(drawn.live_stacks()[which][1])["said"]
    layers, shape = [
        (conv_shapes.POOLED_BY_THREE, conv_shapes.DIGIT),
        (conv_shapes.nine_layers(), conv_shapes.IMAGE),
        (conv_shapes.blocks(conv_shapes.DEPTHS[-1], "valid"), conv_shapes.DIGIT),
    ][which]
    rows = shapes.walk(layers, shape)
    kept = [row for row in rows if row.shape]
    spatial = [each for each in layers if isinstance(each, Convolution | Pooling)]
    field = shapes.receptive_field(spatial[: len(kept)])
    assert f" {sum(row.parameters for row in kept):,} parameters" in said
    assert f"spans {field} × {field} cells" in said
    assert said.startswith(
        "The output is" if len(kept) == len(rows) else f"Up to layer {len(kept)}:"
    )


def test_where_no_layer_fits_there_is_no_output() -> None:
    found = examined("2,1;conv,8,3,1,1,valid")
    assert found["said"] == ""
    assert found["notes"][-1].startswith("Layer 1 cannot exist: the effective kernel must fit")
    cells = calls.values([["calculator.cellsOf", [], [2], 0]], "shapes", "calculator")[0]
    assert [cell["look"] for cell in cells[0]] == ["never", "never"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"size": 513}, "`size` must be at most 512 here; got size=513"),
        ({"channels": -3}, "`channels` must be an integer >= 1; got channels=-3"),
        ({"layers": []}, "there must be 1 to 20 layers; got 0"),
        ({"layers": [{"kind": "conv", "filters": 2.5, "kernel": 3, "stride": 1, "dilation": 1,
                      "padding": "same"}]},
         "Layer 1: `filters` must be an integer >= 1; got filters=2.5"),
    ],
)  # fmt: skip
def test_a_stack_that_breaks_a_rule_is_told_which(change: dict[str, Any], rule: str) -> None:
    stack = {"size": 28, "channels": 1, "layers": [{"kind": "pool", "window": 2, "stride": 2}]}
    answer = calls.answers([["calculator.examine", stack | change]], "shapes", "calculator")[0]
    assert answer["error"] == rule


def test_cells_of_the_picture_are_those_of_the_printed_one() -> None:
    stack = conv_shapes.POOLED_BY_THREE
    layers = calls.values(
        [["calculator.decode", drawn.words(stack, (28, 28, 1))]], "shapes", "calculator"
    )[0]["layers"]
    sizes = [28, *(row.shape[0] for row in shapes.walk(stack, (28, 28, 1)) if row.shape)]
    cells = calls.values([["calculator.cellsOf", layers, sizes, 1]], "shapes", "calculator")[0]
    spatial = [layer for layer in stack if isinstance(layer, Convolution | Pooling)]
    one, every = shapes.traced(spatial, 28, [1]), shapes.traced(spatial, 28)
    for level, seen, used in zip(cells, one, every, strict=True):
        assert [cell["look"] == "seen" for cell in level] == seen.tolist()
        assert [cell["look"] == "never" for cell in level] == (~used).tolist()


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
    record = results.load(measure.live_units())[0]
    live = live_shifts()
    likely, reach = record.arrays["probabilities"], live["reach"]
    places = np.ndindex(likely.shape[:-1])
    asked = [
        ["pooling.place", {"labels": live["labels"], "reach": reach}, network, digit,
         row - reach, column - reach]
        for network, digit, row, column in places
    ]  # fmt: skip
    stored = np.frombuffer(base64.b64decode(live["probabilities"]), np.uint8) / 255
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


@pytest.mark.parametrize("size", [1, 2, 8])
def test_batches_stray_and_shrink_as_the_figure_says(size: int) -> None:
    batches = np.random.default_rng(0).normal(size=(200_000, size))
    strays, kept = calls.values(
        [["variance.straysBy", size], ["variance.keptBy", size]], "variance"
    )
    assert strays == pytest.approx(batches.mean(axis=1).std(), rel=0.01)
    assert kept == pytest.approx(batches.var(axis=1).mean(), abs=0.01)


def test_the_nearest_run_is_the_nearest_ratio() -> None:
    asked = [["variance.nearest", [1e-12, 1e-5, 1e-3], at] for at in (1e-9, 1e-8, 0.5)]
    assert calls.values(asked, "variance") == [0, 1, 2]


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


# --- The race of tuners -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """Return a small table in the shape that the figure takes."""
    generator = np.random.default_rng(0)
    hits = np.sort(generator.integers(500, 1000, (12, 5)), axis=1)
    test = np.sort(generator.random((12, 5)), axis=1)
    return {"scored": 1000, "validation": hits.tolist(), "test": test.round(4).tolist()}


def progress(run: list[list[int]], table: dict[str, Any]) -> list[list[float]]:
    """Do by hand what the script does without noise."""
    best, spent, steps = (-1.0, 0.0), 0, []
    for configuration, first, last in run:
        spent += last - first
        hits = table["validation"][configuration][first:last]
        score = max(hits) / table["scored"]
        if score > best[0]:
            best = (score, table["test"][configuration][first + hits.index(max(hits))])
        steps.append([spent, best[1], best[0]])
    return steps


def test_a_race_hands_in_the_best_score_so_far(table: dict[str, Any]) -> None:
    """Trials that begin late cost only the epochs that they add."""
    generator = np.random.default_rng(1)
    runs = [
        [
            [int(c), int(first), int(generator.integers(first + 1, 6))]
            for c, first in zip(
                generator.permutation(12), generator.integers(0, 5, 12), strict=True
            )
        ]
        for _ in range(8)
    ]
    found = calls.values([["race", run, table, 0, 0] for run in runs], "charts", "tuner_race")
    assert found == [progress(run, table) for run in runs]


def test_noise_only_changes_what_is_chosen(table: dict[str, Any]) -> None:
    run = [[c, 0, 5] for c in range(12)]
    noisy = calls.values(
        [["race", run, table, 0.2, seed] for seed in range(30)], "charts", "tuner_race"
    )
    ends = {steps[-1][1] for steps in noisy}
    assert len(ends) > 1
    assert ends <= {row[4] for row in table["test"]}
    assert all([step[0] for step in steps] == list(range(5, 65, 5)) for steps in noisy)


def test_runs_are_compared_within_the_same_budget() -> None:
    runs = [[[2, 0.5, 1], [4, 0.7, 1]], [[3, 0.1, 1], [5, 0.9, 1]]]
    found = calls.values([["race.spread", runs, [2, 3, 4, 9]]], "charts", "tuner_race")[0]
    expected = [[3, 0.3, 0.1, 0.5], [4, 0.4, 0.1, 0.7], [9, 0.8, 0.7, 0.9]]
    assert_agree(found, expected, tolerance=FLOAT64)


# --- Charts -------------------------------------------------------------------------------------


def test_ticks_are_round_and_inside() -> None:
    axes = [
        ({"range": [0, 1]}, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ({"range": [0.83, 0.97]}, [0.85, 0.9, 0.95]),
        ({"range": [1, 1000], "log": True}, [1, 10, 100, 1000]),
        ({"range": [1e-6, 100], "log": True}, [1e-6, 1e-4, 0.01, 1, 100]),
    ]
    assert calls.values([["ticks", axis] for axis, _ in axes], "charts") == [t for _, t in axes]


def test_numbers_are_brief() -> None:
    pairs = {
        0: "0",
        0.25: "0.25",
        64: "64",
        1e-5: "10⁻⁵",
        1e-12: "10⁻¹²",
        10_000: "10⁴",
        2.5e-6: "2.5e-6",
    }
    assert calls.values([["brief", value] for value in pairs], "charts") == list(pairs.values())


def test_the_nearest_run_and_the_law_meet_in_the_data() -> None:
    """Recorded noise of independent values follows the law that the figure draws beside it."""
    from dlexp.chapters.batch_norm import figures as live

    data = live.live_variance()
    for size, mean, low, high in data["noise"]["dense, measured"]:
        assert low <= mean <= high
        assert mean == pytest.approx(size**-0.5, rel=0.2)
