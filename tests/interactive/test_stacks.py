"""The calculator of shapes, without a browser: stacks in addresses, and what it says of them."""

from typing import Any

import pytest

import calls
from dlexp.byhand import shapes
from dlexp.byhand.shapes import Convolution, Pooling
from dlexp.chapters.conv_shapes import live
from dlexp.chapters.conv_shapes import nets as conv_shapes


def test_an_address_holds_a_whole_stack() -> None:
    words = [code for _, code in live.stacks()]
    stacks = calls.values(
        [["calculator.decode", code] for code in words], "page", "shapes", "calculator"
    )
    again = [["calculator.encode", stack] for stack in stacks]
    assert calls.values(again, "page", "shapes", "calculator") == words
    assert stacks[1]["size"] == conv_shapes.IMAGE[0]
    assert [layer["kind"] for layer in stacks[1]["layers"]] == ["conv", "conv", "pool"] * 3


def rule(call: str, argument: Any) -> str:
    """Return the rule that an address or a stack breaks."""
    return str(
        calls.answers([[f"calculator.{call}", argument]], "page", "shapes", "calculator")[0][
            "error"
        ]
    )


GRAMMAR = "a stack must be written like 28,1;conv,8,3,1,1,same;pool,2,2,valid"


@pytest.mark.parametrize(
    "words",
    ["", "28", "28,1;dense,3", "28,1;conv,1,2", "28,1;pool,2,x,same", "%", "28,1;constructor,8",
     "28,1;constructor,8,same", "28,1;__proto__,same", "28,1;pool,2,2,SAME", "28,1;pool,2,2,9",
     "28,1;pool,,2,same", "0x1c,1;pool,2,2,same", " 28,1;pool,2,2,same", "28,1;pool,2, 2 ,same",
     "28,1;pool,2,2,same,2", "28,1,3;pool,2,2,same", "28,1;pool,2e0,2,same", "028,1;pool,2,2,same",
     "28,1;pool,2.0,2,same", "28,1;pool,2,2,same;", "28,1;pool,2,2,1.0", "1e999,1;pool,2,2,same",
     "<b>,1;pool,2,2,same"],
)  # fmt: skip
def test_an_address_is_written_in_one_way(words: str) -> None:
    assert rule("decode", words) == GRAMMAR


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("28,1", "there must be 1 to 20 layers; got 0"),
        (";".join(["28,1"] + ["pool,1,1,same"] * 21), "there must be 1 to 20 layers; got 21"),
        ("0,1;pool,2,2,valid", "`size` must be an integer >= 1; got size=0"),
        ("1025,1;pool,2,2,valid", "`size` must be at most 1024 here; got size=1025"),
        ("28,1;pool,2,999,same", "Layer 1: `stride` must be at most 512 here; got stride=999"),
        ("28,1;pool,2.5,2,same", "Layer 1: `window` must be an integer >= 1; got window=2.5"),
        ("28,1;conv,-8,3,1,1,same", "Layer 1: `filters` must be an integer >= 1; got filters=-8"),
        ("NaN,1;pool,2,2,same", "`size` must be an integer >= 1; got size=NaN"),
    ],
)
def test_an_address_of_a_stack_that_is_refused_says_the_rule(words: str, broken: str) -> None:
    assert rule("decode", words) == broken


@pytest.mark.parametrize("kernel", [2, 3, 257, 512])
def test_what_a_kernel_spans_is_at_most_a_row(kernel: int) -> None:
    most = 511 // (kernel - 1)  # the largest dilation of a kernel that spans no more than 512
    assert "said" in examined(f"512,1;conv,1,{kernel},1,{most},same")
    span = (most + 1) * (kernel - 1) + 1
    assert rule("decode", f"512,1;conv,1,{kernel},1,{most + 1},same") == (
        "Layer 1: the effective kernel must be at most 512 here; "
        f"got {span} (kernel={kernel}, dilation={most + 1})"
    )


