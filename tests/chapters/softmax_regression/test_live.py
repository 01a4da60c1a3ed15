"""What the live confusion matrix is given, and what its script makes of it."""

import numpy as np
import pytest

import calls
from dlexp import data
from dlexp.chapters.softmax_regression import live, measure
from dlexp.lab.runs import load


@pytest.fixture(scope="module")
def given() -> dict[str, object]:
    return live.mistakes()


def test_counts_are_those_of_the_record(given: dict[str, object]) -> None:
    first = load(measure.units())("train").records[0]

    counts = np.array(given["counts"])

    np.testing.assert_array_equal(counts, first.arrays["confusion"])
    shown = {(label, answer): count for label, answer, _, count in given["cells"]}  # type: ignore[attr-defined]
    for (label, answer), count in np.ndenumerate(counts):
        expected = 0 if label == answer else min(count, live.MOST)
        assert shown.get((label, answer), 0) == expected


def test_the_images_of_a_cell_are_of_its_class(given: dict[str, object]) -> None:
    test = data.mnist().test
    first = load(measure.units())("train").records[0]
    [pixels] = calls.values([["confusion.unpack", given["images"]]], "confusion")
    images = np.array(pixels).reshape(-1, 28, 28)

    for label, answer, start, count in given["cells"]:  # type: ignore[attr-defined]
        where = (test.labels == label) & (first.arrays["guesses"] == answer)
        expected = np.round(15 * test.images[where][:count, :, :, 0])
        np.testing.assert_array_equal(images[start : start + count], expected)


def test_pixels_survive_the_way() -> None:
    greys = np.arange(16, dtype=np.uint8)

    [found] = calls.values([["confusion.unpack", live.packed(greys)]], "confusion")

    assert found == greys.tolist()
