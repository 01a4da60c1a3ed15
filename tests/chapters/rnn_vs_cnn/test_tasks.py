"""Tasks over sequences: nothing gets lost, and padding is the only difference."""

from typing import Any

import numpy as np
import pytest

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import tasks

SMALL = (128, 64, 64)


def test_blocks_hold_the_pixels_of_their_place() -> None:
    image = np.zeros((1, 28, 28, 1))
    image[0, 4:8, 24:28] = 1  # second row of blocks, last block

    blocks = tasks.arranged(image, "blocks")[0]

    assert blocks[13].all()
    assert blocks.sum() == 16


@pytest.mark.parametrize("order", ["rows", "pixels"])
def test_an_order_is_one_for_all_images_and_loses_nothing(order: Any) -> None:
    images = data.load("mnist").test.images[:4]

    moved = tasks.reordered(images, order, seed=3)
    again = tasks.reordered(images[2:3], order, seed=3)

    np.testing.assert_array_equal(moved[2:3], again)
    np.testing.assert_array_equal(np.sort(moved.ravel()), np.sort(images.ravel()))
    assert not np.array_equal(moved, tasks.reordered(images, order, seed=4))
    if order == "rows":
        np.testing.assert_array_equal(
            np.sort(moved.sum(axis=2), axis=1), np.sort(images.sum(axis=2), axis=1)
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

    with pytest.raises(ValueError, match="`form` must be one of rows, blocks, image; got 'x'"):
        tasks.arranged(images, "x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`order` must be one of natural, rows, pixels"):
        tasks.reordered(images, "x", seed=0)  # type: ignore[arg-type]