def test_a_field_beyond_what_is_exact_says_so() -> None:
    found = examined(";".join(["512,1"] + ["conv,1,2,512,1,same"] * 20))
    exact = 1 + sum(512**i for i in range(20))
    assert exact > 2**53
    assert "about 3 × 10⁵¹" in found["said"]
    assert f"{exact:.0e}" == "3e+51"
    assert found["rows"][-1][3] == "about 3 × 10⁵¹"
    assert found["rows"][4][3] == str(1 + sum(512**i for i in range(5)))


def test_an_escaped_address_is_read() -> None:
    found = calls.values(
        [["calculator.decode", "28%2C1%3Bpool%2C2%2C2%2Csame"]], "page", "shapes", "calculator"
    )
    assert found[0]["layers"] == [{"kind": "pool", "padding": "same", "window": 2, "stride": 2}]


def examined(code: str) -> dict[str, Any]:
    stack = calls.values([["calculator.decode", code]], "page", "shapes", "calculator")[0]
    found = calls.values([["calculator.examine", stack]], "page", "shapes", "calculator")[0]
    said = calls.values([["calculator.summary", found]], "page", "shapes", "calculator")[0]
    return {**found, "said": said}


def test_the_calculator_says_what_the_reports_missed() -> None:
    found = examined(live.stacks()[1][1])
    by_hand = conv_shapes.walk()
    assert [row[0] for row in found["rows"][:-1]] == [
        row.shape[0] for row in by_hand[:-1] if row.shape
    ]
    assert found["rows"][-1][0] == "✗"
    assert any("Keras refuses layer 2" in note for note in found["notes"])
    assert any(by_hand[-1].reason in note for note in found["notes"])


@pytest.mark.parametrize("which", range(3))
def test_only_layers_that_exist_are_summed_up(which: int) -> None:
    said = examined(live.stacks()[which][1])["said"]
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
    cells = calls.values([["calculator.cellsOf", [], [2], 0]], "page", "shapes", "calculator")[0]
    assert [cell["look"] for cell in cells[0]] == ["never", "never"]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"size": 1025}, "`size` must be at most 1024 here; got size=1025"),
        ({"channels": -3}, "`channels` must be an integer >= 1; got channels=-3"),
        ({"layers": []}, "there must be 1 to 20 layers; got 0"),
        ({"size": ""}, "`size` must be an integer >= 1; got size=''"),
        ({"layers": [{"kind": "conv", "filters": 2.5, "kernel": 3, "stride": 1, "dilation": 1,
                      "padding": "same"}]},
         "Layer 1: `filters` must be an integer >= 1; got filters=2.5"),
    ],
)  # fmt: skip
def test_a_stack_that_breaks_a_rule_is_told_which(change: dict[str, Any], broken: str) -> None:
    stack = {"size": 28, "channels": 1, "layers": [{"kind": "pool", "window": 2, "stride": 2}]}
    assert rule("examine", stack | change) == broken


def test_cells_of_the_picture_are_those_of_the_printed_one() -> None:
    stack = conv_shapes.POOLED_BY_THREE
    layers = calls.values(
        [["calculator.decode", live.code(stack, (28, 28, 1))]], "page", "shapes", "calculator"
    )[0]["layers"]
    sizes = [28, *(row.shape[0] for row in shapes.walk(stack, (28, 28, 1)) if row.shape)]
    cells = calls.values(
        [["calculator.cellsOf", layers, sizes, 1]], "page", "shapes", "calculator"
    )[0]
    spatial = [layer for layer in stack if isinstance(layer, Convolution | Pooling)]
    one, every = shapes.traced(spatial, 28, [1]), shapes.traced(spatial, 28)
    for level, seen, used in zip(cells, one, every, strict=True):
        assert [cell["look"] == "seen" for cell in level] == seen.tolist()
        assert [cell["look"] == "never" for cell in level] == (~used).tolist()
