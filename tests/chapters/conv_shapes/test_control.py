"""The averaging network once more, moved by a place: tiny, from end to end."""

from dataclasses import replace
from typing import Any

from dlexp.chapters.conv_shapes import carried, control

TINY = replace(
    carried.PAIR["mean"], filters=(2, 3), size=200, epochs=2, watched=500, tested=500
)  # fmt: skip


def test_without_an_answer_to_blank_paper_the_carried_network_sees_a_moved_digit() -> None:
    found: Any = control.control(control.Control(training=TINY), 0).numbers

    assert 0 < found["whole"] < TINY.tested
    assert 0 <= found["positive"] <= 2
    assert found["cut"]["equal"] == found["whole"]
    assert found["cut"]["carried"] == found["cut"]["far"]


def test_it_is_the_network_of_the_page() -> None:
    published: Any = carried.carry(TINY, 0).numbers

    found: Any = control.control(control.Control(training=TINY), 0).numbers

    assert {name: published["test"][name] for name in ("same", "carried")} == found["accuracy"]
