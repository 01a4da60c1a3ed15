"""What is in the files: means, and images that look alike."""

import numpy as np

from dlexp.chapters.mnist import digits
from dlexp.data import Split


def part(rows: list[list[float]], labels: list[int]) -> Split:
    images = np.array(rows, np.float32).reshape(len(rows), 1, -1, 1)
    return Split(images, np.array(labels), np.arange(len(rows)))


def test_a_mean_is_that_of_its_class() -> None:
    means = digits.class_means(part([[0, 1], [1, 1], [0, 0]], [0, 0, 1]), classes=2)

    assert means.tolist() == [[[0.5, 1]], [[0, 0]]]


def test_the_closest_pair_of_two_classes_comes_first_and_each_pair_of_classes_once() -> None:
    made = part([[0, 0], [0, 0.1], [0, 0.3], [1, 1], [0, 0]], [3, 7, 7, 5, 3])

    first, second, third = digits.look_alikes(made, 3)

    assert first.labels == (3, 7)
    assert np.isclose(first.distance, 0.1)
    assert {second.labels, third.labels} == {(5, 7), (3, 5)}
    assert second.labels == (5, 7)
