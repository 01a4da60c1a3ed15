"""The live figures on pooling and dropout show the recorded digits and answers."""

import base64
from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.pooling_dropout import live, measure
from dlexp.lab.records import Record
from dlexp.lab.runs import load


@pytest.fixture(scope="module")
def record() -> Record:
    return load(measure.units())("watch").only


@pytest.fixture(scope="module")
def shifts() -> dict[str, Any]:
    return live.shifts()


def unpacked(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8) / 255


def test_answers_survive_being_packed(shifts: dict[str, Any], record: Record) -> None:
    likely = record.arrays["probabilities"]
    packed = unpacked(shifts["probabilities"]).reshape(likely.shape)

    assert np.array_equal(packed.argmax(-1), likely.argmax(-1))
    assert np.abs(packed - likely).max() <= 0.5 / 255 + 1e-6
    assert len(shifts["networks"]) == len(likely)


def test_digits_survive_being_packed(shifts: dict[str, Any], record: Record) -> None:
    digits = data.load("mnist").test.take(np.array(record.config["images"]))

    assert np.allclose(unpacked(shifts["images"]), digits.images.ravel(), atol=1e-6)
    assert shifts["labels"] == digits.labels.tolist()
