"""Tasks over sequences: nothing gets lost, and padding is the only difference."""

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import tasks

SMALL = (128, 64, 64)


def test_an_order_of_rows_is_one_for_all_images_and_loses_nothing() -> None:
    images = data.load("mnist").test.images[:4]

    moved = tasks.by_rows(images, "rows", seed=3)
    again = tasks.by_rows(images[2:3], "rows", seed=3)

    np.testing.assert_array_equal(tasks.by_rows(images, "natural", seed=3), images[..., 0])
    np.testing.assert_array_equal(moved[2:3], again)
    assert not np.array_equal(moved, tasks.by_rows(images, "rows", seed=4))
    np.testing.assert_array_equal(
        np.sort(moved.sum(axis=2), axis=1), np.sort(images[..., 0].sum(axis=2), axis=1)
    )


def test_sequences_differ_in_their_padding_alone() -> None:
    padded = [
        tasks.majority(SMALL, steps, symbols=4, shortest=5, longest=9, seed=2) for steps in (9, 15)
    ]

    short, long = (task.test for task in padded)
    np.testing.assert_array_equal(short.labels, long.labels)
    np.testing.assert_array_equal(short.images, long.images[:, :9])
    assert not long.images[:, 9:].any()
    lengths = short.images.sum(axis=(1, 2))
    assert (lengths.min(), lengths.max()) == (5, 9)


def test_messages() -> None:
    images = np.zeros((1, 28, 28, 1))

    with pytest.raises(ValueError, match="`order` must be one of natural, rows"):
        tasks.by_rows(images, "x", seed=0)  # type: ignore[arg-type]
