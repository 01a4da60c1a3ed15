"""The digits that the browser starts from are test images, with what Keras made of them."""

from typing import Any

import pytest

from dlexp.chapters.grad_cam import live, measure
from dlexp.lab.runs import load


@pytest.fixture(scope="module")
def digits() -> dict[str, Any]:
    return live.digits()


def test_first_come_the_first_images_and_then_errors(digits: dict[str, Any]) -> None:
    first = load(measure.units())("export").config["num_first"]
    rows = digits["digits"]

    assert [row["index"] for row in rows[:first]] == list(range(first))
    assert [row["error"] for row in rows] == [place >= first for place in range(len(rows))]
    assert all(row["chosen"] != row["label"] for row in rows[first:])


def test_the_words_of_keras_are_kept(digits: dict[str, Any]) -> None:
    assert "never been called" in digits["message"]


def test_typical_scores_rise_for_each_class(digits: dict[str, Any]) -> None:
    typical = digits["typical"]

    assert len(typical) == 10
    assert all(sorted(marks) == marks and len(marks) > 10 for marks in typical)


def test_the_network_has_what_its_record_has() -> None:
    record = load(measure.units())("export").only

    network = live.network()

    assert network["input"] == record.numbers["input"]
    assert len(network["layers"]) == len(record.numbers["layers"])
