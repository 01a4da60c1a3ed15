"""The cases that are looked at one by one: tiny, from end to end."""

from typing import Any

import pytest

from dlexp.chapters.conv_shapes import cases
from dlexp.lab.units import Measurement


@pytest.fixture(scope="module")
def examined() -> Measurement:
    return cases.examine(cases.Cases(sizes=5, kernels=3, steps=2), 0)


def test_cases_are_those_of_the_frameworks(examined: Measurement) -> None:
    numbers: Any = examined.numbers

    assert [row.get("shape") for row in numbers["depths"]["same"]][-2:] == [[1, 1, 32], None]
    assert numbers["nine_layers"]["keras"][-1]["reason"].startswith("`strides > 1` not supported")
    assert numbers["same"]["differ"] == 0
    assert numbers["same"]["odd"] > 0
    assert numbers["misfits"]["Keras, building a model"] == "ValueError"
    assert examined.arrays["seen"].shape == (28, 28)


def test_paddings_are_read_off_the_output() -> None:
    assert cases._measured_padding(8, 4, 1, 1) == (1, 2)
    assert cases._measured_padding(8, 3, 2, 1) == (0, 1)
    assert cases._measured_padding(9, 3, 1, 2) == (2, 2)
    assert cases._measured_padding(4, 1, 3, 1) == (0, 0)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("image", "(1, 4, 4, 1)"),
        ("layers.Conv2D(3, 5)(image)", "ValueError"),
        ("image + __import__('os').kill(__import__('os').getpid(), 9)", "SIGKILL"),
    ],
)
def test_a_process_that_dies_is_reported_by_its_signal(code: str, expected: str) -> None:
    assert cases._in_child(code) == expected


def test_a_child_that_cannot_even_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="SyntaxError"):
        cases._in_child("(")
